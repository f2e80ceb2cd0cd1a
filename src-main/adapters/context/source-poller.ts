// Asks one source again and again, backs off while it does not answer, and knows how it is. Whatever a source does ends here, as a state.
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

/** A failing source says so at most this often. */
const LOG_EVERY_MS = HOUR_MS
/** How far a source's clock may lead ours. */
const AHEAD_MS_MAX = HOUR_MS

export class SourcePoller {
  readonly #options: PollerOptions
  readonly #requests: readonly ContextRequest[]
  #cancelTimer: (() => void) | null = null
  #stopped = false
  #failures = 0
  #message = ''
  #lastTriedMs: number | null = null
  #nextDueMs: number | null = null
  #loggedAtMs = Number.NEGATIVE_INFINITY
  #hasLoggedFailure = false

  constructor(options: PollerOptions) {
    this.#options = options
    this.#requests = options.source.requests(options.instruments)
  }

  start(delayMs: number): void {
    if (this.#requests.length > 0) this.#wait(delayMs)
  }
  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }

  view(nowMs: number, { lastValueMs, freshUntilMs }: Freshness): ContextSource {
    const { id, title, homepage, measures, intervalMs } = this.#options.source.info
    const common = { id, title, homepage, measures, intervalMs, lastValueMs, lastTriedMs: this.#lastTriedMs, nextDueMs: this.#nextDueMs }
    if (this.#requests.length === 0) return { ...common, state: 'off', failures: 0, message: 'this market has nothing that it knows' }
    const state = this.#failures > 0 ? 'failing' : nowMs < freshUntilMs ? 'fresh' : this.#lastTriedMs === null ? 'waiting' : 'stale'
    return { ...common, state, failures: this.#failures, message: this.#message }
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
    const { source, scheduler, random } = this.#options
    this.#lastTriedMs = scheduler.nowMs()
    this.#nextDueMs = null
    let fault: { message: string; retryAfterMs: number | null } | null = null
    for (const request of this.#requests) {
      fault = (await this.#ask(request)) ?? fault
      if (this.#stopped) return
      // The others would be refused as well.
      if (fault !== null && fault.retryAfterMs !== null) break
    }
    this.#settle(fault?.message ?? null)
    const retryAfterMs = fault?.retryAfterMs ?? null
    this.#wait(nextDelayMs({ intervalMs: source.info.intervalMs, failures: this.#failures, retryAfterMs }, random()))
  }

  /** Null, or what went wrong. */
  async #ask(request: ContextRequest): Promise<{ message: string; retryAfterMs: number | null } | null> {
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
    this.#failures = message === null ? 0 : this.#failures + 1
    if (nowMs - this.#loggedAtMs < LOG_EVERY_MS) return
    if (message !== null) onLog('warn', `${source.info.title}: ${message}`)
    else if (this.#hasLoggedFailure) onLog('info', `${source.info.title}: it answers again`)
    else return
    this.#hasLoggedFailure = message !== null
    this.#loggedAtMs = nowMs
  }
}
