// What the venue refuses, and with which code. Codes follow Binance USDT-M; its own numbers stand beside them.
import { type Price, isMultipleOf, toText } from '../../../src-shared/domain/decimal.ts'
import { type Instrument, type SizeFault, sizeFault } from '../../../src-shared/domain/instrument.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { availableMargin, reducible, requiredMargin } from './account.ts'
import { isThrough, isTriggered, takerPrice } from './pricing.ts'
import { type Market, type OrderAtVenue, type VenueCore, lastPrice, markPrice } from './state.ts'

export type RejectCode =
  | SizeFault // -1111, -4003, -4005, -4164
  | 'unknown_instrument' // -1121
  | 'invalid_order' // -1102
  | 'off_tick' // -4014
  | 'duplicate_client_order_id' // -4116
  | 'too_many_orders' // -1015
  | 'no_price' // the instrument has not traded yet
  | 'reduce_only_rejected' // -2022
  | 'would_take' // -5022
  | 'would_immediately_trigger' // -2021
  | 'margin_insufficient' // -2019
export type Refusal = { readonly code: RejectCode; readonly message: string }

/** Working orders per instrument, as Binance's MAX_NUM_ORDERS. Market orders may go beyond, so that a full book never traps a position. */
export const WORKING_ORDERS_MAX = 200
const WITH_MARKET_ORDERS_MAX = 2 * WORKING_ORDERS_MAX

const refuse = (code: RejectCode, message: string): Result<never, Refusal> => err({ code, message })

/** Everything the venue checks when an order arrives. Returns its market, or the first refusal; changes nothing. */
export function checkOrder(core: VenueCore, order: OrderAtVenue): Result<Market, Refusal> {
  const market = core.markets.get(order.instrumentId)
  if (market === undefined) return refuse('unknown_instrument', `instrument ${order.instrumentId} is not listed`)
  if (core.openOrders.has(order.clientOrderId))
    return refuse('duplicate_client_order_id', `client order id ${order.clientOrderId} belongs to an open order`)
  const shape = shapeFault(market.instrument, order)
  if (shape !== null) return err(shape)
  const ordersMax = order.type === 'market' ? WITH_MARKET_ORDERS_MAX : WORKING_ORDERS_MAX
  if (market.orders.length >= ordersMax)
    return refuse('too_many_orders', `${market.orders.length} orders work in ${order.instrumentId} already`)
  if (market.last === 0) return refuse('no_price', `${order.instrumentId} has no price yet`)
  const size = sizeRefusal(core, market, order)
  if (size !== null) return err(size)
  if (order.reduceOnly && reducible(market, order.side) === 0n) {
    return refuse(
      'reduce_only_rejected',
      `reduce-only ${order.side} of ${toText(order.quantity)}, but there is no position in ${order.instrumentId} that it would reduce`,
    )
  }
  const late = tooLate(core, market, order)
  if (late !== null) return err(late)
  const margin = order.triggerPrice === null ? marginFault(core, market, order) : null
  return margin === null ? ok(market) : err(margin)
}

function shapeFault(instrument: Instrument, order: OrderAtVenue): Refusal | null {
  const wantsLimit = order.type === 'limit'
  const wantsTrigger = order.type === 'stop_market' || order.type === 'take_profit_market'
  if ((order.limitPrice !== null) !== wantsLimit || (order.triggerPrice !== null) !== wantsTrigger) {
    return {
      code: 'invalid_order',
      message: `${order.type} order with limit price ${shown(order.limitPrice)} and trigger price ${shown(order.triggerPrice)}`,
    }
  }
  for (const [name, value] of [
    ['limit price', order.limitPrice],
    ['trigger price', order.triggerPrice],
  ] as const) {
    if (value !== null && value <= 0n) return { code: 'invalid_order', message: `${name} ${toText(value)}, expected more than 0` }
    if (value !== null && !isMultipleOf(value, instrument.tickSize)) {
      return { code: 'off_tick', message: `${name} ${toText(value)} is not a multiple of the tick ${toText(instrument.tickSize)}` }
    }
  }
  return null
}
const shown = (value: Price | null): string => (value === null ? 'none' : toText(value))

function sizeRefusal(core: VenueCore, market: Market, order: OrderAtVenue): Refusal | null {
  const { instrument } = market
  const reference = order.limitPrice ?? order.triggerPrice ?? markPrice(core, market)
  const options = { reduceOnly: order.reduceOnly, market: order.type !== 'limit' }
  const code = order.quantity <= 0n ? 'below_min_quantity' : sizeFault(instrument, reference, order.quantity, options)
  if (code === null) return null
  const limits = `lot ${toText(instrument.lotSize)}, minimum ${toText(instrument.minQuantity)}, maximum ${toText(options.market ? instrument.maxMarketQuantity : instrument.maxQuantity)}`
  return {
    code,
    message: `quantity ${toText(order.quantity)} at ${toText(reference)} (${limits}, minimum notional ${toText(instrument.minNotional)})`,
  }
}

/** A post-only order that would take, or a conditional order whose trigger has been passed already. */
function tooLate(core: VenueCore, market: Market, order: OrderAtVenue): Refusal | null {
  if (order.timeInForce === 'post_only' && isMarketable(market, order)) {
    return { code: 'would_take', message: `post-only ${order.side} at ${shown(order.limitPrice)} would take liquidity at ${market.last}` }
  }
  if (isTriggered(core, market, order)) {
    const message = `${order.type} ${order.side} with trigger ${shown(order.triggerPrice)} on the ${order.triggerSource} price would fire at once: last ${market.last}, mark ${toText(markPrice(core, market))}`
    return { code: 'would_immediately_trigger', message }
  }
  return null
}

/** Would this limit order trade at once? At exactly the last price it rests, for the same reason that a touch is no fill. */
export const isMarketable = (market: Market, order: OrderAtVenue): boolean =>
  order.limitPrice !== null && isThrough(order.side, order.limitPrice, lastPrice(market))

/** Not enough margin for what the order would open, at its limit or at the price it would get now; null when there is enough. */
export function marginFault(core: VenueCore, market: Market, order: OrderAtVenue): Refusal | null {
  const required = requiredMargin(core, market, order, order.limitPrice ?? takerPrice(core, market, order))
  if (required === 0n) return null
  const available = availableMargin(core, core.openOrders.get(order.clientOrderId) ?? null)
  if (required <= available) return null
  return {
    code: 'margin_insufficient',
    message: `${order.side} ${toText(order.quantity)} needs margin ${toText(required)}, available is ${toText(available)}`,
  }
}
