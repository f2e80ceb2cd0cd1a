// Which candles may be traded on. Feeds ask before they emit, so the rule stands where both sides of the ports can read it.
import type { Candle, CandleFault } from './candle.ts'

/** Why this candle is unusable on its own, or null. Its place in the series is the guard's business. */
export function candleFault(candle: Candle, lengthMs: number): CandleFault | null {
  const { openTimeMs, open, high, low, close, volume } = candle
  // A sum of finite numbers of market size is finite; one NaN or infinity makes it NaN or infinite.
  if (!Number.isFinite(openTimeMs + open + high + low + close + volume)) return 'not_finite'
  if (open <= 0 || high <= 0 || low <= 0 || close <= 0) return 'zero_price'
  if (high < low || open > high || open < low || close > high || close < low) return 'crossed'
  if (volume < 0) return 'negative_volume'
  // A remainder of such large numbers costs several times as much as a quotient.
  const steps = openTimeMs / lengthMs
  if (Math.floor(steps) !== steps) return 'misaligned'
  return null
}

/** Watches the candles of one instrument and one timeframe, in order of arrival. Allocates nothing per candle. */
export class CandleGuard {
  readonly #lengthMs: number
  #lastOpenMs: number
  #missing = 0

  /** `lastOpenMs` is the open time of the last good candle known from elsewhere; NaN when there is none. */
  constructor(lengthMs: number, lastOpenMs = Number.NaN) {
    this.#lengthMs = lengthMs
    this.#lastOpenMs = lastOpenMs
  }

  /**
   * The fault of this candle, or null when it is good; then `missing` and `missingFromMs` tell of the gap right before it.
   * A faulty candle leaves no trace: the next one is measured against the last good one.
   */
  check(candle: Candle): CandleFault | null {
    const fault = candleFault(candle, this.#lengthMs)
    if (fault !== null) return fault
    const last = this.#lastOpenMs
    if (candle.openTimeMs === last) return 'duplicate'
    if (candle.openTimeMs < last) return 'out_of_order'
    this.#missing = Number.isNaN(last) ? 0 : (candle.openTimeMs - last) / this.#lengthMs - 1
    this.#lastOpenMs = candle.openTimeMs
    return null
  }

  /** Candles missing right before the last good one. */
  get missing(): number {
    return this.#missing
  }
  /** Open time of the first missing candle. Meaningful only while `missing` is more than 0. */
  get missingFromMs(): number {
    return this.#lastOpenMs - this.#missing * this.#lengthMs
  }
  /** Open time of the last good candle; NaN before the first. */
  get lastOpenMs(): number {
    return this.#lastOpenMs
  }
}
