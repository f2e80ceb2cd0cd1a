// The session that is traded, and while that is a live one the paper session beside it. One gives way to the next: at a seek, with another
// playbook, between paper and live.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Result, ensure, err, ok } from '../../src-shared/domain/result.ts'
import type { StrategySetup } from '../core/kernel/kernel-config.ts'
import type { ContextFeed } from '../core/ports/context-feed.ts'
import type { ExecutionClient } from '../core/ports/execution-client.ts'
import type { BookFrame, MarketFeed } from '../core/ports/market-feed.ts'
import type { AccountBooks } from './account-books.ts'
import { DeskPublisher } from './desk-publisher.ts'
import type { Market } from './market.ts'
import type { EngineOptions } from './options.ts'
import type { TradingPlan } from './playbooks.ts'
import { Session, type SessionDependencies } from './session.ts'
import { type SessionStart, StartFault, prepareRecordings, refuseUnknownPositions, riskStateAt } from './session-start.ts'
import type { VenueStore } from './session-venue.ts'
import { shareContext, shareFeed } from './shared-feeds.ts'

export type SessionsDependencies = {
  readonly options: EngineOptions
  readonly market: Market
  readonly paper: AccountBooks & { readonly store: VenueStore }
  readonly publisher: DeskPublisher
  readonly userSetups: () => readonly StrategySetup[]
  readonly onBook: (frame: BookFrame) => void
  readonly onLog: (level: 'info' | 'warn', message: string) => void
}
/** An account outside that is traded, with its own books. */
export type LiveAccount = {
  readonly client: ExecutionClient
  readonly books: AccountBooks
  /** Begins every order id of this data directory: "tw" and four letters or digits. */
  readonly mark: string
}

/** Market time that positions get to be closed in before a seek. */
const CLOSE_MS_MAX = 60_000
export const BUSY = 'one session is giving way to the next; try again in a moment'

export class Sessions {
  readonly #d: SessionsDependencies
  #plan: TradingPlan
  #front: Session | null = null
  #twin: Session | null = null
  #live: LiveAccount | null = null
  #isChanging = false
  /** What became of strategy files while one session gives way to the next, by strategy: the last word counts. */
  readonly #changedMeanwhile = new Map<string, (session: Session) => void>()

  constructor(dependencies: SessionsDependencies, plan: TradingPlan) {
    this.#d = dependencies
    this.#plan = plan
  }

  /** The one that screens show and commands go to: live where there is one. */
  get front(): Session {
    ensure(this.#front !== null, 'the engine has a session')
    return this.#front
  }
  /** The paper session beside a live one, or null. */
  get twin(): Session | null {
    return this.#twin
  }
  get paper(): Session {
    return this.#twin ?? this.front
  }
  get live(): LiveAccount | null {
    return this.#live
  }
  get plan(): TradingPlan {
    return this.#plan
  }
  get isOpen(): boolean {
    return this.#front !== null
  }
  /** While this is true nothing may be asked of a session. */
  get isChanging(): boolean {
    return this.#isChanging
  }
  all(): readonly Session[] {
    return [this.#front, this.#twin].filter((session) => session !== null)
  }

  /** The first one. Throws StartFault. */
  async open(start: SessionStart): Promise<void> {
    await this.#change(() => this.#open(start).then(ok))
  }

  /** Closes what is open at the present price and begins a new session at another time of the recording. */
  async seek(positionMs: number): Promise<Result<void, string>> {
    const playback = this.front.feed.playback()
    if (playback.kind !== 'recorded') return err('a live market cannot be wound back or forward')
    if (!(positionMs >= playback.startMs && positionMs < playback.endMs)) {
      return err(
        `${new Date(positionMs).toISOString()} is not within the recording (${new Date(playback.startMs).toISOString()} to ${new Date(playback.endMs).toISOString()})`,
      )
    }
    return this.#change(() => this.#seek(positionMs))
  }

  /** Begins again at the present time with another playbook. What is open stays open, with its stops. */
  selectPlan(plan: TradingPlan): Promise<Result<void, string>> {
    return this.#change(() => this.#beginAgain({ plan, live: this.#live }))
  }

  /** Begins again on this account, with paper beside it. */
  goLive(live: LiveAccount): Promise<Result<void, string>> {
    return this.#change(() => this.#beginAgain({ plan: this.#plan, live }))
  }

  /** Begins again on paper alone. Whatever is open at the venue stays there, with its stops. */
  goPaper(): Promise<Result<void, string>> {
    return this.#change(() => this.#beginAgain({ plan: this.#plan, live: null }))
  }

  /** Tells the sessions of a strategy file, or the next ones when those are about to begin. */
  tellOfFile(id: string, change: (session: Session) => void): void {
    if (this.#isChanging) this.#changedMeanwhile.set(id, change)
    else for (const session of this.all()) change(session)
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((session) => session.close()))
    this.#live?.books.journal.close()
  }

  async #change(change: () => Promise<Result<void, string>>): Promise<Result<void, string>> {
    if (this.#isChanging) return err(BUSY)
    this.#isChanging = true
    try {
      return await change()
    } finally {
      this.#isChanging = false
    }
  }

  async #seek(positionMs: number): Promise<Result<void, string>> {
    const session = this.front
    const { playing, speed } = session.feed.playback()
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
    const recovered = this.#d.paper.journal.recover()
    this.#d.publisher.restart()
    await this.#open({
      recovered: recovered === null ? null : { ...recovered, marketMs: startMs, riskState },
      startMs,
      playing,
      speed,
    })
    return isFlat ? ok(undefined) : err('a position could not be closed in time: the recording stays where it is')
  }

  /** New sessions where the present ones stand. */
  async #beginAgain({ plan, live }: { plan: TradingPlan; live: LiveAccount | null }): Promise<Result<void, string>> {
    const { paper } = this
    const { playing, speed } = paper.feed.playback()
    for (const session of this.all()) {
      await session.feed.stop()
      session.loop.settle()
      await session.close()
    }
    if (this.#live !== null && this.#live !== live) this.#live.books.journal.close()
    const startMs = paper.kernel.nowMs
    const riskState = paper.kernel.risk.state
    const recovered = this.#d.paper.journal.recover()
    this.#d.publisher.restart()
    this.#plan = plan
    this.#live = live
    await this.#open({ recovered: recovered === null ? null : { ...recovered, marketMs: startMs, riskState }, startMs, playing, speed })
    return ok(undefined)
  }

  async #open(start: SessionStart): Promise<void> {
    const { market, paper, publisher } = this.#d
    const created = await market.createFeed({ speed: start.speed, playing: start.playing })
    if (!created.ok) throw new StartFault(created.error)
    refuseUnknownPositions(start.recovered, created.value)
    const context = market.createContext(created.value.instruments)
    const account = { mode: 'paper', store: paper.store } as const
    const paperPart = { ...start, account, sink: paper.sink }
    const live = this.#live
    if (live === null) {
      this.#twin = null
      this.#front = await this.#openSession({ ...paperPart, publisher, feed: created.value, context })
    } else {
      await this.#openBoth(live, { paperPart, feed: created.value, context })
    }
    for (const change of this.#changedMeanwhile.values()) for (const session of this.all()) change(session)
    this.#changedMeanwhile.clear()
    this.front.desk.strategies()
  }

  async #openBoth(
    { client, books, mark }: LiveAccount,
    paper: {
      readonly paperPart: SessionStart & Pick<SessionDependencies, 'account' | 'sink'>
      readonly feed: MarketFeed
      readonly context: ContextFeed
    },
  ): Promise<void> {
    const [paperFeed, liveFeed] = shareFeed(paper.feed, 2)
    const [paperContext, liveContext] = shareContext(paper.context, 2)
    ensure(paperFeed !== undefined && liveFeed !== undefined, 'a market is shared by two')
    ensure(paperContext !== undefined && liveContext !== undefined, 'a context is shared by two')
    // Nobody looks at the paper session while the live one is on the screen.
    const unseen = new DeskPublisher(() => undefined)
    this.#twin = await this.#openSession({ ...paper.paperPart, publisher: unseen, feed: paperFeed, context: paperContext })
    const startMs = Date.now()
    const recovered = books.journal.recover()
    this.#front = await this.#openSession({
      recovered: recovered === null ? null : { ...recovered, marketMs: startMs },
      startMs,
      account: { mode: 'live', client },
      sink: books.sink,
      publisher: this.#d.publisher,
      feed: liveFeed,
      context: liveContext,
      ownMark: mark,
    })
  }

  #openSession(
    part: Pick<SessionDependencies, 'recovered' | 'startMs' | 'account' | 'sink' | 'publisher' | 'feed' | 'context' | 'ownMark'>,
  ): Promise<Session> {
    const { options, market, userSetups, onBook, onLog } = this.#d
    const { recovered, startMs, account, sink, publisher, feed, context, ownMark } = part
    return Session.open({
      settings: options.settings,
      version: options.version,
      market: market.kind,
      plan: this.#plan,
      userStrategies: userSetups(),
      recovered,
      startMs,
      account,
      sink,
      publisher,
      feed,
      context,
      ...(publisher === this.#d.publisher ? { onBook } : {}),
      ...(ownMark === undefined ? {} : { ownMark }),
      idPrefix: `${ownMark ?? 'tw'}${randomBytes(ownMark === undefined ? 5 : 3).toString('hex')}`,
      recordingsDir: prepareRecordings(join(options.dataDir, 'recordings')),
      onFileTrouble: (message) => onLog('warn', message),
      onLog,
    })
  }
}
