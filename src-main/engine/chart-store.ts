// The candles a screen may ask for: every timeframe of every instrument, bounded, filled by the kernel's closed bars.
import type { CandleScalars } from '../core/features/feature.ts'
import { computeFeatures } from '../core/features/feature-set.ts'
import { CandleSeries } from '../core/market/candle-series.ts'
import type { CandleColumns } from '../core/ports/market-feed.ts'
import type { InstrumentId } from '../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../src-shared/domain/result.ts'
import { TIMEFRAMES, type Timeframe } from '../../src-shared/domain/time.ts'
import type { Input, Output } from '../../src-shared/bridge/contract.ts'
import { VolumeProfile } from '../core/features/volume-profile.ts'
import { type RegimeClassifier, classifyColumns } from '../core/regime/classifier.ts'
import { flow5 } from '../core/regime/flow-5.ts'
import { imba3 } from '../core/regime/imba-3.ts'

/** Base candles kept per instrument: 69 days of minutes. Longer timeframes need fewer. */
const BASE_CAPACITY = 100_000
const BAR_CAPACITY = 20_000
/** Bars before the first one shown, so that slow averages have settled. */
const WARMUP_BARS = 1_000

export class ChartStore {
  readonly #series = new Map<string, CandleSeries>()

  constructor(instrumentIds: readonly InstrumentId[]) {
    for (const id of instrumentIds) {
      for (const timeframe of TIMEFRAMES)
        this.#series.set(keyOf(id, timeframe), new CandleSeries(timeframe === '1m' ? BASE_CAPACITY : BAR_CAPACITY))
    }
  }

  add(instrumentId: InstrumentId, timeframe: Timeframe, bar: CandleScalars): void {
    const series = this.#series.get(keyOf(instrumentId, timeframe))
    // A session that goes on after a restart may show the last bar again.
    if (series === undefined || (series.length > 0 && series.byAge('openTimeMs', 0) >= bar.openTimeMs)) return
    series.append(bar)
  }

  /** The newest closed bars, at most `limit`, oldest first; none for what is not traded here. */
  bars(instrumentId: InstrumentId, timeframe: Timeframe, limit: number): CandleColumns | null {
    return this.#series.get(keyOf(instrumentId, timeframe))?.columns(limit) ?? null
  }

  history(input: {
    instrumentId: string
    timeframe: Timeframe
    beforeMs: number | null
    limit: number
  }): Result<Output<'candles.history'>, string> {
    const series = this.#series.get(keyOf(input.instrumentId, input.timeframe))
    if (series === undefined) return err(`instrument "${input.instrumentId}" is not traded here`)
    const columns = series.columns(input.limit, input.beforeMs ?? Number.POSITIVE_INFINITY)
    const oldestShown = columns.openTimeMs[0]
    const oldestKept = series.length === 0 ? undefined : series.byAge('openTimeMs', series.length - 1)
    const more = oldestShown !== undefined && oldestKept !== undefined && oldestKept < oldestShown
    return ok({ instrumentId: input.instrumentId, timeframe: input.timeframe, ...plain(columns), more })
  }

  /** The regime of each candle that opens in the range, by the classifier that strategies use. */
  regimes({ instrumentId, timeframe, classifier, fromMs, toMs }: Input<'candles.regimes'>): Result<Output<'candles.regimes'>, string> {
    const series = this.#series.get(keyOf(instrumentId, timeframe))
    if (series === undefined) return err(`instrument "${instrumentId}" is not traded here`)
    const columns = series.columns(5_000 + WARMUP_BARS, toMs + 1)
    const from = firstAtOrAfter(columns.openTimeMs, fromMs)
    const codes = classifyColumns(CLASSIFIERS[classifier], columns).subarray(from)
    return ok({
      regimes: [...CLASSIFIERS[classifier].regimes],
      openTimeMs: Array.from(columns.openTimeMs.subarray(from)),
      index: Array.from(codes),
    })
  }

  /** Volume by price of the candles that open in the range; null without volume. */
  profile({ instrumentId, timeframe, fromMs, toMs, bins }: Input<'candles.profile'>): Result<Output<'candles.profile'>, string> {
    const series = this.#series.get(keyOf(instrumentId, timeframe))
    if (series === undefined) return err(`instrument "${instrumentId}" is not traded here`)
    const columns = series.columns(series.capacity, toMs + 1)
    const from = firstAtOrAfter(columns.openTimeMs, fromMs)
    const period = columns.close.length - from
    if (period < 1) return ok(null)
    const profile = new VolumeProfile({ period, binCount: bins })
    for (let i = from; i < columns.close.length; i += 1)
      profile.update(columns.high[i] ?? NaN, columns.low[i] ?? NaN, columns.volume[i] ?? NaN)
    const { low, step, volumes, pointOfControl, valueHigh, valueLow } = profile
    if (!Number.isFinite(pointOfControl)) return ok(null)
    const lastMs = columns.openTimeMs.at(-1) ?? toMs
    return ok({
      fromMs: columns.openTimeMs[from] ?? fromMs,
      toMs: lastMs,
      low,
      step,
      volumes: Array.from(volumes),
      pointOfControl,
      valueHigh,
      valueLow,
    })
  }

  indicators(input: {
    instrumentId: string
    timeframe: Timeframe
    names: readonly string[]
    fromMs: number
    toMs: number
  }): Result<Output<'candles.indicators'>, string> {
    const series = this.#series.get(keyOf(input.instrumentId, input.timeframe))
    if (series === undefined) return err(`instrument "${input.instrumentId}" is not traded here`)
    const columns = series.columns(5_000 + WARMUP_BARS, input.toMs + 1)
    const out = input.names.map(() => new Float64Array(columns.close.length))
    const computed = computeFeatures(input.names, columns, out)
    if (!computed.ok) return err(computed.error.message)
    const from = firstAtOrAfter(columns.openTimeMs, input.fromMs)
    const named = input.names.map((name, index) => [name, nullable(out[index], from)] as const)
    return ok({ openTimeMs: Array.from(columns.openTimeMs.subarray(from)), series: Object.fromEntries(named) })
  }
}

/** By the name that the contract knows them by. */
const CLASSIFIERS: Readonly<Record<Input<'candles.regimes'>['classifier'], RegimeClassifier>> = { 'imba-3': imba3, 'flow-5': flow5 }

const keyOf = (instrumentId: string, timeframe: Timeframe): string => `${instrumentId} ${timeframe}`

const plain = (columns: CandleColumns): Record<keyof CandleColumns, number[]> => ({
  openTimeMs: Array.from(columns.openTimeMs),
  open: Array.from(columns.open),
  high: Array.from(columns.high),
  low: Array.from(columns.low),
  close: Array.from(columns.close),
  volume: Array.from(columns.volume),
})

const nullable = (column: Float64Array | undefined, from: number): (number | null)[] =>
  column === undefined ? [] : Array.from(column.subarray(from), (value) => (Number.isNaN(value) ? null : value))

/** Index of the first value that is not less; the length when all are. The column rises. */
function firstAtOrAfter(rising: Float64Array, value: number): number {
  let low = 0
  let high = rising.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rising[middle] ?? Number.POSITIVE_INFINITY) < value) low = middle + 1
    else high = middle
  }
  return low
}
