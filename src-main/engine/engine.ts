// The engine: owns the journal, the paper venue's memory, the market and the session, and speaks to its host in messages.
import { join } from 'node:path'
import { type Payload, commands, isCommand } from '../../src-shared/bridge/contract.ts'
import { clipped } from '../../src-shared/bridge/order-view.ts'
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'
import type { InstrumentId } from '../../src-shared/domain/ids.ts'
import { type Result, ensure, err, ok, unreachable } from '../../src-shared/domain/result.ts'
import type { RecoveredState } from '../../src-shared/events/journal-record.ts'
import { JournalError } from '../adapters/journal/journal-error.ts'
import { type VenueStore, openVenueStore } from '../adapters/journal/venue-store.ts'
import type { StrategySetup } from '../core/kernel/kernel-config.ts'
import type { OpenExecution, ProbeAccount } from '../core/ports/execution-client.ts'
import { BUNDLED_STRATEGIES } from '../core/strategies/registry.ts'
import { type AccountBooks, openAccountBooks } from './account-books.ts'
import type { ProbeKey } from '../core/ports/probe-key.ts'
import { KnownSecrets } from './known-secrets.ts'
import { DeskPublisher } from './desk-publisher.ts'
import { type DeskEvent, bookView } from './desk-views.ts'
import { HANDLERS, type Refusal } from './engine-commands.ts'
import { EngineMeter } from './engine-meter.ts'
import { openExecutionBy, probeAccountBy, probeKeyBy } from './execution-choice.ts'
import { KeyRequests } from './live/key-requests.ts'
import { LiveDesk } from './live/live-desk.ts'
import { sheetSources } from './live/sheet-sources.ts'
import { answerProbe } from './key-probe.ts'
import { type Market, type OpenMarket, beginningOf, openMarket } from './market.ts'
import { openSandbox } from './open-sandbox.ts'
import type { EngineOptions } from './options.ts'
import type { Session } from './session.ts'
import { Playbooks, type TradingPlan } from './playbooks.ts'
import { isArmedIn } from './live/live-file.ts'
import { StartFault } from './session-start.ts'
import { BUSY, Sessions } from './sessions.ts'
import { UserStrategies } from './user-strategies.ts'

export type Post = (message: FromEngine) => void
type FeedView = Extract<DeskEvent, { type: 'feed' }>['feed']
type PlaybackView = Extract<DeskEvent, { type: 'playback' }>['playback']

/** What the engine reaches outside this machine. */
export type Outside = {
  readonly openMarket: OpenMarket
  readonly openExecution: OpenExecution
  readonly probeAccount: ProbeAccount
  readonly probeKey: ProbeKey
  readonly secrets: KnownSecrets
}
const outsideOf = ({ settings }: EngineOptions): Outside => ({
  openMarket,
  openExecution: openExecutionBy(settings),
  probeAccount: probeAccountBy(settings),
  probeKey: probeKeyBy(settings),
  secrets: new KnownSecrets(),
})

const TURN_MS = 40
const PULSE_MS = 1_000
/** Between two starts while an account is armed. */
const START_AGAIN_MS = 5_000

/**
 * Opens everything and starts trading. What a restart cannot mend ends in a `fatal` message instead of an exception.
 * `outside` is another one in tests only, where venues are on loopback.
 */
export async function startEngine(
  options: EngineOptions,
  post: Post,
  outside: Partial<Outside> = {},
): Promise<{ handle(message: ToEngine): void }> {
  const engine = new Engine(options, post, { ...outsideOf(options), ...outside })
  try {
    await engine.start()
    post({ t: 'ready' })
  } catch (cause) {
    if (!(cause instanceof JournalError || cause instanceof StartFault)) throw cause
    // Whatever it was, positions outside need looking after: a venue in maintenance comes back without a person.
    const isTriedAgain = cause instanceof StartFault && engine.isArmed
    post({ t: 'fatal', message: cause.message, ...(isTriedAgain ? { againMs: START_AGAIN_MS } : {}) })
  }
  return engine
}

export class Engine {
  readonly options: EngineOptions
  readonly publisher: DeskPublisher
  readonly #post: Post
  readonly #outside: Outside
  readonly #meter = new EngineMeter()
  /** The newest book of each instrument that has one. */
  readonly books = new Map<string, Payload<'book'>>()
  readonly #userSetups = new Map<string, StrategySetup>()
  readonly playbooks: Playbooks
  #books: AccountBooks | null = null
  #venueStore: VenueStore | null = null
  #market: Market | null = null
  #sessions: Sessions | null = null
  #live: LiveDesk | null = null
  #userStrategies: UserStrategies | null = null
  readonly #keys: KeyRequests
  #timers: NodeJS.Timeout[] = []
  #closing = false

  constructor(options: EngineOptions, post: Post, outside: Outside) {
    this.options = options
    this.#post = post
    this.#outside = outside
    this.#keys = new KeyRequests((account) => post({ t: 'key_wanted', ...account }))
    this.playbooks = new Playbooks(options.dataDir, options.settings)
    this.publisher = new DeskPublisher((json) => post({ t: 'event', topic: 'desk', json }))
  }

  get sessions(): Sessions {
    ensure(this.#sessions !== null, 'the engine has sessions')
    return this.#sessions
  }
  /** Live trading was left armed; also before anything is open. */
  get isArmed(): boolean {
    return isArmedIn(this.options.dataDir)
  }
  get live(): LiveDesk {
    ensure(this.#live !== null, 'the engine has a live desk')
    return this.#live
  }
  /** The one that screens show and commands go to. */
  get session(): Session {
    return this.sessions.front
  }

  /** What is traded by now. */
  get plan(): TradingPlan {
    return this.sessions.plan
  }

  async start(): Promise<void> {
    const { dataDir } = this.options
    const plan = this.playbooks.plan(this.playbooks.startId())
    if (!plan.ok) throw new StartFault(`settings: ${plan.error}`)
    const books = openAccountBooks(join(dataDir, 'journal.db'), (failed, message) => this.#journalTrouble(failed, message))
    this.#books = books
    const store = openVenueStore(join(dataDir, 'paper-venue.db'))
    this.#venueStore = store
    const market = await this.#outside.openMarket(this.options)
    if (!market.ok) throw new StartFault(market.error)
    // The account belongs to the live market: its positions must never be looked after by the prices of a recording.
    if (this.isArmed && market.value.kind !== this.options.market)
      throw new StartFault(`live trading is armed, and ${market.value.notice ?? 'its market cannot be had'}`)
    this.#market = market.value
    await this.#startUserStrategies()
    const beginning = beginningOf(market.value, books.journal.recover())
    if (!beginning.ok) throw new StartFault(beginning.error)
    this.#sessions = new Sessions(
      {
        options: this.options,
        market: market.value,
        paper: { ...books, store },
        publisher: this.publisher,
        userSetups: () => [...this.#userSetups.values()],
        onBook: (frame) => this.#onBook(bookView(frame)),
        onLog: (level, message) => this.#log(level, message),
      },
      plan.value,
    )
    await this.#sessions.open({ ...beginning.value, playing: true, speed: this.options.speed })
    this.#announceStart(beginning.value.recovered)
    this.#live = this.#openLiveDesk(this.#sessions)
    this.#live.start()
    this.#timers.push(
      setInterval(() => this.#turn(), TURN_MS),
      setInterval(() => this.#pulse(), PULSE_MS),
    )
  }

  handle(message: ToEngine): void {
    switch (message.t) {
      case 'ping':
        return this.#post({ t: 'pong', n: message.n })
      case 'power':
        return this.#power(message.condition)
      case 'request':
        void this.#answer(message)
        return
      case 'probe':
        void answerProbe(message, this.#outside).then(this.#post)
        return
      case 'credentials': {
        const { venue, environment, answer } = message
        if (answer.ok) this.#outside.secrets.learn(answer.value)
        return this.#keys.answer({ venue, environment }, answer)
      }
      case 'shutdown':
        void this.#shutDown()
        return
      default:
        return unreachable(message, 'message to the engine')
    }
  }

  // ---- for the commands --------------------------------------------------------------------------------------

  /** Closes what is open at the present price and begins a new session at another time of the recording. */
  async seek(positionMs: number): Promise<Result<void, string>> {
    const sought = await this.sessions.seek(positionMs)
    this.publishPlayback()
    return sought
  }

  /** Begins a new session with another playbook, at the present time. What is open stays open, with its stops. */
  async selectPlaybook(id: string): Promise<Result<void, string>> {
    const plan = this.playbooks.plan(id)
    if (!plan.ok) return plan
    if (plan.value.playbook.id === this.plan.playbook.id) return ok(undefined)
    if (this.live.isArmed) return err('another playbook has other limits than those that were agreed to: go back to paper first')
    const selected = await this.sessions.selectPlan(plan.value)
    if (!selected.ok) return selected
    this.playbooks.remember(id)
    this.publishPlayback()
    this.#log('info', `playbook ${id} was chosen`)
    this.#announceLeftAlone()
    return ok(undefined)
  }

  /** Says which open positions no strategy looks after any more. */
  #announceLeftAlone(): void {
    const { kernel } = this.session
    const running = new Set(kernel.strategies.list().map(({ setup }) => setup.plugin.declaration.id))
    for (const { instrumentId, strategyId } of kernel.portfolio.positions()) {
      if (!running.has(strategyId)) {
        const message = `${instrumentId}: ${strategyId} opened the position and is not in this playbook; its stop and targets stay, nothing else closes it`
        this.#alert({ code: 'position_left_alone', message, instrumentId })
      }
    }
  }

  /** Faults on purpose, for tests of what watches the engine. */
  fault(kind: 'throw' | 'hang' | 'exit'): Result<Record<string, never>, Refusal> {
    if (!this.options.allowFaults) return err({ code: 'forbidden', message: 'faults on purpose are switched off' })
    if (kind === 'exit') setTimeout(() => process.exit(3), 5)
    if (kind === 'throw') {
      setTimeout(() => {
        throw new Error('fault on purpose')
      }, 5)
    }
    if (kind === 'hang') for (;;);
    return ok({})
  }

  feedView(): FeedView {
    const { session } = this
    const { desk, kernel } = session
    return {
      kind: session.feed.playback().kind,
      state: kernel.system.feedState,
      detail: clipped(this.#market?.notice ?? session.feedDetail, 400),
      lastEventMs: session.driver.lastDataMs,
      gaps: desk.gaps,
      badCandles: desk.badCandles,
      lastIncident: desk.lastIncident,
    }
  }
  playbackView(): PlaybackView {
    const { kind, playing, speed, positionMs, startMs, endMs } = this.session.feed.playback()
    return { kind, playing, speed: Number.isFinite(speed) ? speed : 0, positionMs: Math.floor(positionMs), startMs, endMs }
  }
  publishPlayback(): void {
    this.publisher.replace('playback', () => ({ type: 'playback', playback: this.playbackView() }))
  }

  // ---- life ----------------------------------------------------------------------------------------------------

  #onBook(book: Payload<'book'>): void {
    const before = this.books.get(book.instrumentId)
    this.books.set(book.instrumentId, book)
    if (before?.state !== book.state || before.resyncs !== book.resyncs)
      this.#log(
        book.state === 'synced' || before === undefined ? 'info' : 'warn',
        `order book of ${book.instrumentId}: ${book.state}, ${book.detail}`,
      )
    this.#post({ t: 'event', topic: 'book', json: JSON.stringify(book) })
  }

  #openLiveDesk(sessions: Sessions): LiveDesk {
    const { options } = this
    return new LiveDesk({
      options,
      sessions,
      requestKey: (account) => this.#keys.request(account),
      sources: sheetSources({
        options,
        sessions,
        market: this.#market?.kind ?? 'recorded',
        probe: this.#outside.probeAccount,
        feed: () => this.feedView(),
      }),
      openExecution: this.#outside.openExecution,
      publish: (view) => this.#post({ t: 'event', topic: 'live', json: JSON.stringify(view) }),
      onLog: (level, message) => this.#log(level, message),
    })
  }

  async #startUserStrategies(): Promise<void> {
    const sandbox = await openSandbox((line) => this.#log('info', line))
    this.#userStrategies = await UserStrategies.open(join(this.options.dataDir, 'strategies'), {
      sandbox,
      reserved: new Set(BUNDLED_STRATEGIES.keys()),
      listener: {
        onLoaded: (plugin, file) => {
          const setup: StrategySetup = { plugin, parameters: {}, file }
          const known = this.#userSetups.has(plugin.declaration.id)
          this.#userSetups.set(plugin.declaration.id, setup)
          const message = `strategy ${plugin.declaration.id} was ${known ? 'reloaded' : 'loaded'} from ${file.name}`
          this.#sessions?.tellOfFile(plugin.declaration.id, (session) => session.loadStrategy(setup, message))
        },
        onGone: (id, fileName) => {
          this.#userSetups.delete(id)
          this.#sessions?.tellOfFile(id, (session) => {
            session.removeStrategy(id, `strategy ${id} was removed with ${fileName}`)
            this.publisher.restart()
          })
        },
        onFault: (_fileName, message) => this.#strategyFault(message),
      },
    })
  }

  #strategyFault(message: string): void {
    this.#log('warn', message)
    if (this.#sessions?.isOpen !== true) return void this.#earlyFaults.push(message)
    const { loop, kernel } = this.session
    loop.event({ source: 'system', condition: 'strategy_file_refused', message, tsMs: kernel.nowMs })
  }
  readonly #earlyFaults: string[] = []

  #announceStart(recovered: RecoveredState | null): void {
    const warnings = [...(this.#books?.warnings ?? []), ...(this.#venueStore?.warning ? [this.#venueStore.warning] : [])]
    if (this.#market?.notice) warnings.push(this.#market.notice)
    for (const message of [...warnings, ...this.playbooks.faults, ...this.#earlyFaults.splice(0)]) {
      this.#log('warn', message)
      this.#alert({ code: 'start', message, instrumentId: null })
    }
    const open = recovered?.positions.length ?? 0
    this.#log(
      'info',
      recovered === null
        ? 'a new journal was started'
        : `went on from the journal: ${open} open positions, ${recovered.orders.length} open orders`,
    )
  }

  #alert({ code, message, instrumentId }: { code: string; message: string; instrumentId: InstrumentId | null }): void {
    const { desk, kernel } = this.session
    desk.alert({ code, severity: 'warning', message: clipped(message, 1000), tsMs: kernel.nowMs, instrumentId })
  }

  /** Between events: a live venue's answers fall due, and what is queued is written down. */
  #turn(): void {
    if (this.sessions.isChanging) return
    for (const session of this.sessions.all()) session.turn(Date.now())
  }

  #pulse(): void {
    const { session } = this
    this.publishPlayback()
    this.publisher.replace('feed', () => ({ type: 'feed', feed: this.feedView() }))
    session.desk.account()
    this.live.pulse()
    const books = this.sessions.live?.books ?? this.#books
    const journal = books?.metrics()
    const reading = {
      marketEvents: session.driver.events,
      framesSent: this.publisher.framesSent,
      journalRecords: journal?.records ?? 0,
      journalBytes: journal?.bytes ?? 0,
      journalCommitP99Ms: books?.sink.takeCommitP99Ms() ?? 0,
    }
    this.#post({ t: 'metrics', metrics: this.#meter.read(reading) })
  }

  #power(condition: 'suspending' | 'resumed'): void {
    const message = condition === 'suspending' ? 'the machine is going to sleep' : 'the machine woke up: asking the venue for the truth'
    for (const { loop, kernel } of this.sessions.all()) {
      loop.event({ source: 'system', condition, message, tsMs: kernel.nowMs })
      // In a recording time stands still between candles; the venue's answer must not wait for the next one.
      loop.settle()
    }
  }

  #journalTrouble(failed: boolean, message: string): void {
    this.#log(failed ? 'error' : 'info', message)
    const condition = failed ? 'journal_failed' : 'journal_ok'
    // Told in the middle of carrying out effects: the kernel hears of it as an event of its own.
    setImmediate(() => {
      if (this.#closing) return
      const { loop, kernel } = this.sessions.paper
      loop.event({ source: 'system', condition, message, tsMs: kernel.nowMs })
    })
  }

  async #answer({ id, command, input, who }: Extract<ToEngine, { t: 'request' }>): Promise<void> {
    const respond = (result: Result<unknown, Refusal>): void =>
      this.#post(
        result.ok
          ? { t: 'response', id, ok: true, value: result.value }
          : { t: 'response', id, ok: false, code: result.error.code, message: result.error.message },
      )
    const handler = isCommand(command)
      ? (HANDLERS[command] as ((engine: Engine, input: unknown, who: string | undefined) => Promise<Result<unknown, Refusal>>) | undefined)
      : undefined
    if (handler === undefined) return respond(err({ code: 'internal', message: `the engine does not answer "${command}"` }))
    if (this.sessions.isChanging && isCommand(command) && commands[command].scope !== 'read') {
      return respond(err({ code: 'refused', message: BUSY }))
    }
    try {
      respond(await handler(this, input, who))
    } catch (cause) {
      // A RangeError is a value that a parser of the domain refused; anything else is a bug and must stop the engine.
      if (!(cause instanceof RangeError)) throw cause
      respond(err({ code: 'bad_input', message: cause.message }))
    }
  }

  async #shutDown(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    for (const timer of this.#timers) clearInterval(timer)
    this.#meter.stop()
    this.#userStrategies?.close()
    this.#live?.close()
    this.#keys.close()
    await this.#sessions?.close()
    this.publisher.flush()
    this.#books?.journal.close()
    this.#venueStore?.close()
    this.#post({ t: 'bye' })
  }

  #log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void {
    this.#post({ t: 'log', tsMs: Date.now(), level, message: this.#outside.secrets.scrub(message) })
  }
}
