// In which order the prices of a closed candle are assumed to have happened.
import type { Candle } from '../../../src-shared/domain/candle.ts'
import type { Market, OrderAtVenue, VenueCore } from './state.ts'
import type { PathPoint } from './venue.ts'

/**
 * Open, adverse extreme, favourable extreme, close, at equal distances in time: so a stop inside the candle is hit before a target.
 * The adverse side is that of the open position, else of a market entry under way, else the extreme nearer to the open (the low when equal).
 * Between these points the market moves without gaps; from the candle before, it jumps.
 * Throws RangeError when the four prices cannot be those of one candle.
 */
export function walkCandle(core: VenueCore, market: Market, candle: Candle & { readonly lengthMs: number }): readonly PathPoint[] {
  const { openTimeMs, open, high, low, close, lengthMs } = candle
  if (!(low > 0 && high < Infinity && low <= Math.min(open, close) && high >= Math.max(open, close))) {
    throw new RangeError(
      `${market.instrument.id} candle at ${openTimeMs} with open ${open}, high ${high}, low ${low}, close ${close} is not a candle`,
    )
  }
  market.isPathOpening = true
  market.pathCloseMs = openTimeMs + lengthMs
  const direction = exposureDirection(core, market)
  const lowFirst = direction === 0 ? open - low <= high - open : direction > 0
  return [
    { tsMs: openTimeMs, price: open },
    { tsMs: openTimeMs + Math.floor(lengthMs / 3), price: lowFirst ? low : high },
    { tsMs: openTimeMs + Math.floor((2 * lengthMs) / 3), price: lowFirst ? high : low },
    { tsMs: openTimeMs + lengthMs, price: close },
  ]
}

/** +1 long, −1 short, 0 neither: of the position, or of the market entry that is about to make one. */
function exposureDirection(core: VenueCore, market: Market): number {
  if (market.positionQuantity !== 0n) return market.positionQuantity > 0n ? 1 : -1
  const opens = (order: OrderAtVenue): boolean =>
    order.instrumentId === market.instrument.id && order.type === 'market' && !order.reduceOnly
  const working = market.orders.find(opens)
  if (working !== undefined) return signOf(working)
  for (const { item } of core.inbound.entries()) if (item.type === 'submit' && opens(item.order)) return signOf(item.order)
  return 0
}

const signOf = ({ side }: OrderAtVenue): number => (side === 'buy' ? 1 : -1)
