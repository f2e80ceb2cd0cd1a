// The market data of a job, read once into memory that its threads share.
import path from 'node:path'
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import type { LabOptions } from '../../engine/options.ts'
import { openMarketStoreReader } from '../../adapters/market-store/store-reader.ts'
import { type RunData, loadRunData } from '../backtest/run-data.ts'
import { type JobContext, JobFailure } from './job-context.ts'

/** Where the market data of a data directory lies. */
export const marketFileOf = (dataDir: string): string => path.join(dataDir, 'market.db')
/** Recorded indices and headlines lie with the program. */
export const contextDirOf = ({ assetsDir }: LabOptions): string => path.join(assetsDir, 'context')

/** Throws JobFailure with one sentence that names what the store lacks. */
export function loadData(context: JobContext, spec: BacktestSpec): RunData {
  context.progress({ done: 0, total: 0, unit: '', message: 'reading market data' })
  const store = openMarketStoreReader(marketFileOf(context.options.dataDir))
  try {
    const data = loadRunData(store, spec, contextDirOf(context.options))
    if (!data.ok) throw new JobFailure(data.error)
    return data.value
  } finally {
    store.close()
  }
}
