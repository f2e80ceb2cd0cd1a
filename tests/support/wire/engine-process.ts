// The real engine in a process of its own, with this process as its host: it is asked, handed keys, killed and started again.
import { type ChildProcess, fork } from 'node:child_process'
import { resolve } from 'node:path'
import type { CommandName, Input, Output } from '../../../src-shared/bridge/contract.ts'
import type { FromEngine, ToEngine } from '../../../src-shared/bridge/wire.ts'
import type { VenueCredentials } from '../../../src-shared/domain/venue.ts'
import type { EngineOptions } from '../../../src-main/engine/options.ts'
import { COMPILE_CACHE, shiftedClock } from './shifted-clock.ts'

const ENTRY = resolve(import.meta.dirname, '../../../src-main/engine/entry.ts')
const READY_MS_MAX = 60_000
const ANSWER_MS_MAX = 30_000

export class EngineProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (message: Extract<FromEngine, { t: 'response' }>) => void>()
  readonly #ready: Promise<void>
  readonly #gone: Promise<void>
  /** What the engine wrote to its log, oldest first. */
  readonly logs: string[] = []
  #lastId = 0
  /** After a start that failed: when its supervisor would try again, or null. */
  againMs: number | null = null
  isGone = false
  /** Ended in another way than by `kill` and `stop`. */
  crash: string | null = null
  #isEnding = false

  constructor(
    options: EngineOptions,
    { shiftMs, credentials, env }: { shiftMs: number; credentials: VenueCredentials; env: NodeJS.ProcessEnv },
  ) {
    this.#child = fork(ENTRY, [JSON.stringify(options)], {
      serialization: 'advanced',
      execArgv: ['--import', shiftedClock(shiftMs)],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...COMPILE_CACHE, ...env },
    })
    const errors: string[] = []
    this.#child.stderr?.on('data', (chunk: Buffer) => void errors.push(String(chunk)))
    this.#child.on('error', () => {})
    let becomeReady = (): void => {}
    let failed = (_error: Error): void => {}
    this.#ready = new Promise((done, fail) => {
      becomeReady = done
      failed = fail
    })
    this.#ready.catch(() => {})
    const timer = setTimeout(() => failed(new Error(`the engine is not ready in time: ${errors.join('')}`)), READY_MS_MAX)
    this.#gone = new Promise((done) => {
      this.#child.once('exit', (code, signal) => {
        clearTimeout(timer)
        this.isGone = true
        if (!this.#isEnding) this.crash = `the engine ended by itself (${signal ?? code}): ${errors.join('').slice(0, 2_000)}`
        failed(new Error('the engine is gone'))
        for (const answer of this.#waiting.values()) answer({ t: 'response', id: 0, ok: false, code: 'engine_down', message: 'gone' })
        done()
      })
    })
    this.#child.on('message', (message) => {
      const told = message as FromEngine
      if (told.t === 'ready') becomeReady()
      if (told.t === 'fatal') {
        this.againMs = told.againMs ?? null
        failed(new Error(told.message))
      }
      if (told.t === 'log') this.logs.push(`${told.level} ${told.message}`)
      if (told.t === 'response') this.#waiting.get(told.id)?.(told)
      if (told.t === 'key_wanted') {
        const { venue, environment } = told
        this.#send({ t: 'credentials', venue, environment, answer: { ok: true, value: credentials } })
      }
    })
    void this.#ready.then(
      () => clearTimeout(timer),
      () => {},
    )
  }

  ready(): Promise<void> {
    return this.#ready
  }
  /** The answer, or throws with its sentence. */
  async ask<C extends CommandName>(command: C, input: Input<C>): Promise<Output<C>> {
    const id = (this.#lastId += 1)
    const answer = await new Promise<Extract<FromEngine, { t: 'response' }>>((done, failed) => {
      if (this.isGone) return failed(new Error('the engine is gone'))
      const timer = setTimeout(() => failed(new Error(`no answer to ${command}`)), ANSWER_MS_MAX)
      this.#waiting.set(id, (message) => {
        clearTimeout(timer)
        done(message)
      })
      this.#send({ t: 'request', id, command, input })
    })
    this.#waiting.delete(id)
    if (!answer.ok) throw new Error(`${command}: ${answer.message}`)
    return answer.value as Output<C>
  }
  /** kill -9. */
  async kill(): Promise<void> {
    this.#isEnding = true
    this.#child.kill('SIGKILL')
    await this.#gone
  }
  /** Orderly end. */
  async stop(): Promise<void> {
    if (this.isGone) return
    this.#isEnding = true
    const bye = new Promise<void>((done) => this.#child.on('message', (message) => (message as FromEngine).t === 'bye' && done()))
    this.#send({ t: 'shutdown' })
    await Promise.race([bye, this.#gone, new Promise((done) => setTimeout(done, 8_000).unref())])
    await this.kill()
  }
  #send(message: ToEngine): void {
    if (this.#child.connected) this.#child.send(message)
  }
}
