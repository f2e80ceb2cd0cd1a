// The engine as the screen sees it, in memory: a snapshot, candles, and a stream that moves only when a test says so.
import {
  type Bridge,
  type BridgeError,
  type BridgeResult,
  type Capabilities,
  type CommandName,
  type Input,
  type Output,
  type Payload,
  type TopicName,
  commands,
  topics,
} from '../../src-shared/bridge/contract.ts'
import { PROTOCOL_VERSION } from '../../src-shared/bridge/version.ts'
import { TIMEFRAME_MS } from '../../src-shared/domain/time.ts'
import { fakeCatalogue, fakeProfile, fakeRegimes } from './fake-analysis.ts'
import { fakeContext, fakeMeasureHistory } from './fake-context.ts'
import { BTC, ETH, SOL, fakeSnapshot } from './fake-desk.ts'
import { fakeIndicator } from './fake-indicators.ts'
import { type Bars, FakeMarket } from './fake-market.ts'
import { fakeMatrix, fakePlaybooks, withCell } from './fake-scoring.ts'

export { BTC, ETH, SOL } from './fake-desk.ts'

type DeskEvent = Payload<'desk'>['events'][number]
type Snapshot = Output<'desk.snapshot'>
type Answers = { [C in CommandName]?: (input: Input<C>) => Output<C> | BridgeError | Promise<Output<C> | BridgeError> }
type Options = {
  readonly kind?: 'recorded' | 'live'
  /** One-minute candles of history; 43,200 are thirty days. */
  readonly minutes?: number
  /** Of which this many have not happened yet. */
  readonly ahead?: number
  readonly instrumentIds?: readonly string[]
}

const START_MS = Date.UTC(2025, 4, 4)
const FIRST_PRICE: Readonly<Record<string, { firstPrice: number; tick: number; seed: number }>> = {
  [BTC]: { firstPrice: 94_200, tick: 0.1, seed: 11 },
  [ETH]: { firstPrice: 1_830, tick: 0.01, seed: 22 },
  [SOL]: { firstPrice: 147, tick: 0.001, seed: 37 },
}

export class FakeBridge implements Bridge {
  readonly protocol = PROTOCOL_VERSION
  readonly capabilities: Capabilities = { nativeNotifications: false, openLogsFolder: false, saveFile: true }
  /** Every command that was invoked, in order. */
  readonly calls: { readonly command: CommandName; readonly input: unknown }[] = []
  readonly markets = new Map<string, FakeMarket>()
  snapshot: Snapshot
  matrix = fakeMatrix()
  /** The newest book of each instrument; where there is none the market has no book data. */
  readonly books = new Map<string, Payload<'book'>>()
  live: Payload<'live'> = {
    state: 'off',
    account: null,
    sinceMs: null,
    message: '',
    health: null,
    unprotected: { positions: 0, secondsMax: 0, incidents: 0 },
  }
  host: Payload<'status'> = { state: 'running', mode: 'paper', version: '0.1.0', restarts: 0, uptimeMs: 8_040_000, lastError: null }
  private minute: number
  private sequence = 0
  private readonly answers: Answers = {}
  private readonly errors = new Map<CommandName, BridgeError>()
  private readonly listeners = new Map<TopicName, Set<(payload: never) => void>>()
  private readonly connectionListeners = new Set<(connected: boolean) => void>()

  constructor({ kind = 'recorded', minutes = 43_200, ahead = 7_200, instrumentIds = [BTC, ETH, SOL] }: Options = {}) {
    for (const id of instrumentIds)
      this.markets.set(id, new FakeMarket({ startMs: START_MS, minutes, ...(FIRST_PRICE[id] ?? { firstPrice: 100, tick: 0.01, seed: 5 }) }))
    this.minute = minutes - ahead
    const times = { startMs: START_MS, endMs: START_MS + minutes * 60_000, nowMs: START_MS + this.minute * 60_000 }
    this.snapshot = fakeSnapshot({ markets: this.markets, minute: this.minute - 1, kind, ...times })
  }

  get nowMs(): number {
    return START_MS + this.minute * 60_000
  }

  async invoke<C extends CommandName>(command: C, input: Input<C>): Promise<BridgeResult<Output<C>>> {
    this.calls.push({ command, input })
    const error = this.errors.get(command)
    if (error) return { ok: false, error }
    if (!commands[command].input.safeParse(input).success)
      return { ok: false, error: { code: 'bad_input', message: `${command}: input does not fit the contract` } }
    const answer = this.answers[command]
    const value = answer ? await answer(input) : this.standardAnswer(command, input)
    if (isError(value)) return { ok: false, error: value }
    // The table of answers is typed by command above; the standard ones are checked here, so that a fake never drifts from the contract.
    return { ok: true, value: commands[command].output.parse(value) as Output<C> }
  }

  subscribe<T extends TopicName>(topic: T, listener: (payload: Payload<T>) => void): () => void {
    const set = this.listeners.get(topic) ?? new Set()
    this.listeners.set(topic, set.add(listener))
    return () => void set.delete(listener)
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    this.connectionListeners.add(listener)
    return () => void this.connectionListeners.delete(listener)
  }

  /** Replaces the answer to a command. */
  answer<C extends CommandName>(command: C, answer: NonNullable<Answers[C]>): void {
    this.answers[command] = answer as Answers[C]
  }

  /** What a command is answered with now: for an answer that stands in for only some of its questions. */
  answerTo<C extends CommandName>(command: C): (input: Input<C>) => Output<C> | BridgeError | Promise<Output<C> | BridgeError> {
    const answer = this.answers[command]
    // Standard answers are checked when they are given.
    return (input) => (answer ? answer(input) : (this.standardAnswer(command, input) as Output<C>))
  }

  /** Makes a command fail until `error` is null. */
  fail(command: CommandName, error: BridgeError | null): void {
    if (error) this.errors.set(command, error)
    else this.errors.delete(command)
  }

  setConnected(connected: boolean): void {
    for (const listener of this.connectionListeners) listener(connected)
  }

  setHost(change: Partial<Payload<'status'>>): void {
    this.host = { ...this.host, ...change }
    this.emit('status', this.host)
  }

  /** How live trading stands from now on, told to whoever listens. */
  setLive(live: Payload<'live'>): void {
    this.live = live
    this.emit('live', live)
  }

  /** A new engine: it says so, and numbers its frames from the beginning. */
  restart(): void {
    this.setHost({ state: 'restarting' })
    this.sequence = 0
    this.setHost({ state: 'running', restarts: this.host.restarts + 1 })
  }

  /** Sends one frame of events, numbered after the last one (or as told, to make a hole). */
  send(events: DeskEvent[], sequence = this.sequence + 1): void {
    this.sequence = sequence
    this.emit('desk', { sequence, events })
  }

  /** The newest book of its instrument, told to whoever listens. */
  sendBook(frame: Payload<'book'>): void {
    this.books.set(frame.instrumentId, frame)
    this.emit('book', frame)
  }

  /** Lets the market run for some minutes: candles of every timeframe, marks, account and playback, in one frame. */
  advance(minutes = 1): void {
    const events: DeskEvent[] = []
    for (let i = 0; i < minutes; i++) {
      for (const [instrumentId, market] of this.markets) {
        for (const { timeframe, bars } of market.closing(this.minute)) {
          const [open = 0, high = 0, low = 0, close = 0, volume = 0] = [
            bars.open[0],
            bars.high[0],
            bars.low[0],
            bars.close[0],
            bars.volume[0],
          ]
          events.push({
            type: 'candle',
            candle: { instrumentId, timeframe, openTimeMs: bars.openTimeMs[0] ?? 0, open, high, low, close, volume },
          })
        }
      }
      this.minute += 1
    }
    this.send([...events, ...this.marked()])
  }

  /** What an engine tells after the last price has moved. */
  private marked(): DeskEvent[] {
    const priceOf = (id: string) => this.markets.get(id)?.closeAt(this.minute - 1) ?? 0
    const positions = this.snapshot.positions.map((position) => {
      const markPrice = priceOf(position.instrumentId)
      const direction = position.side === 'long' ? 1 : -1
      const unrealizedPnl = direction * (markPrice - Number(position.entryPrice)) * Number(position.quantity)
      return { ...position, markPrice, unrealizedPnl, rMultiple: unrealizedPnl / 14 }
    })
    const unrealizedPnl = positions.reduce((total, position) => total + position.unrealizedPnl, 0)
    const equity = Number(this.snapshot.account.balance) + unrealizedPnl
    const account = {
      ...this.snapshot.account,
      tsMs: this.nowMs,
      equity,
      unrealizedPnl,
      dayPnl: equity - 10_000,
      dayReturn: equity / 10_000 - 1,
    }
    const playback = { ...this.snapshot.playback, positionMs: this.nowMs }
    const feed = { ...this.snapshot.feed, lastEventMs: this.nowMs }
    const lastPrices = Object.fromEntries([...this.markets.keys()].map((id) => [id, priceOf(id)]))
    this.snapshot = { ...this.snapshot, marketMs: this.nowMs, lastPrices, positions, account, playback, feed }
    return [
      ...positions.map((position): DeskEvent => ({ type: 'position', position })),
      { type: 'account', account },
      { type: 'playback', playback },
      { type: 'feed', feed },
    ]
  }

  /** Sends a payload of any topic as it is. */
  emit<T extends TopicName>(topic: T, payload: Payload<T>): void {
    topics[topic].parse(payload)
    for (const listener of this.listeners.get(topic) ?? []) listener(payload as never)
  }

  private standardAnswer(command: CommandName, input: unknown): unknown {
    switch (command) {
      case 'desk.snapshot':
        return { ...this.snapshot, sequence: this.sequence }
      case 'system.status':
        return this.systemStatus()
      case 'candles.history':
        return this.history(input as Input<'candles.history'>)
      case 'candles.indicators':
        return this.indicators(input as Input<'candles.indicators'>)
      case 'candles.regimes': {
        const asked = input as Input<'candles.regimes'>
        return fakeRegimes(asked, this.barsWithin(asked))
      }
      case 'candles.profile': {
        const asked = input as Input<'candles.profile'>
        return fakeProfile(asked, this.barsWithin(asked))
      }
      case 'features.catalogue':
        return fakeCatalogue()
      case 'book.latest':
        return this.books.get((input as Input<'book.latest'>).instrumentId) ?? null
      case 'context.snapshot':
        return fakeContext(this.nowMs)
      case 'context.history':
        return fakeMeasureHistory(input as Input<'context.history'>)
      case 'scoring.matrix':
        return this.matrix
      case 'scoring.setCell':
        this.matrix = withCell(this.matrix, input as Input<'scoring.setCell'>)
        return {}
      case 'playbook.list':
        return fakePlaybooks()
      case 'journal.equity':
        return this.equity()
      case 'playback.setPlaying':
        return this.setPlayback(input as Input<'playback.setPlaying'>)
      case 'playback.setSpeed':
        return this.setPlayback(input as Input<'playback.setSpeed'>)
      case 'positions.protectAll':
        return { naked: 0 }
      case 'log.tail':
        return []
      case 'live.state':
        return this.live
      default:
        return commands[command].output.safeParse({}).success
          ? {}
          : ({ code: 'not_found', message: `the fake engine has no answer to ${command}` } satisfies BridgeError)
    }
  }

  private setPlayback(change: { playing?: boolean; speed?: number }): object {
    this.snapshot = { ...this.snapshot, playback: { ...this.snapshot.playback, ...change } }
    this.send([{ type: 'playback', playback: this.snapshot.playback }])
    return {}
  }

  private history(input: Input<'candles.history'>): Output<'candles.history'> | BridgeError {
    const market = this.markets.get(input.instrumentId)
    if (!market) return { code: 'not_found', message: `no instrument ${input.instrumentId}` }
    const bars = market.history({
      timeframe: input.timeframe,
      beforeMs: input.beforeMs ?? Number.MAX_SAFE_INTEGER,
      limit: input.limit,
      cursor: this.minute,
    })
    return { instrumentId: input.instrumentId, timeframe: input.timeframe, ...bars }
  }

  /** Closed bars that open in [fromMs, toMs]. */
  private barsWithin(input: Pick<Input<'candles.regimes'>, 'instrumentId' | 'timeframe' | 'fromMs' | 'toMs'>): Bars {
    const market = this.markets.get(input.instrumentId)
    const limit = Math.min(5000, Math.floor((input.toMs - input.fromMs) / TIMEFRAME_MS[input.timeframe]) + 1)
    if (!market || limit <= 0) return { openTimeMs: [], open: [], high: [], low: [], close: [], volume: [] }
    const { more: _more, ...bars } = market.history({ timeframe: input.timeframe, beforeMs: input.toMs + 1, limit, cursor: this.minute })
    return bars
  }

  private indicators(input: Input<'candles.indicators'>): Output<'candles.indicators'> | BridgeError {
    const market = this.markets.get(input.instrumentId)
    if (!market) return { code: 'not_found', message: `no instrument ${input.instrumentId}` }
    const step = TIMEFRAME_MS[input.timeframe]
    const limit = Math.min(6000, Math.ceil((input.toMs - input.fromMs) / step) + 600)
    const bars = market.history({ timeframe: input.timeframe, beforeMs: input.toMs + 1, limit, cursor: this.minute })
    const from = bars.openTimeMs.findIndex((ms) => ms >= input.fromMs)
    const series: Record<string, (number | null)[]> = {}
    for (const name of input.names) {
      const column = fakeIndicator(name, bars)
      if (!column) return { code: 'bad_input', message: `no feature is called "${name}"` }
      series[name] = from < 0 ? [] : column.slice(from)
    }
    return { openTimeMs: from < 0 ? [] : bars.openTimeMs.slice(from), series }
  }

  private equity(): Output<'journal.equity'> {
    const market = this.markets.get(BTC)
    return Array.from({ length: 120 }, (_, i) => {
      const minute = this.minute - (120 - i) * 4
      const equity = this.snapshot.account.equity + ((market?.closeAt(minute) ?? 0) - (market?.closeAt(this.minute) ?? 0)) * 0.05
      return { tsMs: START_MS + minute * 60_000, equity, balance: 10_000, drawdown: 0.01 }
    })
  }

  private systemStatus(): Output<'system.status'> {
    return {
      host: this.host,
      node: 'v24.21.0',
      eventLoopDelayP50: 1.1,
      eventLoopDelayP99: 4.2,
      residentBytes: 212_000_000,
      heapUsedBytes: 61_000_000,
      marketEventsPerSecond: 180,
      framesPerSecond: 12,
      journalRecords: 48_210,
      journalBytes: 31_400_000,
      journalCommitP99Ms: 1.4,
      dataDir: '~/.local/share/tradewright',
      uptimeMs: 8_050_000,
    }
  }
}

function isError(value: unknown): value is BridgeError {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value && !('tsMs' in value)
}
