// Oscillators: where the price stands in its recent range, and how it got there. Definitions follow TA-Lib.
import { type Smoother, Sma, createEma, fillSma } from './averages.ts'
import { type RollingExtreme, fillExtreme, rollingHigh, rollingLow } from './channel.ts'
import { Rsi } from './momentum.ts'
import type { PriceColumns } from './volatility.ts'
import { Window } from './window.ts'

/** 100 × (value − low) ÷ (high − low); 0 in a range without height, as in TA-Lib. */
const placeInRange = (value: number, low: number, high: number): number => {
  const height = high - low
  return height > 0 ? (100 * (value - low)) / height : 0 * height
}

export type StochasticPeriods = { readonly period: number; readonly slowing: number; readonly signal: number }

/**
 * Stochastic oscillator (TA-Lib ta_STOCH.c): %K is the SMA of the close's place in the range of `period` candles, %D the SMA of %K.
 * %K exists from candle `period` + `slowing` − 1, %D from `signal` − 1 later.
 */
export class Stochastic {
  k = NaN
  d = NaN
  readonly #highest: RollingExtreme
  readonly #lowest: RollingExtreme
  /** Null without slowing: a sum of one value would only round it. */
  readonly #slowing: Sma | null
  readonly #signal: Sma

  constructor({ period, slowing, signal }: StochasticPeriods) {
    this.#highest = rollingHigh(period)
    this.#lowest = rollingLow(period)
    this.#slowing = slowing === 1 ? null : new Sma(slowing)
    this.#signal = new Sma(signal)
  }

  /** Returns %K; %D is read from its field. */
  update(high: number, low: number, close: number): number {
    const highest = this.#highest.update(high)
    const lowest = this.#lowest.update(low)
    if (Number.isNaN(highest)) return highest
    const place = placeInRange(close, lowest, highest)
    const k = this.#slowing === null ? place : this.#slowing.update(place)
    this.k = k
    if (!Number.isNaN(k)) this.d = this.#signal.update(k)
    return k
  }
}

/** {@link Stochastic} of columns, into two columns. Until the end `d` holds first the lowest lows, then the place of each close. */
export function fillStochastic(
  { high, low, close }: PriceColumns,
  [k, d]: readonly [Float64Array, Float64Array],
  periods: StochasticPeriods,
): void {
  const { period, slowing, signal } = periods
  fillExtreme(high, k, { period, sign: 1 })
  fillExtreme(low, d, { period, sign: -1 })
  const places = slowing === 1 ? k : d
  for (let i = 0; i < close.length; i += 1) places[i] = placeInRange(close[i] ?? NaN, d[i] ?? NaN, k[i] ?? NaN)
  if (slowing > 1) fillSma(d, k, { period: slowing, from: period - 1 })
  fillSma(k, d, { period: signal, from: period + slowing - 2 })
}

/**
 * Stochastic RSI (TA-Lib ta_STOCHRSI.c): the place of RSI in its own range of `period` values, not slowed, and the SMA of that.
 * K exists from candle `rsiPeriod` + `period`, D from `signal` − 1 later.
 */
export class StochRsi {
  k = NaN
  d = NaN
  readonly #rsi: Rsi
  readonly #highest: RollingExtreme
  readonly #lowest: RollingExtreme
  readonly #signal: Sma

  constructor({ rsiPeriod, period, signal }: { rsiPeriod: number; period: number; signal: number }) {
    this.#rsi = new Rsi(rsiPeriod)
    this.#highest = rollingHigh(period)
    this.#lowest = rollingLow(period)
    this.#signal = new Sma(signal)
  }

  /** Returns K; D is read from its field. */
  update(close: number): number {
    const rsi = this.#rsi.update(close)
    if (Number.isNaN(rsi)) return rsi
    const highest = this.#highest.update(rsi)
    const lowest = this.#lowest.update(rsi)
    if (Number.isNaN(highest)) return highest
    this.k = placeInRange(rsi, lowest, highest)
    this.d = this.#signal.update(this.k)
    return this.k
  }
}

/** Williams %R (TA-Lib ta_WILLR.c): −100 at the lowest low of `period` candles, 0 at the highest high and in a range without height. */
export class WilliamsR {
  readonly #highest: RollingExtreme
  readonly #lowest: RollingExtreme

  constructor(period: number) {
    this.#highest = rollingHigh(period)
    this.#lowest = rollingLow(period)
  }

  update(high: number, low: number, close: number): number {
    const highest = this.#highest.update(high)
    const height = highest - this.#lowest.update(low)
    // Adding 0 makes a negative zero positive.
    return height > 0 ? (-100 * (highest - close)) / height + 0 : 0 * height
  }
}

/**
 * Commodity channel index (TA-Lib ta_CCI.c): distance of the typical price from its mean ÷ (0.015 × mean absolute deviation); 0 without any.
 * Summed anew each time relative to the newest value, so that a price that never moves gives 0 and not a quotient of rounding errors.
 */
export class Cci {
  readonly #window: Window

  constructor(period: number) {
    this.#window = new Window(period)
  }

  update(price: number): number {
    this.#window.push(price)
    if (!this.#window.isFull) return NaN
    const { values } = this.#window
    let mean = 0
    for (let i = 0; i < values.length; i += 1) mean += (values[i] ?? NaN) - price
    mean /= values.length
    let deviation = 0
    for (let i = 0; i < values.length; i += 1) deviation += Math.abs((values[i] ?? NaN) - price - mean)
    return deviation > 0 ? (-mean * values.length) / (0.015 * deviation) + 0 : 0
  }
}

/** Values since the extreme of the last `period` + 1 of them: 0 when the newest is it. Of equal ones the newest counts, as in TA-Lib. */
class SinceHighest {
  readonly #window: Window
  #highest = -Infinity
  #age = 0

  constructor(period: number) {
    this.#window = new Window(period + 1)
  }

  update(value: number): number {
    const { values } = this.#window
    this.#window.push(value)
    this.#age += 1
    if (value >= this.#highest) {
      this.#highest = value
      this.#age = 0
    } else if (this.#age === values.length) this.#rescan()
    return this.#window.isFull ? this.#age : NaN
  }

  #rescan(): void {
    const { values, oldest } = this.#window
    this.#highest = -Infinity
    for (let k = 0; k < values.length; k += 1) {
      const value = values[(oldest + k) % values.length] ?? NaN
      if (value >= this.#highest) {
        this.#highest = value
        this.#age = values.length - 1 - k
      }
    }
  }
}

/** Aroon (TA-Lib ta_AROON.c): 100 when the extreme of the last `period` + 1 candles is this one, 0 when it is the oldest. First value at candle `period` + 1. */
export class Aroon {
  up = NaN
  down = NaN
  readonly #sinceHigh: SinceHighest
  readonly #sinceLow: SinceHighest
  readonly #period: number

  constructor(period: number) {
    this.#sinceHigh = new SinceHighest(period)
    this.#sinceLow = new SinceHighest(period)
    this.#period = period
  }

  /** Returns up − down; both are read from their fields. */
  update(high: number, low: number): number {
    this.up = (100 * (this.#period - this.#sinceHigh.update(high))) / this.#period
    this.down = (100 * (this.#period - this.#sinceLow.update(-low))) / this.#period
    return this.up - this.down
  }
}

/** TRIX (TA-Lib ta_TRIX.c): change from candle to candle of a triple EMA of the close, in percent. First value at candle 3 × `period` − 1. */
export class Trix {
  readonly #first: Smoother
  readonly #second: Smoother
  readonly #third: Smoother
  #previous = NaN

  constructor(period: number) {
    this.#first = createEma(period)
    this.#second = createEma(period)
    this.#third = createEma(period)
  }

  update(close: number): number {
    const first = this.#first.update(close)
    if (Number.isNaN(first)) return first
    const second = this.#second.update(first)
    if (Number.isNaN(second)) return second
    const third = this.#third.update(second)
    const previous = this.#previous
    this.#previous = third
    return 100 * (third / previous - 1)
  }
}
