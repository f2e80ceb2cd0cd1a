// Prices weighted by volume.
import { sumOf } from './averages.ts'
import { utcDayMs } from '../../../src-shared/domain/time.ts'

export const typicalPrice = (high: number, low: number, close: number): number => (high + low + close) / 3

/**
 * Volume-weighted average price of the UTC day so far: Σ (typical price × volume) ÷ Σ volume, typical price = (high + low + close) ÷ 3, and the
 * volume-weighted standard deviation of the typical price around it (West 1979).
 * NaN until a day has been seen from its first minute, because half a day would give a value that depends on where the data begins.
 * The typical price itself and a deviation of 0 while the day has no volume yet.
 */
export class DayVwap {
  sigma = NaN
  #dayMs = NaN
  #volume = 0
  #notional = 0
  /** Mean and Σ volume × squared distance from it, updated together: the difference of two large sums would lose its digits. */
  #mean = NaN
  #squares = NaN
  #whole = false

  /** Returns the average price; the deviation is read from its field. */
  update(openTimeMs: number, price: number, volume: number): number {
    const dayMs = utcDayMs(openTimeMs)
    if (dayMs !== this.#dayMs) this.#startDay(openTimeMs, dayMs)
    this.#volume += volume
    this.#notional += price * volume
    if (volume > 0) this.#spread(price, volume)
    if (!this.#whole) return NaN
    this.sigma = this.#volume > 0 ? Math.sqrt(this.#squares / this.#volume) : 0
    return this.#volume > 0 ? this.#notional / this.#volume : price
  }

  #startDay(openTimeMs: number, dayMs: number): void {
    this.#whole ||= openTimeMs === dayMs || !Number.isNaN(this.#dayMs)
    this.#dayMs = dayMs
    this.#volume = 0
    this.#notional = 0
    this.#mean = 0
    this.#squares = 0
  }

  #spread(price: number, volume: number): void {
    const distance = price - this.#mean
    this.#mean += (distance * volume) / this.#volume
    this.#squares += volume * distance * (price - this.#mean)
  }
}

/**
 * Volume-weighted average of the typical price over the last `period` candles, and the volume-weighted standard deviation around it.
 * Sums are kept relative to an anchor near the price, against cancellation, and rebuilt once per window, against drift.
 * The last typical price and a deviation of 0 while the window has no volume. First value at candle `period`.
 */
export class RollingVwap {
  sigma = NaN
  readonly #prices: Float64Array
  readonly #volumes: Float64Array
  #anchor = NaN
  #next = 0
  #traded = 0
  #volume = 0
  #notional = 0
  #squares = 0
  #full = false

  constructor(period: number) {
    this.#prices = new Float64Array(period)
    this.#volumes = new Float64Array(period)
  }

  /** Returns the average price; the deviation is read from its field. */
  update(price: number, volume: number): number {
    if (Number.isNaN(this.#anchor)) this.#anchor = price
    const at = this.#next
    const leaving = this.#volumes[at] ?? 0
    this.#add((this.#prices[at] ?? 0) - this.#anchor, -leaving)
    this.#add(price - this.#anchor, volume)
    this.#traded += Number(volume > 0) - Number(leaving > 0)
    this.#prices[at] = price
    this.#volumes[at] = volume
    if (at + 1 < this.#prices.length) this.#next = at + 1
    else this.#rebuild()
    if (!this.#full) return NaN
    return this.#publish(price)
  }

  #add(offset: number, volume: number): void {
    this.#volume += volume
    this.#notional += offset * volume
    this.#squares += offset * offset * volume
  }

  #rebuild(): void {
    this.#next = 0
    this.#full = true
    this.#anchor = sumOf(this.#prices) / this.#prices.length
    this.#volume = this.#notional = this.#squares = 0
    for (let i = 0; i < this.#prices.length; i += 1) this.#add((this.#prices[i] ?? 0) - this.#anchor, this.#volumes[i] ?? 0)
  }

  #publish(price: number): number {
    if (this.#traded === 0) {
      this.sigma = 0
      return price
    }
    const offset = this.#notional / this.#volume
    this.sigma = Math.sqrt(Math.max(0, this.#squares / this.#volume - offset * offset))
    return this.#anchor + offset
  }
}
