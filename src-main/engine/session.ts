// One trading session: wires a feed, the kernel, the simulated venue and the journal, and goes on from what was recovered.
// This is the composition root of paper mode: market data, execution client, clock and ids are chosen here and nowhere else.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Settings } from '../../src-shared/config/settings.ts'
import { type Money, money } from '../../src-shared/domain/decimal.ts'
import { type StrategyId, sessionId } from '../../src-shared/domain/ids.ts'
import type { RecoveredState, SessionInfo } from '../../src-shared/events/journal-record.ts'
import type { FeedIncident, MarketEvent } from '../../src-shared/events/market-event.ts'
import { JournalError } from '../adapters/journal/journal-error.ts'
import { Kernel } from '../core/kernel/kernel.ts'
import type { KernelConfig, StrategySetup } from '../core/kernel/kernel-config.ts'
import { featureTimeframes } from '../core/kernel/runner-features.ts'
import type { BarHistory } from '../core/kernel/strategy-desk.ts'
import { TradingLoop } from '../core/kernel/trading-loop.ts'
import type { ContextFeed } from '../core/ports/context-feed.ts'
import type { BookFrame, MarketFeed } from '../core/ports/market-feed.ts'
import { createSimulatedVenue } from '../core/simulation/simulated-venue.ts'
import type { SimulatedVenue, SimulationConfig } from '../core/simulation/venue.ts'
import { ChartStore } from './chart-store.ts'
import { DeskFeed } from './desk-feed.ts'
import type { DeskPublisher } from './desk-publisher.ts'
import type { JournalSink } from './journal-sink.ts'
import { MarketDriver } from './market-driver.ts'
import type { TradingPlan } from './playbooks.ts'
import { warmUp } from './warm-up.ts'
import {
  type RecordedPlaybook,
  type RecordedVenue,
  SessionRecorder,
  recordedHistory,
  recordedStrategy,
  recordingHeader,
} from './session-recorder.ts'

export type VenueStore = { load(): string | null; save(text: string): void }
export type SessionDependencies = {
  readonly settings: Settings
  readonly version: string
  readonly feed: MarketFeed
  /** Numbers and headlines around the market. Belongs to the session, which starts and stops it. */
  readonly context: ContextFeed
  readonly recorded: boolean
  /** What is traded by, and the user's own strategies beside it. */
  readonly plan: TradingPlan
  readonly userStrategies: readonly StrategySetup[]
  readonly recovered: RecoveredState | null
  readonly venueStore: VenueStore
  readonly sink: JournalSink
  readonly publisher: DeskPublisher
  /** A book for the screens, already as seldom as they need it. */
  readonly onBook?: (frame: BookFrame) => void
  /** Event time to begin at. */
  readonly startMs: number
  readonly idPrefix: string
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
  readonly venue: SimulatedVenue
  readonly loop: TradingLoop
  readonly chart: ChartStore
  readonly desk: DeskFeed
  readonly driver: MarketDriver
  readonly feed: MarketFeed
  readonly context: ContextFeed
  readonly #d: SessionDependencies
  readonly #recorder: SessionRecorder | null
  #venueUnsaved = false
  /** What the feed last said about its state. */
  feedDetail = ''

  private constructor(d: SessionDependencies) {
    this.#d = d
    this.feed = d.feed
    this.context = d.context
    const balance = money(d.settings.initialBalance)
    const { venue, start } = openVenue(d, balance)
    this.venue = venue
    const config = kernelConfig(d, { initialBalance: balance, startMs: startOf(d, this.venue) })
    this.kernel = new Kernel(config, d.recovered)
    this.chart = new ChartStore(d.feed.instruments.map((instrument) => instrument.id))
    this.desk = new DeskFeed(this.kernel, d.publisher)
    this.#recorder =
      d.recordingsDir === null
        ? null
        : new SessionRecorder(recordingHeader(config, d.version, { recovered: d.recovered, venue: start, playbook: nameOf(d.plan) }), {
            path: join(d.recordingsDir, `${config.sessionId}.jsonl`),
            lengthMax: RECORDING_LENGTH_MAX,
            onFailed: d.onFileTrouble,
          })
    this.loop = new TradingLoop({
      kernel: this.kernel,
      venue: this.venue,
      sink: d.sink,
      keepVenue: () => this.#keepVenue(),
      observer: {
        onInput: (event) => this.#recorder?.line({ t: 'event', event }),
        onEffect: (effect) => {
          this.#recorder?.effect(effect)
          this.desk.onEffect(effect)
        },
        afterEvent: () => {
          if (this.#venueUnsaved) this.#keepVenue()
          this.#commit()
        },
      },
    })
    this.driver = new MarketDriver(this.loop, d.recorded)
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
      baseCandles: d.recorded ? CHART_CANDLES : LIVE_CANDLES,
      record: (line) => session.#recorder?.line(line),
      onLog: d.onLog,
    })
    session.kernel.onBar((instrumentId, timeframe, bar) => {
      session.chart.add(instrumentId, timeframe, bar)
      session.desk.onBar(instrumentId, timeframe, bar)
    })
    d.sink.append({ kind: 'session', tsMs: session.kernel.nowMs, body: session.#info(null) })
    session.#recorder?.line({ t: 'start' })
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

  /** Ends the feed and writes down what is left. Positions stay as they are, with their stops at the venue. */
  async close(): Promise<void> {
    await this.feed.stop()
    await this.context.stop()
    this.driver.endStep()
    this.#d.sink.append({ kind: 'session', tsMs: this.kernel.nowMs, body: this.#info(this.kernel.nowMs) })
    this.#d.sink.commit()
    this.#recorder?.close()
  }

  /** A paper venue that cannot be written down goes on from memory, as a real one would, and is written as soon as that works again. */
  #keepVenue(): void {
    const wasUnsaved = this.#venueUnsaved
    try {
      this.#d.venueStore.save(this.venue.save())
      this.#venueUnsaved = false
    } catch (cause) {
      if (!(cause instanceof JournalError)) throw cause
      this.#venueUnsaved = true
      if (!wasUnsaved) this.#d.onFileTrouble(cause.message)
    }
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
    const { plan, recorded, version } = this.#d
    const strategies = config.strategies.map(recordedStrategy).map(({ id, parameters }) => ({ id, parameters }))
    const detail = { version, leverage: config.leverage, risk: config.risk, care: config.care, strategies }
    return {
      id: config.sessionId,
      startedMs: config.startMs,
      endedMs,
      mode: 'paper',
      market: recorded ? 'recorded' : 'live',
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

/** A venue that is remembered without its journal is met where it stood: its positions belong to those prices. */
function startOf(d: SessionDependencies, venue: SimulatedVenue): number {
  const stoodMs = venue.lastPriceMs()
  return d.recovered === null && stoodMs < d.feed.playback().endMs ? Math.max(d.startMs, stoodMs) : d.startMs
}

function kernelConfig(d: SessionDependencies, { initialBalance, startMs }: { initialBalance: Money; startMs: number }): KernelConfig {
  return {
    sessionId: sessionId(`${new Date(startMs).toISOString().slice(0, 16).replace(/[:T]/g, '-')}-${randomBytes(4).toString('hex')}`),
    startMs,
    instruments: d.feed.instruments,
    baseTimeframe: d.feed.baseTimeframe,
    strategies: [...d.plan.strategies, ...d.userStrategies],
    risk: d.plan.risk,
    care: d.plan.care,
    leverage: d.settings.leverage,
    initialBalance,
    idPrefix: d.idPrefix,
    marketClock: d.recorded,
  }
}

/** The simulated venue as it was left, and what it was opened with: for the recording. */
function openVenue(d: SessionDependencies, initialBalance: Money): { readonly venue: SimulatedVenue; readonly start: RecordedVenue } {
  const { latencyMs, slippageBasisPoints, participationMax } = d.settings.simulation
  const config: SimulationConfig = {
    seed: 1,
    initialBalance,
    leverage: d.settings.leverage,
    latencyMs,
    slippage: { kind: 'fixed', basisPoints: slippageBasisPoints },
    participationMax,
    markPremium: 0,
  }
  const venue = createSimulatedVenue(d.feed.instruments, config)
  const saved = d.venueStore.load()
  if (saved !== null) venue.restore(saved)
  return { venue, start: { config, saved } }
}
