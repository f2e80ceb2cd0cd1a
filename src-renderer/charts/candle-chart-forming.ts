// The bar that is still forming: closed minutes and prices folded into the bar of the chart's timeframe, until the closed bar replaces it.
import { TIMEFRAME_MS, type Timeframe, barOpenMs } from '../../src-shared/domain/time.ts'
import type { Candle, PriceTick } from '../stores/candle-bus.ts'

type Minute = Omit<Candle, 'instrumentId' | 'timeframe'>
type Forming = { openTimeMs: number; open: number; high: number; low: number; close: number; volume: number }

export class FormingBar {
  private readonly lengthMs: number
  private bar: Forming | null = null
  private newestMinuteMs = -Infinity

  constructor(timeframe: Timeframe) {
    this.lengthMs = TIMEFRAME_MS[timeframe]
  }

  /** Adds a closed minute. Returns the forming bar with it, or null when the minute is known already or belongs to an older bar. */
  addMinute(minute: Minute): Forming | null {
    // The same minute can come twice: from history, and in a frame that was still on its way.
    if (minute.openTimeMs <= this.newestMinuteMs) return null
    this.newestMinuteMs = minute.openTimeMs
    return this.fold(minute)
  }

  /** Adds a last price; it moves the close and the range, and brings no volume. */
  addPrice({ price, tsMs }: PriceTick): Forming | null {
    return this.fold({ openTimeMs: barOpenMs(tsMs, this.lengthMs), open: price, high: price, low: price, close: price, volume: 0 })
  }

  private fold(part: Minute): Forming | null {
    const openTimeMs = barOpenMs(part.openTimeMs, this.lengthMs)
    if (this.bar && openTimeMs < this.bar.openTimeMs) return null
    if (this.bar?.openTimeMs !== openTimeMs) {
      const { open, high, low, close, volume } = part
      this.bar = { openTimeMs, open, high, low, close, volume }
      return this.bar
    }
    this.bar.high = Math.max(this.bar.high, part.high)
    this.bar.low = Math.min(this.bar.low, part.low)
    this.bar.close = part.close
    this.bar.volume += part.volume
    return this.bar
  }
}
