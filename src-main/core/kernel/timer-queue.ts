// Timers by key, with the next due time at hand. A handful at a time, so a scan beats a heap.
import { ensure } from '../../../src-shared/domain/result.ts'

export class TimerQueue {
  readonly #due = new Map<string, number>()
  #nextKey: string | null = null
  #nextDueMs = Number.POSITIVE_INFINITY

  /** Infinity when nothing is set. */
  get nextDueMs(): number {
    return this.#nextDueMs
  }
  get size(): number {
    return this.#due.size
  }

  /** Sets or moves the timer of this key. */
  set(key: string, dueMs: number): void {
    ensure(Number.isFinite(dueMs), `timer ${key} is due at a finite time, not ${dueMs}`)
    // Deleted first, so that timers of the same millisecond fire in the order in which they were set.
    this.#due.delete(key)
    this.#due.set(key, dueMs)
    if (key === this.#nextKey) this.#findNext()
    else if (dueMs < this.#nextDueMs) {
      this.#nextKey = key
      this.#nextDueMs = dueMs
    }
  }
  clear(key: string): void {
    if (this.#due.delete(key) && key === this.#nextKey) this.#findNext()
  }
  /** Removes the timer that is due next and returns its key. There must be one. */
  take(): string {
    const key = this.#nextKey
    ensure(key !== null, 'a timer is set')
    this.clear(key)
    return key
  }

  #findNext(): void {
    this.#nextKey = null
    this.#nextDueMs = Number.POSITIVE_INFINITY
    for (const [key, dueMs] of this.#due) {
      if (dueMs >= this.#nextDueMs) continue
      this.#nextKey = key
      this.#nextDueMs = dueMs
    }
  }
}
