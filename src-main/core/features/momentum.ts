// Momentum of the close. Definitions follow TA-Lib (ta_RSI.c, ta_MACD.c, ta_ROC.c).
import { type Smoother, createEma, createRma } from './averages.ts'

/** Relative strength index, 0 to 100, with Wilder's smoothing. 0 while the price has never moved, as in TA-Lib. First value at candle `period` + 1. */
export class Rsi {
  readonly #gains: Smoother
  readonly #losses: Smoother
  #previous = NaN

  constructor(period: number) {
    this.#gains = createRma(period)
    this.#losses = createRma(period)
  }

  update(close: number): number {
    const change = close - this.#previous
    this.#previous = close
    if (Number.isNaN(change)) return change
    // max(change, 0) without a branch: the sign of a price change is a coin flip, and a mispredicted branch costs more than the arithmetic.
    const gain = (change + Math.abs(change)) * 0.5
    const gains = this.#gains.update(gain)
    const total = gains + this.#losses.update(gain - change)
    return total === 0 ? 0 : (100 * gains) / total
  }
}

/**
 * MACD: difference of two EMAs of the close, its EMA (signal) and the difference of both (histogram).
 * As in TA-Lib the fast EMA is seeded with the last values of the slow window, so that both start on the same candle.
 * The line exists from candle `slow`, signal and histogram from candle `slow` + `signal` − 1.
 */
export class Macd {
  line = NaN
  signal = NaN
  histogram = NaN
  readonly #fast: Smoother
  readonly #slow: Smoother
  readonly #signal: Smoother
  #untilFast: number

  constructor(fast: number, slow: number, signal: number) {
    this.#fast = createEma(fast)
    this.#slow = createEma(slow)
    this.#signal = createEma(signal)
    this.#untilFast = slow - fast
  }

  /** Returns the line; the other two are read from the fields. */
  update(close: number): number {
    const slow = this.#slow.update(close)
    if (this.#untilFast > 0) {
      this.#untilFast -= 1
      return NaN
    }
    const line = this.#fast.update(close) - slow
    if (Number.isNaN(line)) return line
    this.line = line
    this.signal = this.#signal.update(line)
    this.histogram = line - this.signal
    return line
  }
}

/** Rate of change over `period` candles, in percent. First value at candle `period` + 1. */
export class Roc {
  readonly #closes: Float64Array
  #next = 0

  constructor(period: number) {
    this.#closes = new Float64Array(period).fill(NaN)
  }

  update(close: number): number {
    const at = this.#next
    const before = this.#closes[at] ?? NaN
    this.#closes[at] = close
    this.#next = at + 1 === this.#closes.length ? 0 : at + 1
    return (close / before - 1) * 100
  }
}
