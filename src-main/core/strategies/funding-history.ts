// What positions have paid over the last weeks, and how unusual that is now.
import { sumOf } from '../features/averages.ts'

/**
 * z-score of the newest of the last `capacity` rates (population deviation). One sample per candle, so that each rate weighs as long as it
 * was in force, whatever the venue's interval; candles without a known rate are left out. A bounded ring.
 */
export class FundingHistory {
  readonly #rates: Float64Array
  readonly #least: number
  #next = 0
  #count = 0
  /** Of the last update; NaN before there are `least` samples, while the rate is unknown, and while it has never changed. */
  z = NaN
  mean = NaN

  constructor({ capacity, least }: { readonly capacity: number; readonly least: number }) {
    this.#rates = new Float64Array(capacity)
    this.#least = least
  }

  /** Takes the rate in force now, NaN for unknown, and returns its z-score. */
  update(rate: number): number {
    this.z = NaN
    if (Number.isNaN(rate)) return NaN
    this.#rates[this.#next] = rate
    this.#next = this.#next + 1 === this.#rates.length ? 0 : this.#next + 1
    this.#count = Math.min(this.#count + 1, this.#rates.length)
    if (this.#count >= this.#least) this.#score(rate)
    return this.z
  }

  #score(rate: number): void {
    const rates = this.#count < this.#rates.length ? this.#rates.subarray(0, this.#count) : this.#rates
    const mean = sumOf(rates) / rates.length
    let squares = 0
    for (let i = 0; i < rates.length; i += 1) squares += ((rates[i] ?? NaN) - mean) ** 2
    const deviation = Math.sqrt(squares / rates.length)
    this.mean = mean
    // Rates that differ by rounding alone are equal.
    this.z = deviation > RELATIVE_NOISE * Math.abs(mean) ? (rate - mean) / deviation : NaN
  }
}
const RELATIVE_NOISE = 1e-9
