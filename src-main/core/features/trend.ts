// Where the price goes, and where that view is wrong: directional movement, SuperTrend, Chandelier exit.
import { type RangeColumns, type RollingExtreme, rollingHigh, rollingLow } from './channel.ts'
import { Atr, type PriceColumns, fillAtr, trueRange } from './volatility.ts'

/**
 * Wilder's directional movement (TA-Lib ta_ADX.c, ta_PLUS_DI.c): +DI and −DI from candle `period` + 1, ADX from candle 2 × `period`.
 * When the high and the low move out by the same amount neither side counts; without any movement ADX keeps its value.
 */
export class DirectionalMovement {
  adx = NaN
  readonly #period: number
  readonly #inverse: number
  readonly #decay: number
  #previousHigh = NaN
  #previousLow = NaN
  #previousClose = NaN
  #steps = -1
  #plus = 0
  #minus = 0
  #range = 0
  #indexSum = 0

  constructor(period: number) {
    this.#period = period
    this.#inverse = 1 / period
    this.#decay = 1 - this.#inverse
  }

  /** Returns ADX; the others are read from the fields. */
  update(high: number, low: number, close: number): number {
    const up = high - this.#previousHigh
    const down = this.#previousLow - low
    const range = trueRange(high, low, this.#previousClose)
    this.#previousHigh = high
    this.#previousLow = low
    this.#previousClose = close
    this.#steps += 1
    if (this.#steps === 0) return NaN
    const gain = (up + Math.abs(up)) * 0.5
    const loss = (down + Math.abs(down)) * 0.5
    // The first sum is over period − 1 candles, and Wilder's smoothing begins with the next one.
    const kept = this.#steps < this.#period ? 1 : this.#decay
    this.#plus = this.#plus * kept + gain * Number(gain > loss)
    this.#minus = this.#minus * kept + loss * Number(loss > gain)
    this.#range = this.#range * kept + range
    return this.#steps < this.#period ? NaN : this.#average()
  }

  #average(): number {
    const total = this.#plus + this.#minus
    const index = total > 0 ? (100 * Math.abs(this.#plus - this.#minus)) / total : 0
    if (this.#steps >= 2 * this.#period) {
      if (total > 0) this.adx += this.#inverse * (index - this.adx)
      return this.adx
    }
    this.#indexSum += index
    if (this.#steps === 2 * this.#period - 1) this.adx = this.#indexSum / this.#period
    return this.adx
  }

  get plusDi(): number {
    return this.#shareOfRange(this.#plus)
  }

  get minusDi(): number {
    return this.#shareOfRange(this.#minus)
  }

  /** A division, for those who ask. NaN while it warms up. */
  #shareOfRange(movement: number): number {
    if (this.#steps < this.#period) return NaN
    return this.#range > 0 ? (100 * movement) / this.#range : 0
  }
}

/** ADX of {@link DirectionalMovement} of columns, into `out`. The true range cancels out of it. */
export function fillAdx({ high, low }: RangeColumns, out: Float64Array, period: number): void {
  const inverse = 1 / period
  const decay = 1 - inverse
  const seeded = 2 * period - 1
  out.fill(NaN, 0, seeded)
  let plus = 0
  let minus = 0
  let average = 0
  let previousHigh = high[0] ?? NaN
  let previousLow = low[0] ?? NaN
  for (let i = 1; i < high.length; i += 1) {
    const top = high[i] ?? NaN
    const bottom = low[i] ?? NaN
    const up = top - previousHigh
    const down = previousLow - bottom
    previousHigh = top
    previousLow = bottom
    const gain = (up + Math.abs(up)) * 0.5
    const loss = (down + Math.abs(down)) * 0.5
    const upward = gain * Number(gain > loss)
    const downward = loss * Number(loss > gain)
    if (i < period) {
      plus += upward
      minus += downward
      continue
    }
    plus = plus * decay + upward
    minus = minus * decay + downward
    const total = plus + minus
    if (i > seeded) {
      if (total > 0) average += inverse * ((100 * Math.abs(plus - minus)) / total - average)
      out[i] = average
    } else {
      if (total > 0) average += (100 * Math.abs(plus - minus)) / total
      if (i === seeded) out[i] = average /= period
    }
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
    plusDi[i] = range > 0 ? (100 * plus) / range : 0
    minusDi[i] = range > 0 ? (100 * minus) / range : 0
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
  readonly #highest: RollingExtreme
  readonly #lowest: RollingExtreme

  constructor(period: number, multiple: number) {
    this.#atr = new Atr(period)
    this.#multiple = multiple
    this.#highest = rollingHigh(period)
    this.#lowest = rollingLow(period)
  }

  /** Returns the distance in price units; the levels are read from the fields. First value at candle `period` + 1. */
  update(high: number, low: number, close: number): number {
    this.distance = this.#multiple * this.#atr.update(high, low, close)
    this.long = this.#highest.update(high) - this.distance
    this.short = this.#lowest.update(low) + this.distance
    return this.distance
  }
}
