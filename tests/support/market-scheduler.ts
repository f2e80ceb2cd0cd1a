// Clocks that stand still until a test moves them.
import type { Scheduler } from '../../src-main/core/ports/scheduler.ts'

type Timer = { readonly dueMs: number; readonly order: number; readonly callback: () => void }

export class FakeScheduler implements Scheduler {
  #elapsedMs = 0
  #order = 0
  #timers = new Set<Timer>()
  readonly #wallMs: number

  constructor(wallMs = 0) {
    this.#wallMs = wallMs
  }
  nowMs(): number {
    return this.#wallMs + this.#elapsedMs
  }
  monotonicMs(): number {
    return this.#elapsedMs
  }
  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#elapsedMs + Math.max(0, delayMs), order: this.#order++, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }
  get timers(): number {
    return this.#timers.size
  }
  /** How long until the next timer; Infinity when there is none. */
  get nextInMs(): number {
    return Math.min(...[...this.#timers].map((timer) => timer.dueMs)) - this.#elapsedMs
  }
  /** Moves both clocks and runs every timer that falls due, in order, also those that are set on the way. */
  advance(byMs: number): void {
    const untilMs = this.#elapsedMs + byMs
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0]
      if (due === undefined) break
      this.#timers.delete(due)
      this.#elapsedMs = Math.max(this.#elapsedMs, due.dueMs)
      due.callback()
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, untilMs)
  }
  /** Time that passes while code runs: moves the clocks and runs nothing. */
  burn(byMs: number): void {
    this.#elapsedMs += byMs
  }
}
