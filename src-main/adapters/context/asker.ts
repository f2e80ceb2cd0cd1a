// Asks on behalf of all sources: one question to a host at a time, and none while a host has asked to be left alone.
import { type Result, err } from '../../../src-shared/domain/result.ts'
import type { Scheduler } from '../../core/ports/scheduler.ts'
import type { GetText, HttpFault } from './http-get.ts'
import type { HostId, HostTable } from './hosts.ts'

/** Until when each host wants to be left alone, on the scheduler's monotonic clock. */
export type HostPauses = Map<HostId, number>
export type AskerOptions = {
  readonly hosts: HostTable
  readonly getText: GetText
  readonly scheduler: Scheduler
  readonly timeoutMs: number
  /** Handed on from one asker to the next, so that a new session does not ask too soon. */
  readonly pauses: HostPauses
}
export type Question = { readonly host: HostId; readonly path: string; readonly accept: string; readonly bytesMax: number }

/** When a server limits us without saying for how long. */
const PAUSE_MS = 60_000
const PAUSE_MS_MAX = 3 * 86_400_000

export class Asker {
  readonly #options: AskerOptions
  readonly #stopped = new AbortController()
  /** The last question of each host, asked or waiting; each source has at most one of them, so the chain is short. */
  readonly #last = new Map<HostId, Promise<unknown>>()

  constructor(options: AskerOptions) {
    this.#options = options
  }

  /** Waits for earlier questions to the same host. Never rejects. */
  ask(question: Question): Promise<Result<string, HttpFault>> {
    const earlier = this.#last.get(question.host) ?? Promise.resolve()
    const answer = earlier.then(() => this.#ask(question))
    this.#last.set(question.host, answer)
    return answer
  }

  /** Gives up what is under way; everything asked from now on fails at once. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.all(this.#last.values())
  }

  async #ask({ host, path, accept, bytesMax }: Question): Promise<Result<string, HttpFault>> {
    const { hosts, getText, scheduler, timeoutMs, pauses } = this.#options
    if (this.#stopped.signal.aborted) return err({ kind: 'failed', message: 'the program is ending', retryAfterMs: null })
    const waitMs = (pauses.get(host) ?? 0) - scheduler.monotonicMs()
    if (waitMs > 0) {
      const message = `${new URL(hosts[host]).hostname} asked to be left alone for another ${Math.ceil(waitMs / 1_000)} s`
      return err({ kind: 'limited', message, retryAfterMs: Math.ceil(waitMs) })
    }
    const answer = await getText(`${hosts[host]}${path}`, { accept, bytesMax, timeoutMs, signal: this.#stopped.signal })
    if (!answer.ok && answer.error.kind === 'limited') {
      const pauseMs = Math.min(answer.error.retryAfterMs ?? PAUSE_MS, PAUSE_MS_MAX)
      pauses.set(host, scheduler.monotonicMs() + pauseMs)
      return err({ ...answer.error, retryAfterMs: pauseMs })
    }
    return answer
  }
}
