// Turning points that the candles after them have confirmed.

/**
 * Swing highs and lows (fractals, Bill Williams 1995): a high above the highs of the `reach` candles after it and not below those of the
 * `reach` candles before it; of equal highs the last one counts, and a market that never moves has none. Confirmed `reach` candles late,
 * first possible at candle 2 × `reach` + 1. NaN until there is one.
 */
export class SwingPivots {
  /** Price of the last confirmed swing high, and how many candles ago it was. */
  high = NaN
  highAge = NaN
  low = NaN
  lowAge = NaN
  readonly #reach: number
  readonly #highs: Float64Array
  readonly #negatedLows: Float64Array
  #next = 0
  #seen = 0

  constructor(reach: number) {
    this.#reach = reach
    this.#highs = new Float64Array(2 * reach + 1)
    this.#negatedLows = new Float64Array(2 * reach + 1)
  }

  /** Returns the last confirmed swing high; the others are read from the fields. */
  update(high: number, low: number): number {
    const size = this.#highs.length
    this.#highs[this.#next] = high
    this.#negatedLows[this.#next] = -low
    this.#next = this.#next + 1 === size ? 0 : this.#next + 1
    this.#seen += 1
    this.highAge += 1
    this.lowAge += 1
    if (this.#seen < size) return NaN
    const middle = (this.#next + this.#reach) % size
    if (this.#isPeak(this.#highs, middle)) {
      this.high = this.#highs[middle] ?? NaN
      this.highAge = this.#reach
    }
    if (this.#isPeak(this.#negatedLows, middle)) {
      this.low = -(this.#negatedLows[middle] ?? NaN)
      this.lowAge = this.#reach
    }
    return this.high
  }

  /** Whether the value in the middle of the full ring, oldest at `#next`, is a peak. */
  #isPeak(values: Float64Array, middle: number): boolean {
    const size = values.length
    const peak = values[middle] ?? NaN
    for (let k = 1; k <= this.#reach; k += 1) {
      const after = middle + k < size ? middle + k : middle + k - size
      const before = middle >= k ? middle - k : middle - k + size
      if ((values[after] ?? NaN) >= peak || (values[before] ?? NaN) > peak) return false
    }
    return true
  }
}
