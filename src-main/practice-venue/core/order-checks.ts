// What the exchange refuses before an order becomes one.
import {
  type Money,
  type Price,
  type Quantity,
  ZERO_MONEY,
  ZERO_PRICE,
  ZERO_QUANTITY,
  absolute,
  add,
  isMultipleOf,
  larger,
  priceTimesRate,
  rate,
  smaller,
  subtract,
  sum,
  timesRate,
  toText,
} from '../../../src-shared/domain/decimal.ts'
import { ok } from '../../../src-shared/domain/result.ts'
import { bestAgainst } from './book.ts'
import { valueOf } from './contract-value.ts'
import { notionalMax } from './instrument.ts'
import { isClosingSide, marginOf, orderMargin } from './margin.ts'
import { type Order, type OrderParams, type Outcome, type PositionSide, type Side, leavesOf } from './order.ts'
import { type Account, type Core, type Market, marketOf, positionOf, refuse, settingsOf } from './state.ts'

type Sized = { readonly type: 'market' | 'limit'; readonly quantity: Quantity }

export function checkQuantity(market: Market, order: Sized): Outcome<null> {
  const { instrument } = market
  if (order.quantity <= 0n) return refuse('quantity_not_positive', `quantity ${toText(order.quantity)}, expected more than 0`)
  if (!isMultipleOf(order.quantity, instrument.lotSize)) {
    return refuse('quantity_off_lot', `quantity ${toText(order.quantity)} is no multiple of ${toText(instrument.lotSize)}`)
  }
  if (order.quantity < instrument.minQuantity) {
    return refuse('quantity_too_small', `quantity ${toText(order.quantity)} below ${toText(instrument.minQuantity)}`)
  }
  const most = order.type === 'market' ? instrument.maxMarketQuantity : instrument.maxQuantity
  if (order.quantity > most) return refuse('quantity_too_large', `quantity ${toText(order.quantity)} above ${toText(most)}`, toText(most))
  return ok(null)
}

export function checkTick(market: Market, price: Price | null): Outcome<null> {
  if (price === null || price <= 0n) return refuse('price_missing', 'the order needs a price of more than 0')
  const { tickSize } = market.instrument
  return isMultipleOf(price, tickSize) ? ok(null) : refuse('price_off_tick', `price ${toText(price)} is no multiple of ${toText(tickSize)}`)
}

/** The band around the mark price that a price must respect in the direction that would hurt. */
function checkBand(market: Market, order: { side: Side; type: 'market' | 'limit'; price: Price }): Outcome<null> {
  const width = priceTimesRate(market.mark, market.instrument.percentPrice, 'down')
  const highest = add(market.mark, width)
  const lowest = subtract(market.mark, width)
  const isMarket = order.type === 'market'
  if (order.side === 'buy' && order.price > highest) {
    return refuse(isMarket ? 'market_price_out_of_band' : 'price_too_high', `price ${toText(order.price)}`, toText(highest))
  }
  if (order.side === 'sell' && order.price < lowest) {
    return refuse(isMarket ? 'market_price_out_of_band' : 'price_too_low', `price ${toText(order.price)}`, toText(lowest))
  }
  return ok(null)
}

/** In one-way mode orders are for `both`; in hedge mode for a side, and reduce-only follows from it. */
export function checkPositionSide(account: Account, order: { positionSide: PositionSide; reduceOnly: boolean }): Outcome<null> {
  const hedged = account.positionMode === 'hedge'
  if (hedged === (order.positionSide !== 'both')) return ok(null)
  return refuse('position_side_mismatch', `position side ${order.positionSide} in ${account.positionMode} mode`)
}

export const isReducing = (order: { side: Side; reduceOnly: boolean; positionSide: PositionSide }): boolean =>
  order.reduceOnly || isClosingSide(order.positionSide, order.side)

/** What an order of this side could still close of its position. */
export function reducible(account: Account, order: { symbol: string; side: Side; positionSide: PositionSide }): Quantity {
  const { quantity } = positionOf(account, order.symbol, order.positionSide)
  return quantity > 0n === (order.side === 'sell') ? absolute(quantity) : ZERO_QUANTITY
}

/** What open reducing orders of the same position already claim of it. */
export const claimed = (account: Account, order: OrderParams, except: Order | null): Quantity =>
  sum(
    [...account.open.values()]
      .filter((other) => other !== except && other.symbol === order.symbol && other.side === order.side)
      .filter((other) => other.positionSide === order.positionSide && isReducing(other))
      .map(leavesOf),
  )

/** The quantity that a reducing order may have, or why it may not be. */
export function reducingQuantity(core: Core, account: Account, order: OrderParams): Outcome<Quantity> {
  const most = reducible(account, order)
  if (most === 0n) return refuse('reduce_only_rejected', 'there is no position that the order could reduce')
  if (!core.rules.reduceOnlyReserves) return ok(smaller(order.quantity, most))
  const left = subtract(most, claimed(account, order, null))
  if (left <= 0n) return refuse('reduce_only_conflict', 'open reduce-only orders already claim the whole position')
  return ok(smaller(order.quantity, left))
}

/** The price by which an order's margin and notional are measured: its own, or for market orders the best plus what may slip. */
export function measuredPrice(market: Market, order: OrderParams): Price {
  if (order.price !== null) return order.side === 'sell' ? larger(order.price, market.last) : order.price
  return priceTimesRate(bestAgainst(market.book, market.instrument, order.side) ?? market.mark, MARKET_MARGIN_RATE, 'up')
}
const MARKET_MARGIN_RATE = rate('1.0005')

/** Everything but reduce-only care: returns the quantity as it is. */
export function checkOrder(core: Core, account: Account, order: OrderParams): Outcome<Market> {
  const found = marketOf(core, order.symbol)
  if (!found.ok) return found
  const market = found.value
  const reducing = isReducing(order)
  if (market.status === 'closed' || (market.status === 'settling' && !reducing)) {
    return refuse('symbol_closed', `${order.symbol} is ${market.status}`)
  }
  for (const checked of [
    checkPositionSide(account, order),
    order.type === 'limit' ? checkTick(market, order.price) : ok(null),
    checkQuantity(market, order),
    checkPrice(market, order),
  ]) {
    if (!checked.ok) return checked
  }
  if (account.open.size >= core.rules.openOrdersMax) return refuse('too_many_orders', `${account.open.size} open orders`)
  return ok(market)
}

function checkPrice(market: Market, order: OrderParams): Outcome<null> {
  const { instrument } = market
  const price = order.type === 'limit' ? order.price : bestAgainst(market.book, instrument, order.side)
  if (price !== null) {
    const banded = checkBand(market, { ...order, price })
    if (!banded.ok) return banded
  }
  const value = valueOf(instrument.kind, price ?? market.mark, order.quantity)
  if (isReducing(order) || value >= instrument.minNotional) return ok(null)
  return refuse('notional_too_small', `notional ${toText(value)}`, toText(instrument.minNotional))
}

/** Margin and leverage bracket. Reducing orders need neither. */
export function checkMargin(core: Core, account: Account, order: OrderParams): Outcome<null> {
  if (isReducing(order)) return ok(null)
  const found = marketOf(core, order.symbol)
  if (!found.ok) return found
  const market = found.value
  const { instrument } = market
  const price = measuredPrice(market, order)
  const { leverage } = settingsOf(account, order.symbol)
  const wanted = { symbol: order.symbol, side: order.side, quantity: order.quantity, price }
  const before = orderMargin(core, account, { symbol: order.symbol, wanted: null })
  const needed = subtract(orderMargin(core, account, { symbol: order.symbol, wanted }), before)
  const { available } = marginOf(core, account, instrument.settle)
  const fee =
    needed > 0n && order.type === 'market'
      ? timesRate(valueOf(instrument.kind, price, order.quantity), instrument.takerFeeRate, 'up')
      : ZERO_MONEY
  if (add(needed, fee) > available) {
    return refuse('insufficient_margin', `needs ${toText(add(needed, fee))} ${instrument.settle}, available ${toText(available)}`)
  }
  const after = notionalAfter(market, account, order)
  const most = notionalMax(instrument, leverage)
  return after > most
    ? refuse('leverage_exceeded', `notional ${toText(after)} at leverage ${leverage}, at most ${toText(most)}`, toText(most))
    : ok(null)
}

function notionalAfter(market: Market, account: Account, order: OrderParams): Money {
  const { kind } = market.instrument
  const { quantity } = positionOf(account, order.symbol, order.positionSide)
  const signed = order.side === 'buy' ? quantity : (-quantity as Quantity)
  const resting = [...account.open.values()].filter(
    (other) => other.symbol === order.symbol && other.side === order.side && !isReducing(other),
  )
  const total = add(add(signed, order.quantity), sum(resting.map(leavesOf)))
  return total > 0n ? valueOf(kind, larger(market.mark, order.price ?? ZERO_PRICE), total) : ZERO_MONEY
}
