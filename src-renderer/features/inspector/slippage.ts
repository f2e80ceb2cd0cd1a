// What a fill cost against the price it was meant to have.
import type { DecisionTrace, Fill, Order } from './detail.ts'

const BASIS_POINTS = 10_000

/** The price a fill is measured against, and the words for it. */
export type ReferencePrice = { readonly price: number; readonly name: 'decision price' | 'trigger' | 'limit' }

/**
 * The price an order was meant to have: an entry is measured against the close it was decided on, a stop against its trigger,
 * any other order against its limit. Null when the order carried no price, as a market exit does.
 */
export function referencePriceOf(order: Order, trace: DecisionTrace): ReferencePrice | null {
  if (order.purpose === 'entry') return { price: trace.candle.close, name: 'decision price' }
  if (order.triggerPrice !== null) return { price: Number(order.triggerPrice), name: 'trigger' }
  if (order.limitPrice !== null) return { price: Number(order.limitPrice), name: 'limit' }
  return null
}

/** Basis points lost against the reference; negative when the fill was better. Null when the reference is not a usable price. */
export function slippageBp(fill: Pick<Fill, 'side' | 'price'>, referencePrice: number): number | null {
  if (!(referencePrice > 0)) return null
  const difference = (Number(fill.price) - referencePrice) / referencePrice
  return (fill.side === 'buy' ? difference : -difference) * BASIS_POINTS
}
