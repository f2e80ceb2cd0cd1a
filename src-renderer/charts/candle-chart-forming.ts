// The bar that is still forming: closed minutes and prices folded into the bar of the chart's timeframe, until the closed bar replaces it.
import { TIMEFRAME_MS, type Timeframe, barOpenMs } from '../../src-shared/domain/time.ts'
import type { Candle, PriceTick } from '../stores/candle-bus.ts'

type Forming = { openTimeMs: number; open: number; high: number; low: number; close: number; volume: number }

export class FormingBar {
  private readonly lengthMs: number
  private bar: Forming | null = null

  constructor(timeframe: Timeframe) {
    this.lengthMs = TIMEFRAME_MS[timeframe]
  }

  /** Adds a closed minute. Returns the forming bar with it, or null when the minute belongs to an older bar. */
  addMinute(minute: Omit<Candle, 'instrumentId' | 'timeframe'>): Forming | null {
    const openTimeMs = barOpenMs(minute.openTimeMs, this.lengthMs)
    if (this.bar && openTimeMs < this.bar.openTimeMs) return null
    if (this.bar?.openTimeMs !== openTimeMs) {
      const { open, high, low, close, volume } = minute
      this.bar = { openTimeMs, open, high, low, close, volume }
      return this.bar
    }
    this.bar.high = Math.max(this.bar.high, minute.high)
    this.bar.low = Math.min(this.bar.low, minute.low)
    this.bar.close = minute.close
    this.bar.volume += minute.volume
    return this.bar
  }

  /** Adds a last price; it moves the close and the range, and brings no volume. */
  addPrice({ price, tsMs }: PriceTick): Forming | null {
    return this.addMinute({ openTimeMs: barOpenMs(tsMs, this.lengthMs), open: price, high: price, low: price, close: price, volume: 0 })
  }
}
