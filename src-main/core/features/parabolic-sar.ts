// A stop that follows the price faster and faster.

/**
 * Parabolic SAR (Wilder 1978, as in TA-Lib ta_SAR.c): the first direction is that of the larger movement of the first two candles, long when
 * they are equal. The acceleration grows by `step` with each new extreme, up to `max`. First value at candle 2.
 */
export class ParabolicSar {
  readonly #step: number
  readonly #max: number
  /** In short positions all prices are negated, so that one set of rules serves both sides. */
  #sign = 1
  #stop = NaN
  #extreme = NaN
  #acceleration = NaN
  #previousHigh = NaN
  #previousLow = NaN

  constructor({ step, max }: { step: number; max: number }) {
    this.#step = Math.min(step, max)
    this.#max = max
  }

  update(high: number, low: number): number {
    if (Number.isNaN(this.#previousHigh)) return this.#remember(high, low, NaN)
    if (Number.isNaN(this.#stop)) this.#start(high, low)
    const isLong = this.#sign > 0
    // Mirrored candles: `top` is on the side of the profit.
    const top = isLong ? high : -low
    const bottom = isLong ? low : -high
    const value = this.#isHit(bottom) ? this.#turn(high, low) : this.#advance(top, bottom)
    return this.#remember(high, low, value)
  }

  #remember(high: number, low: number, value: number): number {
    this.#previousHigh = high
    this.#previousLow = low
    return value
  }

  #start(high: number, low: number): void {
    const rise = high - this.#previousHigh
    const fall = this.#previousLow - low
    this.#sign = fall > 0 && fall > rise ? -1 : 1
    this.#stop = this.#sign > 0 ? this.#previousLow : -this.#previousHigh
    this.#extreme = this.#sign > 0 ? high : -low
    this.#acceleration = this.#step
    // TA-Lib lets the second candle stand for the one before it too.
    this.#previousHigh = high
    this.#previousLow = low
  }

  #isHit(bottom: number): boolean {
    return bottom <= this.#stop
  }

  /** The stop was not reached: it is reported as it is, then moved, but never beyond the lows of this candle and the one before. */
  #advance(top: number, bottom: number): number {
    const reported = this.#sign * this.#stop
    if (top > this.#extreme) {
      this.#extreme = top
      this.#acceleration = Math.min(this.#max, this.#acceleration + this.#step)
    }
    const previousBottom = this.#sign > 0 ? this.#previousLow : -this.#previousHigh
    this.#stop = Math.min(this.#stop + this.#acceleration * (this.#extreme - this.#stop), previousBottom, bottom)
    return reported
  }

  /** The stop was reached: the other side begins at the extreme, at least at the highs of this candle and the one before. */
  #turn(high: number, low: number): number {
    const extreme = -this.#extreme
    this.#sign = -this.#sign
    const bottom = this.#sign > 0 ? low : -high
    const previousBottom = this.#sign > 0 ? this.#previousLow : -this.#previousHigh
    const start = Math.min(extreme, previousBottom, bottom)
    this.#extreme = this.#sign > 0 ? high : -low
    this.#acceleration = this.#step
    this.#stop = Math.min(start + this.#step * (this.#extreme - start), previousBottom, bottom)
    return this.#sign * start
  }
}
