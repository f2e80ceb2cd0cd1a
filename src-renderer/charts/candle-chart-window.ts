// The slice of a long history that the chart holds. lightweight-charts slows down with every bar it is given, so it never gets
// more than a few thousand: looking back loads older bars and lets go of the newest, and the other way round.
import type { UTCTimestamp } from 'lightweight-charts'
import type { Output } from '../../src-shared/bridge/contract.ts'

export type Bar = {
  readonly time: UTCTimestamp
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}
type History = Output<'candles.history'>
type CandleLike = Omit<Bar, 'time'> & { readonly openTimeMs: number }

/** lightweight-charts counts in seconds and brands its numbers; this is the one place that grants the brand. */
export const chartTime = (tsMs: number): UTCTimestamp => Math.floor(tsMs / 1000) as UTCTimestamp

const toBar = (candle: CandleLike): Bar => ({
  time: chartTime(candle.openTimeMs),
  open: candle.open,
  high: candle.high,
  low: candle.low,
  close: candle.close,
  volume: candle.volume,
})

/** Rows of a column-wise history. Rows that miss a column are left out. */
export function barsOf(history: History): Bar[] {
  const bars: Bar[] = []
  for (const [i, openTimeMs] of history.openTimeMs.entries()) {
    const [open, high, low, close, volume] = [history.open[i], history.high[i], history.low[i], history.close[i], history.volume[i]]
    if (open === undefined || high === undefined || low === undefined || close === undefined || volume === undefined) continue
    bars.push(toBar({ openTimeMs, open, high, low, close, volume }))
  }
  return bars
}

export class BarWindow {
  bars: readonly Bar[] = []
  /** Older bars exist beyond the first one. */
  more = false
  /** The last bar is the present one, so that live candles belong behind it. */
  atTail = true
  private readonly barsMax: number

  constructor(barsMax: number) {
    this.barsMax = barsMax
  }

  get first(): Bar | undefined {
    return this.bars[0]
  }
  get last(): Bar | undefined {
    return this.bars.at(-1)
  }

  /** Starts over with the newest bars. */
  reset(history: History): void {
    this.bars = barsOf(history).slice(-this.barsMax)
    this.more = history.more
    this.atTail = true
  }

  /** Puts older bars in front and lets go of the newest beyond the limit. Returns by how many places the old bars moved right. */
  prepend(history: History): number {
    const first = this.first
    const older = barsOf(history).filter((bar) => first === undefined || bar.time < first.time)
    const all = [...older, ...this.bars]
    if (all.length > this.barsMax) this.atTail = false
    this.bars = all.slice(0, this.barsMax)
    this.more = history.more
    return older.length
  }

  /** Puts newer bars behind and lets go of the oldest beyond the limit. Returns by how many places the old bars moved left. */
  append(history: History, reachesPresent: boolean): number {
    const last = this.last
    const newer = barsOf(history).filter((bar) => last === undefined || bar.time > last.time)
    const all = [...this.bars, ...newer]
    const dropped = Math.max(0, all.length - this.barsMax)
    this.bars = all.slice(dropped)
    this.more ||= dropped > 0
    this.atTail = reachesPresent
    return dropped
  }

  /** The present bar, closed or still forming. False when it is older than the last one and was ignored. */
  update(candle: CandleLike): boolean {
    const bar = toBar(candle)
    const last = this.last
    if (last && bar.time < last.time) return false
    // The array is ours; growing it in place keeps an update independent of how many bars there are.
    const bars = this.bars as Bar[]
    if (last?.time === bar.time) bars[bars.length - 1] = bar
    else bars.push(bar)
    return true
  }

  /** Lets go of the oldest bars once they are well beyond the limit. Returns how many. */
  trim(slack: number): number {
    const dropped = this.bars.length > this.barsMax + slack ? this.bars.length - this.barsMax : 0
    if (dropped > 0) {
      this.bars = this.bars.slice(dropped)
      this.more = true
    }
    return dropped
  }
}
