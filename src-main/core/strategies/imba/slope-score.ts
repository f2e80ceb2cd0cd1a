// How steep the last stretch of a series is, compared with the stretches before it.

const RELATIVE_NOISE = 1e-9

/**
 * z-score of the least-squares slope of the last `bars` values among the last `slopes` slopes, this one included (population deviation).
 * NaN until there are that many, and while all of them are equal.
 */
export class SlopeScore {
  readonly #values: Float64Array
  readonly #slopes: Float64Array
  #nextValue = 0
  #nextSlope = 0
  #valueCount = 0
  #slopeCount = 0

  constructor(bars: number, slopes: number) {
    this.#values = new Float64Array(bars)
    this.#slopes = new Float64Array(slopes)
  }

  /** Begins anew, as after a break in the series. */
  reset(): void {
    this.#valueCount = 0
    this.#slopeCount = 0
  }

  update(value: number): number {
    this.#values[this.#nextValue] = value
    this.#nextValue = this.#nextValue + 1 === this.#values.length ? 0 : this.#nextValue + 1
    this.#valueCount += 1
    if (this.#valueCount < this.#values.length) return NaN
    const slope = this.#slope()
    this.#slopes[this.#nextSlope] = slope
    this.#nextSlope = this.#nextSlope + 1 === this.#slopes.length ? 0 : this.#nextSlope + 1
    this.#slopeCount += 1
    return this.#slopeCount < this.#slopes.length ? NaN : this.#score(slope)
  }

  /** Σ (k − mean of k) × value ÷ Σ (k − mean of k)², oldest value first. */
  #slope(): number {
    const count = this.#values.length
    const middle = (count - 1) * 0.5
    let weighted = 0
    let squares = 0
    for (let k = 0; k < count; k += 1) {
      const index = this.#nextValue + k
      const offset = k - middle
      weighted += offset * (this.#values[index < count ? index : index - count] ?? NaN)
      squares += offset * offset
    }
    return weighted / squares
  }

  #score(slope: number): number {
    const count = this.#slopes.length
    let sum = 0
    for (let i = 0; i < count; i += 1) sum += this.#slopes[i] ?? NaN
    const mean = sum / count
    let squares = 0
    for (let i = 0; i < count; i += 1) {
      const offset = (this.#slopes[i] ?? NaN) - mean
      squares += offset * offset
    }
    const deviation = Math.sqrt(squares / count)
    // Slopes that differ by rounding alone are equal.
    return deviation > RELATIVE_NOISE * Math.abs(mean) ? (slope - mean) / deviation : NaN
  }
}
