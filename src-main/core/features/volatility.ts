// How far the price moves: true range, bands, realised volatility.
import { type Smoother, createRma, sumOf } from './averages.ts'
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

/**
 * Realised volatility (Andersen, Bollerslev, Diebold and Labys 2003): root of the mean squared log return of `period` candles, annualised
 * by the bars of this length in 365 days. 0.6 is 60 % a year. The length of a bar is the smallest step between open times seen so far,
 * so that a gap in the data does not change it. First value at candle `period` + 1.
 */
export class RealizedVolatility {
  readonly #squares: Float64Array
  #next = 0
  #sum = 0
  #full = false
  #previousClose = NaN
  #previousOpenMs = NaN
  #barMs = Infinity

  constructor(period: number) {
    this.#squares = new Float64Array(period)
  }

  update(openTimeMs: number, close: number): number {
    const logReturn = Math.log(close / this.#previousClose)
    const stepMs = openTimeMs - this.#previousOpenMs
    this.#previousClose = close
    this.#previousOpenMs = openTimeMs
    if (Number.isNaN(logReturn)) return logReturn
    if (stepMs < this.#barMs) this.#barMs = stepMs
    this.#push(logReturn * logReturn)
    return this.#full ? Math.sqrt(((this.#sum / this.#squares.length) * YEAR_MS) / this.#barMs) : NaN
  }

  #push(square: number): void {
    const at = this.#next
    this.#sum = Math.max(0, this.#sum + square - (this.#squares[at] ?? 0))
    this.#squares[at] = square
    if (at + 1 < this.#squares.length) {
      this.#next = at + 1
      return
    }
    this.#next = 0
    this.#full = true
    this.#sum = sumOf(this.#squares)
  }
}
