// Timers by key, with the next due time at hand. A handful at a time, so a scan beats a heap.
import { removeAt } from '../../../src-shared/domain/lists.ts'
import { ensure } from '../../../src-shared/domain/result.ts'

type Timer = { readonly key: string; readonly dueMs: number }

export class TimerQueue {
  /** In the order in which they were set. */
  readonly #timers: Timer[] = []
  #next: Timer | null = null
  #nextDueMs = Number.POSITIVE_INFINITY

  /** Infinity when nothing is set. */
  get nextDueMs(): number {
    return this.#nextDueMs
  }
  get size(): number {
    return this.#timers.length
  }

  /** Sets or moves the timer of this key. */
  set(key: string, dueMs: number): void {
    ensure(Number.isFinite(dueMs), () => `timer ${key} is due at a finite time, not ${dueMs}`)
    // Removed first, so that timers of the same millisecond fire in the order in which they were set.
    this.clear(key)
    const timer = { key, dueMs }
    this.#timers.push(timer)
    if (dueMs < this.#nextDueMs) this.#setNext(timer)
  }
  clear(key: string): void {
    // A loop instead of a closure: a position sets and clears thirty timers in its life.
    for (let at = 0; at < this.#timers.length; at += 1) {
      const timer = this.#timers[at]
      if (timer === undefined || timer.key !== key) continue
      removeAt(this.#timers, at)
      if (timer === this.#next) this.#findNext()
      return
    }
  }
  /** Removes the timer that is due next and returns its key. There must be one. */
  take(): string {
    const next = this.#next
    ensure(next !== null, 'a timer is set')
    this.clear(next.key)
    return next.key
  }

  #findNext(): void {
    this.#setNext(null)
    for (const timer of this.#timers) if (timer.dueMs < this.#nextDueMs) this.#setNext(timer)
  }
  #setNext(timer: Timer | null): void {
    this.#next = timer
    this.#nextDueMs = timer === null ? Number.POSITIVE_INFINITY : timer.dueMs
  }
}
