// The stored market data, for commands that read it.
import { existsSync } from 'node:fs'
import { type StoreReader, openMarketStoreReader } from '../../adapters/market-store/store-reader.ts'
import type { LabOptions } from '../../engine/options.ts'
import { marketFileOf } from '../jobs/load-data.ts'
import { seedMarket } from '../seed-market.ts'
import type { World } from './world.ts'

/**
 * Opens the store beside whoever has it, and closes it behind the work. Where there is none yet it begins with what comes with the program; one
 * that is there is left to the app. Throws MarketStoreError.
 */
export function withMarket<T>(options: Pick<LabOptions, 'dataDir' | 'assetsDir'>, world: World, work: (reader: StoreReader) => T): T {
  const file = marketFileOf(options.dataDir)
  if (!existsSync(file)) seedMarket(options, (message) => world.say(`${message}\n`))
  const reader = openMarketStoreReader(file)
  try {
    return work(reader)
  } finally {
    reader.close()
  }
}
