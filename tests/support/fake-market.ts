// A made-up market for tests of the screen: a seeded random walk per instrument in one-minute candles, the same on every run.
import { MINUTE_MS, TIMEFRAME_MS, type Timeframe } from '../../src-shared/domain/time.ts'

export type Bars = { openTimeMs: number[]; open: number[]; high: number[]; low: number[]; close: number[]; volume: number[] }
export const emptyBars = (): Bars => ({ openTimeMs: [], open: [], high: [], low: [], close: [], volume: [] })

/** Mulberry32: 32 bits of state, uniform in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export type MarketOptions = {
  readonly startMs: number
  readonly minutes: number
  readonly seed: number
  readonly firstPrice: number
  readonly tick: number
}

export class FakeMarket {
  readonly startMs: number
  readonly minutes: number
  private readonly open: Float64Array
  private readonly high: Float64Array
  private readonly low: Float64Array
  private readonly close: Float64Array
  private readonly volume: Float64Array

  constructor(options: MarketOptions) {
    this.startMs = options.startMs
    this.minutes = options.minutes
    const columns = Array.from({ length: 5 }, () => new Float64Array(options.minutes))
    const [open, high, low, close, volume] = columns as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
    this.open = open
    this.high = high
    this.low = low
    this.close = close
    this.volume = volume
    this.walk(options)
  }

  private walk({ seed, firstPrice, tick, minutes }: MarketOptions): void {
    const random = seededRandom(seed)
    const round = (value: number) => Number((Math.round(value / tick) * tick).toFixed(8))
    let price = firstPrice
    let volatility = 0.0006
    let drift = 0
    for (let i = 0; i < minutes; i++) {
      // Volatility and drift wander slowly, so that the chart has calm days, trends and bursts.
      volatility = Math.min(0.002, Math.max(0.00025, volatility * (1 + (random() - 0.5) * 0.06)))
      drift = drift * 0.999 + (random() - 0.5) * 0.000008
      const gauss = random() + random() + random() + random() - 2
      const next = Math.max(firstPrice * 0.2, price * (1 + drift + gauss * volatility - 0.0002 * Math.log(price / firstPrice)))
      const reach = price * volatility * 0.6
      this.open[i] = round(price)
      this.close[i] = round(next)
      this.high[i] = round(Math.max(price, next) + random() * reach)
      this.low[i] = round(Math.min(price, next) - random() * reach)
      this.volume[i] = Number(((40 + random() * 60) * (1 + Math.abs(gauss) * 2) * (volatility / 0.0006)).toFixed(3))
      price = next
    }
  }

  timeOf = (minute: number): number => this.startMs + minute * MINUTE_MS
  closeAt = (minute: number): number => this.close[minute] ?? Number.NaN

  /** The bar of `timeframe` made of the minutes [from, to). */
  private pushBar(bars: Bars, from: number, to: number): void {
    let high = -Infinity
    let low = Infinity
    let volume = 0
    for (let i = from; i < to; i++) {
      high = Math.max(high, this.high[i] ?? 0)
      low = Math.min(low, this.low[i] ?? Infinity)
      volume += this.volume[i] ?? 0
    }
    bars.openTimeMs.push(this.timeOf(from))
    bars.open.push(this.open[from] ?? 0)
    bars.high.push(high)
    bars.low.push(low)
    bars.close.push(this.close[to - 1] ?? 0)
    bars.volume.push(Number(volume.toFixed(3)))
  }

  /** Closed bars that open before `beforeMs`, at most `limit`, oldest first; minutes from `cursor` on have not happened yet. */
  history(options: { timeframe: Timeframe; beforeMs: number; limit: number; cursor: number }): Bars & { more: boolean } {
    const step = TIMEFRAME_MS[options.timeframe] / MINUTE_MS
    const closed = Math.floor(options.cursor / step)
    const before = Math.ceil((options.beforeMs - this.startMs) / MINUTE_MS / step)
    const to = Math.max(0, Math.min(closed, before))
    const from = Math.max(0, to - options.limit)
    const bars = emptyBars()
    for (let bar = from; bar < to; bar++) this.pushBar(bars, bar * step, (bar + 1) * step)
    return { ...bars, more: from > 0 }
  }

  /** The bars of every timeframe that close with minute `minute`. */
  closing(minute: number): { timeframe: Timeframe; bars: Bars }[] {
    const closed: { timeframe: Timeframe; bars: Bars }[] = []
    for (const timeframe of ['1m', '5m', '15m', '1h', '4h', '1d'] as const) {
      const step = TIMEFRAME_MS[timeframe] / MINUTE_MS
      if ((minute + 1) % step !== 0) continue
      const bars = emptyBars()
      this.pushBar(bars, minute + 1 - step, minute + 1)
      closed.push({ timeframe, bars })
    }
    return closed
  }
}
