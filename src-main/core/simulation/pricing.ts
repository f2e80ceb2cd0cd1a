// At which prices an order trades, fires, or is too late. Exact, on the tick grid.
import {
  type Price,
  ZERO_PRICE,
  add,
  larger,
  priceTimesRate,
  smaller,
  subtract,
  toNumber,
  toStep,
} from '../../../src-shared/domain/decimal.ts'
import { type OrderSide, priceFromNumber } from '../../../src-shared/domain/instrument.ts'
import { type Market, type OrderAtVenue, type VenueCore, lastPrice, markPrice } from './state.ts'

/** What a market order pays beyond the last price, before it is brought onto the tick grid. */
function slippage(core: VenueCore, market: Market): Price {
  if (core.config.slippage.kind === 'fixed') return priceTimesRate(lastPrice(market), core.slippageRate, 'up')
  if (market.range <= 0) return ZERO_PRICE
  return priceTimesRate(priceFromNumber(market.instrument, Math.max(market.range, market.tickNumber), 'up'), core.slippageRate, 'up')
}

/** Price of an immediate execution: the last price plus slippage, rounded against us, and never beyond the order's own limit. */
export function takerPrice(core: VenueCore, market: Market, order: Pick<OrderAtVenue, 'side' | 'limitPrice'>): Price {
  const { tickSize } = market.instrument
  const last = lastPrice(market)
  if (order.side === 'buy') {
    const ask = toStep(add(last, slippage(core, market)), tickSize, 'up')
    return order.limitPrice === null ? ask : smaller(ask, order.limitPrice)
  }
  const bid = larger(toStep(subtract(last, slippage(core, market)), tickSize, 'down'), tickSize)
  return order.limitPrice === null ? bid : larger(bid, order.limitPrice)
}

/** Has the market traded beyond this limit price? A touch is not enough: we are taken to be last in the queue at that price. */
export const isThrough = (side: OrderSide, limitPrice: Price, last: Price): boolean =>
  side === 'buy' ? last < limitPrice : last > limitPrice

/** Does this conditional order fire when its source price falls to the trigger (true) or rises to it (false)? */
export const firesBelow = (order: Pick<OrderAtVenue, 'side' | 'type'>): boolean =>
  (order.type === 'stop_market') === (order.side === 'sell')

/** Has the price that the order asked for, mark or last, reached its trigger? A touch fires. */
export function isTriggered(core: VenueCore, market: Market, order: OrderAtVenue): boolean {
  if (order.triggerPrice === null) return false
  const source = order.triggerSource === 'mark' ? markPrice(core, market) : lastPrice(market)
  return firesBelow(order) ? source <= order.triggerPrice : source >= order.triggerPrice
}

/** The last price, as a float, at which a conditional order fires. */
export const triggerLevel = (core: VenueCore, order: OrderAtVenue, triggerPrice: Price): number =>
  order.triggerSource === 'mark' ? toNumber(triggerPrice) / (1 + core.config.markPremium) : toNumber(triggerPrice)
