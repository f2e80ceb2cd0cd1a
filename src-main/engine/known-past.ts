// What was known before a session begins, shown to its kernel in the order in which it became known: measures, bars of long timeframes, base
// candles. Paper, live and backtest warm up with this, so that the same history leaves the same state.
import type { InstrumentId } from '../../src-shared/domain/ids.ts'
import { DAY_MS, HOUR_MS, TIMEFRAME_MS, type Timeframe } from '../../src-shared/domain/time.ts'
import type { CandleScalars } from '../core/features/feature.ts'
import { CandleBuffer, loadCandle } from '../core/features/feature-set.ts'
import type { Kernel } from '../core/kernel/kernel.ts'
import type { KernelConfig } from '../core/kernel/kernel-config.ts'
import type { MeasuresEvent } from '../core/ports/context-feed.ts'
import type { CandleColumns, SettledFunding } from '../core/ports/market-feed.ts'
import type { RecordingLine } from './session-recorder.ts'

/** Bars of an hour and more of the instrument at this index, which reach farther back than the base candles. */
export type LongBars = { readonly timeframe: Timeframe; readonly index: number; readonly bars: CandleColumns }
export type KnownPast = {
  /** In order of time. */
  readonly events: readonly MeasuresEvent[]
  /** Longest timeframe first. */
  readonly long: readonly LongBars[]
  /** Base candles by the index of the instrument. */
  readonly history: readonly CandleColumns[]
}

/** The longest window over a measure that a strategy keeps: two months of hash rate, and as much again. */
export const MEASURES_MS = 120 * DAY_MS
/** A month, the longest window over it, and a little: what one request of the live venue gives. */
export const FUNDING_MS = 32 * DAY_MS
/** Settled funding counts until the next is due, and an hour more. */
const FUNDING_VALID_MS = 9 * HOUR_MS
const BARS_MIN = 1_000

/** Twice the longest warm-up on this timeframe: averages that never forget have settled by then. */
export function barsWanted({ strategies }: Pick<KernelConfig, 'strategies'>, timeframe: Timeframe): number {
  const declared = strategies.map(({ plugin: { declaration } }) => declaration)
  return Math.max(BARS_MIN, ...declared.map((each) => (each.timeframe === timeframe ? 2 * each.warmupCandles : 0)))
}

/** The same in time for the strategies whose timeframe has no bars of its own; at least a week. */
export function baseMsWanted({ strategies }: Pick<KernelConfig, 'strategies'>, warmed: ReadonlySet<Timeframe>): number {
  const declared = strategies.map(({ plugin: { declaration } }) => declaration).filter(({ timeframe }) => !warmed.has(timeframe))
  return Math.max(7 * DAY_MS, ...declared.map(({ timeframe, warmupCandles }) => 2 * warmupCandles * TIMEFRAME_MS[timeframe]))
}

/** Funding as it was settled, as the measure that strategies read. */
export const fundingMeasures = (instrumentId: InstrumentId, settled: readonly SettledFunding[]): readonly MeasuresEvent[] =>
  settled.map(({ rate, tsEventMs }) => ({
    type: 'measures',
    instrumentId,
    values: { funding_rate: rate },
    validForMs: FUNDING_VALID_MS,
    tsEventMs,
  }))

/** `record` is told each line that a recording needs to do the same. Longer bars of timeframes that no strategy reads are left out. */
export function showPast(kernel: Kernel, past: KnownPast, record: ((line: RecordingLine) => void) | null): void {
  const read = kernel.strategies.timeframes()
  const long = past.long.filter(({ timeframe }) => read.has(timeframe))
  const fromMs = kernel.nowMs - baseMsWanted(kernel.config, new Set(long.map(({ timeframe }) => timeframe)))
  showInOrder([
    pastMeasures(kernel, past.events, record),
    ...long.map((bars) => pastBars(kernel, bars, record)),
    ...past.history.map((candles, index) => pastCandles(kernel, { index, candles, fromMs }, record)),
  ])
}

type Recorder = ((line: RecordingLine) => void) | null
/** Something that was known at these times, rising, and what shows its row. */
type Past = { readonly knownMs: ArrayLike<number>; readonly fromMs: number; show(row: number): void }

/** At the same moment in the order of the list: measures first, then the longest bars. */
function showInOrder(list: readonly Past[]): void {
  const rows = list.map(({ knownMs, fromMs }) => firstFrom(knownMs, fromMs))
  for (;;) {
    let next = -1
    let nextMs = Number.POSITIVE_INFINITY
    for (let i = 0; i < list.length; i += 1) {
      const ms = list[i]?.knownMs[rows[i] ?? 0] ?? Number.POSITIVE_INFINITY
      if (ms < nextMs) {
        next = i
        nextMs = ms
      }
    }
    const past = list[next]
    const row = rows[next]
    if (past === undefined || row === undefined) return
    past.show(row)
    rows[next] = row + 1
  }
}

function firstFrom(rising: ArrayLike<number>, fromMs: number): number {
  let row = 0
  while ((rising[row] ?? Number.POSITIVE_INFINITY) < fromMs) row += 1
  return row
}

const closesOf = (bars: CandleColumns, timeframe: Timeframe): Float64Array =>
  Float64Array.from(bars.openTimeMs, (ms) => ms + TIMEFRAME_MS[timeframe])

function pastMeasures(kernel: Kernel, events: readonly MeasuresEvent[], record: Recorder): Past {
  return {
    knownMs: events.map(({ tsEventMs }) => tsEventMs),
    fromMs: Number.NEGATIVE_INFINITY,
    show(row) {
      const event = events[row]
      if (event === undefined) return
      kernel.warmUpMeasures(event)
      record?.({ t: 'measures', event })
    },
  }
}

function pastBars(kernel: Kernel, { timeframe, index, bars }: LongBars, record: Recorder): Past {
  const bar = new CandleBuffer()
  return {
    knownMs: closesOf(bars, timeframe),
    fromMs: Number.NEGATIVE_INFINITY,
    show(row) {
      loadCandle(bar, bars, row)
      kernel.warmUpBar(index, timeframe, bar)
      record?.({ t: 'bar', i: index, tf: timeframe, c: numbersOf(bar) })
    },
  }
}

function pastCandles(kernel: Kernel, past: { index: number; candles: CandleColumns; fromMs: number }, record: Recorder): Past {
  const candle = new CandleBuffer()
  const { baseTimeframe } = kernel.config
  return {
    knownMs: closesOf(past.candles, baseTimeframe),
    fromMs: past.fromMs + TIMEFRAME_MS[baseTimeframe],
    show(row) {
      loadCandle(candle, past.candles, row)
      kernel.warmUp(past.index, candle)
      record?.({ t: 'warm', i: past.index, c: numbersOf(candle) })
    },
  }
}

const numbersOf = ({ openTimeMs, open, high, low, close, volume }: CandleScalars): number[] => [openTimeMs, open, high, low, close, volume]
