// How far the price moves: true range, bands, realised volatility.
import { type Smoother, createRma, sumOf } from './averages.ts'
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

/** max(high, previous close) − min(low, previous close), without a branch. */
export function trueRange(high: number, low: number, previousClose: number): number {
  const above = high - previousClose
  const below = low - previousClose
  return (above + Math.abs(above) - below + Math.abs(below)) * 0.5
}

/**
 * Bollinger Bands (TA-Lib ta_BBANDS.c): SMA ± multiple × population standard deviation; width = (upper − lower) ÷ mid.
 * Sums are kept relative to an anchor near the price, against cancellation, and rebuilt once per window, against drift.
 */
export class Bollinger {
  mid = NaN
  upper = NaN
  lower = NaN
  width = NaN
  readonly #window: Float64Array
  readonly #multiple: number
  readonly #inverse: number
  #anchor = NaN
  #next = 0
  #sum = 0
  #squares = 0
  #full = false

  constructor(period: number, multiple: number) {
    this.#window = new Float64Array(period)
    this.#multiple = multiple
    this.#inverse = 1 / period
  }

  /** Returns the mid; the others are read from the fields. First value at candle `period`. */
  update(close: number): number {
    if (Number.isNaN(this.#anchor)) this.#start(close)
    const at = this.#next
    const entering = close - this.#anchor
    const leaving = (this.#window[at] ?? NaN) - this.#anchor
    this.#window[at] = close
    this.#sum += entering - leaving
    this.#squares += entering * entering - leaving * leaving
    if (at + 1 < this.#window.length) this.#next = at + 1
    else this.#rebuild()
    return this.#full ? this.#publish() : NaN
  }

  #start(close: number): void {
    this.#anchor = close
    this.#window.fill(close)
  }

  #rebuild(): void {
    this.#next = 0
    this.#full = true
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
    const variance = Math.max(0, this.#squares * this.#inverse - mean * mean)
    const distance = this.#multiple * Math.sqrt(variance)
    const mid = mean + this.#anchor
    this.mid = mid
    this.upper = mid + distance
    this.lower = mid - distance
    this.width = (2 * distance) / mid
    return mid
  }
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
