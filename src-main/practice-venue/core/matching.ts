// Plain orders: placed, executed against the book, rested, amended, canceled.
import { type Price, type Quantity, ZERO_MONEY, ZERO_QUANTITY, add, smaller, subtract, sum } from '../../../src-shared/domain/decimal.ts'
import { ok } from '../../../src-shared/domain/result.ts'
import { bestAgainst, standingWithin, takeFrom } from './book.ts'
import { emitOrder, endOrder, fill, remember } from './fills.ts'
import { checkMargin, checkOrder, checkQuantity, checkTick, claimed, isReducing, reducible, reducingQuantity } from './order-checks.ts'
import { type Order, type OrderParams, type Outcome, isOpen, leavesOf } from './order.ts'
import { type Account, type Core, type Market, knownMarket, nextId, refuse } from './state.ts'

/** What an order is besides what was asked for. */
export type Origin = { readonly id: number | null; readonly parentId: number | null; readonly isLiquidation: boolean }
const BY_USER: Origin = { id: null, parentId: null, isLiquidation: false }

/** An order whose client id an open order has, or any order ever where the venue asks for that. */
export function clientIdTaken(core: Core, account: Account, clientId: string | null): boolean {
  if (clientId === null || core.rules.clientIdScope === 'none') return false
  const id = account.orderIdByClientId.get(clientId)
  const found = id === undefined ? undefined : account.orders.get(id)
  return found !== undefined && (core.rules.clientIdScope === 'ever' || isOpen(found))
}

/** Places an order. What is returned shows it as it stands after it met the book. A refusal changes nothing. */
export function submitOrder(core: Core, account: Account, params: OrderParams): Outcome<Order> {
  const checked = checkOrder(core, account, params)
  if (!checked.ok) return checked
  if (clientIdTaken(core, account, params.clientId)) return refuse('duplicate_client_id', `client id ${params.clientId} is in use`)
  const market = checked.value
  const sized = isReducing(params) ? reducingQuantity(core, account, params) : ok(params.quantity)
  if (!sized.ok) return sized
  const margin = checkMargin(core, account, params)
  if (!margin.ok) return margin
  const wouldTakeAny = params.timeInForce === 'post_only' && wouldTake(market, params)
  if (wouldTakeAny && !core.rules.postOnlyEnds) return refuse('post_only_would_take', 'the order would take liquidity')
  const what = { params: { ...params, quantity: sized.value }, asked: params.quantity, origin: BY_USER, isOffBook: wouldTakeAny }
  const order = accept(core, { account, market }, what)
  if (wouldTakeAny) endOrder(core, account, { order, status: 'canceled', reason: 'post_only' })
  return ok(order)
}

type Place = { readonly account: Account; readonly market: Market }

/** Takes a checked order in and lets it meet the book, unless it is one of the exchange's own that is filled off it. */
export function accept(core: Core, at: Place, what: { params: OrderParams; asked: Quantity; origin: Origin; isOffBook?: boolean }): Order {
  const { account, market } = at
  const { parentId, isLiquidation } = what.origin
  const id = what.origin.id ?? nextId(core)
  const order: Order = {
    ...what.params,
    id,
    parentId,
    isLiquidation,
    accountId: account.id,
    clientId: what.params.clientId ?? `venue${id}`,
    createdMs: core.nowMs,
    originalQuantity: what.asked,
    status: 'new',
    filled: ZERO_QUANTITY,
    filledValue: ZERO_MONEY,
    updatedMs: core.nowMs,
    reason: null,
  }
  remember(account.orders, account.open, order)
  account.open.set(id, order)
  account.orderIdByClientId.set(order.clientId, id)
  emitOrder(core, order, { kind: order.isLiquidation ? 'liquidation' : 'new', trade: null })
  if (what.isOffBook !== true) takeNow(core, { account, market, order })
  return order
}

const wouldTake = (market: Market, params: OrderParams): boolean => {
  const best = bestAgainst(market.book, market.instrument, params.side)
  return best !== null && params.price !== null && (params.side === 'buy' ? params.price >= best : params.price <= best)
}

/** What may trade now: what is left, and of a reducing order no more than its position. */
const tradable = (account: Account, order: Order): Quantity =>
  isReducing(order) ? smaller(leavesOf(order), reducible(account, order)) : leavesOf(order)

function takeNow(core: Core, at: Place & { order: Order }): void {
  const { account, market, order } = at
  const { instrument } = market
  const limit = order.type === 'limit' ? order.price : null
  const most = tradable(account, order)
  const isWhole = order.timeInForce !== 'fok' || standingWithin(market.book, instrument, { side: order.side, limit }) >= most
  const takes = isWhole ? takeFrom(market.book, instrument, { side: order.side, limit, quantity: most }) : []
  for (const { price, quantity } of takes) {
    // The print first: a fill is a trade that everybody sees.
    core.emit(printOf(core, market, { price, quantity, takerSide: order.side }))
    fill(core, at, { price, quantity, isMaker: false })
  }
  if (isOpen(order) && (order.type === 'market' || order.timeInForce === 'ioc' || order.timeInForce === 'fok')) {
    endOrder(core, account, { order, status: 'expired', reason: 'ioc' })
  }
  if (takes.length > 0) trimReducing(core, at)
}

export function printOf(core: Core, market: Market, trade: { price: Price; quantity: Quantity; takerSide: 'buy' | 'sell' }) {
  market.lastPrintId += 1
  const print = { id: market.lastPrintId, tsMs: core.nowMs, ...trade }
  market.prints.push(print)
  if (market.prints.length > PRINTS_MAX * 1.25) market.prints.splice(0, market.prints.length - PRINTS_MAX)
  return { type: 'print' as const, symbol: market.instrument.symbol, ...print }
}
const PRINTS_MAX = 5_000

/** Resting orders that the new book crosses trade at their own price, as makers, as far as the book's quantity goes. */
export function fillResting(core: Core, market: Market): void {
  const { instrument } = market
  for (const account of core.accounts.values()) {
    for (const order of account.open.values()) {
      if (order.symbol !== instrument.symbol || order.price === null || !isOpen(order)) continue
      const most = tradable(account, order)
      if (most === 0n) continue
      const quantity = sum(
        takeFrom(market.book, instrument, { side: order.side, limit: order.price, quantity: most }).map((take) => take.quantity),
      )
      if (quantity === 0n) continue
      fill(core, { account, market, order }, { price: order.price, quantity, isMaker: true })
      trimReducing(core, { account, market, order })
    }
  }
}

/** After a position shrank: resting reducing orders beyond it are cut, the newest first, and end when nothing is left of them. */
export function trimReducing(core: Core, at: Place & { order: Order }): void {
  const { account, order: cause } = at
  for (const side of ['buy', 'sell'] as const) {
    let left = reducible(account, { ...cause, side })
    for (const order of account.open.values()) {
      if (order.symbol !== cause.symbol || order.positionSide !== cause.positionSide || order.side !== side || !isReducing(order)) continue
      const leaves = leavesOf(order)
      if (leaves <= left) {
        left = subtract(left, leaves)
        continue
      }
      order.quantity = subtract(order.quantity, subtract(leaves, left))
      if (left === 0n) endOrder(core, account, { order, status: 'expired', reason: 'reduce_only' })
      left = ZERO_QUANTITY
    }
  }
}

export function cancelOrder(core: Core, account: Account, what: { order: Order; reason: string }): Outcome<Order> {
  if (!isOpen(what.order)) return refuse('unknown_order', `order ${what.order.id} is ${what.order.status}`)
  endOrder(core, account, { ...what, status: 'canceled' })
  return ok(what.order)
}

/** Cancels the open orders of a symbol, or of all symbols. Returns how many. */
export function cancelAll(core: Core, account: Account, what: { symbol: string | null; reason: string }): number {
  const found = [...account.open.values()].filter(({ symbol }) => what.symbol === null || symbol === what.symbol)
  for (const order of found) endOrder(core, account, { order, status: 'canceled', reason: what.reason })
  return found.length
}

/** Of a reducing order no more than there is to reduce beside the others. */
function amendedQuantity(core: Core, account: Account, { order, quantity }: { order: Order; quantity: Quantity }): Quantity {
  if (!isReducing(order)) return quantity
  const others = core.rules.reduceOnlyReserves ? claimed(account, order, order) : ZERO_QUANTITY
  return smaller(quantity, add(order.filled, subtract(reducible(account, order), others)))
}

/** Changes price and quantity of a resting limit order; it may trade at once. `quantity` is the new total. */
export function amendOrder(
  core: Core,
  account: Account,
  change: { order: Order; price: Price | null; quantity: Quantity | null },
): Outcome<Order> {
  const { order } = change
  if (!isOpen(order) || order.type !== 'limit') return refuse('unknown_order', `order ${order.id} is ${order.status}`)
  const market = knownMarket(core, order.symbol)
  const price = change.price ?? order.price
  const quantity = amendedQuantity(core, account, { order, quantity: change.quantity ?? order.quantity })
  if (price === order.price && quantity === order.quantity) return refuse('not_modified', `order ${order.id} is like that already`)
  for (const checked of [checkTick(market, price), checkQuantity(market, { type: 'limit', quantity })]) if (!checked.ok) return checked
  if (quantity <= order.filled) {
    endOrder(core, account, { order, status: 'canceled', reason: 'user' })
    return ok(order)
  }
  const wanted = { ...order, price, quantity }
  if (order.timeInForce === 'post_only' && wouldTake(market, wanted))
    return refuse('post_only_would_take', 'the order would take liquidity')
  // The old order's margin is free for the new one.
  account.open.delete(order.id)
  const margin = checkMargin(core, account, { ...wanted, quantity: subtract(quantity, order.filled) })
  account.open.set(order.id, order)
  if (!margin.ok) return margin
  order.price = price
  order.quantity = quantity
  order.updatedMs = core.nowMs
  emitOrder(core, order, { kind: 'amended', trade: null })
  takeNow(core, { account, market, order })
  return ok(order)
}
