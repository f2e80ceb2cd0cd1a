// The venue as text and back. Saved is what the venue knows and what has been sent to it; reports still on their way to us are not:
// after a crash we must ask, as with a real exchange. Decimals are saved as text, so nothing is rounded.
import { type Money, type Price, money, price, quantity, toText } from '../../../src-shared/domain/decimal.ts'
import { clientOrderId, instrumentId, tradeId, venueOrderId } from '../../../src-shared/domain/ids.ts'
import { ORDER_TYPES, type Fill } from '../../../src-shared/domain/order.ts'
import type { VenueOrder } from '../../../src-shared/events/venue-report.ts'
import { refreshAccount } from './account.ts'
import { restoreAverages, savedAverages } from './candle-averages.ts'
import { NOTHING_TRADED, TRADED_DAYS_MAX, type Traded } from './fee-schedule.ts'
import { createRandom } from './random.ts'
import { Reader } from './saved-reader.ts'
import {
  ENDED_ORDERS_MAX,
  FILLS_MAX,
  type Market,
  type MarketState,
  type Message,
  type OrderAtVenue,
  type VenueCore,
  type WorkingOrder,
  createInbound,
  createOutbound,
  untradedMarket,
} from './state.ts'
import { AVERAGED_CANDLES } from './venue.ts'
import { refreshBounds } from './working-orders.ts'

const FORMAT = 'tradewright-simulated-venue'
const VERSION = 1

const asText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? toText(value as Money) : value)

/** Everything that must survive, as JSON. Bounded by the bounds of the histories and of the queue. */
export function saveCore(core: VenueCore): string {
  return JSON.stringify(
    {
      format: FORMAT,
      version: VERSION,
      idTag: core.idTag,
      nextOrderNumber: core.nextOrderNumber,
      nextTradeNumber: core.nextTradeNumber,
      ledger: core.ledger,
      markets: [...core.markets.values()].map(savedMarket),
      inbound: core.inbound.entries(),
      endedOrders: core.endedOrders,
      fillsDropped: core.fillsDropped,
      fills: core.fills,
      random: core.random.seed(),
      traded: core.traded,
    },
    asText,
  )
}

function savedMarket(market: Market): unknown {
  const { last, tsMs, volume, taken, isPathOpening, pathCloseMs, orders, positionQuantity, entryPrice, averages } = market
  return {
    instrumentId: market.instrument.id,
    last,
    tsMs,
    volume,
    taken,
    isPathOpening,
    pathCloseMs,
    positionQuantity,
    entryPrice,
    orders,
    candles: savedAverages(averages),
  }
}

/**
 * Replaces the state of a core by a saved one. Throws an Error that names the place and the value when the text is not from `saveCore`,
 * or when it holds orders or a position in an instrument that this venue does not list; the core is then unchanged.
 */
export function restoreCore(core: VenueCore, saved: string): void {
  const root = Reader.parse(saved)
  root.at('format').oneOf([FORMAT])
  root.at('version').oneOf([VERSION])
  const ledger = root.at('ledger')
  const restored = {
    idTag: root.at('idTag').text(),
    nextOrderNumber: root.at('nextOrderNumber').count(),
    nextTradeNumber: root.at('nextTradeNumber').count(),
    ledger: {
      deposit: ledger.at('deposit').as(money),
      realizedPnl: ledger.at('realizedPnl').as(money),
      fees: ledger.at('fees').as(money),
      funding: ledger.at('funding').as(money),
    },
    endedOrders: root.at('endedOrders').list(ENDED_ORDERS_MAX, readVenueOrder),
    fillsDropped: root.at('fillsDropped').count(),
    fills: root.at('fills').list(FILLS_MAX, readFill),
    random: root.at('random').orElse(core.random, (reader) => createRandom(reader.number())),
    traded: root.at('traded').orElse(NOTHING_TRADED, readTraded),
  }
  const markets = root
    .at('markets')
    .list(100_000, (reader) => readMarket(core, reader))
    .filter((market) => market !== null)
  const inbound = createInbound()
  for (const entry of root.at('inbound').list(100_000, readInbound)) inbound.push(entry.dueMs, entry.item)

  Object.assign(core, restored, { inbound, outbound: createOutbound(), revision: core.revision + 1 })
  core.openOrders.clear()
  for (const market of core.markets.values()) {
    const found = markets.find((entry) => entry.market === market)
    Object.assign(market, found?.state ?? untradedMarket())
    restoreAverages(market.averages, found?.candles ?? [])
    for (const order of market.orders) core.openOrders.set(order.clientOrderId, order)
    refreshBounds(core, market)
    refreshAccount(core, market)
  }
}

/** Null for an instrument that is no longer listed and in which nothing is open. */
function readMarket(core: VenueCore, reader: Reader): { market: Market; state: MarketState; candles: readonly number[][] } | null {
  const id = reader.at('instrumentId').as(instrumentId)
  const state: MarketState = {
    last: reader.at('last').number(),
    tsMs: reader.at('tsMs').number(),
    volume: reader.at('volume').number(),
    taken: reader.at('taken').as(quantity),
    isPathOpening: reader.at('isPathOpening').flag(),
    pathCloseMs: reader.at('pathCloseMs').number(),
    positionQuantity: reader.at('positionQuantity').as(quantity),
    entryPrice: reader.at('entryPrice').as(price),
    orders: reader.at('orders').list(100_000, readWorkingOrder),
  }
  const candles = reader.at('candles').orElse([], (list) => list.list(AVERAGED_CANDLES + 1, readPair))
  const market = core.markets.get(id)
  if (market !== undefined) return { market, state, candles }
  if (state.orders.length > 0 || state.positionQuantity !== 0n)
    throw new Error(`saved venue holds orders or a position in ${id}, which is not listed`)
  return null
}

function readInbound(reader: Reader): { dueMs: number; item: Message } {
  const dueMs = reader.at('dueMs').number()
  const item = reader.at('item')
  const type = item.at('type').oneOf(['submit', 'cancel', 'lookup', 'snapshot'])
  if (type === 'submit') return { dueMs, item: { type, order: readOrderAtVenue(item.at('order')) } }
  if (type === 'snapshot') return { dueMs, item: { type, afterTradeId: item.at('afterTradeId').orNull((id) => id.as(tradeId)) } }
  return { dueMs, item: { type, clientOrderId: item.at('clientOrderId').as(clientOrderId) } }
}

function readOrderAtVenue(reader: Reader): OrderAtVenue {
  return {
    clientOrderId: reader.at('clientOrderId').as(clientOrderId),
    instrumentId: reader.at('instrumentId').as(instrumentId),
    side: reader.at('side').oneOf(['buy', 'sell']),
    type: reader.at('type').oneOf(ORDER_TYPES),
    timeInForce: reader.at('timeInForce').oneOf(['gtc', 'ioc', 'post_only']),
    quantity: reader.at('quantity').as(quantity),
    limitPrice: reader.at('limitPrice').orNull(readPrice),
    triggerPrice: reader.at('triggerPrice').orNull(readPrice),
    triggerSource: reader.at('triggerSource').oneOf(['mark', 'last']),
    reduceOnly: reader.at('reduceOnly').flag(),
  }
}
const readPrice = (reader: Reader): Price => reader.as(price)

function readWorkingOrder(reader: Reader): WorkingOrder {
  return {
    ...readOrderAtVenue(reader),
    venueOrderId: reader.at('venueOrderId').as(venueOrderId),
    status: reader.at('status').oneOf(['working', 'triggered']),
    filledQuantity: reader.at('filledQuantity').as(quantity),
    queueAhead: reader.at('queueAhead').orElse(0, (ahead) => ahead.number()),
  }
}

const readPair = (reader: Reader): number[] => reader.list(2, (value) => value.number())
const readTraded = (reader: Reader): Traded => ({
  day: reader.at('day').count(),
  notional: reader.at('notional').list(TRADED_DAYS_MAX, (amount) => amount.as(money)),
})

function readVenueOrder(reader: Reader): VenueOrder {
  return {
    clientOrderId: reader.at('clientOrderId').as(clientOrderId),
    venueOrderId: reader.at('venueOrderId').as(venueOrderId),
    instrumentId: reader.at('instrumentId').as(instrumentId),
    side: reader.at('side').oneOf(['buy', 'sell']),
    type: reader.at('type').oneOf(ORDER_TYPES),
    quantity: reader.at('quantity').as(quantity),
    filledQuantity: reader.at('filledQuantity').as(quantity),
    limitPrice: reader.at('limitPrice').orNull(readPrice),
    triggerPrice: reader.at('triggerPrice').orNull(readPrice),
    reduceOnly: reader.at('reduceOnly').flag(),
    status: reader.at('status').oneOf(['filled', 'canceled', 'expired']),
  }
}

function readFill(reader: Reader): Fill {
  return {
    tradeId: reader.at('tradeId').as(tradeId),
    clientOrderId: reader.at('clientOrderId').as(clientOrderId),
    venueOrderId: reader.at('venueOrderId').as(venueOrderId),
    instrumentId: reader.at('instrumentId').as(instrumentId),
    side: reader.at('side').oneOf(['buy', 'sell']),
    price: reader.at('price').as(price),
    quantity: reader.at('quantity').as(quantity),
    liquidity: reader.at('liquidity').oneOf(['maker', 'taker']),
    fee: reader.at('fee').as(money),
    tsEventMs: reader.at('tsEventMs').number(),
  }
}
