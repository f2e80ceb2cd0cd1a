// Momentum of the close. Definitions follow TA-Lib (ta_RSI.c, ta_MACD.c, ta_ROC.c).
import { type Smoother, createEma, createRma, emaWeight, rmaWeight } from './averages.ts'

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

/** {@link Rsi} of a column of closes, into `out`. */
export function fillRsi(closes: Float64Array, out: Float64Array, period: number): void {
  const weight = rmaWeight(period)
  let [gains, losses] = [0, 0]
  out.fill(NaN, 0, period)
  if (closes.length <= period) return
  for (let i = 1; i <= period; i += 1) {
    const change = (closes[i] ?? NaN) - (closes[i - 1] ?? NaN)
    const gain = (change + Math.abs(change)) * 0.5
    gains += gain
    losses += gain - change
  }
  gains /= period
  losses /= period
  out[period] = gains + losses === 0 ? 0 : (100 * gains) / (gains + losses)
  let previous = closes[period] ?? NaN
  for (let i = period + 1; i < closes.length; i += 1) {
    const close = closes[i] ?? NaN
    const change = close - previous
    previous = close
    const gain = (change + Math.abs(change)) * 0.5
    gains += weight * (gain - gains)
    losses += weight * (gain - change - losses)
    const total = gains + losses
    out[i] = total === 0 ? 0 : (100 * gains) / total
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

export type MacdPeriods = { readonly fast: number; readonly slow: number; readonly signal: number }
export type MacdColumns = { readonly line: Float64Array; readonly signal: Float64Array; readonly histogram: Float64Array }

/** {@link Macd} of a column of closes, into three columns. */
export function fillMacd(closes: Float64Array, out: MacdColumns, periods: MacdPeriods): void {
  const { line, signal, histogram } = out
  const whole = periods.slow + periods.signal - 1
  line.fill(NaN, 0, periods.slow - 1)
  signal.fill(NaN, 0, whole - 1)
  histogram.fill(NaN, 0, whole - 1)
  if (closes.length < periods.slow) return
  const [fastWeight, slowWeight, signalWeight] = [emaWeight(periods.fast), emaWeight(periods.slow), emaWeight(periods.signal)]
  let [fast, slow, average] = [0, 0, 0]
  for (let i = 0; i < periods.slow; i += 1) {
    slow += closes[i] ?? NaN
    if (i >= periods.slow - periods.fast) fast += closes[i] ?? NaN
  }
  fast /= periods.fast
  slow /= periods.slow
  line[periods.slow - 1] = fast - slow
  average += fast - slow
  const seeded = Math.min(closes.length, whole)
  for (let i = periods.slow; i < seeded; i += 1) {
    fast += fastWeight * ((closes[i] ?? NaN) - fast)
    slow += slowWeight * ((closes[i] ?? NaN) - slow)
    line[i] = fast - slow
    average += fast - slow
  }
  if (closes.length < whole) return
  average /= periods.signal
  signal[whole - 1] = average
  histogram[whole - 1] = fast - slow - average
  for (let i = whole; i < closes.length; i += 1) {
    const close = closes[i] ?? NaN
    fast += fastWeight * (close - fast)
    slow += slowWeight * (close - slow)
    const difference = fast - slow
    average += signalWeight * (difference - average)
    line[i] = difference
    signal[i] = average
    histogram[i] = difference - average
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
