// Gathers what was before a new session from its feed and its context. Charts get all the history there is room for, the kernel what its
// strategies need; that part stands in the recording.
import { HOUR_MS, TIMEFRAMES, TIMEFRAME_MS } from '../../src-shared/domain/time.ts'
import { CandleBuffer, loadCandle } from '../core/features/feature-set.ts'
import type { Kernel } from '../core/kernel/kernel.ts'
import { CandleAggregator } from '../core/market/candle-aggregator.ts'
import type { ContextFeed, MeasuresEvent } from '../core/ports/context-feed.ts'
import type { MarketFeed } from '../core/ports/market-feed.ts'
import type { ChartStore } from './chart-store.ts'
import { FUNDING_MS, type LongBars, MEASURES_MS, barsWanted, fundingMeasures, showPast } from './known-past.ts'
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

export async function warmUp(d: WarmUp): Promise<void> {
  const untilMs = d.kernel.nowMs
  const long = await longBars(d, untilMs)
  const history = await Promise.all(d.feed.instruments.map(({ id }) => d.feed.history(id, untilMs, d.baseCandles)))
  for (const bars of long) fillChart(d, bars)
  for (const [index, bars] of history.entries()) fillChart(d, { index, timeframe: d.feed.baseTimeframe, bars })
  const settled = await fundingEvents(d, untilMs)
  const events = [...settled, ...d.context.past(untilMs - MEASURES_MS, untilMs)].toSorted((a, b) => a.tsEventMs - b.tsEventMs)
  showPast(d.kernel, { events, long, history }, d.record)
}

/** Funding from before the session as the venue settled it. Without it the session starts all the same. */
async function fundingEvents({ feed, onLog }: WarmUp, untilMs: number): Promise<readonly MeasuresEvent[]> {
  const all = await Promise.all(
    feed.instruments.map(async ({ id }) => ({ id, settled: await feed.funding(id, untilMs - FUNDING_MS, untilMs) })),
  )
  return all.flatMap(({ id, settled }) => {
    if (settled.ok) return fundingMeasures(id, settled.value)
    onLog('warn', settled.error)
    return []
  })
}

/**
 * Bars of an hour and more that reach farther back than the base candles, longest timeframe first, where every instrument has some. Charts
 * show them all; the kernel is shown those of the timeframes that strategies read.
 */
async function longBars({ feed, kernel }: WarmUp, untilMs: number): Promise<readonly LongBars[]> {
  const found: LongBars[] = []
  for (const timeframe of TIMEFRAMES.filter((each) => TIMEFRAME_MS[each] >= HOUR_MS).toReversed()) {
    const limit = barsWanted(kernel.config, timeframe)
    const all = await Promise.all(feed.instruments.map(({ id }) => feed.bars(id, { timeframe, untilMs, limit })))
    if (all.every((bars) => bars.close.length > 0)) found.push(...all.map((bars, index) => ({ timeframe, index, bars })))
  }
  return found
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
