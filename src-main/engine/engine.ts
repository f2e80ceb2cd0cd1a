// The engine: owns the journal, the paper venue's memory, the market and the session, and speaks to its host in messages.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Payload, commands, isCommand } from '../../src-shared/bridge/contract.ts'
import { clipped } from '../../src-shared/bridge/order-view.ts'
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'
import type { InstrumentId } from '../../src-shared/domain/ids.ts'
import { type Result, ensure, err, ok, unreachable } from '../../src-shared/domain/result.ts'
import { VENUES } from '../../src-shared/domain/venue.ts'
import type { RecoveredState } from '../../src-shared/events/journal-record.ts'
import type { KernelEvent } from '../../src-shared/events/kernel-event.ts'
import { JournalError } from '../adapters/journal/journal-error.ts'
import { type VenueStore, openVenueStore } from '../adapters/journal/venue-store.ts'
import { type OpenedJournal, openJournal } from '../adapters/journal/writer.ts'
import type { StrategySetup } from '../core/kernel/kernel-config.ts'
import { BUNDLED_STRATEGIES } from '../core/strategies/registry.ts'
import type { ProbeKey } from '../core/ports/probe-key.ts'
import { CredentialStore } from './credential-store.ts'
import { DeskPublisher } from './desk-publisher.ts'
import { type DeskEvent, bookView } from './desk-views.ts'
import { HANDLERS, type Refusal } from './engine-commands.ts'
import { EngineMeter } from './engine-meter.ts'
import { JournalSink } from './journal-sink.ts'
import { answerProbe } from './key-probe.ts'
import { type Market, type OpenMarket, beginningOf, openMarket } from './market.ts'
import { openSandbox } from './open-sandbox.ts'
import type { EngineOptions } from './options.ts'
import { Session } from './session.ts'
import { Playbooks, type TradingPlan } from './playbooks.ts'
import { type SessionStart, StartFault, prepareRecordings, refuseUnknownPositions, riskStateAt } from './session-start.ts'
import { UserStrategies } from './user-strategies.ts'

export type Post = (message: FromEngine) => void
/** How the world is reached. */
export type Outside = { readonly openMarket: OpenMarket; readonly probeKey: ProbeKey; readonly credentials: CredentialStore }
type FeedView = Extract<DeskEvent, { type: 'feed' }>['feed']
type PlaybackView = Extract<DeskEvent, { type: 'playback' }>['playback']

/** Until a venue's connector is there to ask. */
const noProbe: ProbeKey = (venue) => Promise.resolve(err(`this version cannot ask ${VENUES[venue].name} about a key`))

const TURN_MS = 40
const PULSE_MS = 1_000
/** Market time that positions get to be closed in before a seek. */
const CLOSE_MS_MAX = 60_000

/**
 * Opens everything and starts trading. What a restart cannot mend ends in a `fatal` message instead of an exception.
 * `outside` is another one in tests only, where the venues are on loopback.
 */
export async function startEngine(
  options: EngineOptions,
  post: Post,
  outside: Partial<Outside> = {},
): Promise<{ handle(message: ToEngine): void }> {
  const engine = new Engine(options, post, outside)
  try {
    await engine.start()
    post({ t: 'ready' })
  } catch (cause) {
    if (!(cause instanceof JournalError || cause instanceof StartFault)) throw cause
    post({ t: 'fatal', message: cause.message })
  }
  return engine
}

export class Engine {
  readonly options: EngineOptions
  readonly publisher: DeskPublisher
  readonly #post: Post
  readonly #openMarket: OpenMarket
  readonly #probeKey: ProbeKey
  /** What the execution side trades with, and what hides it in texts. */
  readonly credentials: CredentialStore
  readonly #meter = new EngineMeter()
  /** The newest book of each instrument that has one. */
  readonly books = new Map<string, Payload<'book'>>()
  readonly #userSetups = new Map<string, StrategySetup>()
  readonly playbooks: Playbooks
  #plan: TradingPlan | null = null
  #opened: OpenedJournal | null = null
  #venueStore: VenueStore | null = null
  #sink: JournalSink | null = null
  #market: Market | null = null
  #session: Session | null = null
  #userStrategies: UserStrategies | null = null
  #timers: NodeJS.Timeout[] = []
  #closing = false
  #isSeeking = false
  /** What became of strategy files while one session gives way to the next, by strategy: the last word counts. */
  readonly #changedMeanwhile = new Map<string, (session: Session) => void>()

  constructor(options: EngineOptions, post: Post, outside: Partial<Outside>) {
    this.options = options
    this.#post = post
    this.#openMarket = outside.openMarket ?? openMarket
    this.#probeKey = outside.probeKey ?? noProbe
    this.credentials = outside.credentials ?? new CredentialStore()
    this.playbooks = new Playbooks(options.dataDir, options.settings)
    this.publisher = new DeskPublisher((json) => post({ t: 'event', topic: 'desk', json }))
  }

  get session(): Session {
    ensure(this.#session !== null, 'the engine has a session')
    return this.#session
  }

  /** What is traded by now. */
  get plan(): TradingPlan {
    ensure(this.#plan !== null, 'the engine has a plan')
    return this.#plan
  }

  async start(): Promise<void> {
    const { dataDir } = this.options
    const plan = this.playbooks.plan(this.playbooks.startId())
    if (!plan.ok) throw new StartFault(`settings: ${plan.error}`)
    this.#plan = plan.value
    this.#opened = openJournal(join(dataDir, 'journal.db'))
    this.#venueStore = openVenueStore(join(dataDir, 'paper-venue.db'))
    this.#sink = new JournalSink(this.#opened.journal, (failed, message) => this.#journalTrouble(failed, message))
    const market = await this.#openMarket(this.options)
    if (!market.ok) throw new StartFault(market.error)
    this.#market = market.value
    await this.#startUserStrategies()
    const beginning = beginningOf(market.value, this.#opened.journal.recover())
    if (!beginning.ok) throw new StartFault(beginning.error)
    await this.#openSession({ ...beginning.value, playing: true, speed: this.options.speed })
    this.#announceStart(beginning.value.recovered)
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
        void this.#answer(message.id, message.command, message.input)
        return
      case 'probe':
        void answerProbe(message, { probeKey: this.#probeKey, store: this.credentials }).then(this.#post)
        return
      case 'credentials':
        return this.credentials.put(message.venue, message.handed)
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
    const { session } = this
    const playback = session.feed.playback()
    if (playback.kind !== 'recorded') return err('a live market cannot be wound back or forward')
    if (!(positionMs >= playback.startMs && positionMs < playback.endMs)) {
      return err(
        `${new Date(positionMs).toISOString()} is not within the recording (${new Date(playback.startMs).toISOString()} to ${new Date(playback.endMs).toISOString()})`,
      )
    }
    if (this.#isSeeking) return err('the recording is being moved already')
    this.#isSeeking = true
    try {
      return await this.#seek(session, positionMs)
    } finally {
      this.#isSeeking = false
    }
  }

  async #seek(session: Session, positionMs: number): Promise<Result<void, string>> {
    const playback = session.feed.playback()
    await session.feed.stop()
    for (const position of session.kernel.portfolio.positions()) {
      session.loop.command({ type: 'close_position', positionId: position.id, reason: 'seek' }, session.kernel.nowMs)
    }
    session.loop.settle(CLOSE_MS_MAX)
    // What cannot be closed now is looked after where it is.
    const isFlat = session.kernel.portfolio.openCount === 0
    await session.close()
    const startMs = isFlat ? positionMs : session.kernel.nowMs
    const riskState = isFlat ? riskStateAt(session.kernel, positionMs) : session.kernel.risk.state
    const recovered = this.#opened?.journal.recover() ?? null
    this.publisher.restart()
    await this.#openSession({
      recovered: recovered === null ? null : { ...recovered, marketMs: startMs, riskState },
      startMs,
      playing: playback.playing,
      speed: playback.speed,
    })
    this.publishPlayback()
    return isFlat ? ok(undefined) : err('a position could not be closed in time: the recording stays where it is')
  }

  /** Begins a new session with another playbook, at the present time. What is open stays open, with its stops. */
  async selectPlaybook(id: string): Promise<Result<void, string>> {
    const plan = this.playbooks.plan(id)
    if (!plan.ok) return plan
    if (this.#isSeeking) return err('the recording is being moved; try again in a moment')
    if (plan.value.playbook.id === this.plan.playbook.id) return ok(undefined)
    this.#isSeeking = true
    try {
      this.playbooks.remember(id)
      this.#plan = plan.value
      await this.#beginAgain()
      this.#log('info', `playbook ${id} was chosen`)
      this.#announceLeftAlone()
      return ok(undefined)
    } finally {
      this.#isSeeking = false
    }
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

  /** A new session where the present one stands. */
  async #beginAgain(): Promise<void> {
    const { session } = this
    const { playing, speed } = session.feed.playback()
    await session.feed.stop()
    session.loop.settle()
    await session.close()
    const startMs = session.kernel.nowMs
    const riskState = session.kernel.risk.state
    const recovered = this.#opened?.journal.recover() ?? null
    this.publisher.restart()
    await this.#openSession({
      recovered: recovered === null ? null : { ...recovered, marketMs: startMs, riskState },
      startMs,
      playing,
      speed,
    })
    this.publishPlayback()
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

  async #openSession(start: SessionStart): Promise<void> {
    const { settings, version, dataDir } = this.options
    const market = this.#market
    const sink = this.#sink
    const venueStore = this.#venueStore
    ensure(market !== null && sink !== null && venueStore !== null, 'the engine is open')
    const created = await market.createFeed({ speed: start.speed, playing: start.playing })
    if (!created.ok) throw new StartFault(created.error)
    const feed = created.value
    refuseUnknownPositions(start.recovered, feed)
    this.books.clear()
    this.#session = await Session.open({
      settings,
      version,
      feed,
      context: market.createContext(feed.instruments),
      recorded: market.recorded,
      plan: this.plan,
      userStrategies: [...this.#userSetups.values()],
      recovered: start.recovered,
      venueStore,
      sink,
      publisher: this.publisher,
      onBook: (frame) => this.#onBook(bookView(frame)),
      startMs: start.startMs,
      idPrefix: `tw${randomBytes(5).toString('hex')}`,
      recordingsDir: prepareRecordings(join(dataDir, 'recordings')),
      onFileTrouble: (message) => this.#log('warn', message),
      onLog: (level, message) => this.#log(level, message),
    })
    for (const change of this.#changedMeanwhile.values()) change(this.session)
    this.#changedMeanwhile.clear()
    this.session.desk.strategies()
  }

  /** Tells the session of a strategy file, or the next one when that is about to begin. */
  #tellOfFile(id: string, change: (session: Session) => void): void {
    if (this.#isSeeking) this.#changedMeanwhile.set(id, change)
    else if (this.#session !== null) change(this.#session)
  }

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
          this.#tellOfFile(plugin.declaration.id, (session) => session.loadStrategy(setup, message))
        },
        onGone: (id, fileName) => {
          this.#userSetups.delete(id)
          this.#tellOfFile(id, (session) => {
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
    const event: KernelEvent = { source: 'system', condition: 'strategy_file_refused', message, tsMs: this.#session?.kernel.nowMs ?? 0 }
    if (this.#session !== null) this.#session.loop.event(event)
    else this.#earlyFaults.push(message)
  }
  readonly #earlyFaults: string[] = []

  #announceStart(recovered: RecoveredState | null): void {
    const warnings = [...(this.#opened?.warnings ?? []), ...(this.#venueStore?.warning ? [this.#venueStore.warning] : [])]
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
    if (this.#isSeeking) return
    this.session.driver.turn(Date.now())
    this.session.desk.publishPrices()
    this.#sink?.commit()
  }

  #pulse(): void {
    const { session } = this
    this.publishPlayback()
    this.publisher.replace('feed', () => ({ type: 'feed', feed: this.feedView() }))
    session.desk.account()
    const journal = this.#opened?.metrics()
    const reading = {
      marketEvents: session.driver.events,
      framesSent: this.publisher.framesSent,
      journalRecords: journal?.records ?? 0,
      journalBytes: journal?.bytes ?? 0,
      journalCommitP99Ms: this.#sink?.takeCommitP99Ms() ?? 0,
    }
    this.#post({ t: 'metrics', metrics: this.#meter.read(reading) })
  }

  #power(condition: 'suspending' | 'resumed'): void {
    const message = condition === 'suspending' ? 'the machine is going to sleep' : 'the machine woke up: asking the venue for the truth'
    this.session.loop.event({ source: 'system', condition, message, tsMs: this.session.kernel.nowMs })
    // In a recording time stands still between candles; the venue's answer must not wait for the next one.
    if (this.#market?.recorded === true) this.session.loop.settle()
  }

  #journalTrouble(failed: boolean, message: string): void {
    this.#log(failed ? 'error' : 'info', message)
    // Told in the middle of carrying out effects: the kernel hears of it as an event of its own.
    setImmediate(() => {
      if (!this.#closing)
        this.session.loop.event({
          source: 'system',
          condition: failed ? 'journal_failed' : 'journal_ok',
          message,
          tsMs: this.session.kernel.nowMs,
        })
    })
  }

  async #answer(id: number, command: string, input: unknown): Promise<void> {
    const respond = (result: Result<unknown, Refusal>): void =>
      this.#post(
        result.ok
          ? { t: 'response', id, ok: true, value: result.value }
          : { t: 'response', id, ok: false, code: result.error.code, message: result.error.message },
      )
    const handler = isCommand(command)
      ? (HANDLERS[command] as ((engine: Engine, input: unknown) => Promise<Result<unknown, Refusal>>) | undefined)
      : undefined
    if (handler === undefined) return respond(err({ code: 'internal', message: `the engine does not answer "${command}"` }))
    if (this.#isSeeking && isCommand(command) && commands[command].scope !== 'read') {
      return respond(err({ code: 'refused', message: 'the recording is being moved to another time; try again in a moment' }))
    }
    try {
      respond(await handler(this, input))
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
    await this.#session?.close()
    this.publisher.flush()
    this.#opened?.journal.close()
    this.#venueStore?.close()
    this.#post({ t: 'bye' })
  }

  #log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void {
    this.#post({ t: 'log', tsMs: Date.now(), level, message: this.credentials.scrub(message) })
  }
}
