// The price an order may have: the slippage guard of entries, and where an order stands in the book.
import { type Price, add, priceTimesRate, rateFromNumber, subtract, toNumber, toStep } from '../../../src-shared/domain/decimal.ts'
import { type Instrument, type OrderSide, priceFromNumber } from '../../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../../src-shared/domain/order.ts'

const BASIS_POINT = 1e-4

/** What of a request says at which price it trades. */
export type Pricing = Pick<OrderRequest, 'type' | 'timeInForce' | 'limitPrice'>
export const AT_MARKET: Pricing = { type: 'market', timeInForce: 'gtc', limitPrice: null }
export const resting = (limitPrice: Price): Pricing => ({ type: 'limit', timeInForce: 'gtc', limitPrice })
export const postOnly = (limitPrice: Price): Pricing => ({ type: 'limit', timeInForce: 'post_only', limitPrice })

type Quoted = { readonly instrument: Instrument; readonly side: OrderSide }

/**
 * An entry that takes what is there: at any price without a guard (0 basis points), else up to that far from the price of the decision, and
 * what does not trade there ends at once. Rounded to the side of the guard.
 */
export function takingEntry({ instrument, side }: Quoted, decisionPrice: Price, slippageBpsMax: number): Pricing {
  if (slippageBpsMax === 0) return AT_MARKET
  const way = priceTimesRate(decisionPrice, rateFromNumber(slippageBpsMax * BASIS_POINT), 'down')
  const raw = side === 'buy' ? add(decisionPrice, way) : subtract(decisionPrice, way)
  return { type: 'limit', timeInForce: 'ioc', limitPrice: toStep(raw, instrument.tickSize, side === 'buy' ? 'down' : 'up') }
}

/** A price better than `from` by so many basis points, on the tick grid, rounded away from the market. */
export function betterBy({ instrument, side }: Quoted, from: Price, basisPoints: number): Price {
  const way = priceTimesRate(from, rateFromNumber(basisPoints * BASIS_POINT), 'up')
  const raw = side === 'buy' ? subtract(from, way) : add(from, way)
  const onTick = toStep(raw, instrument.tickSize, side === 'buy' ? 'down' : 'up')
  return onTick > 0n ? onTick : instrument.tickSize
}

/** The best price of our own side as far as it is known: half the spread from the last price, a tick where the spread is not known. */
export function touchOf({ instrument, side }: Quoted, lastPrice: number, spreadBps: number): Price {
  const tick = toNumber(instrument.tickSize)
  const half = spreadBps > 0 ? (lastPrice * spreadBps * BASIS_POINT) / 2 : tick
  const raw = side === 'buy' ? lastPrice - half : lastPrice + half
  return priceFromNumber(instrument, Math.max(raw, tick), side === 'buy' ? 'down' : 'up')
}
