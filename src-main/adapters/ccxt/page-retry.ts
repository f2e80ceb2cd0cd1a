// One page of many: asked for again after a failure, ever more rarely, until it is called off or hopeless.
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { Scheduler } from '../../core/ports/scheduler.ts'
import { errorText } from './redact.ts'

export type PageRetryOptions = {
  readonly scheduler: Scheduler
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number
  readonly signal?: AbortSignal
}
export type PageFailure = { readonly kind: 'canceled' | 'venue'; readonly message: string }

const ATTEMPTS_MAX = 7
const FIRST_RETRY_MS = 1_000
const RETRY_MS_MAX = 120_000
/** The venue bans an address that goes on asking: two minutes at first, days in the end. */
const LIMITED_RETRY_MS = 60_000
const IS_LIMITED = /\b(418|429)\b|RateLimitExceeded|DDoSProtection/

const CANCELED: PageFailure = { kind: 'canceled', message: 'the download was canceled' }

export class PageRetry {
  readonly #options: PageRetryOptions
  /** Of the pause that came last; does nothing once that is over. */
  #cancelPause = (): void => {}

  constructor(options: PageRetryOptions) {
    this.#options = options
  }

  /** What the request gives. Fails after seven attempts, some minutes apart in all, and at once when it is called off. */
  async run<T>(request: () => Promise<T>): Promise<Result<T, PageFailure>> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.#isCanceled()) return err(CANCELED)
      const answer = await this.#unlessCanceled(settled(request))
      if (answer === null) return err(CANCELED)
      if (answer.ok) return answer
      if (attempt === ATTEMPTS_MAX)
        return err({ kind: 'venue', message: `the venue did not answer ${ATTEMPTS_MAX} times: ${answer.error}` })
      await this.#unlessCanceled(this.#pause(this.#delayMs(attempt, answer.error)))
      this.#cancelPause()
    }
  }

  /** Doubles with each failure, of which the upper half is drawn, so that many that failed together do not come back together. */
  #delayMs(attempt: number, reason: string): number {
    const doubled = Math.min(RETRY_MS_MAX, FIRST_RETRY_MS * 2 ** (attempt - 1))
    const delayMs = doubled * (0.5 + 0.5 * this.#options.random())
    return Math.round(IS_LIMITED.test(reason) ? LIMITED_RETRY_MS + delayMs : delayMs)
  }
  #isCanceled = (): boolean => this.#options.signal?.aborted === true

  /** Null when it was called off before; the request itself goes on unheard until its deadline. */
  async #unlessCanceled<T>(work: Promise<T>): Promise<T | null> {
    const { signal } = this.#options
    if (signal === undefined) return work
    let stopListening = (): void => {}
    const canceled = new Promise<null>((resolve) => {
      const abort = (): void => resolve(null)
      if (signal.aborted) abort()
      signal.addEventListener('abort', abort, { once: true })
      stopListening = () => signal.removeEventListener('abort', abort)
    })
    try {
      return await Promise.race([work, canceled])
    } finally {
      stopListening()
    }
  }
  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#cancelPause = this.#options.scheduler.schedule(delayMs, resolve)
    })
  }
}

const settled = async <T>(request: () => Promise<T>): Promise<Result<T, string>> => {
  try {
    return ok(await request())
  } catch (error) {
    return err(errorText(error))
  }
}
