// The one door of both shells: validates every command on its way in and out, routes it, writes down who did what, and passes
// on what the engine says.
import {
  commands,
  isCommand,
  type BridgeResult,
  type CommandHandler,
  type CommandName,
  type Output,
  type Payload,
  type TopicName,
} from '../../src-shared/bridge/contract.ts'
import { err } from '../../src-shared/domain/result.ts'
import type { VenueAccount } from '../../src-shared/domain/venue.ts'
import { secretsIn } from '../../src-shared/bridge/secret-field.ts'
import type { EngineMetrics } from '../../src-shared/bridge/wire.ts'
import { auditLine, describeIssues } from './audit.ts'
import { keyDeskOver, type KeyCommand, type KeyDesk } from './keys/key-desk.ts'
import type { KeyStores } from './keys/key-shelf.ts'
import type { Log } from './log.ts'
import { reasonOf } from './data-dir.ts'
import { EngineSupervisor, fail, type EngineState, type StopOutcome, type SupervisorOptions } from './engine-supervisor.ts'
import type { EngineTransport } from './transport.ts'

/** Read-only view of the journal, for commands that need no engine. */
export interface JournalReader {
  /** Throws; an error with the `code` `not_found` means that there is no such record, `too_large` that the answer would be. */
  handle(command: string, input: unknown): unknown
  close(): void
}
export type EngineHostOptions = {
  readonly spawn: () => EngineTransport
  /** Called when the first journal command comes: the file exists once an engine was ready. With the id of a run, for the run's own journal. */
  readonly openJournal: (runId: string | null) => JournalReader
  /** Starts the lab's worker, when the first of its commands comes. Left out, there is no lab. */
  readonly spawnLab?: () => EngineTransport
  /** Left out, this program keeps no keys. */
  readonly keyStores?: KeyStores
  readonly log: Log
  readonly version: string
  readonly dataDir: string
  readonly allowFaults: boolean
  readonly supervisor?: Partial<SupervisorOptions>
}
type HostCommand = { [C in CommandName]: (typeof commands)[C]['by'] extends 'host' ? C : never }[CommandName]
type JsonListener = (json: string) => void

const NO_METRICS: EngineMetrics = {
  eventLoopDelayP50: 0,
  eventLoopDelayP99: 0,
  heapUsedBytes: 0,
  marketEventsPerSecond: 0,
  framesPerSecond: 0,
  journalRecords: 0,
  journalBytes: 0,
  journalCommitP99Ms: 0,
}
const LAB_RETRY_MS = 60_000
const ERROR_LENGTH_MAX = 1_000

export class EngineHost {
  readonly #options: EngineHostOptions
  readonly #supervisor: EngineSupervisor
  readonly #listeners = new Map<TopicName, Set<JsonListener>>()
  #journal: JournalReader | null = null
  /** The journal of the run that was asked about last. */
  #runJournal: { readonly runId: string; readonly reader: JournalReader } | null = null
  #lab: EngineSupervisor | null = null
  #labFailedMs = 0
  #stopped = false
  #metrics = NO_METRICS
  readonly #startedMs = Date.now()
  readonly #unsubscribeLog: () => void
  /** Null when this program keeps no keys. */
  readonly keys: KeyDesk | null
  /** What the engine last said that live trading is armed for. */
  #liveAccount: VenueAccount | null = null

  constructor(options: EngineHostOptions) {
    this.#options = options
    this.#unsubscribeLog = options.log.subscribe((lines) => this.#publish('log', JSON.stringify(lines)))
    this.#supervisor = new EngineSupervisor(
      options.spawn,
      {
        onState: (state) => this.#announce(state),
        onEvent: (topic, json) => this.#onEvent(topic, options.log.scrubber.hide(json)),
        onMetrics: (metrics) => (this.#metrics = metrics),
        onLog: (entry) => options.log.write(entry.level, 'engine', entry.message),
        onKeyWanted: (account) => void this.#handKey(account),
      },
      options.supervisor,
    )
    const { keyStores, log } = options
    this.keys =
      keyStores === undefined
        ? null
        : keyDeskOver({ stores: keyStores, supervisor: this.#supervisor, scrubber: log.scrubber, inUse: () => this.#liveAccount })
  }

  get state(): EngineState {
    return this.#supervisor.state
  }

  status(): Payload<'status'> {
    return {
      state: this.#supervisor.state,
      mode: 'paper',
      version: this.#options.version,
      restarts: this.#supervisor.restarts,
      uptimeMs: this.#supervisor.uptimeMs,
      lastError: this.#lastError()?.slice(0, ERROR_LENGTH_MAX) ?? null,
    }
  }

  start(): void {
    this.#supervisor.start()
  }

  /** Ends the engine and closes what this host opened. The log stays open: it belongs to whoever opened it. */
  async stop(): Promise<StopOutcome> {
    this.#stopped = true
    const [outcome] = await Promise.all([this.#supervisor.stop(), this.#lab?.stop()])
    this.#closeJournals()
    this.#unsubscribeLog()
    return outcome
  }

  power(condition: 'suspending' | 'resumed'): void {
    this.#options.log.write('info', 'host', `power: ${condition}`)
    this.#supervisor.power(condition)
  }

  /** The payload arrives as JSON text, made once however many listen. Returns the undo. */
  subscribe(topic: TopicName, listener: JsonListener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(listener))
    return () => void listeners.delete(listener)
  }

  /** `who` names the caller in the audit log. Never rejects: whatever goes wrong is in the result. */
  async invoke(command: unknown, input: unknown, who: string): Promise<BridgeResult<unknown>> {
    if (!isCommand(command)) return fail('unknown_command', `there is no command ${JSON.stringify(String(command).slice(0, 64))}`)
    const { scope } = commands[command]
    const result =
      scope === 'debug' && !this.#options.allowFaults
        ? fail('forbidden', `${command} works in tests only`)
        : await this.#answer(command, input, who)
    const told = result.ok ? result : fail(result.error.code, this.#options.log.scrubber.scrub(result.error.message))
    if (scope !== 'read') this.#options.log.write(told.ok ? 'info' : 'warn', 'audit', auditLine({ command, input, who }, told))
    return told
  }

  async #answer(command: CommandName, input: unknown, who: string): Promise<BridgeResult<unknown>> {
    const spec = commands[command]
    const parsed = spec.input.safeParse(input)
    if (!parsed.success) return fail('bad_input', `${command}: ${describeIssues(parsed.error.issues)}`)
    for (const secret of secretsIn(spec.input, parsed.data)) this.#options.log.scrubber.learn(secret)
    const answered = await this.#route(command, parsed.data, who)
    if (!answered.ok) return answered
    const checked = spec.output.safeParse(answered.value)
    if (checked.success) return { ok: true, value: checked.data }
    this.#options.log.write('error', 'host', `the answer to ${command} does not fit the contract: ${describeIssues(checked.error.issues)}`)
    return fail('internal', `the answer to ${command} does not fit the contract`)
  }

  #route(command: CommandName, input: unknown, who: string): Promise<BridgeResult<unknown>> {
    const by: CommandHandler = commands[command].by
    switch (by) {
      case 'engine':
        return this.#supervisor.request(command, input, who)
      case 'lab':
        return this.#askLab(command, input)
      case 'journal':
        return Promise.resolve(this.#askJournal(command, input))
      case 'host':
        return isHostCommand(command) ? this.#askHost(command, input) : Promise.resolve(fail('internal', `${command} has no handler`))
    }
  }

  async #askHost(command: HostCommand, input: unknown): Promise<BridgeResult<unknown>> {
    if (isKeyCommand(command))
      return this.keys?.handle(command, input) ?? fail('refused', 'this program was started without a place for keys')
    switch (command) {
      case 'system.status':
        return { ok: true, value: this.#systemStatus() }
      case 'log.tail':
        return { ok: true, value: this.#options.log.tail(commands['log.tail'].input.parse(input).limit) }
      case 'engine.restart':
        await this.#supervisor.restart()
        return { ok: true, value: {} }
    }
  }

  /** The lab is started by its first command, which waits for it, and restarted after it fails, like the engine. */
  async #askLab(command: CommandName, input: unknown): Promise<BridgeResult<unknown>> {
    const { spawnLab } = this.#options
    if (spawnLab === undefined) return fail('refused', 'this program was started without a lab')
    if (this.#stopped) return fail('engine_down', 'the program is stopping')
    const lab = (this.#lab ??= this.#startLab(spawnLab))
    // Nothing trades in it, so whoever asks may try again what has failed for good, once it had time to mend.
    if (lab.state === 'failed' && Date.now() - this.#labFailedMs > LAB_RETRY_MS) await lab.restart()
    await lab.settled()
    return lab.request(command, input)
  }

  #startLab(spawn: () => EngineTransport): EngineSupervisor {
    const { log, supervisor } = this.#options
    const lab: EngineSupervisor = new EngineSupervisor(
      spawn,
      {
        onState: (state) => {
          const trouble = state === 'failed' || state === 'restarting'
          if (state === 'failed') this.#labFailedMs = Date.now()
          log.write(trouble ? 'error' : 'info', 'host', `lab ${state}${trouble && lab.lastError ? `: ${lab.lastError}` : ''}`)
        },
        onEvent: (topic, json) => this.#publish(topic, json),
        onMetrics: () => undefined,
        onLog: (entry) => log.write(entry.level, 'lab', entry.message),
      },
      { ...supervisor, name: 'the lab' },
    )
    lab.start()
    return lab
  }

  #askJournal(command: CommandName, input: unknown): BridgeResult<unknown> {
    try {
      return { ok: true, value: this.#journalOf(runOf(input)).handle(command, input) }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'not_found') return fail('not_found', reasonOf(error))
      if (code === 'too_large') return fail('refused', reasonOf(error))
      // Whatever broke may be gone with a new connection.
      this.#closeJournals()
      return fail('internal', `${command}: ${reasonOf(error)}`)
    }
  }

  #journalOf(runId: string | null): JournalReader {
    if (runId === null) return (this.#journal ??= this.#options.openJournal(null))
    if (this.#runJournal?.runId !== runId) {
      this.#runJournal?.reader.close()
      this.#runJournal = null
      this.#runJournal = { runId, reader: this.#options.openJournal(runId) }
    }
    return this.#runJournal.reader
  }

  #closeJournals(): void {
    this.#journal?.close()
    this.#runJournal?.reader.close()
    this.#journal = null
    this.#runJournal = null
  }

  async #handKey(account: VenueAccount): Promise<void> {
    const answer = (await this.keys?.credentialsOf(account)) ?? err('this program was started without a place for keys')
    if (answer.ok) for (const secret of Object.values(answer.value)) if (secret !== null) this.#options.log.scrubber.learn(secret)
    this.#supervisor.handKey(account, answer)
  }

  #onEvent(topic: TopicName, json: string): void {
    if (topic === 'live') this.#liveAccount = (JSON.parse(json) as Payload<'live'>).account
    this.#publish(topic, json)
  }

  /** Whatever an engine says when it breaks. */
  #lastError(): string | null {
    const { lastError } = this.#supervisor
    return lastError === null ? null : this.#options.log.scrubber.scrub(lastError)
  }

  #systemStatus(): Output<'system.status'> {
    return {
      host: this.status(),
      ...this.#metrics,
      node: process.version,
      residentBytes: process.memoryUsage.rss(),
      dataDir: this.#options.dataDir,
      uptimeMs: Date.now() - this.#startedMs,
    }
  }

  #announce(state: EngineState): void {
    const lastError = this.#lastError()
    const trouble = state === 'failed' || state === 'restarting'
    this.#options.log.write(trouble ? 'error' : 'info', 'host', `engine ${state}${trouble && lastError ? `: ${lastError}` : ''}`)
    this.#publish('status', JSON.stringify(this.status()))
  }

  #publish(topic: TopicName, json: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) {
      try {
        listener(json)
      } catch (error) {
        // One screen's trouble is not the next one's.
        this.#options.log.write('error', 'host', `a listener of ${topic} failed: ${reasonOf(error)}`)
      }
    }
  }
}

/** Which run of the lab a question to a journal is about; null for the desk. */
function runOf(input: unknown): string | null {
  const asked = typeof input === 'object' && input !== null && 'run' in input ? input.run : null
  return typeof asked === 'string' ? asked : null
}

function isHostCommand(command: CommandName): command is HostCommand {
  return commands[command].by === 'host'
}

const isKeyCommand = (command: HostCommand): command is KeyCommand => command.startsWith('keys.')
