// Moving averages, one value per update, or over a whole column at once. Warm-up values are NaN; after it a value depends on the inputs alone.
// Definitions follow TA-Lib (ta_SMA.c, ta_EMA.c): an EMA is seeded with the mean of its first window.
// Beside a class stands a `fill`: the same arithmetic in the same order, so the same bits, with its state in local variables. V8 keeps the
// fields of an object in memory from one candle to the next, which makes an average wait for its own last value twice as long.

/** A running sum is added up anew each time so many windows have passed: rounding errors cannot pile up, and it costs next to nothing. */
export const WINDOWS_PER_REBUILD = 8

/** Simple moving average over the last `period` values. */
export class Sma {
  readonly #window: Float64Array
  readonly #inverse: number
  #next = 0
  #sum = 0
  #windows = 0

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
    return this.#windows > 0 ? this.#sum * this.#inverse : NaN
  }

  #wrap(): void {
    this.#next = 0
    if (this.#windows % WINDOWS_PER_REBUILD === 0) this.#sum = sumOf(this.#window)
    this.#windows += 1
  }
}

/** {@link Sma} of the values from index `from` on, into `out`; NaN before its first window is full. */
export function fillSma(values: Float64Array, out: Float64Array, { period, from = 0 }: { period: number; from?: number }): void {
  const inverse = 1 / period
  const first = Math.min(values.length, from + period - 1)
  out.fill(NaN, 0, first)
  for (let start = first; start < values.length;) {
    let sum = 0
    for (let i = start - period + 1; i <= start; i += 1) sum += values[i] ?? NaN
    out[start] = sum * inverse
    const end = Math.min(values.length, start + WINDOWS_PER_REBUILD * period)
    for (let i = start + 1; i < end; i += 1) {
      sum += (values[i] ?? NaN) - (values[i - period] ?? NaN)
      out[i] = sum * inverse
    }
    start = end
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

/** {@link Smoother} of a column, into `out`. */
export function fillSmoothed(values: Float64Array, out: Float64Array, { period, weight }: { period: number; weight: number }): void {
  let average = 0
  const first = Math.min(values.length, period) - 1
  for (let i = 0; i <= first; i += 1) {
    average += values[i] ?? NaN
    out[i] = NaN
  }
  if (values.length < period) return
  average /= period
  out[first] = average
  for (let i = period; i < values.length; i += 1) {
    average += weight * ((values[i] ?? NaN) - average)
    out[i] = average
  }
}

export const emaWeight = (period: number): number => 2 / (period + 1)
export const rmaWeight = (period: number): number => 1 / period

/** Exponential moving average, weight 2 ÷ (period + 1). */
export const createEma = (period: number): Smoother => new Smoother(period, emaWeight(period))

/** Wilder's running moving average, weight 1 ÷ period (New Concepts in Technical Trading Systems, 1978). */
export const createRma = (period: number): Smoother => new Smoother(period, rmaWeight(period))

/** Sum from the first to the last element: always in this order, so that it is the same everywhere. */
export function sumOf(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0
  return sum
}
