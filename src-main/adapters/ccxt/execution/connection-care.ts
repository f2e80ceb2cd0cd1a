// What is looked at once a second: has the machine slept, does the venue still answer, is the clock's measurement old, and has the private stream told of
// every order that was acknowledged.
import type { ClientOrderId } from '../../../../src-shared/domain/ids.ts'
import type { Scheduler } from '../../../core/ports/scheduler.ts'
import type { KnownOrder } from './order-memory.ts'

export type CareHooks = {
  measureClock(): void
  /** Asks the venue for anything at all, so that its silence is noticed. */
  ping(): void
  /** All private streams; one sentence why. */
  redial(reason: string): void
  lookup(id: ClientOrderId): void
  /** At the end of each look. */
  onTick(): void
}

const TICK_MS = 1_000
const CLOCK_EVERY_MS = 600_000
/** The wall clock and the other one may drift this far apart in one tick; more is a machine that slept or a clock that was set. */
const JUMP_MS = 2_000
const QUIET_MS = 10_000
/** An acknowledged order that is not told of by stream for this long: the stream is deaf. */
const DEAF_MS = 5_000
/** An order that trades at once or never, and whose end is not told of for this long, is asked for: a trade may have been lost, and with it a position. */
const END_MS = 1_500

type Expected = { readonly known: KnownOrder; readonly what: 'word' | 'end'; readonly dueMs: number }

export class ConnectionCare {
  readonly #scheduler: Scheduler
  readonly #hooks: CareHooks
  #expected: Expected[] = []
  #heardAtMs: number
  #clockAtMs: number
  #driftMs: number
  #cancelTick: (() => void) | null = null

  constructor(scheduler: Scheduler, hooks: CareHooks) {
    this.#scheduler = scheduler
    this.#hooks = hooks
    this.#heardAtMs = scheduler.monotonicMs()
    this.#clockAtMs = this.#heardAtMs
    this.#driftMs = scheduler.nowMs() - this.#heardAtMs
  }
  start(): void {
    this.#cancelTick = this.#scheduler.schedule(TICK_MS, () => {
      this.start()
      this.#look(this.#scheduler.monotonicMs())
    })
  }
  stop(): void {
    this.#cancelTick?.()
  }
  noteAnswer(): void {
    this.#heardAtMs = this.#scheduler.monotonicMs()
  }
  noteClock(): void {
    this.#clockAtMs = this.#scheduler.monotonicMs()
  }
  /** The venue has acknowledged this order: the stream must tell of it, and of its end where that comes at once. */
  expect(known: KnownOrder, endsAtOnce: boolean): void {
    const nowMs = this.#scheduler.monotonicMs()
    if (!known.isTold) this.#expected.push({ known, what: 'word', dueMs: nowMs + DEAF_MS })
    if (endsAtOnce && !known.isEnded) this.#expected.push({ known, what: 'end', dueMs: nowMs + END_MS })
  }

  #look(nowMs: number): void {
    const driftMs = this.#scheduler.nowMs() - nowMs
    const hasJumped = Math.abs(driftMs - this.#driftMs) > JUMP_MS
    this.#driftMs = driftMs
    // Connections from before a sleep look alive for minutes though they are dead.
    if (hasJumped) this.#hooks.redial('the machine slept, or its clock was set')
    if (hasJumped || nowMs - this.#clockAtMs >= CLOCK_EVERY_MS) {
      this.#clockAtMs = nowMs
      this.#hooks.measureClock()
    } else if (nowMs - this.#heardAtMs >= QUIET_MS) {
      this.#heardAtMs = nowMs
      this.#hooks.ping()
    }
    this.#checkExpected(nowMs)
    this.#hooks.onTick()
  }
  #checkExpected(nowMs: number): void {
    const pending = this.#expected.filter(({ known, what }) => !known.isEnded && (what === 'end' || !known.isTold))
    this.#expected = pending.filter(({ dueMs }) => dueMs > nowMs)
    const overdue = pending.filter(({ dueMs }) => dueMs <= nowMs)
    for (const { known, what } of overdue) if (what === 'end') this.#hooks.lookup(known.clientOrderId)
    const untold = overdue.find(({ what }) => what === 'word')
    if (untold) this.#hooks.redial(`it did not tell of order ${untold.known.clientOrderId} within ${DEAF_MS / 1_000} s`)
  }
}
