// How the market meets our orders. A price arrives either as a jump (a trade, the first price of a candle) or at the end of a continuous
// move along a candle's path. A jump executes at the price after it; a continuous move stops at every trigger and at the liquidation price on its way.
import { type Quantity, ZERO_QUANTITY, larger, smaller, subtract, toNumber } from '../../../src-shared/domain/decimal.ts'
import { quantityFromNumber } from '../../../src-shared/domain/instrument.ts'
import { ensure } from '../../../src-shared/domain/result.ts'
import { isMarginSafe, liquidationPrice, reducible } from './account.ts'
import { liquidate } from './liquidation.ts'
import { isThrough, isTriggered, takerPrice, triggerLevel } from './pricing.ts'
import { type Market, type OrderAtVenue, type VenueCore, type WorkingOrder, emit, lastPrice } from './state.ts'
import { checkOrder, isMarketable, marginFault } from './validation.ts'
import { expireOrder, fillOrder, isOpen, leavesOf, openOrder, refreshBounds } from './working-orders.ts'

/** Volumes beyond this are treated as this: more than any order could take, and still exact. */
const VOLUME_MAX = 1e14

/** An order reaches the matching engine. */
export function receiveOrder(core: VenueCore, request: OrderAtVenue): void {
  const checked = checkOrder(core, request)
  if (!checked.ok) {
    emit(core, { type: 'rejected', clientOrderId: request.clientOrderId, ...checked.error, tsEventMs: core.nowMs })
    return
  }
  const market = checked.value
  const order = openOrder(core, market, request)
  if (order.type === 'market' || isMarketable(market, order)) executeNow(core, market, order)
  if (order.type === 'limit' && order.timeInForce === 'ioc' && isOpen(core, order)) expireOrder(core, order, 'ioc_unfilled')
  refreshBounds(core, market)
  liquidate(core)
}

/** The market trades at `price`. `volume` is what trades there, in base units. */
export function moveMarket(core: VenueCore, market: Market, point: { tsMs: number; price: number; volume: number }): void {
  const isContinuous = !market.isPathOpening && point.tsMs <= market.pathCloseMs
  market.isPathOpening = false
  market.tsMs = point.tsMs
  market.volume = point.volume
  market.taken = ZERO_QUANTITY
  if (isContinuous && market.last > 0) {
    // Each step goes strictly further and passes a level for good, so there are at most as many as levels.
    const stepsMax = market.orders.length + 2
    for (let step = 0; ; step++) {
      ensure(step <= stepsMax, () => `${market.instrument.id}: more than ${stepsMax} levels between two prices`)
      const level = nextLevel(core, market, point.price)
      if (level === null) break
      visit(core, market, level)
    }
  }
  visit(core, market, point.price)
}

/** The nearest trigger or liquidation price strictly between the last price and `to`, or null. */
function nextLevel(core: VenueCore, market: Market, to: number): number | null {
  const from = market.last
  let nearest: number | null = null
  const consider = (level: number): void => {
    const isBetween = to > from ? level > from && level < to : level < from && level > to
    if (isBetween && (nearest === null || Math.abs(level - from) < Math.abs(nearest - from))) nearest = level
  }
  for (const order of market.orders) {
    if (order.triggerPrice !== null && order.status === 'working') consider(triggerLevel(core, order, order.triggerPrice))
  }
  const liquidation = market.positionQuantity === 0n || isMarginSafe(core, market, to) ? null : liquidationPrice(core, market)
  if (liquidation !== null) consider(toNumber(liquidation) / (1 + core.config.markPremium))
  return nearest
}

/** Everything that happens at one price: liquidation, rests of market orders, limits traded through or at, triggers, liquidation again. */
function visit(core: VenueCore, market: Market, price: number): void {
  const from = market.last
  market.last = price
  liquidate(core)
  const last = lastPrice(market)
  for (const order of market.orders.slice()) {
    if (order.limitPrice === null && order.triggerPrice === null) executeNow(core, market, order)
    else if (order.status === 'triggered') executeNow(core, market, order)
  }
  const through = market.orders.filter((order) => order.limitPrice !== null && isThrough(order.side, order.limitPrice, last))
  for (const order of nearestFirst(core, through, from)) {
    order.queueAhead = 0
    executeResting(core, market, order)
  }
  if (core.queue.kind === 'volume')
    for (const order of market.orders.slice()) if (order.limitPrice === last) executeInQueue(core, market, order)
  const fired = market.orders.filter((order) => order.status === 'working' && isTriggered(core, market, order))
  for (const order of nearestFirst(core, fired, from)) if (isOpen(core, order)) fire(core, market, order)
  refreshBounds(core, market)
  liquidate(core)
}

/** In the order in which a move away from `from` reaches them; equal prices in order of acceptance. */
function nearestFirst(core: VenueCore, orders: WorkingOrder[], from: number): readonly WorkingOrder[] {
  if (orders.length < 2) return orders
  const distance = (order: WorkingOrder): number => {
    const level = order.limitPrice ?? order.triggerPrice
    return level === null ? 0 : Math.abs((order.limitPrice === null ? triggerLevel(core, order, level) : toNumber(level)) - from)
  }
  return orders.toSorted((a, b) => distance(a) - distance(b))
}

function fire(core: VenueCore, market: Market, order: WorkingOrder): void {
  order.status = 'triggered'
  emit(core, { type: 'triggered', clientOrderId: order.clientOrderId, tsEventMs: core.nowMs })
  const margin = marginFault(core, market, order)
  if (margin === null) executeNow(core, market, order)
  else expireOrder(core, order, margin.code)
}

/** Takes liquidity at the present price, as much as the volume allows. The rest of a market order waits for the next price. */
function executeNow(core: VenueCore, market: Market, order: WorkingOrder): void {
  const quantity = isOpen(core, order) ? takeable(core, market, order) : ZERO_QUANTITY
  if (quantity > 0n) fillOrder(core, order, { price: takerPrice(core, market, order), quantity, liquidity: 'taker' })
}

/** A resting limit order trades at its own price, as a maker, also when the market gaps through it. */
function executeResting(core: VenueCore, market: Market, order: WorkingOrder): void {
  const quantity = isOpen(core, order) ? takeable(core, market, order) : ZERO_QUANTITY
  if (quantity > 0n && order.limitPrice !== null) fillOrder(core, order, { price: order.limitPrice, quantity, liquidity: 'maker' })
}

/** The market trades at the very price of a resting limit order: what stands before it trades first, and of the rest it gets its share. */
function executeInQueue(core: VenueCore, market: Market, order: WorkingOrder): void {
  const eaten = Math.min(order.queueAhead, market.volume)
  order.queueAhead -= eaten
  const left = subtract(volumeQuantity(market, market.volume - eaten), market.taken)
  const quantity = isOpen(core, order) ? smaller(takeable(core, market, order), left) : ZERO_QUANTITY
  if (quantity > 0n && order.limitPrice !== null) fillOrder(core, order, { price: order.limitPrice, quantity, liquidity: 'maker' })
}

/** What of an order can trade now: what it leaves, clipped to the position when it is reduce-only, and to our share of the volume. */
function takeable(core: VenueCore, market: Market, order: WorkingOrder): Quantity {
  const leaves = leavesOf(order)
  const wanted = order.reduceOnly ? smaller(leaves, reducible(market, order.side)) : leaves
  if (core.config.participationMax === 1) return wanted
  const share = volumeQuantity(market, market.volume * core.config.participationMax)
  return smaller(wanted, larger(subtract(share, market.taken), ZERO_QUANTITY))
}

const volumeQuantity = (market: Market, volume: number): Quantity => quantityFromNumber(market.instrument, Math.min(volume, VOLUME_MAX))
