// The state of the simulated venue: plain data, changed only by the functions of this folder.
import {
  type Money,
  type Price,
  type Quantity,
  type Rate,
  ZERO_MONEY,
  ZERO_PRICE,
  ZERO_QUANTITY,
  ZERO_RATE,
  rateFromNumber,
  toNumber,
} from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId, TradeId, VenueOrderId } from '../../../src-shared/domain/ids.ts'
import { type Instrument, priceFromNumber } from '../../../src-shared/domain/instrument.ts'
import type { Fill, OrderRequest } from '../../../src-shared/domain/order.ts'
import type { VenueOrder, VenueReport } from '../../../src-shared/events/venue-report.ts'
import { type CandleAverages, createAverages } from './candle-averages.ts'
import { NOTHING_TRADED, type Traded } from './fee-schedule.ts'
import { type LatencyQueue, createLatencyQueue } from './latency-queue.ts'
import { type Random, createRandom } from './random.ts'
import type { FeeModel, QueueModel, SimulationConfig } from './venue.ts'

/** What the venue learns of an order. Purpose, strategy and decision stay with us. */
export type OrderAtVenue = Pick<
  OrderRequest,
  | 'clientOrderId'
  | 'instrumentId'
  | 'side'
  | 'type'
  | 'timeInForce'
  | 'quantity'
  | 'limitPrice'
  | 'triggerPrice'
  | 'triggerSource'
  | 'reduceOnly'
>
export type WorkingOrder = OrderAtVenue & {
  readonly venueOrderId: VenueOrderId
  status: 'working' | 'triggered'
  filledQuantity: Quantity
  /** Volume at its price that trades before it does, in base units. */
  queueAhead: number
}

/** A request of ours on its way to the venue. */
export type Message =
  | { readonly type: 'submit'; readonly order: OrderAtVenue }
  | { readonly type: 'cancel'; readonly clientOrderId: ClientOrderId }
  | { readonly type: 'lookup'; readonly clientOrderId: ClientOrderId }
  | { readonly type: 'snapshot'; readonly afterTradeId: TradeId | null }

/** The wallet balance is deposit + realizedPnl − fees + funding, always. */
export type Ledger = { deposit: Money; realizedPnl: Money; fees: Money; funding: Money }

/** The part of a market that is saved. */
export type MarketState = {
  /** Last price; 0 before the first. */
  last: number
  tsMs: number
  /** Volume of the present price point in base units, and how much of it our orders have taken. */
  volume: number
  taken: Quantity
  /**
   * A candle's path has been asked for and its first price is still to come: that one is a jump. Those after it, up to `pathCloseMs`, are reached
   * without a gap. Told by sequence, not by the open time, because the clock may stand later than the open when the first price is set.
   */
  isPathOpening: boolean
  pathCloseMs: number
  /** Working orders in order of acceptance. */
  orders: WorkingOrder[]
  /** Signed: above zero is long. */
  positionQuantity: Quantity
  /** Average cost of what is open; 0 when flat. */
  entryPrice: Price
}
/** One instrument: its market, our working orders in it, and our net position. */
export type Market = MarketState & {
  readonly instrument: Instrument
  readonly initialMarginRate: Rate
  readonly tickNumber: number
  readonly maintenanceNumber: number
  /** Of its candles; empty while no model asks for them. Saved. */
  readonly averages: CandleAverages
  /** Derived: a last price at or below the first, or at or above the second, may touch a working order. */
  touchBelow: number
  touchAbove: number
  /** Derived: `last` on the tick grid, and the float it was made from. Kept because making it costs a microsecond. */
  exactLast: Price
  exactFrom: number
  /** Derived: the position in floats, for the quick margin estimate. */
  positionNumber: number
  entryNumber: number
}

export type VenueCore = {
  readonly config: SimulationConfig
  readonly queue: QueueModel
  readonly fees: FeeModel
  /** Of the last price, of fixed slippage. */
  readonly slippageRate: Rate
  /** Does any model ask for averages of candles? */
  readonly isAveraging: boolean
  readonly markets: ReadonlyMap<InstrumentId, Market>
  readonly openOrders: Map<ClientOrderId, WorkingOrder>
  ledger: Ledger
  /** Orders that have ended, oldest first, at most {@link ENDED_ORDERS_MAX}. */
  endedOrders: VenueOrder[]
  /** Oldest first, at most {@link FILLS_MAX}. */
  fills: Fill[]
  /** How many fills have fallen out of `fills`. */
  fillsDropped: number
  inbound: LatencyQueue<Message>
  /** Reports on their way to us. Not part of the saved state: a crash loses them, as it loses what a socket had not yet delivered. */
  outbound: LatencyQueue<VenueReport>
  /** Time of the thing being handled. */
  nowMs: number
  /** Part of every id of this venue, drawn from the seed: ids of two simulations do not look alike. */
  idTag: string
  nextOrderNumber: number
  nextTradeNumber: number
  /** Draws the jitter of the latency. */
  random: Random
  traded: Traded
  revision: number
  /** Derived: markets with an open position, and the wallet in floats. */
  exposed: Market[]
  walletNumber: number
}

export const ENDED_ORDERS_MAX = 1_000
export const FILLS_MAX = 5_000
const REQUESTS_MAX = 10_000
const REPORTS_MAX = 100_000
const LAST_IN_QUEUE: QueueModel = { kind: 'last' }
const FEES_OF_INSTRUMENT: FeeModel = { kind: 'instrument' }

export const createInbound = (): LatencyQueue<Message> => createLatencyQueue('requests to the simulated venue', REQUESTS_MAX)
export const createOutbound = (): LatencyQueue<VenueReport> => createLatencyQueue('reports of the simulated venue', REPORTS_MAX)

/** A market before its first price. */
export const untradedMarket = (): MarketState => ({
  last: 0,
  tsMs: 0,
  volume: 0,
  taken: ZERO_QUANTITY,
  isPathOpening: false,
  pathCloseMs: 0,
  orders: [],
  positionQuantity: ZERO_QUANTITY,
  entryPrice: ZERO_PRICE,
})

function createMarket(instrument: Instrument, leverage: number): Market {
  return {
    instrument,
    initialMarginRate: rateFromNumber(1 / Math.min(leverage, instrument.leverageMax)),
    tickNumber: toNumber(instrument.tickSize),
    maintenanceNumber: toNumber(instrument.maintenanceMarginRate),
    averages: createAverages(),
    ...untradedMarket(),
    touchBelow: 0,
    touchAbove: Infinity,
    exactLast: ZERO_PRICE,
    exactFrom: 0,
    positionNumber: 0,
    entryNumber: 0,
  }
}

export function createCore(instruments: readonly Instrument[], config: SimulationConfig): VenueCore {
  const { slippage, queue = LAST_IN_QUEUE, fees = FEES_OF_INSTRUMENT } = config
  const random = createRandom(config.seed)
  return {
    config,
    queue,
    fees,
    slippageRate: slippage.kind === 'fixed' ? rateFromNumber(slippage.basisPoints / 10_000) : ZERO_RATE,
    isAveraging: slippage.kind !== 'fixed' || queue.kind === 'volume',
    markets: new Map(instruments.map((instrument) => [instrument.id, createMarket(instrument, config.leverage)])),
    openOrders: new Map(),
    ledger: { deposit: config.initialBalance, realizedPnl: ZERO_MONEY, fees: ZERO_MONEY, funding: ZERO_MONEY },
    endedOrders: [],
    fills: [],
    fillsDropped: 0,
    inbound: createInbound(),
    outbound: createOutbound(),
    nowMs: 0,
    idTag: random.uint32().toString(36).toUpperCase(),
    nextOrderNumber: 1,
    nextTradeNumber: 1,
    random,
    traded: NOTHING_TRADED,
    revision: 0,
    exposed: [],
    walletNumber: toNumber(config.initialBalance),
  }
}

/** The market of an instrument. Throws when the venue does not list it: that is a wiring fault, not bad input. */
export function marketOf(core: VenueCore, instrumentId: InstrumentId): Market {
  const market = core.markets.get(instrumentId)
  // Not `ensure`: its message would be built on every call, and this is the hot path.
  if (market === undefined)
    throw new Error(`the simulated venue does not list ${instrumentId}; it lists ${[...core.markets.keys()].join(', ')}`)
  return market
}

/** Last price on the tick grid. A price below half a tick counts as one tick. */
export function lastPrice(market: Market): Price {
  if (market.exactFrom !== market.last) {
    market.exactLast = onGrid(market, market.last)
    market.exactFrom = market.last
  }
  return market.exactLast
}
/** Mark price on the tick grid. */
export const markPrice = (core: VenueCore, market: Market): Price =>
  core.config.markPremium === 0 ? lastPrice(market) : onGrid(market, market.last * (1 + core.config.markPremium))
const onGrid = (market: Market, value: number): Price => priceFromNumber(market.instrument, Math.max(value, market.tickNumber), 'half_even')

/** Sends a report on its way to us. */
export function emit(core: VenueCore, report: VenueReport): void {
  core.revision++
  putOnWay(core, core.outbound, { fromMs: core.nowMs, item: report })
}

/**
 * Puts a message on its way. All messages of one direction share one connection, as orders and reports of an exchange do: none overtakes
 * another, and one that is late makes those behind it late.
 */
export function putOnWay<T>(core: VenueCore, way: LatencyQueue<T>, { fromMs, item }: { fromMs: number; item: T }): void {
  const { latencyMs, latencyJitterMs = 0 } = core.config
  const dueMs = fromMs + latencyMs
  way.push(latencyJitterMs === 0 ? dueMs : Math.max(way.lastDueMs(), dueMs + core.random.integer(0, latencyJitterMs)), item)
}
