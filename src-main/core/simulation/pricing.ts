// At which prices an order trades, fires, or is too late. Exact, on the tick grid.
import {
  type Price,
  add,
  larger,
  priceTimesRate,
  rateFromNumber,
  smaller,
  subtract,
  toNumber,
  toStep,
} from '../../../src-shared/domain/decimal.ts'
import type { OrderSide } from '../../../src-shared/domain/instrument.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import { averageRange, averageVolume, presentVolume } from './candle-averages.ts'
import { type Market, type OrderAtVenue, type VenueCore, lastPrice, markPrice } from './state.ts'

type TakingOrder = Pick<OrderAtVenue, 'side' | 'limitPrice' | 'quantity'>

/**
 * What an order that takes liquidity pays beyond the last price; never less than nothing.
 * - fixed: basis points of the last price.
 * - volatility: a share of the average range of the candles before this one.
 * - depth: half the spread in basis points, plus impact × average range × √(quantity of the whole order ÷ volume of the candle). This is the
 *   square-root law of market impact, cost = Y × volatility × √(Q ÷ V) with Y near 1: Tóth et al., "Anomalous price impact and the critical
 *   nature of liquidity" (2011); on Bitcoin, Donier and Bonart, "A million metaorder analysis of market impact on the Bitcoin" (2015). Almgren
 *   et al., "Direct estimation of equity market impact" (2005), measured a power of 0.6 on shares. Every part of an order that fills in parts
 *   pays for the whole.
 */
function slippage(core: VenueCore, market: Market, { quantity }: TakingOrder): Price {
  const model = core.config.slippage
  switch (model.kind) {
    case 'fixed':
      return priceTimesRate(lastPrice(market), core.slippageRate, 'up')
    case 'volatility':
      return ticksUp(market, model.share * averageRange(market.averages))
    case 'depth':
      return ticksUp(
        market,
        (market.last * model.basisPoints) / 10_000 +
          model.impact * averageRange(market.averages) * Math.sqrt(shareOfVolume(market, toNumber(quantity))),
      )
    default:
      return unreachable(model, 'slippage model')
  }
}

/** Quantity ÷ volume of the candle; of the candles before when nothing trades in this one; 1 when nothing traded in those either. */
function shareOfVolume({ averages }: Market, quantity: number): number {
  const volume = presentVolume(averages) || averageVolume(averages)
  return volume > 0 ? quantity / volume : 1
}

/** Floats that make a price are good to a millionth of a tick. */
const FLOAT_NOISE = 1e-6

/** A distance in whole ticks, rounded up; at most the last price, because a market that pays double has no price. */
function ticksUp(market: Market, distance: number): Price {
  const ticks = Math.ceil(Math.min(distance, market.last) / market.tickNumber - FLOAT_NOISE)
  return priceTimesRate(market.instrument.tickSize, rateFromNumber(Math.max(ticks, 0)), 'up')
}

/** Price of an immediate execution: the last price plus slippage, rounded against us, and never beyond the order's own limit. */
export function takerPrice(core: VenueCore, market: Market, order: TakingOrder): Price {
  const { tickSize } = market.instrument
  const last = lastPrice(market)
  if (order.side === 'buy') {
    const ask = toStep(add(last, slippage(core, market, order)), tickSize, 'up')
    return order.limitPrice === null ? ask : smaller(ask, order.limitPrice)
  }
  const bid = larger(toStep(subtract(last, slippage(core, market, order)), tickSize, 'down'), tickSize)
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
