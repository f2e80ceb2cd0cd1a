// Extremes of a window.

/**
 * Highest (sign 1) or lowest (sign −1) value of the last `period` updates. Keeps the extreme and where it is, and rescans only when it leaves the
 * window: for windows of this size that beats a monotone queue. The lowest value is the highest of the negated ones.
 */
export class RollingExtreme {
  readonly #window: Float64Array
  readonly #sign: number
  #next = 0
  #highest = -Infinity
  #highestAt = 0
  #missing: number

  constructor(period: number, sign: 1 | -1) {
    this.#window = new Float64Array(period).fill(-Infinity)
    this.#sign = sign
    this.#missing = period
  }

  update(value: number): number {
    const window = this.#window
    const at = this.#next
    const signed = this.#sign * value
    window[at] = signed
    this.#next = at + 1 === window.length ? 0 : at + 1
    if (signed >= this.#highest) {
      this.#highest = signed
      this.#highestAt = at
    } else if (at === this.#highestAt) {
      // Local variables: V8 would load a field anew for each value.
      let highest = -Infinity
      let highestAt = 0
      for (let i = 0; i < window.length; i += 1) {
        const other = window[i] ?? -Infinity
        if (other >= highest) {
          highest = other
          highestAt = i
        }
      }
      this.#highest = highest
      this.#highestAt = highestAt
    }
    if (this.#missing > 0 && --this.#missing > 0) return NaN
    return this.#sign * this.#highest
  }
}

export const rollingHigh = (period: number): RollingExtreme => new RollingExtreme(period, 1)
export const rollingLow = (period: number): RollingExtreme => new RollingExtreme(period, -1)

/**
 * {@link RollingExtreme} of a column, into `out`. The column itself is the window: the extreme is searched
 * anew only when it has left it.
 */
export function fillExtreme(values: Float64Array, out: Float64Array, { period, sign }: { period: number; sign: 1 | -1 }): void {
  let highest = -Infinity
  let highestAt = -1
  for (let i = 0; i < values.length; i += 1) {
    const value = sign * (values[i] ?? NaN)
    const oldest = i - period + 1
    if (value >= highest) {
      highest = value
      highestAt = i
    } else if (highestAt < oldest) {
      highest = -Infinity
      for (let k = oldest; k <= i; k += 1) {
        const other = sign * (values[k] ?? NaN)
        if (other >= highest) {
          highest = other
          highestAt = k
        }
      }
    }
    out[i] = oldest < 0 ? NaN : sign * highest
  }
}

export type RangeColumns = { readonly high: Float64Array; readonly low: Float64Array }
export type ChannelColumns = { readonly upper: Float64Array; readonly lower: Float64Array; readonly mid: Float64Array }

/** {@link Donchian} of columns, into three columns. */
export function fillDonchian({ high, low }: RangeColumns, { upper, lower, mid }: ChannelColumns, period: number): void {
  fillExtreme(high, upper, { period, sign: 1 })
  fillExtreme(low, lower, { period, sign: -1 })
  for (let i = 0; i < mid.length; i += 1) mid[i] = ((upper[i] ?? NaN) + (lower[i] ?? NaN)) * 0.5
}

/** Donchian channel (Richard Donchian): highest high, lowest low and their middle, the current candle included. First value at candle `period`. */
export class Donchian {
  upper = NaN
  lower = NaN
  mid = NaN
  readonly #highest: RollingExtreme
  readonly #lowest: RollingExtreme

  constructor(period: number) {
    this.#highest = rollingHigh(period)
    this.#lowest = rollingLow(period)
  }

  /** Returns the middle; the others are read from the fields. */
  update(high: number, low: number): number {
    this.upper = this.#highest.update(high)
    this.lower = this.#lowest.update(low)
    this.mid = (this.upper + this.lower) * 0.5
    return this.mid
  }
}
