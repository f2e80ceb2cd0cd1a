// The replica of the desk and how events fold into it. Pure: the store beside it brings the events and the clock.
import type * as z from 'zod/mini'
import type { BridgeError, Output, Payload } from '../../src-shared/bridge/contract.ts'
import type {
  AccountView,
  AlertView,
  DecisionSummary,
  ExitView,
  DeskEvent as DeskEventSchema,
  FeedView,
  HostStatus,
  InstrumentView,
  OrderView,
  PlaybackView,
  PositionView,
  RiskView,
  StrategyView,
} from '../../src-shared/bridge/views.ts'
import { TIMEFRAME_MS } from '../../src-shared/domain/time.ts'
import type { Candle, PriceTick } from './candle-bus.ts'

export type Account = z.output<typeof AccountView>
export type Alert = z.output<typeof AlertView>
export type Decision = z.output<typeof DecisionSummary>
export type Exit = z.output<typeof ExitView>
export type DeskEvent = z.output<typeof DeskEventSchema>
export type Feed = z.output<typeof FeedView>
export type Host = z.output<typeof HostStatus>
export type Instrument = z.output<typeof InstrumentView>
export type Order = z.output<typeof OrderView>
export type Playback = z.output<typeof PlaybackView>
export type Position = z.output<typeof PositionView>
export type Risk = z.output<typeof RiskView>
export type Strategy = z.output<typeof StrategyView>
export type Snapshot = Output<'desk.snapshot'>
export type Frame = Payload<'desk'>

export const DECISIONS_MAX = 500
export const ALERTS_MAX = 200
export const EXITS_MAX = 200

/** What the screen knows. Fields of the desk are empty or null until the first snapshot. */
export type DeskState = {
  /** `loading` before the first snapshot, `failed` when it could not be had; stays `ready` from then on. */
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly error: BridgeError | null
  /** False while the connection to the program is lost. */
  readonly connected: boolean
  readonly host: Host | null
  /** Wall-clock time of the last word from the engine, for the age of the data. */
  readonly receivedMs: number | null
  readonly sequence: number
  readonly sessionId: string | null
  readonly playbook: string | null
  /** The newest market time seen. */
  readonly marketMs: number | null
  readonly instruments: readonly Instrument[]
  readonly lastPrices: Readonly<Record<string, number>>
  readonly account: Account | null
  readonly risk: Risk | null
  readonly feed: Feed | null
  readonly playback: Playback | null
  readonly strategies: readonly Strategy[]
  readonly positions: readonly Position[]
  /** Working orders and orders whose outcome is unknown. */
  readonly orders: readonly Order[]
  /** Positions closed in this session, newest last, at most 200. */
  readonly exits: readonly Exit[]
  /** Newest last, at most 500. */
  readonly decisions: readonly Decision[]
  /** Newest last, at most 200. */
  readonly alerts: readonly Alert[]
}

export const emptyDesk: DeskState = {
  phase: 'loading',
  error: null,
  connected: true,
  host: null,
  receivedMs: null,
  sequence: 0,
  sessionId: null,
  playbook: null,
  marketMs: null,
  instruments: [],
  lastPrices: {},
  account: null,
  risk: null,
  feed: null,
  playback: null,
  strategies: [],
  positions: [],
  orders: [],
  exits: [],
  decisions: [],
  alerts: [],
}

/** The part of the state that a snapshot replaces. */
export function fromSnapshot(snapshot: Snapshot, nowMs: number): Partial<DeskState> {
  return { ...snapshot, phase: 'ready', error: null, receivedMs: nowMs }
}

const FINAL_ORDER_STATES: ReadonlySet<Order['state']> = new Set(['denied', 'filled', 'canceled', 'rejected', 'expired'])

/** A list by id that is copied on the first change only, so that untouched lists and rows keep their identity. */
class KeyedList<T> {
  private copy: Map<string, T> | null = null
  private readonly source: readonly T[]
  private readonly idOf: (item: T) => string

  constructor(source: readonly T[], idOf: (item: T) => string) {
    this.source = source
    this.idOf = idOf
  }
  set(item: T): void {
    this.copy ??= new Map(this.source.map((known) => [this.idOf(known), known]))
    this.copy.set(this.idOf(item), item)
  }
  delete(id: string): void {
    this.copy ??= new Map(this.source.map((known) => [this.idOf(known), known]))
    this.copy.delete(id)
  }
  result(): readonly T[] {
    return this.copy ? [...this.copy.values()] : this.source
  }
}

/** Appends in order and keeps the newest `max`. */
function appended<T>(list: readonly T[], added: readonly T[], max: number): readonly T[] {
  if (added.length === 0) return list
  return [...list, ...added].slice(-max)
}

/** A decision that was already known (from the snapshot) is replaced in its place, not shown twice. */
/** The end of a list, or the very list when it is short enough. */
const newest = <T>(items: readonly T[], countMax: number): readonly T[] => (items.length > countMax ? items.slice(-countMax) : items)

function withDecisions(known: readonly Decision[], added: readonly Decision[]): readonly Decision[] {
  if (added.length === 0) return known
  const ids = new Set(known.map((decision) => decision.id))
  const fresh = added.filter((decision) => !ids.has(decision.id))
  return appended(known, fresh, DECISIONS_MAX)
}

export type Folded = { readonly state: DeskState; readonly candles: readonly Candle[]; readonly prices: readonly PriceTick[] }

/** Folds the events of all frames since the last animation frame into one new state. Applying an event twice does no harm. */
export function foldEvents(state: DeskState, events: readonly DeskEvent[]): Folded {
  const fold = new DeskFold(state)
  for (const event of events) fold.apply(event)
  return fold.result()
}

type Singles = { -readonly [K in 'account' | 'risk' | 'feed' | 'playback' | 'marketMs']: DeskState[K] }

class DeskFold {
  private readonly before: DeskState
  private readonly singles: Singles
  private readonly positions: KeyedList<Position>
  private readonly orders: KeyedList<Order>
  private readonly strategies: KeyedList<Strategy>
  private readonly exits: KeyedList<Exit>
  private readonly decisions: Decision[] = []
  private readonly alerts: Alert[] = []
  private readonly candles: Candle[] = []
  private readonly prices: PriceTick[] = []
  private readonly lastPrices = new Map<string, number>()

  constructor(before: DeskState) {
    this.before = before
    this.singles = { account: before.account, risk: before.risk, feed: before.feed, playback: before.playback, marketMs: before.marketMs }
    this.positions = new KeyedList(before.positions, (position) => position.id)
    this.orders = new KeyedList(before.orders, (order) => order.clientOrderId)
    this.exits = new KeyedList(before.exits, (exit) => exit.positionId)
    this.strategies = new KeyedList(before.strategies, (strategy) => strategy.id)
  }

  apply(event: DeskEvent): void {
    switch (event.type) {
      case 'candle':
        return this.applyCandle(event.candle)
      case 'price':
        this.prices.push(event)
        return this.applyPrice(event.instrumentId, event.price, event.tsMs)
      case 'account':
        this.singles.account = event.account
        return
      case 'position':
        return this.positions.set(event.position)
      case 'position_closed':
        this.exits.set(event.exit)
        return this.positions.delete(event.exit.positionId)
      case 'order':
        return FINAL_ORDER_STATES.has(event.order.state) ? this.orders.delete(event.order.clientOrderId) : this.orders.set(event.order)
      case 'decision':
        this.decisions.push(event.decision)
        return
      case 'risk':
        this.singles.risk = event.risk
        return
      case 'feed':
        this.singles.feed = event.feed
        return
      case 'playback':
        this.singles.playback = event.playback
        return
      case 'strategy':
        return this.strategies.set(event.strategy)
      case 'alert':
        this.alerts.push(event.alert)
    }
  }

  private applyCandle(candle: Candle): void {
    this.candles.push(candle)
    // Higher timeframes close with the minute they end in; the minute alone moves the last price.
    if (candle.timeframe === '1m') this.applyPrice(candle.instrumentId, candle.close, candle.openTimeMs + TIMEFRAME_MS['1m'])
  }

  private applyPrice(instrumentId: string, price: number, tsMs: number): void {
    this.lastPrices.set(instrumentId, price)
    this.singles.marketMs = Math.max(this.singles.marketMs ?? 0, tsMs)
  }

  result(): Folded {
    const before = this.before
    const state: DeskState = {
      ...before,
      ...this.singles,
      lastPrices: this.lastPrices.size === 0 ? before.lastPrices : { ...before.lastPrices, ...Object.fromEntries(this.lastPrices) },
      positions: this.positions.result(),
      orders: this.orders.result(),
      strategies: this.strategies.result(),
      exits: newest(this.exits.result(), EXITS_MAX),
      decisions: withDecisions(before.decisions, this.decisions),
      alerts: appended(before.alerts, this.alerts, ALERTS_MAX),
    }
    return { state, candles: this.candles, prices: this.prices }
  }
}
