// The market data of a run, read once from the store into memory that worker threads share. One of these serves every trial of a search:
// a backtest takes its own period out of it.
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import { ContextSettings } from '../../../src-shared/config/settings.ts'
import { type InstrumentId, instrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { type DataPassport, type SeriesId, type SeriesKind, seriesIdOf } from '../../../src-shared/domain/series.ts'
import { DAY_MS, TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import type { ContextFeed, MeasuresEvent } from '../../core/ports/context-feed.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import type { FundingColumns, MarketStoreReader } from '../../core/ports/market-store.ts'
import { createRecordedContext } from '../../adapters/context/recorded-context.ts'
import { createOffContext } from '../../adapters/context/off-context.ts'
import { MEASURES_MS } from '../../engine/known-past.ts'

/** The data of one instrument. Columns lie in shared memory, so a structured clone of this costs nothing. */
export type RunSeries = {
  readonly instrumentId: InstrumentId
  /** Base candles, those of the warm-up first. */
  readonly candles: CandleColumns
  /** Hourly candles that reach farther back than those; empty where the store has none, or the base is an hour or longer. */
  readonly earlier: CandleColumns
  readonly detail: CandleColumns | null
  readonly funding: FundingColumns
}
export type RunData = {
  readonly instruments: readonly Instrument[]
  /** In the order of `instruments`. */
  readonly series: readonly RunSeries[]
  /** What surrounds the market, in order of the time at which it was known, from before the period on. */
  readonly measures: readonly MeasuresEvent[]
  /** Of every series that was read. */
  readonly passports: readonly DataPassport[]
}

const EARLIER: Timeframe = '1h'
/** Hourly candles for an average over 200 days, settled, and as much again. */
const EARLIER_DAYS = 800

/** The error is one sentence that names the series and what the store has instead. `contextDir` holds recorded indices and headlines; null for none. */
export function loadRunData(store: MarketStoreReader, spec: BacktestSpec, contextDir: string | null): Result<RunData, string> {
  const { data } = spec
  const instruments: Instrument[] = []
  const series: RunSeries[] = []
  const passports: DataPassport[] = []
  for (const text of data.instruments) {
    const loaded = loadSeries(store, spec, text)
    if (!loaded.ok) return loaded
    if (instruments.some(({ id }) => id === loaded.value.instrument.id)) return err(`instrument ${text} is named twice`)
    instruments.push(loaded.value.instrument)
    series.push(loaded.value.series)
    passports.push(...loaded.value.passports)
  }
  const measures = measuresOf({ contextDir, instruments, series }, { fromMs: data.fromMs, toMs: data.toMs })
  return ok({ instruments, series, measures, passports })
}

type Loaded = { readonly instrument: Instrument; readonly series: RunSeries; readonly passports: readonly DataPassport[] }

function loadSeries(store: MarketStoreReader, { data }: BacktestSpec, text: string): Result<Loaded, string> {
  const id = parseId(text)
  if (!id.ok) return id
  const known = store.list()
  const find = (kind: SeriesKind, timeframe: Timeframe | null): DataPassport | undefined => {
    const wanted = seriesIdOf({ venue: data.venue, instrumentId: id.value, kind, timeframe })
    return known.find((passport) => passport.id === wanted)
  }
  const instrument = store.instrument(data.venue, id.value)
  const base = find('candles', data.timeframe)
  if (instrument === null || base === undefined) return err(missingText(known, { ...data, id: id.value }))
  if (instrument.quote !== instrument.settle)
    return err(`${id.value} is settled in ${instrument.settle}: what it earns is not in proportion to its price, which is not simulated`)
  const lastOpenMs = data.toMs - TIMEFRAME_MS[data.timeframe]
  const range = { fromMs: data.fromMs - data.warmupDays * DAY_MS, toMs: lastOpenMs }
  const candles = sharedCandles(store, base.id, range)
  const traded = candles.openTimeMs.length - rowsBefore(candles.openTimeMs, data.fromMs)
  if (traded === 0) return err(`${text} has no ${data.timeframe} candles from ${iso(data.fromMs)} to ${iso(data.toMs)}: ${coverage(base)}`)
  const hourly = TIMEFRAME_MS[data.timeframe] < TIMEFRAME_MS[EARLIER] ? find('candles', EARLIER) : undefined
  const detail = detailOf({ find, data })
  if (!detail.ok) return detail
  const funding = find('funding', null)
  const passports = [base, hourly, detail.value, funding].filter((passport) => passport !== undefined && passport !== null)
  return ok({
    instrument,
    passports,
    series: {
      instrumentId: id.value,
      candles,
      earlier:
        hourly === undefined
          ? sharedColumns(0)
          : sharedCandles(store, hourly.id, { fromMs: data.fromMs - EARLIER_DAYS * DAY_MS, toMs: data.toMs - TIMEFRAME_MS[EARLIER] }),
      detail: detail.value === null ? null : sharedCandles(store, detail.value.id, { fromMs: data.fromMs, toMs: data.toMs }),
      funding:
        funding === undefined
          ? { timeMs: new Float64Array(0), rate: new Float64Array(0) }
          : sharedFunding(store.funding(funding.id, { fromMs: data.fromMs - MEASURES_MS, toMs: data.toMs })),
    },
  })
}

function parseId(text: string): Result<InstrumentId, string> {
  try {
    return ok(instrumentId(text))
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : String(cause))
  }
}

type FindSeries = (kind: SeriesKind, timeframe: Timeframe | null) => DataPassport | undefined
function detailOf({ find, data }: { find: FindSeries; data: BacktestSpec['data'] }): Result<DataPassport | null, string> {
  if (data.detail === null) return ok(null)
  if (TIMEFRAME_MS[data.detail] >= TIMEFRAME_MS[data.timeframe]) {
    return err(`detail candles of ${data.detail}, expected shorter than the base candles of ${data.timeframe}`)
  }
  const found = find('candles', data.detail)
  return found === undefined ? err(`the store has no ${data.detail} candles to look inside those of ${data.timeframe}`) : ok(found)
}

function missingText(known: readonly DataPassport[], wanted: BacktestSpec['data'] & { id: InstrumentId }): string {
  const same = known.filter(({ ref }) => ref.kind === 'candles' && ref.instrumentId === wanted.id)
  const has = same.length === 0 ? `none of ${wanted.id}` : same.map(coverage).join('; ')
  return `the store has no ${wanted.timeframe} candles of ${wanted.id} from ${wanted.venue}: it has ${has}`
}
const coverage = ({ ref, fromMs, toMs }: DataPassport): string =>
  `${ref.timeframe ?? ref.kind} of ${ref.venue} from ${iso(fromMs)} to ${iso(toMs)}`
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

// ---- columns -------------------------------------------------------------------------------------------------------

const sharedColumn = (length: number): Float64Array => new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT))

export const sharedColumns = (length: number): CandleColumns => ({
  openTimeMs: sharedColumn(length),
  open: sharedColumn(length),
  high: sharedColumn(length),
  low: sharedColumn(length),
  close: sharedColumn(length),
  volume: sharedColumn(length),
})

function sharedCandles(store: MarketStoreReader, id: SeriesId, range: { fromMs: number; toMs: number }): CandleColumns {
  const read = store.candles(id, range)
  const shared = sharedColumns(read.openTimeMs.length)
  for (const name of ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const) shared[name].set(read[name])
  return shared
}

function sharedFunding({ timeMs, rate }: FundingColumns): FundingColumns {
  const shared = { timeMs: sharedColumn(timeMs.length), rate: sharedColumn(rate.length) }
  shared.timeMs.set(timeMs)
  shared.rate.set(rate)
  return shared
}

/** How many values of a rising column lie before `bound`: the row of the first one at or after it. */
export function rowsBefore(rising: Float64Array, bound: number): number {
  let low = 0
  let high = rising.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rising[middle] ?? Number.POSITIVE_INFINITY) < bound) low = middle + 1
    else high = middle
  }
  return low
}

// ---- what surrounds the market -------------------------------------------------------------------------------------

type About = { readonly contextDir: string | null; readonly instruments: readonly Instrument[]; readonly series: readonly RunSeries[] }

/** The same values at the same times as a paper session on a recording of this market is told. */
function measuresOf(about: About, period: { fromMs: number; toMs: number }): readonly MeasuresEvent[] {
  return openContext(about, period).past(period.fromMs - MEASURES_MS, period.toMs)
}

function openContext({ contextDir, instruments, series }: About, period: { fromMs: number; toMs: number }): ContextFeed {
  if (contextDir === null) return createOffContext('left out')
  const opened = createRecordedContext({
    dir: contextDir,
    instruments,
    settings: ContextSettings.parse({}),
    period: { startMs: period.fromMs, endMs: period.toMs },
    funding: series.map(({ instrumentId: id, funding }) => ({ instrumentId: id, timeMs: funding.timeMs, rate: funding.rate })),
  })
  return opened.ok ? opened.value : createOffContext(opened.error)
}
