// What takers bought and sold over the last minutes, kept in one-second buckets: bounded memory, and sums that never drift.
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src-shared/domain/time.ts'

/** An hour of whole seconds, and the running one. */
const SECONDS = HOUR_MS / SECOND_MS + 1

/** Sums over rolling windows of up to an hour, by the second. Time only moves on. */
export class FlowWindows {
  /** Taker buys − taker sells since the start, in base. */
  cumulative = 0
  /** Taker buys − taker sells of the running second. */
  delta = 0
  readonly #delta = new Float64Array(SECONDS)
  readonly #trades = new Float64Array(SECONDS)
  readonly #forcedBuys = new Float64Array(SECONDS)
  readonly #forcedSells = new Float64Array(SECONDS)
  /** Number of the running second since the epoch; NaN before the first. */
  #second = Number.NaN
  /** From when on nothing is missing; NaN before the first. */
  #trackedSinceMs = Number.NaN
  #countedSinceMs = Number.NaN
  #forcedSinceMs = Number.NaN

  /** Moves on to this time: seconds without trades become empty buckets. */
  advanceTo(tsMs: number): void {
    const second = Math.floor(tsMs / SECOND_MS)
    if (second <= this.#second) return
    const skipped = Number.isNaN(this.#second) ? SECONDS : Math.min(SECONDS, second - this.#second)
    for (let i = 0; i < skipped; i += 1) {
      const slot = (second - i) % SECONDS
      this.#delta[slot] = 0
      this.#trades[slot] = 0
      this.#forcedBuys[slot] = 0
      this.#forcedSells[slot] = 0
    }
    this.#second = second
    this.delta = 0
  }

  /** Volume is told of from here on; what came before, or in a hole, belongs to no window. `single` when by single trades, which can be counted. */
  trackFrom(tsMs: number, single: boolean): void {
    this.#trackedSinceMs = tsMs
    this.#countedSinceMs = single ? tsMs : Number.NaN
  }
  trackForcedFrom(tsMs: number): void {
    this.#forcedSinceMs = tsMs
  }
  /** Something was missed: no window is covered until it is tracked again. The cumulative sum stays. */
  forget(): void {
    this.#trackedSinceMs = Number.NaN
    this.#countedSinceMs = Number.NaN
    this.#forcedSinceMs = Number.NaN
  }

  /** A trade of the running second. */
  trade(signedQuantity: number): void {
    const slot = this.#second % SECONDS
    this.#trades[slot] = (this.#trades[slot] ?? 0) + 1
    this.volume(signedQuantity)
  }
  /** Taker buys − taker sells that were told of in one sum, in the running second. */
  volume(signed: number): void {
    const slot = this.#second % SECONDS
    this.#delta[slot] = (this.#delta[slot] ?? 0) + signed
    this.delta += signed
    this.cumulative += signed
  }
  /** A forced order of the running second, in quote. */
  forced(value: number, isBuy: boolean): void {
    const column = isBuy ? this.#forcedBuys : this.#forcedSells
    const slot = this.#second % SECONDS
    column[slot] = (column[slot] ?? 0) + value
  }

  /** Taker buys − taker sells of the whole seconds in the window before `nowMs`; null while the window is not covered. */
  deltaOver(windowMs: number, nowMs: number): number | null {
    return this.#covers(this.#trackedSinceMs, windowMs, nowMs) ? this.#sum(this.#delta, windowMs, nowMs) : null
  }
  /** Trades per second over the last minute; null while it is not covered. */
  tradeRate(nowMs: number): number | null {
    if (!this.#covers(this.#countedSinceMs, MINUTE_MS, nowMs)) return null
    return this.#sum(this.#trades, MINUTE_MS, nowMs) / (MINUTE_MS / SECOND_MS)
  }
  /** Forced orders of the last hour, in quote; null while it is not covered. */
  forcedOver(isBuy: boolean, nowMs: number): number | null {
    if (!this.#covers(this.#forcedSinceMs, HOUR_MS, nowMs)) return null
    return this.#sum(isBuy ? this.#forcedBuys : this.#forcedSells, HOUR_MS, nowMs)
  }

  #covers(sinceMs: number, windowMs: number, nowMs: number): boolean {
    return sinceMs <= Math.floor(nowMs / SECOND_MS) * SECOND_MS - windowMs
  }
  #sum(column: Float64Array, windowMs: number, nowMs: number): number {
    const end = Math.floor(nowMs / SECOND_MS)
    let sum = 0
    // Buckets outside the ring have been overwritten, or have not come yet.
    for (let second = end - windowMs / SECOND_MS; second < end; second += 1) {
      if (second <= this.#second && second > this.#second - SECONDS) sum += column[second % SECONDS] ?? 0
    }
    return sum
  }
}
