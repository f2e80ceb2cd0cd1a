// Stored candles for the screen, page by page; bars that are not stored are built from shorter ones.
import type { Input, Output } from '../../../src-shared/bridge/contract.ts'
import { type DataPassport, seriesIdOf } from '../../../src-shared/domain/series.ts'
import { TIMEFRAMES, TIMEFRAME_MS, type Timeframe, barOpenMs } from '../../../src-shared/domain/time.ts'
import { instrumentId } from '../../../src-shared/domain/ids.ts'
import { CandleAggregator } from '../../core/market/candle-aggregator.ts'
import { CandleSeries } from '../../core/market/candle-series.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import type { MarketStoreReader } from '../../core/ports/market-store.ts'
import { Refusal } from './refusal.ts'

type Asked = Input<'lab.series.candles'>
type Page = Output<'lab.series.candles'>

/**
 * The newest `limit` candles before `beforeMs`, oldest first; fewer where another series goes on before them. Throws a Refusal when nothing is
 * stored that they could be made of.
 */
export function candleHistory(store: MarketStoreReader, asked: Asked): Page {
  const { timeframe, limit, instrumentId: id } = asked
  const sources = sourcesOf(store, asked)
  const oldestMs = Math.min(...sources.map(({ fromMs }) => fromMs))
  const newestMs = Math.max(...sources.map(({ toMs }) => toMs))
  const stepMs = TIMEFRAME_MS[timeframe]
  let endMs = Math.min(asked.beforeMs ?? Number.POSITIVE_INFINITY, newestMs + 1)
  // A window may fall into a hole of the data: then the next one, twice as long, lies before it.
  for (let bars = limit; ; bars *= 2) {
    const startMs = barOpenMs(Math.max(oldestMs, endMs - bars * stepMs), stepMs)
    const columns = newestBars(store, sources, { timeframe, fromMs: startMs, toMs: endMs - 1, limit })
    const more = (columns.openTimeMs[0] ?? startMs) > oldestMs
    if (columns.openTimeMs.length > 0 || !more) return { instrumentId: id, timeframe, more, ...plain(columns) }
    endMs = startMs
  }
}

/** The series of this timeframe and those that it can be built from, longest candles first. At least one. */
function sourcesOf(store: MarketStoreReader, { venue, instrumentId: text, timeframe }: Asked): readonly DataPassport[] {
  const known = new Map(store.list().map((passport) => [passport.id, passport]))
  const id = instrumentId(text)
  const notLonger = TIMEFRAMES.filter((each) => TIMEFRAME_MS[each] <= TIMEFRAME_MS[timeframe]).toReversed()
  const found = notLonger.flatMap((each) => known.get(seriesIdOf({ venue, instrumentId: id, kind: 'candles', timeframe: each })) ?? [])
  if (found.length === 0)
    throw new Refusal('not_found', `there are no candles of ${text} from ${venue} that bars of ${timeframe} could be made of`)
  return found
}

/** From the series that reaches farthest, then the one that holds most, then the one that needs least building: each may cover other years. */
function newestBars(store: MarketStoreReader, sources: readonly DataPassport[], window: Window): CandleColumns {
  const wanted = Math.ceil((window.toMs + 1 - window.fromMs) / TIMEFRAME_MS[window.timeframe])
  let best: CandleColumns | null = null
  for (const source of sources) {
    const columns = barsBetween(store, source, window)
    if (best === null || isBetter(columns, best)) best = columns
    if (best.openTimeMs.length >= Math.min(wanted, window.limit)) break
  }
  if (best === null) throw new RangeError('no series to take bars from')
  return best
}

function isBetter({ openTimeMs }: CandleColumns, { openTimeMs: other }: CandleColumns): boolean {
  const laterMs = (openTimeMs.at(-1) ?? 0) - (other.at(-1) ?? 0)
  return laterMs > 0 || (laterMs === 0 && openTimeMs.length > other.length)
}

type Window = { readonly timeframe: Timeframe; readonly fromMs: number; readonly toMs: number; readonly limit: number }

/** Bars that open within the window, the newest `limit`. */
function barsBetween(store: MarketStoreReader, { id, ref }: DataPassport, { timeframe, fromMs, toMs, limit }: Window): CandleColumns {
  if (ref.timeframe === timeframe || ref.timeframe === null) return newest(store.candles(id, { fromMs, toMs }), limit)
  // The last bar needs its parts, which open after it.
  const parts = store.candles(id, { fromMs, toMs: toMs + TIMEFRAME_MS[timeframe] })
  const aggregator = new CandleAggregator(ref.timeframe)
  const wanted = aggregator.timeframes.indexOf(timeframe)
  const bars = new CandleSeries(limit)
  for (const row of parts.openTimeMs.keys()) {
    aggregator.add(candleAt(parts, row), (index) => {
      const bar = aggregator.bars[index]
      if (index === wanted && bar !== undefined && bar.openTimeMs <= toMs) bars.append(bar)
    })
  }
  return bars.columns(limit)
}

const COLUMNS = ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const
type Plain = Record<(typeof COLUMNS)[number], number[]>

const candleAt = (columns: CandleColumns, row: number): Record<(typeof COLUMNS)[number], number> => ({
  openTimeMs: columns.openTimeMs[row] ?? Number.NaN,
  open: columns.open[row] ?? Number.NaN,
  high: columns.high[row] ?? Number.NaN,
  low: columns.low[row] ?? Number.NaN,
  close: columns.close[row] ?? Number.NaN,
  volume: columns.volume[row] ?? Number.NaN,
})
const newest = (columns: CandleColumns, limit: number): CandleColumns => mapColumns(columns, (column) => column.subarray(-limit))
const plain = (columns: CandleColumns): Plain => mapColumns(columns, (column) => [...column])
const mapColumns = <T>(columns: CandleColumns, map: (column: Float64Array) => T): Record<(typeof COLUMNS)[number], T> => ({
  openTimeMs: map(columns.openTimeMs),
  open: map(columns.open),
  high: map(columns.high),
  low: map(columns.low),
  close: map(columns.close),
  volume: map(columns.volume),
})
