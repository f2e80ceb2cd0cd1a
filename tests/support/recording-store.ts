// The bundled recordings as a store of market data, in memory: what a backtest reads, without a file.
import { join } from 'node:path'
import { type Recording, openRecording, rowsUpTo, sliceRows } from '../../src-main/adapters/replay/recording.ts'
import type { MarketStoreReader, TimeRange } from '../../src-main/core/ports/market-store.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { type DataPassport, type SeriesId, type SeriesRef, seriesIdOf } from '../../src-shared/domain/series.ts'

const ROOT = join(import.meta.dirname, '../..')
export const CONTEXT_DIR = join(ROOT, 'assets/context')

export function openAsset(name: 'market' | 'market-2023'): Recording {
  const opened = openRecording(join(ROOT, 'assets', name))
  if (!opened.ok) throw new Error(opened.error)
  return opened.value
}

const NO_TRADES = { timeMs: new Float64Array(0), price: new Float64Array(0), quantity: new Float64Array(0), side: new Int8Array(0) }

const within = (timesMs: Float64Array, { fromMs, toMs }: TimeRange): [number, number] => [
  rowsUpTo(timesMs, fromMs - 1),
  rowsUpTo(timesMs, toMs),
]

export function storeOf(recording: Recording): MarketStoreReader {
  const passports: DataPassport[] = []
  const candles = new Map<SeriesId, CandleColumns>()
  const add = (ref: SeriesRef, timesMs: Float64Array): SeriesId => {
    const id = seriesIdOf(ref)
    passports.push(passportOf(ref, timesMs))
    return id
  }
  for (const [index, instrument] of recording.instruments.entries()) {
    const series = recording.series[index]
    if (series === undefined) continue
    const ref = { venue: instrument.venue, instrumentId: instrument.id, kind: 'candles' } as const
    candles.set(add({ ...ref, timeframe: recording.baseTimeframe }, series.candles.openTimeMs), series.candles)
    if (series.earlier !== null) candles.set(add({ ...ref, timeframe: '1h' }, series.earlier.openTimeMs), series.earlier)
    add({ ...ref, kind: 'funding', timeframe: null }, series.fundingTimeMs)
  }
  const passport = (id: SeriesId): DataPassport => {
    const found = passports.find((each) => each.id === id)
    if (found === undefined) throw new Error(`no series ${id}`)
    return found
  }
  return {
    list: () => passports,
    passport,
    instrument: (venue, id) => recording.instruments.find((each) => each.venue === venue && each.id === id) ?? null,
    candles(id, range) {
      const columns = candles.get(id)
      if (columns === undefined) throw new Error(`no series ${id}`)
      return sliceRows(columns, ...within(columns.openTimeMs, range))
    },
    funding(id, range) {
      const { instrumentId } = passport(id).ref
      const series = recording.series.find((each) => each.instrumentId === instrumentId)
      if (series === undefined) throw new Error(`no series ${id}`)
      const [from, to] = within(series.fundingTimeMs, range)
      return { timeMs: series.fundingTimeMs.slice(from, to), rate: series.fundingRate.slice(from, to) }
    },
    trades: () => NO_TRADES,
    close: () => undefined,
  }
}

const passportOf = (ref: SeriesRef, timesMs: Float64Array): DataPassport => ({
  id: seriesIdOf(ref),
  ref,
  sources: [],
  rows: timesMs.length,
  fromMs: timesMs[0] ?? 0,
  toMs: timesMs.at(-1) ?? 0,
  missing: 0,
  gaps: [],
  duplicates: 0,
  conflicts: 0,
  refused: 0,
  outliersMs: [],
  zeroVolume: 0,
  crossChecks: [],
  contentHash: '',
  instrumentFrom: 'bundled',
})
