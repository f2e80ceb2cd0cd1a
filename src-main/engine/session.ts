// One trading session: wires a feed, the kernel, a venue and the journal, and goes on from what was recovered.
// Market data, execution client, clock and ids are chosen by whoever opens it, and nothing in here asks which they are.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Settings } from '../../src-shared/config/settings.ts'
import { type StrategyId, sessionId } from '../../src-shared/domain/ids.ts'
import type { JournalRecord, RecoveredState, SessionInfo } from '../../src-shared/events/journal-record.ts'
import type { FeedIncident, MarketEvent } from '../../src-shared/events/market-event.ts'
import { Kernel } from '../core/kernel/kernel.ts'
import type { KernelConfig, StrategySetup } from '../core/kernel/kernel-config.ts'
import { featureTimeframes } from '../core/kernel/runner-features.ts'
import type { BarHistory } from '../core/kernel/strategy-desk.ts'
import { TradingLoop } from '../core/kernel/trading-loop.ts'
import type { ContextFeed } from '../core/ports/context-feed.ts'
import type { BookFrame, MarketFeed } from '../core/ports/market-feed.ts'
import { ChartStore } from './chart-store.ts'
import { DeskFeed } from './desk-feed.ts'
import type { DeskPublisher } from './desk-publisher.ts'
import type { JournalSink } from './journal-sink.ts'
import { MarketDriver } from './market-driver.ts'
import type { MarketKind } from './options.ts'
import { type TradingPlan, policiesFor } from './playbooks.ts'
import { warmUp } from './warm-up.ts'
import { type RecordedPlaybook, SessionRecorder, recordedHistory, recordedStrategy, recordingHeader } from './session-recorder.ts'
import { type SessionAccount, type SessionVenue, openSessionVenue } from './session-venue.ts'

export type SessionDependencies = {
  readonly settings: Settings
  readonly version: string
  readonly feed: MarketFeed
  /** Numbers and headlines around the market. Belongs to the session, which starts and stops it. */
  readonly context: ContextFeed
  readonly market: MarketKind
  /** What is traded by, and the user's own strategies beside it. */
  readonly plan: TradingPlan
  readonly userStrategies: readonly StrategySetup[]
  readonly recovered: RecoveredState | null
  readonly account: SessionAccount
  readonly sink: JournalSink
  readonly publisher: DeskPublisher
  /** A book for the screens, already as seldom as they need it. */
  readonly onBook?: (frame: BookFrame) => void
  /** Event time to begin at. */
  readonly startMs: number
  readonly idPrefix: string
  /** Left out where nobody else can trade the account. */
  readonly ownMark?: string
  /** Where recordings go, or null for none. */
  readonly recordingsDir: string | null
  /** One sentence about a file that cannot be written, while trading goes on. */
  readonly onFileTrouble: (message: string) => void
  readonly onLog: (level: 'info' | 'warn', message: string) => void
}

/** Base candles before the session that charts are filled with: six weeks of minutes. */
const CHART_CANDLES = 60_000
/** On a live venue every thousand is a request, and somebody is waiting: a week and a little. */
const LIVE_CANDLES = 11_000
/** For a strategy that is loaded into a running session, and for those on long timeframes at its start. */
const WARMUP_BARS_MIN = 1_000
const RECORDING_LENGTH_MAX = 64 * 1024 * 1024

export class Session {
  readonly kernel: Kernel
  readonly loop: TradingLoop
  readonly chart: ChartStore
  readonly desk: DeskFeed
  readonly driver: MarketDriver
  readonly feed: MarketFeed
  readonly context: ContextFeed
  readonly #d: SessionDependencies
  readonly #venue: SessionVenue
  readonly #recorder: SessionRecorder | null
  /** What the feed last said about its state. */
  feedDetail = ''

  private constructor(d: SessionDependencies) {
    this.#d = d
    this.feed = d.feed
    this.context = d.context
    const { settings, recovered, onFileTrouble } = d
    this.#venue = openSessionVenue(d.account, { settings, instruments: d.feed.instruments, recovered, nowMs: Date.now, onFileTrouble })
    const config = kernelConfig(d, this.#venue)
    this.kernel = new Kernel(config, d.recovered)
    this.chart = new ChartStore(d.feed.instruments.map((instrument) => instrument.id))
    this.desk = new DeskFeed(this.kernel, d.publisher)
    this.#recorder =
      d.recordingsDir === null
        ? null
        : new SessionRecorder(
            recordingHeader(config, d.version, {
              recovered: d.recovered,
              playbook: nameOf(d.plan),
              ...(this.#venue.recorded === null ? {} : { venue: this.#venue.recorded }),
            }),
            {
              path: join(d.recordingsDir, `${config.sessionId}.jsonl`),
              lengthMax: RECORDING_LENGTH_MAX,
              onFailed: d.onFileTrouble,
            },
          )
    this.loop = new TradingLoop({
      kernel: this.kernel,
      venue: this.#venue.venue,
      sink: d.sink,
      keepVenue: () => this.#venue.keep(),
      observer: {
        onInput: (event) => this.#recorder?.line({ t: 'event', event }),
        onEffect: (effect) => {
          this.#recorder?.effect(effect)
          this.desk.onEffect(effect)
        },
        afterEvent: () => {
          this.#venue.keepAgain()
          this.#commit()
        },
      },
    })
    this.driver = new MarketDriver(this.loop, isRecorded(d))
    d.sink.checkpointWith(() => ({ tsMs: this.kernel.nowMs, marketMs: this.kernel.nowMs, ...this.kernel.counters }))
  }

  /** Loads the history before the start, warms the indicators, reconciles with the venue, and starts the feed. */
  static async open(d: SessionDependencies): Promise<Session> {
    const session = new Session(d)
    await warmUp({
      feed: d.feed,
      context: d.context,
      kernel: session.kernel,
      chart: session.chart,
      baseCandles: isRecorded(d) ? CHART_CANDLES : LIVE_CANDLES,
      record: (line) => session.#recorder?.line(line),
      onLog: d.onLog,
    })
    session.kernel.onBar((instrumentId, timeframe, bar) => {
      session.chart.add(instrumentId, timeframe, bar)
      session.desk.onBar(instrumentId, timeframe, bar)
    })
    d.sink.append({ kind: 'session', tsMs: session.kernel.nowMs, body: session.#info(null) })
    session.#recorder?.line({ t: 'start' })
    session.#venue.begin(session.loop)
    session.loop.start()
    d.context.start(session.kernel.nowMs, { onMeasures: (event) => session.driver.measures(event), onLog: d.onLog })
    d.feed.start(session.kernel.nowMs, {
      onEvent: (event) => session.#marketEvent(event),
      onIncident: (incident) => session.#incident(incident),
      ...(d.onBook === undefined ? {} : { onBook: d.onBook }),
    })
    return session
  }

  /** Adds or replaces a strategy while the session runs. It is shown the bars that have been, so that it need not wait for its warm-up. */
  loadStrategy(setup: StrategySetup, message: string): void {
    const { id: strategyId } = setup.plugin.declaration
    const history = this.#barsFor(setup)
    this.#recorder?.line({ t: 'strategy', strategy: recordedStrategy(setup), history: recordedHistory(history) })
    this.kernel.strategies.load(setup, history)
    this.loop.event({ source: 'strategy', strategyId, change: 'loaded', message, tsMs: this.kernel.nowMs })
    this.desk.strategies()
  }
  removeStrategy(strategyId: StrategyId, message: string): void {
    this.#recorder?.line({ t: 'removed', id: strategyId })
    this.kernel.strategies.forget(strategyId)
    this.loop.event({ source: 'strategy', strategyId, change: 'removed', message, tsMs: this.kernel.nowMs })
  }

  /** Twice its warm-up of every timeframe it reads: averages that never forget have settled by then. */
  #barsFor({ plugin }: StrategySetup): BarHistory {
    const { timeframe, warmupCandles, features } = plugin.declaration
    const limit = Math.max(WARMUP_BARS_MIN, 2 * warmupCandles)
    return this.feed.instruments.flatMap(({ id }) =>
      featureTimeframes(features, timeframe).flatMap((each) => {
        const bars = this.chart.bars(id, each, limit)
        return bars === null ? [] : [{ instrumentId: id, timeframe: each, bars }]
      }),
    )
  }

  /** A record of something that happened around the session, as a link of the same chain. */
  write(record: JournalRecord): void {
    this.#d.sink.append(record)
  }

  /** Between events: a live venue's answers and timers fall due, screens hear of prices, and what is queued is written down. */
  turn(nowMs: number): void {
    this.driver.turn(nowMs)
    this.desk.publishPrices()
    this.#d.sink.commit()
  }

  /** Ends the feed and writes down what is left. Positions stay as they are, with their stops at the venue. */
  async close(): Promise<void> {
    await this.feed.stop()
    await this.context.stop()
    await this.#venue.close()
    this.driver.endStep()
    this.#d.sink.append({ kind: 'session', tsMs: this.kernel.nowMs, body: this.#info(this.kernel.nowMs) })
    this.#d.sink.commit()
    this.#recorder?.close()
  }

  #marketEvent(event: MarketEvent): void {
    // What was known by the close of a candle is known before the candle is shown.
    if (event.type === 'candle') this.context.advanceTo(this.driver.closeMsOf(event.candle))
    this.driver.handle(event)
    if (event.type === 'trade') this.desk.onTrade(event)
    if (event.type === 'feed') this.feedDetail = event.detail
  }

  #incident(incident: FeedIncident): void {
    this.#recorder?.line({ t: 'incident', incident })
    this.loop.incident(incident)
  }

  #info(endedMs: number | null): SessionInfo {
    const { config } = this.kernel
    const { plan, market, version } = this.#d
    const strategies = config.strategies.map(recordedStrategy).map(({ id, parameters }) => ({ id, parameters }))
    const detail = { version, leverage: config.leverage, risk: config.risk, care: config.care, strategies }
    return {
      id: config.sessionId,
      startedMs: config.startMs,
      endedMs,
      mode: this.#venue.mode,
      market,
      playbook: plan.playbook.id,
      config: detail,
    }
  }

  /** Each event is durable before the next; as fast as it goes, a few hundred share a commit. */
  #commit(): void {
    const unpaced = this.#d.feed.playback().speed === Number.POSITIVE_INFINITY
    if (!unpaced || this.#d.sink.queued >= 500) this.#d.sink.commit()
  }
}

const nameOf = ({ playbook: { id, title, version } }: TradingPlan): RecordedPlaybook => ({ id, title, version })

const isRecorded = ({ market }: SessionDependencies): boolean => market === 'recorded'

/** A venue that is remembered without its journal is met where it stood: its positions belong to those prices. */
function startOf(d: SessionDependencies, { stoodMs }: SessionVenue): number {
  return d.recovered === null && stoodMs < d.feed.playback().endMs ? Math.max(d.startMs, stoodMs) : d.startMs
}

function kernelConfig(d: SessionDependencies, venue: SessionVenue): KernelConfig {
  const startMs = startOf(d, venue)
  return {
    sessionId: sessionId(`${new Date(startMs).toISOString().slice(0, 16).replace(/[:T]/g, '-')}-${randomBytes(4).toString('hex')}`),
    startMs,
    instruments: venue.instruments,
    baseTimeframe: d.feed.baseTimeframe,
    strategies: [...d.plan.strategies, ...d.userStrategies],
    risk: d.plan.risk,
    ...policiesFor(venue.mode, d.plan),
    leverage: d.settings.leverage,
    initialBalance: venue.initialBalance,
    idPrefix: d.idPrefix,
    ...(d.ownMark === undefined ? {} : { ownMark: d.ownMark }),
    marketClock: isRecorded(d),
  }
}
