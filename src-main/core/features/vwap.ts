// Prices weighted by volume.
import { utcDayMs } from '../../../src-shared/domain/time.ts'

/**
 * Volume-weighted average price of the UTC day so far: Σ (typical price × volume) ÷ Σ volume, typical price = (high + low + close) ÷ 3.
 * NaN until a day has been seen from its first minute, because half a day would give a value that depends on where the data begins.
 * The typical price itself while the day has no volume yet.
 */
export class DayVwap {
  #dayMs = NaN
  #volume = 0
  #notional = 0
  #whole = false

  update(openTimeMs: number, typicalPrice: number, volume: number): number {
    const dayMs = utcDayMs(openTimeMs)
    if (dayMs !== this.#dayMs) {
      this.#whole ||= openTimeMs === dayMs || !Number.isNaN(this.#dayMs)
      this.#dayMs = dayMs
      this.#volume = 0
      this.#notional = 0
    }
    this.#volume += volume
    this.#notional += typicalPrice * volume
    if (!this.#whole) return NaN
    return this.#volume > 0 ? this.#notional / this.#volume : typicalPrice
  }
}
