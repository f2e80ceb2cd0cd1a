// Where a value stands among the ones before it.

/**
 * Percentile rank of the newest of the last `period` values, 0 to 1: the share of them that are lower, ties counted half
 * (the mean rank of Hyndman and Fan 1996, so that a series that never moves stands in the middle). First value at value `period`; NaN values
 * are left out, as the warm-up of what is ranked.
 */
export class PercentileRank {
  readonly #window: Float64Array
  readonly #inverse: number
  #next = 0
  #full = false

  constructor(period: number) {
    this.#window = new Float64Array(period)
    this.#inverse = 1 / period
  }

  update(value: number): number {
    if (Number.isNaN(value)) return value
    const window = this.#window
    window[this.#next] = value
    this.#next += 1
    if (this.#next === window.length) {
      this.#next = 0
      this.#full = true
    }
    return this.#full ? this.#rank(value) : NaN
  }

  /** Comparisons become numbers: the order of the values is a coin flip, and a mispredicted branch costs more than the arithmetic. */
  #rank(value: number): number {
    const window = this.#window
    let twice = 0
    for (let i = 0; i < window.length; i += 1) {
      const other = window[i] ?? NaN
      twice += Number(other < value) + Number(other <= value)
    }
    return twice * 0.5 * this.#inverse
  }
}
