// Orders that wait for a price. What they become is a plain order, the child; until then they need no margin.
import {
  type Price,
  type Quantity,
  ZERO_QUANTITY,
  add,
  isMultipleOf,
  larger,
  priceTimesRate,
  rate,
  smaller,
  subtract,
  toStep,
  toText,
} from '../../../src-shared/domain/decimal.ts'
import { ok } from '../../../src-shared/domain/result.ts'
import { remember } from './fills.ts'
import { accept } from './matching.ts'
import { checkMargin, checkPositionSide, checkQuantity, checkTick, isReducing, reducible, reducingQuantity } from './order-checks.ts'
import {
  type Conditional,
  type ConditionalParams,
  type Order,
  type OrderParams,
  type Outcome,
  isArmed,
  isOpen,
  triggerDirectionOf,
} from './order.ts'
import { type Account, type Core, type Market, knownMarket, marketOf, nextId, refuse } from './state.ts'

export const isLimitType = ({ type }: ConditionalParams): boolean => type === 'stop_limit' || type === 'take_profit_limit'

const priceSeen = (market: Market, { trigger }: ConditionalParams): Price =>
  trigger === 'mark' ? market.mark : trigger === 'index' ? market.index : market.last

const reaches = (direction: 'rise' | 'fall', price: Price, level: Price): boolean =>
  direction === 'rise' ? price >= level : price <= level

/** Arms a conditional order. A refusal changes nothing. */
export function submitConditional(core: Core, account: Account, params: ConditionalParams): Outcome<Conditional> {
  const found = marketOf(core, params.symbol)
  if (!found.ok) return found
  const direction = params.direction ?? triggerDirectionOf(params.type, params.side)
  const checked = checkConditional(core, { account, market: found.value }, { ...params, direction })
  if (!checked.ok) return checked
  const id = nextId(core)
  const conditional: Conditional = {
    ...params,
    id,
    direction,
    accountId: account.id,
    clientId: params.clientId ?? `venue${id}`,
    createdMs: core.nowMs,
    updatedMs: core.nowMs,
    status: 'new',
    bestPrice: null,
    triggeredMs: null,
    childId: null,
    reason: null,
  }
  remember(account.conditionals, account.armed, conditional)
  account.armed.set(id, conditional)
  account.conditionalIdByClientId.set(conditional.clientId, id)
  emitConditional(core, conditional)
  // Where the venue accepts a trigger that is already passed, it fires at once.
  watchOne(core, { account, market: found.value }, conditional)
  return ok(conditional)
}

type Place = { readonly account: Account; readonly market: Market }
type Directed = ConditionalParams & { readonly direction: 'rise' | 'fall' }

function checkConditional(core: Core, at: Place, params: Directed): Outcome<null> {
  const { account, market } = at
  if (market.status === 'closed') return refuse('symbol_closed', `${params.symbol} is closed`)
  const side = checkPositionSide(account, params)
  if (!side.ok) return side
  if (account.armed.size >= core.rules.conditionalsMax) return refuse('too_many_orders', `${account.armed.size} conditional orders`)
  const taken = params.clientId === null ? undefined : account.conditionalIdByClientId.get(params.clientId)
  const other = taken === undefined ? undefined : account.conditionals.get(taken)
  if (core.rules.clientIdScope !== 'none' && other && (core.rules.clientIdScope === 'ever' || isArmed(other))) {
    return refuse('duplicate_client_id', `client id ${params.clientId} is in use`)
  }
  const price = isLimitType(params) ? checkTick(market, params.price) : ok(null)
  if (!price.ok) return price
  if (params.closePosition) {
    const closes = (armed: Conditional): boolean =>
      armed.closePosition && armed.symbol === params.symbol && armed.side === params.side && armed.direction === params.direction
    if (
      core.rules.singleClosePosition &&
      [...account.armed.values()].some((armed) => closes(armed) && armed.positionSide === params.positionSide)
    ) {
      return refuse('close_position_exists', 'an order that closes the position in this direction exists')
    }
  } else {
    const quantity = checkQuantity(market, { type: isLimitType(params) ? 'limit' : 'market', quantity: params.quantity })
    if (!quantity.ok) return quantity
  }
  return params.type === 'trailing_stop' ? checkTrailing(params) : checkTrigger(core, market, params)
}

function checkTrigger(core: Core, market: Market, params: Directed): Outcome<null> {
  const tick = checkTick(market, params.triggerPrice)
  if (!tick.ok || params.triggerPrice === null) return tick
  const seen = priceSeen(market, params)
  return core.rules.refusesImmediateTrigger && reaches(params.direction, seen, params.triggerPrice)
    ? refuse('would_trigger', `trigger ${toText(params.triggerPrice)} is passed, the price is ${toText(seen)}`)
    : ok(null)
}

const CALLBACK_MIN = rate('0.001')
const CALLBACK_MAX = rate('0.1')
const CALLBACK_STEP = rate('0.001')
function checkTrailing({ callbackRate }: ConditionalParams): Outcome<null> {
  const fits =
    callbackRate !== null && callbackRate >= CALLBACK_MIN && callbackRate <= CALLBACK_MAX && isMultipleOf(callbackRate, CALLBACK_STEP)
  return fits ? ok(null) : refuse('callback_rate_invalid', `callback rate ${callbackRate === null ? 'missing' : toText(callbackRate)}`)
}

export function emitConditional(core: Core, conditional: Conditional): void {
  conditional.updatedMs = core.nowMs
  core.emit({ type: 'conditional', accountId: conditional.accountId, tsMs: core.nowMs, conditional: { ...conditional } })
}

/** Fires what the present prices reach, oldest first. */
export function watchTriggers(core: Core, market: Market): void {
  for (const account of core.accounts.values()) {
    for (const conditional of account.armed.values()) {
      if (conditional.symbol === market.instrument.symbol && isArmed(conditional)) watchOne(core, { account, market }, conditional)
    }
  }
}

function watchOne(core: Core, at: Place, conditional: Conditional): void {
  const seen = priceSeen(at.market, conditional)
  if (conditional.type === 'trailing_stop') trail(at.market, conditional, seen)
  if (conditional.triggerPrice !== null && reaches(conditional.direction, seen, conditional.triggerPrice)) fire(core, at, conditional)
}

/** The stop follows the best price since activation at its distance, and never goes back. */
function trail(market: Market, conditional: Conditional, seen: Price): void {
  const { callbackRate, activatePrice, direction } = conditional
  if (callbackRate === null) return
  const isFalling = direction === 'fall'
  if (conditional.bestPrice === null) {
    if (activatePrice !== null && !reaches(isFalling ? 'rise' : 'fall', seen, activatePrice)) return
    conditional.bestPrice = seen
  } else conditional.bestPrice = isFalling ? larger(conditional.bestPrice, seen) : smaller(conditional.bestPrice, seen)
  const distance = priceTimesRate(conditional.bestPrice, callbackRate, 'half_even')
  const level = isFalling ? subtract(conditional.bestPrice, distance) : add(conditional.bestPrice, distance)
  conditional.triggerPrice = toStep(level, market.instrument.tickSize, isFalling ? 'up' : 'down')
}

function fire(core: Core, at: Place, conditional: Conditional): void {
  at.account.armed.delete(conditional.id)
  conditional.status = 'triggering'
  conditional.triggeredMs = core.nowMs
  emitConditional(core, conditional)
  const child = childOf(core, at, conditional)
  if (!child.ok) {
    conditional.status = child.error.code === 'reduce_only_rejected' || child.error.code === 'reduce_only_conflict' ? 'expired' : 'rejected'
    conditional.reason = child.error.code
    emitConditional(core, conditional)
    return
  }
  conditional.status = 'triggered'
  conditional.childId = nextId(core)
  emitConditional(core, conditional)
  const origin = { id: conditional.childId, parentId: conditional.id, isLiquidation: false }
  accept(core, at, { params: child.value, asked: child.value.quantity, origin })
}

function childOf(core: Core, at: Place, conditional: Conditional): Outcome<OrderParams> {
  const limit = isLimitType(conditional)
  const side = { symbol: conditional.symbol, side: conditional.side, positionSide: conditional.positionSide }
  const params: OrderParams = {
    ...side,
    type: limit ? 'limit' : 'market',
    timeInForce: limit ? conditional.timeInForce : 'gtc',
    quantity: conditional.closePosition ? reducible(at.account, side) : conditional.quantity,
    price: limit ? conditional.price : null,
    reduceOnly: conditional.reduceOnly || conditional.closePosition,
    clientId: conditional.clientId,
  }
  if (!isReducing(params)) {
    const margin = checkMargin(core, at.account, params)
    return margin.ok ? ok(params) : margin
  }
  // A stop goes before resting targets: what they claim is cut when it trades.
  const quantity: Quantity = smaller(params.quantity, reducible(at.account, side))
  if (quantity > ZERO_QUANTITY) return ok({ ...params, quantity })
  const refused = reducingQuantity(core, at.account, params)
  return refused.ok ? refuse('reduce_only_rejected', 'nothing to reduce') : refused
}

/** A child that has ended finishes its parent. Called for every order that ends. */
export function finishParent(core: Core, account: Account, order: Readonly<Order>): void {
  const parent = order.parentId === null ? undefined : account.conditionals.get(order.parentId)
  if (!parent || parent.status !== 'triggered' || isOpen(order)) return
  parent.status = 'finished'
  parent.childId = order.id
  parent.reason = order.status === 'filled' ? null : order.reason
  emitConditional(core, parent)
}

export function cancelConditional(core: Core, account: Account, what: { conditional: Conditional; reason: string }): Outcome<Conditional> {
  const { conditional } = what
  if (!isArmed(conditional)) return refuse('unknown_order', `conditional order ${conditional.id} is ${conditional.status}`)
  account.armed.delete(conditional.id)
  conditional.status = what.reason === 'user' ? 'canceled' : 'expired'
  conditional.reason = what.reason
  emitConditional(core, conditional)
  return ok(conditional)
}

/** Moves the trigger of an armed order, for venues that can (Bybit, OKX, Deribit). */
export function amendConditional(
  core: Core,
  account: Account,
  change: { conditional: Conditional; triggerPrice: Price | null; quantity: Quantity | null; price: Price | null },
): Outcome<Conditional> {
  const { conditional } = change
  if (!isArmed(conditional)) return refuse('unknown_order', `conditional order ${conditional.id} is ${conditional.status}`)
  const market = knownMarket(core, conditional.symbol)
  const triggerPrice = change.triggerPrice ?? conditional.triggerPrice
  const quantity = change.quantity ?? conditional.quantity
  const checked = checkTrigger(core, market, { ...conditional, triggerPrice })
  if (!checked.ok) return checked
  const sized = conditional.closePosition
    ? ok(null)
    : checkQuantity(market, { type: isLimitType(conditional) ? 'limit' : 'market', quantity })
  if (!sized.ok) return sized
  conditional.triggerPrice = triggerPrice
  conditional.quantity = quantity
  conditional.price = change.price ?? conditional.price
  emitConditional(core, conditional)
  watchOne(core, { account, market }, conditional)
  return ok(conditional)
}

/** After an account's position ended: conditional orders that live with it end too. */
export function endWithPosition(core: Core, account: Account, what: { symbol: string; positionSide: string }): void {
  for (const conditional of account.armed.values()) {
    if (conditional.symbol !== what.symbol || conditional.positionSide !== what.positionSide) continue
    const ends =
      conditional.endsWithPosition || (core.rules.conditionalsEndWithPosition && (isReducing(conditional) || conditional.closePosition))
    if (ends) cancelConditional(core, account, { conditional, reason: 'position_closed' })
  }
}
