// The market data that comes with the program, put where it can be read before anybody asks for it.
import { mkdirSync } from 'node:fs'
import { MarketStoreError } from '../adapters/market-store/market-store-error.ts'
import { openMarketStore } from '../adapters/market-store/market-store.ts'
import type { LabOptions } from '../engine/options.ts'
import { marketFileOf } from './jobs/load-data.ts'
import { seedBundled } from './seed-bundled.ts'

/**
 * Makes the data directory and the store when they are missing. Whatever is in the way, such as another program that writes, is one sentence to
 * `warn`: the lab works with what is there.
 */
export function seedMarket({ dataDir, assetsDir }: Pick<LabOptions, 'dataDir' | 'assetsDir'>, warn: (message: string) => void): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const store = openMarketStore(marketFileOf(dataDir))
    try {
      for (const warning of store.warnings) warn(warning)
      const seeded = seedBundled(store, assetsDir, Date.now())
      if (!seeded.ok) warn(seeded.error)
    } finally {
      store.close()
    }
  } catch (cause) {
    if (!(cause instanceof MarketStoreError)) throw cause
    warn(cause.message)
  }
}
