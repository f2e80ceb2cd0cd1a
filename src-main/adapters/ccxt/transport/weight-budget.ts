// What a venue lets one address ask in a while, spent in order of importance: what protects first, data last. One for all that reach the venue from
// here, because the venue counts them together.
import type { Scheduler } from '../../../core/ports/scheduler.ts'
import type { VenueHealth } from '../../../../src-shared/domain/venue.ts'

/** `protect` can only shrink a position; it is sent even while the venue wants to be left alone. */
export const PRIORITIES = ['protect', 'cancel', 'entry', 'read'] as const
export type Priority = (typeof PRIORITIES)[number]
/** Share of every limit that a priority may use up. */
const SHARES: Readonly<Record<Priority, number>> = { protect: 1, cancel: 0.95, entry: 0.85, read: 0.65 }

export type BudgetRule = {
  /** What is counted: weight of requests, or orders one by one. */
  readonly unit: 'weight' | 'orders'
  readonly limit: number
  readonly windowMs: number
  /** The venue looks back from each request; otherwise windows begin at multiples of their length, as its own do. */
  readonly isRolling?: boolean
  /** Counts the requests of this endpoint alone; all of them where left out. */
  readonly endpoint?: string
  /** The header, in lower case, that tells what is used; null where the venue tells nothing. */
  readonly header: string | null
}
export type BudgetCost = {
  readonly priority: Priority
  readonly weight: number
  readonly orders: number
  readonly endpoint?: string
}
/** Why a request was not let through; it has not been sent. */
export type BudgetRefusal = 'queue_full' | 'too_late' | 'closed'

type Waiting = { readonly cost: BudgetCost; readonly deadlineMs: number; settle(refusal: BudgetRefusal | null): void }
type Spent = { readonly atMs: number; readonly amount: number }
/** `spent` is of rolling windows, in monotonic time. */
type Window = { readonly rule: BudgetRule; startMs: number; used: number; readonly spent: Spent[] }

/** What a request takes out of a window. */
const amountOf = (cost: BudgetCost, { rule }: Window): number =>
  rule.endpoint === undefined || rule.endpoint === cost.endpoint ? cost[rule.unit] : 0

const WAITING_MAX = 500
/** How long a request waits for its turn before it is given up unsent. A reading can always wait for the venue's next minute. */
const PATIENCE_MS: Readonly<Record<Priority, number>> = { protect: 3_000, cancel: 3_000, entry: 2_000, read: 65_000 }
const BAN_MS_MAX = 3 * 86_400_000

export class WeightBudget {
  readonly #scheduler: Scheduler
  readonly #windows: readonly Window[]
  readonly #queues = new Map<Priority, Waiting[]>(PRIORITIES.map((priority) => [priority, []]))
  #bannedUntilMs = Number.NEGATIVE_INFINITY
  #cancelTimer: (() => void) | null = null
  #closed = false

  /** The first rule is the one that the gauge shows. */
  constructor(scheduler: Scheduler, rules: readonly BudgetRule[]) {
    this.#scheduler = scheduler
    this.#windows = rules.map((rule) => ({ rule, startMs: 0, used: 0, spent: [] }))
  }

  /** Null at once when the request may be sent now, else a promise of null or of why it may not. A request let through is counted. */
  admit(cost: BudgetCost): null | Promise<BudgetRefusal | null> {
    if (this.#closed) return Promise.resolve('closed')
    if (!this.#isAnyoneBefore(cost) && this.#fits(cost)) {
      this.#spend(cost)
      return null
    }
    return this.#wait(cost)
  }

  /** Takes over what the venue says is used. */
  note(headers: Readonly<Record<string, string | readonly string[] | undefined>>): void {
    for (const window of this.#windows) {
      const text = window.rule.header === null ? undefined : headers[window.rule.header]
      const used = text === undefined ? Number.NaN : Number(text)
      if (used >= 0) this.#present(window).used = Math.max(window.used, used)
    }
  }
  /** The venue refuses this address until then; nothing but what protects is sent. A shorter ban does not end a longer one. */
  ban(untilMs: number): void {
    this.#bannedUntilMs = Math.min(Math.max(this.#bannedUntilMs, untilMs), this.#scheduler.nowMs() + BAN_MS_MAX)
    this.#plan()
  }

  get gauge(): VenueHealth['budget'] {
    const [first] = this.#windows
    const used = first === undefined ? 0 : this.#present(first).used
    const waiting = [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0)
    const bannedUntilMs = this.#bannedUntilMs > this.#scheduler.nowMs() ? this.#bannedUntilMs : null
    return { used, limit: first?.rule.limit ?? 0, windowMs: first?.rule.windowMs ?? 0, waiting, bannedUntilMs }
  }
  /** Whoever waits is refused. */
  close(): void {
    this.#closed = true
    this.#cancelTimer?.()
    for (const queue of this.#queues.values()) for (const waiting of queue.splice(0)) waiting.settle('closed')
  }

  #present(window: Window): Window {
    if (window.rule.isRolling === true) return this.#rolled(window)
    const nowMs = this.#scheduler.nowMs()
    const startMs = nowMs - (nowMs % window.rule.windowMs)
    if (window.startMs !== startMs) {
      window.startMs = startMs
      window.used = 0
    }
    return window
  }
  #rolled(window: Window): Window {
    const sinceMs = this.#scheduler.monotonicMs() - window.rule.windowMs
    for (let first = window.spent[0]; first !== undefined && first.atMs <= sinceMs; first = window.spent[0]) {
      window.used -= first.amount
      window.spent.shift()
    }
    return window
  }
  #fits(cost: BudgetCost): boolean {
    if (this.#bannedUntilMs > this.#scheduler.nowMs()) return cost.priority === 'protect'
    const share = SHARES[cost.priority]
    return this.#windows.every((window) => {
      const amount = amountOf(cost, window)
      return amount === 0 || this.#present(window).used + amount <= window.rule.limit * share
    })
  }
  #spend(cost: BudgetCost): void {
    for (const window of this.#windows) {
      const amount = amountOf(cost, window)
      this.#present(window).used += amount
      if (window.rule.isRolling === true && amount > 0) window.spent.push({ atMs: this.#scheduler.monotonicMs(), amount })
    }
  }
  /** Whoever waits for the same, and matters as much or more, goes first. */
  #isAnyoneBefore(cost: BudgetCost): boolean {
    const competes = (other: BudgetCost): boolean => (other.weight > 0 && cost.weight > 0) || (other.orders > 0 && cost.orders > 0)
    for (const priority of PRIORITIES) {
      if (this.#queues.get(priority)?.some((waiting) => competes(waiting.cost)) === true) return true
      if (priority === cost.priority) return false
    }
    return false
  }

  #wait(cost: BudgetCost): Promise<BudgetRefusal | null> {
    const queue = this.#queues.get(cost.priority) ?? []
    if (queue.length >= WAITING_MAX) return Promise.resolve('queue_full')
    return new Promise((resolve) => {
      queue.push({ cost, deadlineMs: this.#scheduler.monotonicMs() + PATIENCE_MS[cost.priority], settle: resolve })
      this.#plan()
    })
  }

  /** Looks again when the next window begins or a ban ends, and often enough to refuse in time whoever waits too long. */
  #plan(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    if (this.#closed || this.gauge.waiting === 0) return
    const nowMs = this.#scheduler.nowMs()
    const delays = this.#windows.map((window) => this.#untilNextMs(window))
    if (this.#bannedUntilMs > nowMs) delays.push(this.#bannedUntilMs - nowMs)
    for (const [first] of this.#queues.values()) if (first !== undefined) delays.push(first.deadlineMs - this.#scheduler.monotonicMs())
    this.#cancelTimer = this.#scheduler.schedule(Math.max(1, Math.min(...delays)), () => this.#serve())
  }
  /** Until something of this window is free again. */
  #untilNextMs({ rule, spent }: Window): number {
    const [first] = spent
    if (rule.isRolling === true) return first === undefined ? rule.windowMs : first.atMs + rule.windowMs - this.#scheduler.monotonicMs()
    return rule.windowMs - (this.#scheduler.nowMs() % rule.windowMs)
  }
  #serve(): void {
    for (const priority of PRIORITIES) {
      const queue = this.#queues.get(priority) ?? []
      for (let first = queue[0]; first !== undefined; first = queue[0]) {
        const isLate = first.deadlineMs <= this.#scheduler.monotonicMs()
        if (!isLate && !this.#fits(first.cost)) break
        queue.shift()
        if (!isLate) this.#spend(first.cost)
        first.settle(isLate ? 'too_late' : null)
      }
    }
    this.#plan()
  }
}
