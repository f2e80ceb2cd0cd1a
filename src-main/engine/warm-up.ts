// Shows a new session what was before it, in the order in which it became known: measures, bars of long timeframes, base candles.
// Charts get all the history there is room for, the kernel what its strategies need; that part stands in the recording.
import type { CandleScalars } from '../core/features/feature.ts'
import { CandleBuffer, loadCandle } from '../core/features/feature-set.ts'
import type { Kernel } from '../core/kernel/kernel.ts'
import { CandleAggregator } from '../core/market/candle-aggregator.ts'
import type { ContextFeed, MeasuresEvent } from '../core/ports/context-feed.ts'
import type { CandleColumns, MarketFeed } from '../core/ports/market-feed.ts'
import { DAY_MS, HOUR_MS, TIMEFRAMES, TIMEFRAME_MS, type Timeframe } from '../../src-shared/domain/time.ts'
import type { ChartStore } from './chart-store.ts'
import type { RecordingLine } from './session-recorder.ts'

export type WarmUp = {
  readonly feed: MarketFeed
  readonly context: ContextFeed
  readonly kernel: Kernel
  readonly chart: ChartStore
  /** Base candles asked for; the charts keep them all. */
  readonly baseCandles: number
  readonly record: (line: RecordingLine) => void
  readonly onLog: (level: 'info' | 'warn', message: string) => void
}

const BARS_MIN = 1_000
/** The longest window over a measure that a strategy keeps: two months of hash rate, and as much again. */
const MEASURES_MS = 120 * DAY_MS

/** Something that was known at these times, rising, and what shows its row. */
type Past = { readonly knownMs: ArrayLike<number>; readonly fromMs: number; show(row: number): void }

export async function warmUp(d: WarmUp): Promise<void> {
  const untilMs = d.kernel.nowMs
  const all = await longBars(d, untilMs)
  const history = await Promise.all(d.feed.instruments.map(({ id }) => d.feed.history(id, untilMs, d.baseCandles)))
  for (const { timeframe, index, bars } of all) fillChart(d, { index, timeframe, bars })
  for (const [index, candles] of history.entries()) fillChart(d, { index, timeframe: d.feed.baseTimeframe, bars: candles })
  const read = d.kernel.strategies.timeframes()
  const long = all.filter(({ timeframe }) => read.has(timeframe))
  const settled = await fundingEvents(d, untilMs)
  const events = [...settled, ...d.context.past(untilMs - MEASURES_MS, untilMs)].toSorted((a, b) => a.tsEventMs - b.tsEventMs)
  const baseFromMs = untilMs - baseMs(d.kernel, new Set(long.map(({ timeframe }) => timeframe)))
  showInOrder([
    {
      knownMs: events.map(({ tsEventMs }) => tsEventMs),
      fromMs: Number.NEGATIVE_INFINITY,
      show(row) {
        const event = events[row]
        if (event === undefined) return
        d.kernel.warmUpMeasures(event)
        d.record({ t: 'measures', event })
      },
    },
    ...long.map(({ timeframe, index, bars }) => pastBars(d, { timeframe, index, bars })),
    ...history.map((candles, index) => pastCandles(d, { index, candles, fromMs: baseFromMs })),
  ])
}

/** Settled funding counts until the next is due, and an hour more. */
const FUNDING_VALID_MS = 9 * HOUR_MS
/** A month, the longest window over it, and a little: what one request of the live venue gives. */
const FUNDING_MS = 32 * DAY_MS

/** Funding from before the session as the venue settled it. Without it the session starts all the same. */
async function fundingEvents({ feed, onLog }: WarmUp, untilMs: number): Promise<readonly MeasuresEvent[]> {
  const all = await Promise.all(
    feed.instruments.map(async ({ id }) => ({ id, settled: await feed.funding(id, untilMs - FUNDING_MS, untilMs) })),
  )
  return all.flatMap(({ id, settled }) => {
    if (!settled.ok) {
      onLog('warn', settled.error)
      return []
    }
    return settled.value.map(({ rate, tsEventMs }): MeasuresEvent => ({
      type: 'measures',
      instrumentId: id,
      values: { funding_rate: rate },
      validForMs: FUNDING_VALID_MS,
      tsEventMs,
    }))
  })
}

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

type LongBars = { readonly timeframe: Timeframe; readonly index: number; readonly bars: CandleColumns }

/**
 * Bars of an hour and more that reach farther back than the base candles, longest timeframe first, where every instrument has some. Charts
 * show them all; the kernel is shown those of the timeframes that strategies read.
 */
async function longBars({ feed, kernel }: WarmUp, untilMs: number): Promise<readonly LongBars[]> {
  const found: LongBars[] = []
  for (const timeframe of TIMEFRAMES.filter((each) => TIMEFRAME_MS[each] >= HOUR_MS).toReversed()) {
    const limit = barsWanted(kernel, timeframe)
    const all = await Promise.all(feed.instruments.map(({ id }) => feed.bars(id, { timeframe, untilMs, limit })))
    if (all.every((bars) => bars.close.length > 0)) found.push(...all.map((bars, index) => ({ timeframe, index, bars })))
  }
  return found
}

/** Twice the longest warm-up on this timeframe: averages that never forget have settled by then. */
function barsWanted({ config }: Kernel, timeframe: Timeframe): number {
  const declared = config.strategies.map(({ plugin: { declaration } }) => declaration)
  return Math.max(BARS_MIN, ...declared.map((each) => (each.timeframe === timeframe ? 2 * each.warmupCandles : 0)))
}

/** The same in time for the strategies whose timeframe has no bars of its own; at least a week. */
function baseMs({ config }: Kernel, warmed: ReadonlySet<Timeframe>): number {
  const declared = config.strategies.map(({ plugin: { declaration } }) => declaration).filter(({ timeframe }) => !warmed.has(timeframe))
  return Math.max(7 * DAY_MS, ...declared.map(({ timeframe, warmupCandles }) => 2 * warmupCandles * TIMEFRAME_MS[timeframe]))
}

const closesOf = (bars: CandleColumns, timeframe: Timeframe): Float64Array => bars.openTimeMs.map((ms) => ms + TIMEFRAME_MS[timeframe])

function pastBars({ kernel, record }: WarmUp, { timeframe, index, bars }: LongBars): Past {
  const bar = new CandleBuffer()
  return {
    knownMs: closesOf(bars, timeframe),
    fromMs: Number.NEGATIVE_INFINITY,
    show(row) {
      loadCandle(bar, bars, row)
      kernel.warmUpBar(index, timeframe, bar)
      record({ t: 'bar', i: index, tf: timeframe, c: numbersOf(bar) })
    },
  }
}

function pastCandles({ kernel, feed, record }: WarmUp, past: { index: number; candles: CandleColumns; fromMs: number }): Past {
  const candle = new CandleBuffer()
  return {
    knownMs: closesOf(past.candles, feed.baseTimeframe),
    fromMs: past.fromMs + TIMEFRAME_MS[feed.baseTimeframe],
    show(row) {
      loadCandle(candle, past.candles, row)
      kernel.warmUp(past.index, candle)
      record({ t: 'warm', i: past.index, c: numbersOf(candle) })
    },
  }
}

/** What a chart has already it does not take again. */
function fillChart({ chart, feed }: WarmUp, { index, timeframe, bars }: LongBars): void {
  const id = feed.instruments[index]?.id
  if (id === undefined) return
  const aggregator = new CandleAggregator(timeframe)
  const candle = new CandleBuffer()
  for (let i = 0; i < bars.close.length; i += 1) {
    loadCandle(candle, bars, i)
    chart.add(id, timeframe, candle)
    if (timeframe !== feed.baseTimeframe) continue
    aggregator.add(candle, (level) => {
      const bar = aggregator.bars[level]
      if (bar !== undefined) chart.add(id, bar.timeframe, bar)
    })
  }
}

const numbersOf = ({ openTimeMs, open, high, low, close, volume }: CandleScalars): number[] => [openTimeMs, open, high, low, close, volume]
