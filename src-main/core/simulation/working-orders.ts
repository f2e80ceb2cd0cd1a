// Our orders at the venue: taken in, filled, ended, looked up. Ended orders and fills are remembered up to a bound.
import { type Price, type Quantity, ZERO_QUANTITY, add, notionalOf, subtract, toNumber } from '../../../src-shared/domain/decimal.ts'
import { type ClientOrderId, type TradeId, clientOrderId, tradeId, venueOrderId } from '../../../src-shared/domain/ids.ts'
import type { Fill } from '../../../src-shared/domain/order.ts'
import type { VenueOrder } from '../../../src-shared/events/venue-report.ts'
import { applyTrade, feeFor, reducible } from './account.ts'
import { averageVolume } from './candle-averages.ts'
import { countTraded, feeRates } from './fee-schedule.ts'
import { firesBelow, triggerLevel } from './pricing.ts'
import { ENDED_ORDERS_MAX, FILLS_MAX, type Market, type OrderAtVenue, type VenueCore, type WorkingOrder, emit, marketOf } from './state.ts'

export function openOrder(core: VenueCore, market: Market, request: OrderAtVenue): WorkingOrder {
  const order: WorkingOrder = {
    ...request,
    venueOrderId: nextVenueOrderId(core),
    status: 'working',
    filledQuantity: ZERO_QUANTITY,
    queueAhead: core.queue.kind === 'volume' ? core.queue.ahead * averageVolume(market.averages) : 0,
  }
  market.orders.push(order)
  core.openOrders.set(order.clientOrderId, order)
  emit(core, { type: 'accepted', clientOrderId: order.clientOrderId, venueOrderId: order.venueOrderId, tsEventMs: core.nowMs })
  return order
}
export const nextVenueOrderId = (core: VenueCore): WorkingOrder['venueOrderId'] => venueOrderId(`${core.idTag}-O${core.nextOrderNumber++}`)

export const isOpen = (core: VenueCore, order: WorkingOrder): boolean => core.openOrders.get(order.clientOrderId) === order
export const leavesOf = (order: WorkingOrder): Quantity => subtract(order.quantity, order.filledQuantity)

/** Takes an order out of the book; the caller sends the report. */
export function endOrder(core: VenueCore, order: WorkingOrder, status: 'filled' | 'canceled' | 'expired'): void {
  const market = marketOf(core, order.instrumentId)
  market.orders = market.orders.filter((other) => other !== order)
  core.openOrders.delete(order.clientOrderId)
  remember(core, { ...venueOrder(order), status })
  refreshBounds(core, market)
}

export function expireOrder(core: VenueCore, order: WorkingOrder, code: string): void {
  endOrder(core, order, 'expired')
  emit(core, { type: 'expired', clientOrderId: order.clientOrderId, code, tsEventMs: core.nowMs })
}

function remember(core: VenueCore, order: VenueOrder): void {
  core.endedOrders.push(order)
  if (core.endedOrders.length > ENDED_ORDERS_MAX) core.endedOrders.shift()
}

export type Execution = { readonly price: Price; readonly quantity: Quantity; readonly liquidity: 'maker' | 'taker' }

/** Executes a part of an order: fee, position, report; ends the order when it is complete. */
export function fillOrder(core: VenueCore, order: WorkingOrder, execution: Execution): void {
  const market = marketOf(core, order.instrumentId)
  const feeRate = feeRates(core, market)[execution.liquidity]
  const fill = makeFill(core, order, { ...execution, fee: feeFor(notionalOf(execution.price, execution.quantity), feeRate) })
  order.filledQuantity = add(order.filledQuantity, execution.quantity)
  market.taken = add(market.taken, execution.quantity)
  if (leavesOf(order) === 0n) endOrder(core, order, 'filled')
  bookFill(core, market, fill)
  expireStrandedReduceOnly(core, market)
}

function makeFill(core: VenueCore, order: WorkingOrder, execution: Execution & Pick<Fill, 'fee'>): Fill {
  return {
    tradeId: tradeId(`${core.idTag}-T${core.nextTradeNumber++}`),
    clientOrderId: order.clientOrderId,
    venueOrderId: order.venueOrderId,
    instrumentId: order.instrumentId,
    side: order.side,
    price: execution.price,
    quantity: execution.quantity,
    liquidity: execution.liquidity,
    fee: execution.fee,
    tsEventMs: core.nowMs,
  }
}

function bookFill(core: VenueCore, market: Market, fill: Fill): void {
  applyTrade(core, market, fill)
  countTraded(core, notionalOf(fill.price, fill.quantity))
  core.fills.push(fill)
  if (core.fills.length > FILLS_MAX) {
    core.fills.shift()
    core.fillsDropped++
  }
  emit(core, { type: 'fill', fill, tsEventMs: core.nowMs })
}

/**
 * Ends reduce-only orders that have nothing left to reduce, as Binance does ("the reduceOnly open order is expired due to current
 * position has been closed", dev.binance.vision/t/802). While a position is open they keep their quantity and are clipped when they execute.
 */
function expireStrandedReduceOnly(core: VenueCore, market: Market): void {
  for (const order of market.orders) {
    if (order.reduceOnly && reducible(market, order.side) === 0n) expireOrder(core, order, 'reduce_only_no_position')
  }
}

/** The exchange takes the position over: one fill under an order of its own, whose client id starts with LIQUIDATION. */
export function fillLiquidation(core: VenueCore, market: Market, execution: Pick<Fill, 'side' | 'price' | 'quantity' | 'fee'>): void {
  const id = clientOrderId(`LIQUIDATION${core.nextOrderNumber}`)
  const order: WorkingOrder = {
    clientOrderId: id,
    instrumentId: market.instrument.id,
    venueOrderId: nextVenueOrderId(core),
    side: execution.side,
    type: 'market',
    timeInForce: 'ioc',
    quantity: execution.quantity,
    limitPrice: null,
    triggerPrice: null,
    triggerSource: 'mark',
    reduceOnly: true,
    status: 'working',
    filledQuantity: execution.quantity,
    queueAhead: 0,
  }
  remember(core, { ...venueOrder(order), status: 'filled' })
  bookFill(core, market, makeFill(core, order, { ...execution, liquidity: 'taker' }))
}

export const venueOrder = (order: WorkingOrder): VenueOrder => ({
  clientOrderId: order.clientOrderId,
  venueOrderId: order.venueOrderId,
  instrumentId: order.instrumentId,
  side: order.side,
  type: order.type,
  quantity: order.quantity,
  filledQuantity: order.filledQuantity,
  limitPrice: order.limitPrice,
  triggerPrice: order.triggerPrice,
  reduceOnly: order.reduceOnly,
  status: order.status,
})

/** The open order of that client id, else the one that ended last, else null. A rejected order was never there. */
export function findOrder(core: VenueCore, id: ClientOrderId): VenueOrder | null {
  const open = core.openOrders.get(id)
  return open === undefined ? (core.endedOrders.findLast((order) => order.clientOrderId === id) ?? null) : venueOrder(open)
}

/** Fills after the given trade, and whether older ones that belong to the answer have fallen out of the history. */
export function fillsAfter(core: VenueCore, after: TradeId | null): { fills: readonly Fill[]; missing: boolean } {
  if (after === null) return { fills: core.fills.slice(), missing: core.fillsDropped > 0 }
  const at = core.fills.findLastIndex((fill) => fill.tradeId === after)
  return { fills: core.fills.slice(at + 1), missing: at < 0 }
}

/** Recomputes between which last prices nothing of ours can happen. One tick is added on each side, for what rounding to the grid may do. */
export function refreshBounds(core: VenueCore, market: Market): void {
  let below = 0
  let above = Infinity
  for (const order of market.orders) {
    const waits = order.triggerPrice !== null && order.status === 'working'
    if (order.triggerPrice !== null && waits) {
      const level = triggerLevel(core, order, order.triggerPrice)
      if (firesBelow(order)) below = Math.max(below, level + market.tickNumber)
      else above = Math.min(above, level - market.tickNumber)
    } else if (order.limitPrice !== null) {
      const level = toNumber(order.limitPrice)
      if (order.side === 'buy') below = Math.max(below, level + market.tickNumber)
      else above = Math.min(above, level - market.tickNumber)
    } else {
      // The rest of a market order takes part in every price.
      below = Infinity
    }
  }
  market.touchBelow = below
  market.touchAbove = above
}
