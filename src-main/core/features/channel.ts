// Extremes of a window.

/**
 * Highest value of the last `period` updates. Keeps the extreme and where it is, and rescans only when it leaves the window:
 * for windows of this size that beats a monotone queue.
 */
export class RollingHigh {
  readonly #window: Float64Array
  #next = 0
  #highest = -Infinity
  #highestAt = 0
  #full = false

  constructor(period: number) {
    this.#window = new Float64Array(period).fill(-Infinity)
  }

  update(value: number): number {
    const at = this.#next
    this.#window[at] = value
    if (value >= this.#highest) {
      this.#highest = value
      this.#highestAt = at
    } else if (at === this.#highestAt) {
      this.#rescan()
    }
    this.#next = at + 1
    if (this.#next === this.#window.length) {
      this.#next = 0
      this.#full = true
    }
    return this.#full ? this.#highest : NaN
  }

  #rescan(): void {
    let highest = -Infinity
    let highestAt = 0
    for (let i = 0; i < this.#window.length; i += 1) {
      const value = this.#window[i] ?? -Infinity
      if (value >= highest) {
        highest = value
        highestAt = i
      }
    }
    this.#highest = highest
    this.#highestAt = highestAt
  }
}

/** Lowest value of the last `period` updates: the highest of the negated ones. */
export class RollingLow {
  readonly #negated: RollingHigh

  constructor(period: number) {
    this.#negated = new RollingHigh(period)
  }

  update(value: number): number {
    return -this.#negated.update(-value)
  }
}

/**
 * {@link RollingHigh} of a column for sign 1, {@link RollingLow} for sign −1, into `out`. The column itself is the window: the extreme is searched
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
  readonly #highest: RollingHigh
  readonly #lowest: RollingLow

  constructor(period: number) {
    this.#highest = new RollingHigh(period)
    this.#lowest = new RollingLow(period)
  }

  /** Returns the middle; the others are read from the fields. */
  update(high: number, low: number): number {
    this.upper = this.#highest.update(high)
    this.lower = this.#lowest.update(low)
    this.mid = (this.upper + this.lower) * 0.5
    return this.mid
  }
}
