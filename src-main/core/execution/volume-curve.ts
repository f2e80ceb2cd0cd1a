// What a market usually trades at each time of day, from its own past candles: the profile that VWAP follows.
// Source: Berkowitz, Logue and Noser, "The total cost of transactions on the NYSE" (1988), for VWAP as the benchmark; the curve is a mean per time of day.
import { DAY_MS } from '../../../src-shared/domain/time.ts'

/** Weight of the newest day. */
const NEWEST = 0.2

export class VolumeCurve {
  readonly #slotMs: number
  /** Mean volume by time of day; NaN where nothing was seen. */
  readonly #means: Float64Array

  /** One slot for each base candle of a day. */
  constructor(baseMs: number) {
    this.#slotMs = Math.min(baseMs, DAY_MS)
    this.#means = new Float64Array(Math.ceil(DAY_MS / this.#slotMs)).fill(Number.NaN)
  }

  add(openTimeMs: number, volume: number): void {
    const slot = this.#slotOf(openTimeMs)
    const known = this.#means[slot] ?? Number.NaN
    this.#means[slot] = Number.isNaN(known) ? volume : known + NEWEST * (volume - known)
  }

  /** Usual volume of a span of at most a day, in base units; NaN when none of it is known. Where a slot is not known, the mean of those that are. */
  between(fromMs: number, toMs: number): number {
    let volume = 0
    let knownMs = 0
    for (let atMs = fromMs; atMs < Math.min(toMs, fromMs + DAY_MS);) {
      const endMs = Math.min(toMs, (Math.floor(atMs / this.#slotMs) + 1) * this.#slotMs)
      const mean = this.#means[this.#slotOf(atMs)] ?? Number.NaN
      if (!Number.isNaN(mean)) {
        volume += (mean * (endMs - atMs)) / this.#slotMs
        knownMs += endMs - atMs
      }
      atMs = endMs
    }
    return knownMs === 0 ? Number.NaN : (volume * (toMs - fromMs)) / knownMs
  }

  #slotOf(ms: number): number {
    return Math.floor((ms % DAY_MS) / this.#slotMs)
  }
}
