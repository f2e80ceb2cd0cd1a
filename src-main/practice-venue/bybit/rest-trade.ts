// Orders over REST: plain and conditional ones on the same paths, told apart by a trigger price.
import { type Quantity, ZERO_QUANTITY } from '../../../src-shared/domain/decimal.ts'
import type { Conditional, ConditionalParams, Fault, Order, OrderParams, PositionSide, TimeInForce } from '../core/order.ts'
import { isArmed, isOpen } from '../core/order.ts'
import type { Account } from '../core/state.ts'
import type { Parameters } from './parameters.ts'
import { BybitRefusal, duplicateLinkId, malformed, missing, noSuchOrder, refusalOf } from './refusals.ts'
import { marketFor } from './rest-market.ts'
import { type Call, type Route, requireLinear } from './route.ts'
import { idOfOrder, orderIdOf } from './words.ts'

const LINK_ID = /^[A-Za-z0-9_-]{1,36}$/
/** Conditional orders of one symbol that may wait at a time. */
const CONDITIONALS_MAX = 10
const TIMES: Readonly<Record<string, TimeInForce>> = { GTC: 'gtc', IOC: 'ioc', FOK: 'fok', PostOnly: 'post_only' }
const SIDES: readonly PositionSide[] = ['both', 'long', 'short']
export const accountOf = ({ context, accountId }: Call): Account => context.core.account(accountId)

function linkIdOf(parameters: Parameters): string | null {
  const text = parameters.text('orderLinkId')
  if (text !== null && !LINK_ID.test(text)) throw malformed('orderLinkId')
  return text
}
function positionSideOf(parameters: Parameters): PositionSide {
  const side = SIDES[parameters.integer('positionIdx') ?? 0]
  if (side === undefined) throw malformed('positionIdx')
  return side
}
function timeInForceOf(parameters: Parameters): TimeInForce {
  const time = TIMES[parameters.text('timeInForce') ?? 'GTC']
  if (time === undefined) throw malformed('timeInForce')
  return time
}

function orderParams(call: Call): OrderParams {
  requireLinear(call)
  const { parameters } = call
  const { symbol } = marketFor(call).instrument
  const side = parameters.oneOf('side', ['Buy', 'Sell'], null) === 'Buy' ? 'buy' : 'sell'
  const isLimit = parameters.oneOf('orderType', ['Market', 'Limit'], null) === 'Limit'
  const price = parameters.price('price')
  if (isLimit && price === null) throw missing('price')
  const quantity = parameters.quantity('qty')
  if (quantity === null) throw missing('qty')
  const reduceOnly = parameters.flag('reduceOnly') || parameters.flag('closeOnTrigger')
  const positionSide = positionSideOf(parameters)
  const params = { symbol, side, reduceOnly, positionSide } as const
  return {
    ...params,
    type: isLimit ? 'limit' : 'market',
    timeInForce: isLimit ? timeInForceOf(parameters) : 'gtc',
    quantity: quantity === 0n && reduceOnly && parameters.flag('closeOnTrigger') ? wholeOf(call, params) : quantity,
    price: isLimit ? price : null,
    clientId: linkIdOf(parameters),
  }
}
/** Quantity 0 with reduceOnly and closeOnTrigger closes what there is. */
function wholeOf(call: Call, { symbol, positionSide }: { symbol: string; positionSide: PositionSide }): Quantity {
  const held = accountOf(call).positions.get(`${symbol} ${positionSide}`)?.quantity ?? ZERO_QUANTITY
  return (held < 0n ? -held : held) as Quantity
}

const TRIGGERS = { LastPrice: 'last', MarkPrice: 'mark', IndexPrice: 'index' } as const
function conditionalParams(call: Call): ConditionalParams {
  const order = orderParams(call)
  const { parameters } = call
  const triggerPrice = parameters.price('triggerPrice')
  const direction = parameters.oneOf('triggerDirection', ['1', '2'], null) === '1' ? 'rise' : 'fall'
  const isStop = (direction === 'fall') === (order.side === 'sell')
  const limit = order.type === 'limit'
  return {
    ...order,
    type: isStop ? (limit ? 'stop_limit' : 'stop_market') : limit ? 'take_profit_limit' : 'take_profit_market',
    triggerPrice,
    trigger: TRIGGERS[parameters.oneOf('triggerBy', ['LastPrice', 'MarkPrice', 'IndexPrice'], 'LastPrice')],
    direction,
    closePosition: false,
    callbackRate: null,
    activatePrice: null,
    endsWithPosition: false,
  }
}

function checkLinkId(call: Call, clientId: string | null): void {
  if (clientId === null) return
  const { core } = call.context
  if (core.orderByClientId(call.accountId, clientId) ?? core.conditionalByClientId(call.accountId, clientId)) throw duplicateLinkId()
}

const named = (order: { readonly id: number; readonly clientId: string | null }): unknown => ({
  orderId: orderIdOf(order),
  orderLinkId: order.clientId === null || /^venue\d+$/.test(order.clientId) ? '' : order.clientId,
})
function place(call: Call): unknown {
  if (call.parameters.text('triggerPrice') !== null) return placeConditional(call)
  const params = orderParams(call)
  checkLinkId(call, params.clientId)
  const placed = call.context.core.submit(call.accountId, params)
  if (!placed.ok) throw refusalOf(placed.error)
  return named(placed.value)
}
function placeConditional(call: Call): unknown {
  const params = conditionalParams(call)
  checkLinkId(call, params.clientId)
  const waiting = [...accountOf(call).armed.values()].filter(({ symbol }) => symbol === params.symbol)
  if (waiting.length >= CONDITIONALS_MAX) throw new BybitRefusal(110009, 'The number of stop orders exceeds maximum limit allowed')
  const placed = call.context.core.submitConditional(call.accountId, params)
  if (!placed.ok) throw triggerRefusal(placed.error, params)
  return named(placed.value)
}
function triggerRefusal(fault: Fault, { direction, trigger }: ConditionalParams): BybitRefusal {
  if (fault.code !== 'would_trigger') return refusalOf(fault)
  const by = trigger === 'mark' ? 'MarkPrice' : trigger === 'index' ? 'IndexPrice' : 'LastPrice'
  const [code, way, sign] = direction === 'rise' ? [110092, 'Rising', '<='] : [110093, 'Falling', '>=']
  return new BybitRefusal(Number(code), `expect ${way}, but trigger_price ${sign} current??${by}`)
}

/** What a request names: an order that works, one that waits, or one that was. The venue's id goes before the client's. */
export type Found = { readonly order: Readonly<Order> | null; readonly conditional: Readonly<Conditional> | null }
export function find(call: Call): Found {
  const { core } = call.context
  const orderId = call.parameters.text('orderId')
  const linkId = call.parameters.text('orderLinkId')
  if (orderId === null && linkId === null) throw missing('orderId')
  const account = accountOf(call)
  const id = orderId === null ? null : idOfOrder(orderId)
  const conditional = (id === null ? core.conditionalByClientId(call.accountId, linkId ?? '') : account.conditionals.get(id)) ?? null
  if (conditional !== null) return { conditional, order: childOf(account, conditional) }
  const order = id === null ? core.orderByClientId(call.accountId, linkId ?? '') : account.orders.get(id)
  return { conditional: null, order: order ?? null }
}
export const childOf = (account: Account, { childId }: Readonly<Conditional>): Readonly<Order> | null =>
  (childId === null ? undefined : account.orders.get(childId)) ?? null

function cancel(call: Call): unknown {
  requireLinear(call)
  const { core } = call.context
  const { order, conditional } = find(call)
  if (order !== null && isOpen(order)) core.cancel(call.accountId, order.id)
  else if (conditional !== null && isArmed(conditional)) core.cancelConditional(call.accountId, conditional.id)
  else throw noSuchOrder()
  return named(conditional ?? order ?? { id: 0, clientId: null })
}

function amend(call: Call): unknown {
  requireLinear(call)
  const { parameters } = call
  const { core } = call.context
  const { order, conditional } = find(call)
  const [price, quantity] = [parameters.price('price'), parameters.quantity('qty')]
  if (conditional !== null && isArmed(conditional)) {
    const triggerPrice = parameters.price('triggerPrice')
    const amended = core.amendConditional(call.accountId, { id: conditional.id, triggerPrice, quantity, price })
    if (!amended.ok) throw triggerRefusal(amended.error, conditional)
    return named(conditional)
  }
  if (order === null) throw noSuchOrder()
  const amended = core.amend(call.accountId, { orderId: order.id, price, quantity })
  if (!amended.ok) throw refusalOf(amended.error)
  return named(conditional ?? order)
}

/** Stops included, unless only plain orders are asked for. */
function cancelAll(call: Call): unknown {
  requireLinear(call)
  const { core } = call.context
  const account = accountOf(call)
  const symbol = call.parameters.text('symbol')
  if (symbol === null && call.parameters.text('settleCoin') === null && call.parameters.text('baseCoin') === null) throw missing('symbol')
  const filter = call.parameters.text('orderFilter')
  const isWanted = (order: { readonly symbol: string }): boolean => symbol === null || order.symbol === symbol
  const orders = filter === 'StopOrder' ? [] : [...account.open.values()].filter(isWanted)
  const conditionals = filter === 'Order' ? [] : [...account.armed.values()].filter(isWanted)
  for (const { id } of orders) core.cancel(call.accountId, id)
  for (const { id } of conditionals) core.cancelConditional(call.accountId, id)
  return { list: [...orders, ...conditionals].map(named), success: '1' }
}

export const TRADE_ROUTES: Readonly<Record<string, Route>> = {
  'POST /v5/order/create': { security: 'trade', handle: place },
  'POST /v5/order/amend': { security: 'trade', handle: amend },
  'POST /v5/order/cancel': { security: 'trade', handle: cancel },
  'POST /v5/order/cancel-all': { security: 'trade', handle: cancelAll },
}
