// How far the price moves: true range, bands, realised volatility.
import { type Smoother, WINDOWS_PER_REBUILD, createRma, rmaWeight, sumOf } from './averages.ts'
import { meanOf, varianceOf } from './statistics.ts'
import { Window } from './window.ts'
import { DAY_MS } from '../../../src-shared/domain/time.ts'

/** Average true range in price units, Wilder's smoothing (TA-Lib ta_ATR.c: the first candle has no true range). First value at candle `period` + 1. */
export class Atr {
  readonly #average: Smoother
  #previousClose = NaN

  constructor(period: number) {
    this.#average = createRma(period)
  }

  update(high: number, low: number, close: number): number {
    const previous = this.#previousClose
    this.#previousClose = close
    if (Number.isNaN(previous)) return previous
    return this.#average.update(trueRange(high, low, previous))
  }
}

export type PriceColumns = { readonly high: Float64Array; readonly low: Float64Array; readonly close: Float64Array }

/** {@link Atr} of columns, into `out`. */
export function fillAtr({ high, low, close }: PriceColumns, out: Float64Array, period: number): void {
  const weight = rmaWeight(period)
  out.fill(NaN, 0, period)
  if (close.length <= period) return
  let average = 0
  for (let i = 1; i <= period; i += 1) average += trueRange(high[i] ?? NaN, low[i] ?? NaN, close[i - 1] ?? NaN)
  average /= period
  out[period] = average
  let previous = close[period] ?? NaN
  for (let i = period + 1; i < close.length; i += 1) {
    average += weight * (trueRange(high[i] ?? NaN, low[i] ?? NaN, previous) - average)
    previous = close[i] ?? NaN
    out[i] = average
  }
}

/** max(high, previous close) − min(low, previous close), without a branch. */
export function trueRange(high: number, low: number, previousClose: number): number {
  const above = high - previousClose
  const below = low - previousClose
  return (above + Math.abs(above) - below + Math.abs(below)) * 0.5
}

/**
 * Bollinger Bands (TA-Lib ta_BBANDS.c): SMA ± multiple × population standard deviation; width = (upper − lower) ÷ mid.
 * Sums are kept relative to an anchor near the price, against cancellation, and rebuilt now and then, against drift.
 */
export class Bollinger {
  mid = NaN
  upper = NaN
  lower = NaN
  readonly #window: Float64Array
  readonly #multiple: number
  readonly #inverse: number
  #anchor = NaN
  #next = 0
  #sum = 0
  #squares = 0
  #windows = 0

  constructor(period: number, multiple: number) {
    this.#window = new Float64Array(period)
    this.#multiple = multiple
    this.#inverse = 1 / period
    // The first window is added up when it is full: what is kept before that is never read.
    this.#anchor = 0
  }

  /** Returns the mid; the others are read from the fields. First value at candle `period`. */
  update(close: number): number {
    const at = this.#next
    const anchor = this.#anchor
    const entering = close - anchor
    const leaving = (this.#window[at] ?? NaN) - anchor
    this.#window[at] = close
    this.#sum += entering - leaving
    this.#squares += entering * entering - leaving * leaving
    if (at + 1 < this.#window.length) this.#next = at + 1
    else this.#wrap()
    return this.#windows > 0 ? this.#publish() : NaN
  }

  /** (Upper − lower) ÷ mid. A division, for those who ask. */
  get width(): number {
    return (this.upper - this.lower) / this.mid
  }

  #wrap(): void {
    this.#next = 0
    if (this.#windows % WINDOWS_PER_REBUILD === 0) this.#rebuild()
    this.#windows += 1
  }

  #rebuild(): void {
    const anchor = sumOf(this.#window) * this.#inverse
    let sum = 0
    let squares = 0
    for (let i = 0; i < this.#window.length; i += 1) {
      const offset = (this.#window[i] ?? NaN) - anchor
      sum += offset
      squares += offset * offset
    }
    this.#anchor = anchor
    this.#sum = sum
    this.#squares = squares
  }

  #publish(): number {
    const mean = this.#sum * this.#inverse
    const variance = this.#squares * this.#inverse - mean * mean
    const distance = variance > 0 ? this.#multiple * Math.sqrt(variance) : 0
    const mid = mean + this.#anchor
    this.mid = mid
    this.upper = mid + distance
    this.lower = mid - distance
    return mid
  }
}

export type BandColumns = { readonly mid: Float64Array; readonly upper: Float64Array; readonly lower: Float64Array }

/** {@link Bollinger} of a column of closes, into three columns. */
export function fillBollinger(closes: Float64Array, out: BandColumns, { period, multiple }: { period: number; multiple: number }): void {
  const { mid, upper, lower } = out
  const inverse = 1 / period
  const first = Math.min(closes.length, period - 1)
  for (const column of [mid, upper, lower]) column.fill(NaN, 0, first)
  for (let start = first; start < closes.length;) {
    let [total, sum, squares] = [0, 0, 0]
    for (let i = start - period + 1; i <= start; i += 1) total += closes[i] ?? NaN
    const anchor = total * inverse
    for (let i = start - period + 1; i <= start; i += 1) {
      const offset = (closes[i] ?? NaN) - anchor
      sum += offset
      squares += offset * offset
    }
    const end = Math.min(closes.length, start + WINDOWS_PER_REBUILD * period)
    for (let i = start; i < end; i += 1) {
      if (i > start) {
        const entering = (closes[i] ?? NaN) - anchor
        const leaving = (closes[i - period] ?? NaN) - anchor
        sum += entering - leaving
        squares += entering * entering - leaving * leaving
      }
      const mean = sum * inverse
      const variance = squares * inverse - mean * mean
      const distance = variance > 0 ? multiple * Math.sqrt(variance) : 0
      const middle = mean + anchor
      mid[i] = middle
      upper[i] = middle + distance
      lower[i] = middle - distance
    }
    start = end
  }
}

/** Width of Bollinger Bands from their columns, into `out`. */
export function fillBandWidth({ mid, upper, lower }: BandColumns, out: Float64Array): void {
  for (let i = 0; i < out.length; i += 1) out[i] = ((upper[i] ?? NaN) - (lower[i] ?? NaN)) / (mid[i] ?? NaN)
}

const YEAR_MS = 365 * DAY_MS

/** The length of a bar: the smallest step between open times seen so far, so that a gap in the data does not change it. */
class BarLength {
  #previousOpenMs = NaN
  #barMs = Infinity

  /** In milliseconds; Infinity until two candles have been seen. */
  update(openTimeMs: number): number {
    const stepMs = openTimeMs - this.#previousOpenMs
    this.#previousOpenMs = openTimeMs
    if (stepMs < this.#barMs) this.#barMs = stepMs
    return this.#barMs
  }
}

/** Root of the mean square per bar, scaled to a year of bars of this length. */
const annualized = (meanSquare: number, barMs: number): number => Math.sqrt((meanSquare * YEAR_MS) / barMs)

/** Mean of the last `period` values that are not negative. Rebuilt once per window, against drift. */
class PositiveMean {
  readonly #values: Float64Array
  #next = 0
  #sum = 0
  #full = false

  constructor(period: number) {
    this.#values = new Float64Array(period)
  }

  update(value: number): number {
    const at = this.#next
    this.#sum = Math.max(0, this.#sum + value - (this.#values[at] ?? 0))
    this.#values[at] = value
    if (at + 1 < this.#values.length) this.#next = at + 1
    else {
      this.#next = 0
      this.#full = true
      this.#sum = sumOf(this.#values)
    }
    return this.#full ? this.#sum / this.#values.length : NaN
  }
}

/**
 * Realised volatility (Andersen, Bollerslev, Diebold and Labys 2003): root of the mean squared log return of `period` candles, annualised
 * by the bars of this length in 365 days. 0.6 is 60 % a year. First value at candle `period` + 1.
 */
export class RealizedVolatility {
  readonly #squares: PositiveMean
  readonly #bar = new BarLength()
  #previousClose = NaN

  constructor(period: number) {
    this.#squares = new PositiveMean(period)
  }

  update(openTimeMs: number, close: number): number {
    const logReturn = Math.log(close / this.#previousClose)
    const barMs = this.#bar.update(openTimeMs)
    this.#previousClose = close
    if (Number.isNaN(logReturn)) return logReturn
    return annualized(this.#squares.update(logReturn * logReturn), barMs)
  }
}

/**
 * Parkinson's volatility (1980): root of the mean squared log range ÷ (4 ln 2) of `period` candles, annualised as realised volatility is.
 * First value at candle `period`.
 */
export class ParkinsonVolatility {
  readonly #squares: PositiveMean
  readonly #bar = new BarLength()

  constructor(period: number) {
    this.#squares = new PositiveMean(period)
  }

  update(openTimeMs: number, high: number, low: number): number {
    const range = Math.log(high / low)
    return annualized(this.#squares.update((range * range) / (4 * Math.LN2)), this.#bar.update(openTimeMs))
  }
}

/**
 * Volatility of Garman and Klass (1980): root of the mean of ½ ln(high ÷ low)² − (2 ln 2 − 1) ln(close ÷ open)² of `period` candles,
 * annualised as realised volatility is. First value at candle `period`.
 */
export class GarmanKlassVolatility {
  readonly #squares: PositiveMean
  readonly #bar = new BarLength()

  constructor(period: number) {
    this.#squares = new PositiveMean(period)
  }

  update({ openTimeMs, open, high, low, close }: { openTimeMs: number; open: number; high: number; low: number; close: number }): number {
    const range = Math.log(high / low)
    const change = Math.log(close / open)
    const variance = 0.5 * range * range - (2 * Math.LN2 - 1) * change * change
    return annualized(this.#squares.update(variance), this.#bar.update(openTimeMs))
  }
}

/** Standard deviation ÷ mean of the last `window` values of realised volatility over `period` candles; 0 when all are 0. First value at candle `period` + `window`. */
export class VolatilityOfVolatility {
  readonly #volatility: RealizedVolatility
  readonly #window: Window

  constructor(period: number, window: number) {
    this.#volatility = new RealizedVolatility(period)
    this.#window = new Window(window)
  }

  update(openTimeMs: number, close: number): number {
    const volatility = this.#volatility.update(openTimeMs, close)
    if (Number.isNaN(volatility)) return volatility
    this.#window.push(volatility)
    if (!this.#window.isFull) return NaN
    const mean = meanOf(this.#window.values)
    return mean > 0 ? Math.sqrt(varianceOf(this.#window.values, mean)) / mean : 0
  }
}
