// Moving averages, one value per update. Warm-up values are NaN; after it a value depends on the inputs alone.
// Definitions follow TA-Lib (ta_SMA.c, ta_EMA.c): an EMA is seeded with the mean of its first window.

/** Simple moving average over the last `period` values. The running sum is rebuilt once per window, so rounding errors cannot pile up. */
export class Sma {
  readonly #window: Float64Array
  readonly #inverse: number
  #next = 0
  #sum = 0
  #full = false

  constructor(period: number) {
    this.#window = new Float64Array(period)
    this.#inverse = 1 / period
  }

  update(value: number): number {
    const window = this.#window
    const at = this.#next
    this.#sum += value - (window[at] ?? 0)
    window[at] = value
    if (at + 1 < window.length) this.#next = at + 1
    else this.#wrap()
    return this.#full ? this.#sum * this.#inverse : NaN
  }

  #wrap(): void {
    this.#next = 0
    this.#full = true
    this.#sum = sumOf(this.#window)
  }
}

/**
 * Exponential average with a given weight for the newest value, seeded with the mean of the first `period` values.
 * One class for both kinds: V8 reads the fields of two classes in one method more slowly.
 */
export class Smoother {
  readonly #period: number
  readonly #weight: number
  #seen = 0
  /** NaN makes V8 keep the field as an unboxed double; the constructor sets where the sum starts. */
  #average = NaN

  constructor(period: number, weight: number) {
    this.#period = period
    this.#weight = weight
    this.#average = 0
  }

  update(value: number): number {
    if (this.#seen === this.#period) return (this.#average += this.#weight * (value - this.#average))
    this.#average += value
    this.#seen += 1
    if (this.#seen < this.#period) return NaN
    return (this.#average /= this.#period)
  }
}

/** Exponential moving average, weight 2 ÷ (period + 1). */
export const createEma = (period: number): Smoother => new Smoother(period, 2 / (period + 1))

/** Wilder's running moving average, weight 1 ÷ period (New Concepts in Technical Trading Systems, 1978). */
export const createRma = (period: number): Smoother => new Smoother(period, 1 / period)

/** Sum from the first to the last element: always in this order, so that it is the same everywhere. */
export function sumOf(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0
  return sum
}
