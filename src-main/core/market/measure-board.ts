// The newest measures of one instrument, with how long each counts: what strategies and features read beside the candles.
import { MEASURES, MEASURE_INDEX, type Measure, type MeasureValues } from '../../../src-shared/domain/measure.ts'

export class MeasureBoard {
  /** By MEASURE_INDEX; NaN where nothing is known or what was known is too old. As of the last `read`. */
  readonly values = new Float64Array(MEASURES.length).fill(NaN)
  readonly #last = new Float64Array(MEASURES.length).fill(NaN)
  readonly #tsMs = new Float64Array(MEASURES.length).fill(NaN)
  readonly #validForMs = new Float64Array(MEASURES.length).fill(0)
  /** The earliest time at which a value of `values` stops counting. */
  #nextExpiryMs = Infinity
  #changed = false

  /**
   * Takes news in. What is older than the value already known is left aside, unless that value lies beyond the end of the news: feeds tell only
   * what still counts, so it was stamped by a clock that was ahead, and would otherwise stand until its time comes.
   */
  apply(news: MeasureValues, tsMs: number, validForMs: number): void {
    for (const [name, value] of Object.entries(news)) {
      const index = MEASURE_INDEX[name as Measure]
      if (index === undefined) continue
      const knownMs = this.#tsMs[index] ?? NaN
      if (tsMs < knownMs && knownMs <= tsMs + validForMs) continue
      this.#last[index] = value ?? NaN
      this.#tsMs[index] = tsMs
      this.#validForMs[index] = validForMs
      this.#changed = true
    }
  }

  /** The newest news of one measure, however old: NaN where there was none, or where it was said to be unknown. */
  last(measure: Measure): { readonly value: number; readonly tsMs: number; readonly validForMs: number } {
    const index = MEASURE_INDEX[measure]
    return { value: this.#last[index] ?? NaN, tsMs: this.#tsMs[index] ?? NaN, validForMs: this.#validForMs[index] ?? 0 }
  }

  /** Brings `values` to this time and returns it. Costs nothing while nothing came and nothing grew too old. */
  read(nowMs: number): Float64Array {
    if (this.#changed || nowMs >= this.#nextExpiryMs) this.#refresh(nowMs)
    return this.values
  }

  #refresh(nowMs: number): void {
    this.#changed = false
    this.#nextExpiryMs = Infinity
    for (let i = 0; i < this.values.length; i += 1) {
      const expiryMs = (this.#tsMs[i] ?? NaN) + (this.#validForMs[i] ?? 0)
      const counts = nowMs < expiryMs
      this.values[i] = counts ? (this.#last[i] ?? NaN) : NaN
      if (counts && expiryMs < this.#nextExpiryMs) this.#nextExpiryMs = expiryMs
    }
  }
}
