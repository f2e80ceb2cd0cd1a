// Keeps one worker (the engine, the lab) running: deadlines for requests, heartbeat, restart with growing pauses, orderly shutdown.
import { BRIDGE_ERROR_CODES, type BridgeError, type BridgeResult, type Payload, type TopicName } from '../../src-shared/bridge/contract.ts'
import type { EngineMetrics, FromEngine, HandedKey, ToEngine } from '../../src-shared/bridge/wire.ts'
import { type Result, unreachable } from '../../src-shared/domain/result.ts'
import type { VenueCredentials, VenueEnvironment, VenueId } from '../../src-shared/domain/venue.ts'
import type { EngineTransport } from './transport.ts'

export type EngineState = Payload<'status'>['state']
export type SupervisorOptions = {
  /** What is looked after, in sentences about it. */
  readonly name: string
  readonly heartbeatMs: number
  readonly heartbeatMissesMax: number
  readonly startTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly shutdownTimeoutMs: number
  /** Pause before the first, second, … restart; the last one repeats. */
  readonly restartPausesMs: readonly number[]
  /** More restarts than this within `restartWindowMs` mean `failed`: a person must look. */
  readonly restartsMax: number
  readonly restartWindowMs: number
}
export const SUPERVISOR_DEFAULTS: SupervisorOptions = {
  name: 'the engine',
  heartbeatMs: 1_000,
  heartbeatMissesMax: 5,
  startTimeoutMs: 60_000,
  requestTimeoutMs: 10_000,
  shutdownTimeoutMs: 8_000,
  restartPausesMs: [250, 1_000, 3_000, 10_000, 30_000],
  restartsMax: 5,
  restartWindowMs: 10 * 60_000,
}
const PENDING_MAX = 256

export type SupervisorListener = {
  onState(state: EngineState): void
  onEvent(topic: TopicName, json: string): void
  onMetrics(metrics: EngineMetrics): void
  onLog(entry: Extract<FromEngine, { t: 'log' }>): void
  /** Answer with `handKey`. Left out, nobody has keys. */
  onKeyWanted?(account: WantedKey): void
}
export type WantedKey = { readonly venue: VenueId; readonly environment: VenueEnvironment }
type Pending = { readonly resolve: (result: BridgeResult<unknown>) => void; readonly timer: NodeJS.Timeout }
export type StopOutcome = 'clean' | 'forced'

export const fail = (code: BridgeError['code'], message: string): BridgeResult<never> => ({ ok: false, error: { code, message } })
const knownCode = (code: string): BridgeError['code'] => BRIDGE_ERROR_CODES.find((known) => known === code) ?? 'internal'

export class EngineSupervisor {
  readonly #spawn: () => EngineTransport
  readonly #listener: SupervisorListener
  readonly #options: SupervisorOptions
  /** The present generation. What an earlier one still says is ignored. */
  #transport: EngineTransport | null = null
  #state: EngineState = 'stopped'
  #pending = new Map<number, Pending>()
  #lastRequestId = 0
  #recentRestartsMs: number[] = []
  #restarts = 0
  #startedMs = 0
  #lastError: string | null = null
  /** Ticks of the heartbeat, or the deadline of a start; one at a time. */
  #watch: NodeJS.Timeout | undefined
  #restartTimer: NodeJS.Timeout | undefined
  #missed = 0
  #saidBye: ((clean: boolean) => void) | null = null
  #awaitingStart: (() => void)[] = []
  #stopping: Promise<StopOutcome> | null = null
  /** A restart waits for its engine to stop; a stop that comes meanwhile takes this back. */
  #startAgain = false

  constructor(spawn: () => EngineTransport, listener: SupervisorListener, options: Partial<SupervisorOptions> = {}) {
    this.#spawn = spawn
    this.#listener = listener
    this.#options = { ...SUPERVISOR_DEFAULTS, ...options }
  }

  get state(): EngineState {
    return this.#state
  }
  get restarts(): number {
    return this.#restarts
  }
  get lastError(): string | null {
    return this.#lastError
  }
  /** Of the present engine; 0 while none runs. */
  get uptimeMs(): number {
    return this.#state === 'running' ? Date.now() - this.#startedMs : 0
  }

  /** Starts an engine unless one is there already. */
  start(): void {
    if (this.#transport) return
    clearTimeout(this.#restartTimer)
    const transport = this.#trySpawn()
    if (!transport) return
    this.#transport = transport
    this.#setState(this.#recentRestartsMs.length > 0 ? 'restarting' : 'starting')
    this.#watch = setTimeout(() => this.#killAndGoDown('not ready in time'), this.#options.startTimeoutMs)
    transport.onMessage((message) => {
      if (this.#transport === transport) this.#handle(message)
    })
    transport.onExit((reason) => {
      if (this.#transport === transport) this.#goDown(reason)
    })
  }

  /** Resolves when a start that is under way has ended in whatever way; at once when none is. Bounded by the deadline of a start. */
  settled(): Promise<void> {
    return this.#state === 'starting' ? new Promise((resolve) => this.#awaitingStart.push(resolve)) : Promise.resolve()
  }

  /**
   * Asks the worker. `engine_down` and `timeout` of a request in flight mean that its outcome is unknown: it is never sent again
   * from here; the worker reconciles when it starts.
   */
  request(command: string, input: unknown, who?: string): Promise<BridgeResult<unknown>> {
    return this.#ask((id) => ({ t: 'request', id, command, input, ...(who === undefined ? {} : { who }) }))
  }

  /** Asks the engine what a key may do. */
  probe(venue: VenueId, handed: HandedKey): Promise<BridgeResult<unknown>> {
    return this.#ask((id) => ({ t: 'probe', id, venue, handed }))
  }

  #ask(messageOf: (id: number) => ToEngine): Promise<BridgeResult<unknown>> {
    const transport = this.#transport
    if (!transport || this.#state !== 'running') return Promise.resolve(fail('engine_down', this.#whyDown()))
    if (this.#pending.size >= PENDING_MAX) return Promise.resolve(fail('refused', `more than ${PENDING_MAX} requests in flight`))
    const id = ++this.#lastRequestId
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const seconds = this.#options.requestTimeoutMs / 1000
        this.#settle(id, fail('timeout', `no answer from ${this.#options.name} within ${seconds} s; the outcome is unknown`))
      }, this.#options.requestTimeoutMs)
      this.#pending.set(id, { resolve, timer })
      transport.post(messageOf(id))
    })
  }

  /** To the worker that asked for it, unless it has gone meanwhile. */
  handKey({ venue, environment }: WantedKey, answer: Result<VenueCredentials, string>): void {
    this.#transport?.post({ t: 'credentials', venue, environment, answer })
  }

  power(condition: 'suspending' | 'resumed'): void {
    this.#transport?.post({ t: 'power', condition })
  }

  /** Ends the engine in order, or by force when it does not say goodbye in time. A second call joins the first. */
  stop(): Promise<StopOutcome> {
    this.#startAgain = false
    this.#stopping ??= this.#stop().finally(() => (this.#stopping = null))
    return this.#stopping
  }

  /** A person's restart: also leaves `failed`, and forgets the restarts counted so far. Does nothing once `stop` was called, also meanwhile. */
  async restart(): Promise<void> {
    if (this.#state === 'stopping' || this.#state === 'stopped') return
    const stopped = this.stop()
    this.#startAgain = true
    await stopped
    if (!this.#startAgain) return
    this.#recentRestartsMs = []
    this.start()
  }

  #whyDown(): string {
    const reason = this.#state === 'failed' && this.#lastError !== null ? `: ${this.#lastError}` : ''
    return `${this.#options.name} is ${this.#state}${reason}`
  }

  #trySpawn(): EngineTransport | null {
    try {
      return this.#spawn()
    } catch (error) {
      this.#goDown(`could not be started: ${error instanceof Error ? error.message : String(error)}`)
      return null
    }
  }

  #handle(message: FromEngine): void {
    switch (message.t) {
      case 'ready':
        return this.#becomeReady()
      case 'pong':
        this.#missed = 0
        return
      case 'event':
        return this.#listener.onEvent(message.topic, message.json)
      case 'metrics':
        return this.#listener.onMetrics(message.metrics)
      case 'log':
        return this.#listener.onLog(message)
      case 'response': {
        const result: BridgeResult<unknown> = message.ok
          ? { ok: true, value: message.value }
          : fail(knownCode(message.code), message.message)
        return this.#settle(message.id, result)
      }
      case 'key_wanted':
        return this.#listener.onKeyWanted?.({ venue: message.venue, environment: message.environment })
      case 'fatal':
        return this.#giveUp(message.message, message.againMs ?? null)
      case 'bye':
        this.#saidBye?.(true)
        return
      default:
        return unreachable(message, 'message of the engine')
    }
  }

  #becomeReady(): void {
    if (this.#state === 'stopping') return
    clearTimeout(this.#watch)
    this.#startedMs = Date.now()
    this.#missed = 0
    this.#watch = setInterval(() => this.#beat(), this.#options.heartbeatMs)
    this.#watch.unref()
    this.#setState('running')
  }

  #beat(): void {
    if (this.#missed >= this.#options.heartbeatMissesMax) return this.#killAndGoDown('heartbeat lost')
    this.#missed++
    this.#transport?.post({ t: 'ping', n: this.#missed })
  }

  #killAndGoDown(reason: string): void {
    const dead = this.#transport
    this.#goDown(reason)
    void dead?.kill()
  }

  #goDown(reason: string): void {
    const wasStopping = this.#state === 'stopping'
    this.#forget(reason)
    if (wasStopping) {
      this.#saidBye?.(false)
      return
    }
    const nowMs = Date.now()
    this.#recentRestartsMs = [...this.#recentRestartsMs.filter((ms) => nowMs - ms < this.#options.restartWindowMs), nowMs]
    if (this.#recentRestartsMs.length > this.#options.restartsMax) return this.#setState('failed')
    this.#restarts++
    this.#setState('restarting')
    const pauses = this.#options.restartPausesMs
    const pauseMs = pauses[Math.min(this.#recentRestartsMs.length, pauses.length) - 1] ?? 1_000
    this.#restartTimer = setTimeout(() => this.start(), pauseMs)
  }

  /** The engine itself says that a restart would not help, or that it may help later: then it is tried for as long as it takes. */
  #giveUp(sentence: string, againMs: number | null): void {
    const transport = this.#transport
    const wasStopping = this.#state === 'stopping'
    this.#forget(sentence)
    void transport?.kill()
    if (wasStopping) return this.#saidBye?.(false)
    this.#setState('failed')
    if (againMs !== null) this.#restartTimer = setTimeout(() => this.start(), againMs)
  }

  #forget(reason: string): void {
    clearTimeout(this.#watch)
    this.#transport = null
    this.#lastError = reason
    const { name } = this.#options
    for (const id of this.#pending.keys()) this.#settle(id, fail('engine_down', `${name} went down (${reason}); the outcome is unknown`))
  }

  #settle(id: number, result: BridgeResult<unknown>): void {
    const pending = this.#pending.get(id)
    if (!pending) return
    this.#pending.delete(id)
    clearTimeout(pending.timer)
    pending.resolve(result)
  }

  async #stop(): Promise<StopOutcome> {
    clearTimeout(this.#restartTimer)
    const transport = this.#transport
    let outcome: StopOutcome = 'clean'
    if (transport) {
      this.#setState('stopping')
      clearTimeout(this.#watch)
      outcome = (await this.#awaitBye(transport)) ? 'clean' : 'forced'
      this.#forgetQuietly()
      await transport.kill()
    }
    this.#setState('stopped')
    return outcome
  }

  #awaitBye(transport: EngineTransport): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), this.#options.shutdownTimeoutMs)
      this.#saidBye = (clean) => {
        clearTimeout(timer)
        resolve(clean)
      }
      transport.post({ t: 'shutdown' })
    })
  }

  #forgetQuietly(): void {
    const lastError = this.#lastError
    this.#saidBye = null
    this.#forget('stopped')
    this.#lastError = lastError
  }

  #setState(state: EngineState): void {
    this.#state = state
    this.#listener.onState(state)
    if (state !== 'starting') for (const resume of this.#awaitingStart.splice(0)) resume()
  }
}
