// Where the price goes, and where that view is wrong: directional movement, SuperTrend, Chandelier exit.
import { type RangeColumns, RollingHigh, RollingLow } from './channel.ts'
import { Atr, type PriceColumns, fillAtr, trueRange } from './volatility.ts'

/**
 * Wilder's directional movement (TA-Lib ta_ADX.c, ta_PLUS_DI.c): +DI and −DI from candle `period` + 1, ADX from candle 2 × `period`.
 * When the high and the low move out by the same amount neither side counts; without any movement ADX keeps its value.
 */
export class DirectionalMovement {
  plusDi = NaN
  minusDi = NaN
  adx = NaN
  readonly #period: number
  readonly #inverse: number
  #previousHigh = NaN
  #previousLow = NaN
  #previousClose = NaN
  #steps = 0
  #plus = 0
  #minus = 0
  #range = 0
  #indexSum = 0

  constructor(period: number) {
    this.#period = period
    this.#inverse = 1 / period
  }

  /** Returns ADX; the others are read from the fields. */
  update(high: number, low: number, close: number): number {
    const up = high - this.#previousHigh
    const down = this.#previousLow - low
    const range = trueRange(high, low, this.#previousClose)
    this.#previousHigh = high
    this.#previousLow = low
    this.#previousClose = close
    if (Number.isNaN(up)) return up
    const gain = (up + Math.abs(up)) * 0.5
    const loss = (down + Math.abs(down)) * 0.5
    this.#accumulate(gain * Number(gain > loss), loss * Number(loss > gain), range)
    return this.adx
  }

  #accumulate(plus: number, minus: number, range: number): void {
    const period = this.#period
    this.#steps += 1
    // The first sum is over period − 1 candles, and Wilder's smoothing begins with the next one.
    const kept = this.#steps < period ? 1 : 1 - this.#inverse
    this.#plus = this.#plus * kept + plus
    this.#minus = this.#minus * kept + minus
    this.#range = this.#range * kept + range
    if (this.#steps >= period) this.#publish()
  }

  #publish(): void {
    const period = this.#period
    const perRange = this.#range > 0 ? 100 / this.#range : 0
    this.plusDi = this.#plus * perRange
    this.minusDi = this.#minus * perRange
    const total = this.#plus + this.#minus
    const index = total > 0 ? (100 * Math.abs(this.#plus - this.#minus)) / total : 0
    if (this.#steps < 2 * period) {
      this.#indexSum += index
      if (this.#steps === 2 * period - 1) this.adx = this.#indexSum / period
    } else if (total > 0) {
      this.adx += this.#inverse * (index - this.adx)
    }
  }
}

/** ADX of {@link DirectionalMovement} of columns, into `out`. The true range cancels out of it. */
export function fillAdx({ high, low }: RangeColumns, out: Float64Array, period: number): void {
  const inverse = 1 / period
  const decay = 1 - inverse
  let [plus, minus, sum, average] = [0, 0, 0, NaN]
  let [previousHigh, previousLow] = [high[0] ?? NaN, low[0] ?? NaN]
  out.fill(NaN, 0, 2 * period - 1)
  for (let i = 1; i < high.length; i += 1) {
    const top = high[i] ?? NaN
    const bottom = low[i] ?? NaN
    const up = top - previousHigh
    const down = previousLow - bottom
    previousHigh = top
    previousLow = bottom
    const gain = (up + Math.abs(up)) * 0.5
    const loss = (down + Math.abs(down)) * 0.5
    const kept = i < period ? 1 : decay
    plus = plus * kept + gain * Number(gain > loss)
    minus = minus * kept + loss * Number(loss > gain)
    if (i < period) continue
    const total = plus + minus
    const index = total > 0 ? (100 * Math.abs(plus - minus)) / total : 0
    if (i < 2 * period) {
      sum += index
      if (i < 2 * period - 1) continue
      average = sum / period
    } else if (total > 0) average += inverse * (index - average)
    out[i] = average
  }
}

/** +DI and −DI of {@link DirectionalMovement} of columns, into two columns. */
export function fillDirectionalIndicators(
  { high, low, close }: PriceColumns,
  [plusDi, minusDi]: readonly [Float64Array, Float64Array],
  period: number,
): void {
  const decay = 1 - 1 / period
  let [plus, minus, range] = [0, 0, 0]
  plusDi.fill(NaN, 0, period)
  minusDi.fill(NaN, 0, period)
  for (let i = 1; i < close.length; i += 1) {
    const up = (high[i] ?? NaN) - (high[i - 1] ?? NaN)
    const down = (low[i - 1] ?? NaN) - (low[i] ?? NaN)
    const gain = (up + Math.abs(up)) * 0.5
    const loss = (down + Math.abs(down)) * 0.5
    const kept = i < period ? 1 : decay
    plus = plus * kept + gain * Number(gain > loss)
    minus = minus * kept + loss * Number(loss > gain)
    range = range * kept + trueRange(high[i] ?? NaN, low[i] ?? NaN, close[i - 1] ?? NaN)
    if (i < period) continue
    const perRange = range > 0 ? 100 / range : 0
    plusDi[i] = plus * perRange
    minusDi[i] = minus * perRange
  }
}

/**
 * SuperTrend (Olivier Seban): bands at the middle of the bar ± multiple × ATR that only tighten until the close passes them.
 * `line` is the band on the protective side, `direction` is 1 above it and −1 below it. First value at candle `period` + 1.
 */
export class SuperTrend {
  line = NaN
  direction = NaN
  readonly #atr: Atr
  readonly #multiple: number
  #upper = NaN
  #lower = NaN
  #previousClose = NaN

  constructor(period: number, multiple: number) {
    this.#atr = new Atr(period)
    this.#multiple = multiple
  }

  /** Returns the line; the direction is read from its field. */
  update(high: number, low: number, close: number): number {
    const distance = this.#multiple * this.#atr.update(high, low, close)
    const previousClose = this.#previousClose
    this.#previousClose = close
    if (Number.isNaN(distance)) return distance
    const middle = (high + low) * 0.5
    if (Number.isNaN(this.direction)) this.#start(middle, distance, close)
    else this.#advance(middle, distance, previousClose)
    if (this.direction > 0 ? close < this.#lower : close > this.#upper) this.direction = -this.direction
    this.line = this.direction > 0 ? this.#lower : this.#upper
    return this.line
  }

  #start(middle: number, distance: number, close: number): void {
    this.#upper = middle + distance
    this.#lower = middle - distance
    this.direction = close > this.#lower ? 1 : -1
  }

  #advance(middle: number, distance: number, previousClose: number): void {
    if (middle + distance < this.#upper || previousClose > this.#upper) this.#upper = middle + distance
    if (middle - distance > this.#lower || previousClose < this.#lower) this.#lower = middle - distance
  }
}

/** {@link SuperTrend} of columns, into two columns. */
export function fillSuperTrend(
  { high, low, close }: PriceColumns,
  [line, direction]: readonly [Float64Array, Float64Array],
  { period, multiple }: { period: number; multiple: number },
): void {
  fillAtr({ high, low, close }, line, period)
  direction.fill(NaN, 0, period)
  let [upper, lower, isUp] = [NaN, NaN, true]
  for (let i = period; i < close.length; i += 1) {
    const middle = ((high[i] ?? NaN) + (low[i] ?? NaN)) * 0.5
    // The average range stands in the line's column until the line takes its place.
    const distance = multiple * (line[i] ?? NaN)
    const above = middle + distance
    const below = middle - distance
    const price = close[i] ?? NaN
    const previous = close[i - 1] ?? NaN
    const isFirst = i === period
    if (isFirst || above < upper || previous > upper) upper = above
    if (isFirst || below > lower || previous < lower) lower = below
    if (isFirst) isUp = price > lower
    if (isUp ? price < lower : price > upper) isUp = !isUp
    line[i] = isUp ? lower : upper
    direction[i] = isUp ? 1 : -1
  }
}

/** Chandelier exit (Chuck LeBeau): highest high − multiple × ATR for a long, lowest low + multiple × ATR for a short, all over `period` candles. */
export class Chandelier {
  distance = NaN
  long = NaN
  short = NaN
  readonly #atr: Atr
  readonly #multiple: number
  readonly #highest: RollingHigh
  readonly #lowest: RollingLow

  constructor(period: number, multiple: number) {
    this.#atr = new Atr(period)
    this.#multiple = multiple
    this.#highest = new RollingHigh(period)
    this.#lowest = new RollingLow(period)
  }

  /** Returns the distance in price units; the levels are read from the fields. First value at candle `period` + 1. */
  update(high: number, low: number, close: number): number {
    this.distance = this.#multiple * this.#atr.update(high, low, close)
    this.long = this.#highest.update(high) - this.distance
    this.short = this.#lowest.update(low) + this.distance
    return this.distance
  }
}
