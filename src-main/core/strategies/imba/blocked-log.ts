// Keeps a strategy from recording the same refusal over and over.
import { FILTER_NAMES, type FilterName } from './filters.ts'
import type { Side } from './voter.ts'

const REPEAT_BARS = 12

/** Remembers for each direction and reason when it was recorded last. Each is worth recording once in 12 bars, however often the direction flips. */
export class BlockedLog {
  readonly #recordedAt = new Float64Array(2 * FILTER_NAMES.length).fill(-Infinity)

  /** Whether to record a refusal of this filter on the bar of this number, which counts up. Notes it when so. */
  isNews(bar: number, side: Side, reason: FilterName): boolean {
    const slot = FILTER_NAMES.indexOf(reason) + (side > 0 ? 0 : FILTER_NAMES.length)
    if (bar - (this.#recordedAt[slot] ?? NaN) < REPEAT_BARS) return false
    this.#recordedAt[slot] = bar
    return true
  }
}
