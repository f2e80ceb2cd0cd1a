// Time in the hand of a test, for a whole engine: Date, timers of the connectors, and intervals move together, in steps. setTimeout stays real,
// because sockets need it. An interval that falls due several times within one step runs once.
// The library keeps the Date.now that it finds when it is loaded. Loaded here, it finds the real one, which its pauses are measured by.
import 'ccxt'
import { FakeScheduler } from './market-scheduler.ts'

type Interval = { readonly everyMs: number; readonly run: () => void; dueMs: number }
const RealDate = Date
const realSetInterval = globalThis.setInterval
const realClearInterval = globalThis.clearInterval

export class SteppedTime {
  readonly scheduler: FakeScheduler
  readonly #intervals = new Set<Interval>()

  constructor(startMs: number) {
    this.scheduler = new FakeScheduler(startMs)
    const now = (): number => this.scheduler.nowMs()
    class SteppedDate extends RealDate {
      constructor(...given: unknown[]) {
        super(...((given.length === 0 ? [now()] : given) as [number]))
      }
      static override now(): number {
        return now()
      }
    }
    globalThis.Date = SteppedDate as DateConstructor
    globalThis.setInterval = ((run: () => void, everyMs: number) => {
      const interval: Interval = { everyMs, run, dueMs: now() + everyMs }
      this.#intervals.add(interval)
      return Object.assign(interval, { ref: () => interval, unref: () => interval, hasRef: () => true })
    }) as never
    globalThis.clearInterval = ((interval: Interval) => {
      if (!this.#intervals.delete(interval)) realClearInterval(interval as never)
    }) as never
  }
  /** Timers of the connectors, and intervals. */
  get timers(): { readonly scheduled: number; readonly intervals: number } {
    return { scheduled: this.scheduler.timers, intervals: this.#intervals.size }
  }
  pass(ms: number): void {
    this.scheduler.advance(ms)
    const nowMs = this.scheduler.nowMs()
    for (const interval of this.#intervals) {
      if (interval.dueMs > nowMs) continue
      interval.dueMs = nowMs + interval.everyMs
      interval.run()
    }
  }
  restore(): void {
    globalThis.Date = RealDate
    globalThis.setInterval = realSetInterval
    globalThis.clearInterval = realClearInterval
  }
}
