// A data directory with some days of the bundled recording in its store of market data.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openMarketStore } from '../../src-main/adapters/market-store/market-store.ts'
import { rowsUpTo, sliceRows } from '../../src-main/adapters/replay/recording.ts'
import { marketFileOf } from '../../src-main/lab/jobs/load-data.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { openAsset } from './recording-store.ts'
import { temporaryDir } from './temporary-dir.ts'

export const ASSETS_DIR = join(import.meta.dirname, '../../assets')

export type LabDataDir = {
  readonly dataDir: string
  readonly venue: string
  readonly instruments: readonly string[]
  /** Beginning and end of the minutes that are stored. */
  readonly startMs: number
  readonly endMs: number
}

/** The first `days` of the recording's minutes, with what it keeps from before and its funding. */
export function labDataDir(days: number): LabDataDir {
  const dataDir = temporaryDir()
  mkdirSync(dataDir, { recursive: true })
  const recording = openAsset('market')
  const startMs = Math.min(...recording.series.map(({ candles }) => candles.openTimeMs[0] ?? Number.POSITIVE_INFINITY))
  const endMs = startMs + days * DAY_MS
  const store = openMarketStore(marketFileOf(dataDir))
  for (const [index, instrument] of recording.instruments.entries()) {
    const series = recording.series[index]
    if (series === undefined) continue
    const source = { kind: 'bundled', name: 'market', importedMs: 0, sha256: null } as const
    const ref = { venue: instrument.venue, instrumentId: instrument.id }
    const begin = (kind: 'candles' | 'funding', timeframe: '1m' | '1h' | null) =>
      store.begin({ ref: { ...ref, kind, timeframe }, instrument, instrumentFrom: 'bundled', source })
    const minutes = begin('candles', '1m')
    minutes.addCandles(sliceRows(series.candles, 0, rowsUpTo(series.candles.openTimeMs, endMs - 1)))
    minutes.finish()
    if (series.earlier !== null) {
      const hours = begin('candles', '1h')
      hours.addCandles(series.earlier)
      hours.finish()
    }
    const funding = begin('funding', null)
    const settled = rowsUpTo(series.fundingTimeMs, endMs)
    funding.addFunding({ timeMs: series.fundingTimeMs.slice(0, settled), rate: series.fundingRate.slice(0, settled) })
    funding.finish()
  }
  store.close()
  const [first] = recording.instruments
  return { dataDir, venue: first?.venue ?? '', instruments: recording.instruments.map(({ id }) => id), startMs, endMs }
}
