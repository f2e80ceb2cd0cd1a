// Asks one source again and again, backs off from each question that is not answered, and knows how it is. Whatever a source does ends here,
// as a state.
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { HOUR_MS } from '../../../src-shared/domain/time.ts'
import type { ContextSource } from '../../core/ports/context-feed.ts'
import type { Scheduler } from '../../core/ports/scheduler.ts'
import type { Asker } from './asker.ts'
import { nextDelayMs } from './back-off.ts'
import type { ContextRequest, LiveSource, SourceAnswer } from './source.ts'

export type PollerOptions = {
  readonly source: LiveSource
  readonly instruments: readonly Instrument[]
  readonly asker: Asker
  readonly scheduler: Scheduler
  /** 0 to 1. */
  readonly random: () => number
  readonly onAnswer: (source: LiveSource, answer: SourceAnswer, receivedMs: number) => void
  readonly onLog: (level: 'info' | 'warn', message: string) => void
}
/** What is known of the source's values: how old the newest is, and until when it counts. */
export type Freshness = { readonly lastValueMs: number | null; readonly freshUntilMs: number }

type Fault = { readonly message: string; readonly retryAfterMs: number | null }
/** One question with its own back-off: a pair that the source does not know must not hold up the others. */
type Line = {
  readonly request: ContextRequest
  /** On the monotonic clock. */
  dueMs: number
  /** Tries in a row that failed. */
  failures: number
  /** What went wrong last; empty after an answer. */
  message: string
}

type Asked = { readonly line: Line; readonly fault: Fault | null }
const isLimit = (fault: Fault | null): boolean => fault !== null && fault.retryAfterMs !== null

/** A timer may fire this much before its time on the other clock; what is due by then is due. */
const TIMER_EARLY_MS_MAX = 50
/** A failing source says so at most this often. */
const LOG_EVERY_MS = HOUR_MS
/** How far a source's clock may lead ours. */
const AHEAD_MS_MAX = HOUR_MS

export class SourcePoller {
  readonly #options: PollerOptions
  readonly #lines: readonly Line[]
  #cancelTimer: (() => void) | null = null
  #stopped = false
  #message = ''
  #lastTriedMs: number | null = null
  #nextDueMs: number | null = null
  #loggedAtMs = Number.NEGATIVE_INFINITY
  #hasLoggedFailure = false

  constructor(options: PollerOptions) {
    this.#options = options
    this.#lines = options.source.requests(options.instruments).map((request) => ({ request, dueMs: 0, failures: 0, message: '' }))
  }

  start(delayMs: number): void {
    if (this.#lines.length > 0) this.#wait(delayMs)
  }
  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }

  view(nowMs: number, { lastValueMs, freshUntilMs }: Freshness): ContextSource {
    const { id, title, homepage, measures, intervalMs } = this.#options.source.info
    const common = { id, title, homepage, measures, intervalMs, lastValueMs, lastTriedMs: this.#lastTriedMs, nextDueMs: this.#nextDueMs }
    if (this.#lines.length === 0) return { ...common, state: 'off', failures: 0, message: 'this market has nothing that it knows' }
    const failures = Math.max(...this.#lines.map((line) => line.failures))
    const state = failures > 0 ? 'failing' : nowMs < freshUntilMs ? 'fresh' : this.#lastTriedMs === null ? 'waiting' : 'stale'
    return { ...common, state, failures, message: this.#message }
  }

  #wait(delayMs: number): void {
    const { scheduler } = this.#options
    this.#nextDueMs = scheduler.nowMs() + delayMs
    this.#cancelTimer = scheduler.schedule(delayMs, () => {
      this.#cancelTimer = null
      void this.#poll()
    })
  }

  async #poll(): Promise<void> {
    const { scheduler } = this.#options
    this.#lastTriedMs = scheduler.nowMs()
    this.#nextDueMs = null
    const dueMs = scheduler.monotonicMs() + TIMER_EARLY_MS_MAX
    const asked: Asked[] = []
    for (const line of this.#lines) {
      if (line.dueMs > dueMs) continue
      const fault = await this.#ask(line.request)
      if (this.#stopped) return
      asked.push({ line, fault })
      // The others would be refused as well.
      if (isLimit(fault)) break
    }
    this.#reschedule(asked)
    const newest = asked.findLast(({ fault }) => fault !== null)?.fault?.message
    this.#settle(newest ?? this.#lines.find(({ failures }) => failures > 0)?.message ?? null)
    this.#wait(Math.max(0, Math.min(...this.#lines.map((line) => line.dueMs)) - scheduler.monotonicMs()))
  }

  /** From one moment and with one chance for all, so that those that answer stay in one round. */
  #reschedule(asked: readonly Asked[]): void {
    const { source, scheduler, random } = this.#options
    const nowMs = scheduler.monotonicMs()
    const chance = random()
    for (const { line, fault } of asked) {
      line.failures = fault === null ? 0 : line.failures + 1
      line.message = fault?.message ?? ''
      const attempt = { intervalMs: source.info.intervalMs, failures: line.failures, retryAfterMs: fault?.retryAfterMs ?? null }
      line.dueMs = nowMs + nextDelayMs(attempt, chance)
      if (isLimit(fault)) for (const other of this.#lines) other.dueMs = Math.max(other.dueMs, line.dueMs)
    }
  }

  /** Null, or what went wrong. */
  async #ask(request: ContextRequest): Promise<Fault | null> {
    const { source, asker, scheduler, onAnswer } = this.#options
    const answer = await asker.ask({ ...request, accept: source.accept, bytesMax: source.bytesMax })
    if (this.#stopped) return null
    const about = request.instrument === null ? '' : `${request.instrument.id}: `
    if (!answer.ok) return { message: `${about}${answer.error.message}`, retryAfterMs: answer.error.retryAfterMs }
    const receivedMs = scheduler.nowMs()
    const parsed = source.parse(answer.value, request, receivedMs)
    if (!parsed.ok) return { message: `${about}the answer cannot be read: ${parsed.error}`, retryAfterMs: null }
    const aheadMs = Math.max(0, ...parsed.value.points.map((point) => point.tsMs)) - receivedMs
    if (aheadMs > AHEAD_MS_MAX)
      return { message: `${about}its time is ${Math.round(aheadMs / 60_000)} minutes ahead of this machine's`, retryAfterMs: null }
    onAnswer(source, parsed.value, receivedMs)
    return null
  }

  #settle(message: string | null): void {
    const { source, scheduler, onLog } = this.#options
    const nowMs = scheduler.monotonicMs()
    this.#message = message ?? ''
    if (nowMs - this.#loggedAtMs < LOG_EVERY_MS) return
    if (message !== null) onLog('warn', `${source.info.title}: ${message}`)
    else if (this.#hasLoggedFailure) onLog('info', `${source.info.title}: it answers again`)
    else return
    this.#hasLoggedFailure = message !== null
    this.#loggedAtMs = nowMs
  }
}
