// Plain orders over REST. Each order has a verdict of its own; what the request as a whole is refused for comes before that.
import { quantity } from '../../../src-shared/domain/decimal.ts'
import { type Order, type OrderParams, type PositionSide, type TimeInForce, isOpen } from '../core/order.ts'
import { settingsOf } from '../core/state.ts'
import { baseFrom } from './instruments.ts'
import { OkxRefusal, OrderRefusal, malformed, missing, noSuchInstrument, noSuchOrder, orderRefusalOf } from './refusals.ts'
import type { Parameters } from './request.ts'
import { type Answer, type Call, type Route, isVisible, marketFor, paged, read, trade } from './route.ts'
import { billIdOf, coreIdOf, fillJson, namesOf, ordIdOf, orderJson } from './words.ts'

const CLIENT_ID = /^[A-Za-z0-9]{1,32}$/
const BATCH_MAX = 20
const TIMES: Readonly<Record<string, TimeInForce>> = { market: 'gtc', limit: 'gtc', post_only: 'post_only', fok: 'fok', ioc: 'ioc', optimal_limit_ioc: 'ioc' } // prettier-ignore

/** Carries each out and gathers the verdicts: 0 all went well, 1 none did, 2 some. */
export function eachOf(
  call: Call,
  list: readonly Parameters[],
  one: (parameters: Parameters) => Readonly<Record<string, unknown>>,
): Answer {
  const data = list.map((parameters) => {
    try {
      return { ...one(parameters), tag: '', ts: String(call.context.nowMs()), sCode: '0', sMsg: '' }
    } catch (error) {
      if (!(error instanceof OrderRefusal)) throw error
      const named = { clOrdId: parameters.text('clOrdId') ?? '', algoClOrdId: parameters.text('algoClOrdId') ?? '', ordId: '', algoId: '' }
      return { ...named, tag: '', ts: String(call.context.nowMs()), sCode: String(error.code), sMsg: error.message }
    }
  })
  const failed = data.filter(({ sCode }) => sCode !== '0').length
  if (failed === 0) return { code: '0', msg: '', data }
  return failed === data.length
    ? { code: '1', msg: 'All operations failed', data }
    : { code: '2', msg: 'Bulk operation partially succeeded', data }
}

export function clientIdOf(parameters: Parameters, name: string): string | null {
  const text = parameters.text(name)
  if (text !== null && !CLIENT_ID.test(text)) throw malformed(name)
  return text
}
export function positionSideOf(call: Call, parameters: Parameters): PositionSide {
  const side = parameters.oneOf('posSide', ['net', 'long', 'short'], 'net')
  const isHedge = call.context.core.account(call.accountId).positionMode === 'hedge'
  if (isHedge !== (side !== 'net')) throw new OrderRefusal(51000, 'Parameter posSide  error ')
  return side === 'net' ? 'both' : side
}
/** Every order names its margin mode; here an instrument has one at a time, that of its position or of the newest order. */
export function useMode(call: Call, parameters: Parameters): void {
  const mode = parameters.oneOf('tdMode', ['cross', 'isolated'])
  const symbol = parameters.required('instId')
  const account = call.context.core.account(call.accountId)
  if (settingsOf(account, symbol).marginMode === mode) return
  const changed = call.context.core.setMarginMode(call.accountId, symbol, mode)
  if (!changed.ok) throw new OrderRefusal(51000, 'Parameter tdMode error')
}
export function marketOrRefusal(call: Call, parameters: Parameters): ReturnType<typeof marketFor> {
  const market = call.context.core.market(parameters.required('instId'))
  if (!market) throw new OrderRefusal(51001, noSuchInstrument().message)
  return market
}

function orderParams(call: Call, parameters: Parameters): OrderParams {
  const { instrument } = marketOrRefusal(call, parameters)
  const ordType = parameters.required('ordType')
  const timeInForce = TIMES[ordType]
  if (timeInForce === undefined) throw malformed('ordType')
  const isMarket = ordType === 'market' || ordType === 'optimal_limit_ioc'
  const size = parameters.quantity('sz')
  if (size === null) throw missing('sz')
  const price = parameters.price('px')
  if (!isMarket && price === null) throw new OrderRefusal(51204, 'The price for the limit order cannot be empty.')
  return {
    symbol: instrument.symbol,
    side: parameters.oneOf('side', ['buy', 'sell']),
    type: isMarket ? 'market' : 'limit',
    timeInForce: isMarket ? 'gtc' : timeInForce,
    quantity: baseFrom(instrument.symbol, size),
    price: isMarket ? null : price,
    reduceOnly: parameters.flag('reduceOnly'),
    positionSide: positionSideOf(call, parameters),
    clientId: clientIdOf(parameters, 'clOrdId'),
  }
}

function place(call: Call, parameters: Parameters): Record<string, unknown> {
  const params = orderParams(call, parameters)
  useMode(call, parameters)
  const placed = call.context.core.submit(call.accountId, params)
  if (!placed.ok) throw orderRefusalOf(placed.error)
  return { clOrdId: params.clientId ?? '', ordId: ordIdOf(placed.value.id) }
}
/** A request may say until when it is worth anything. */
function checkDeadline(call: Call): void {
  const deadlineMs = Number(call.header('exptime') ?? Number.NaN)
  if (call.context.checksTimestamps() && deadlineMs < call.context.nowMs())
    throw new OkxRefusal(50004, 'The request was not processed before its expTime.', 400)
}

/** By either id; a child goes by the venue's id alone. */
function named({ context, accountId }: Call, parameters: Parameters): Readonly<Order> | undefined {
  const symbol = parameters.required('instId')
  const [id, clientId] = [parameters.text('ordId'), parameters.text('clOrdId')]
  if (id === null && clientId === null) throw new OkxRefusal(51003, 'Either client order ID or order ID is required.')
  const account = context.core.account(accountId)
  const order = id === null ? context.core.orderByClientId(accountId, clientId ?? '') : account.orders.get(coreIdOf(id))
  const isOwn = id !== null || order?.parentId === null
  return isOwn && order?.symbol === symbol ? order : undefined
}

function query(call: Call): unknown[] {
  const order = named(call, call.parameters)
  if (!order || !isVisible(call, order.createdMs)) throw noSuchOrder()
  return [orderJson(call.context.core.account(call.accountId), order)]
}
function cancel(call: Call, parameters: Parameters): Record<string, unknown> {
  const order = named(call, parameters)
  const canceled = order ? call.context.core.cancel(call.accountId, order.id) : null
  if (!canceled?.ok) throw orderRefusalOf({ code: 'unknown_order', detail: '' })
  return { clOrdId: namesOf(call.context.core.account(call.accountId), canceled.value)['clOrdId'], ordId: ordIdOf(canceled.value.id) }
}
function amend(call: Call, parameters: Parameters): Record<string, unknown> {
  const order = named(call, parameters)
  if (!order || !isOpen(order)) throw new OrderRefusal(51503, 'Your order has already been filled or canceled.')
  const size = parameters.quantity('newSz')
  const quantity = size === null ? null : baseFrom(order.symbol, size)
  const amended = call.context.core.amend(call.accountId, { orderId: order.id, price: parameters.price('newPx'), quantity })
  if (!amended.ok) throw orderRefusalOf(amended.error)
  return { clOrdId: parameters.text('clOrdId') ?? '', ordId: ordIdOf(order.id), reqId: parameters.text('reqId') ?? '' }
}
function checkBatch({ list }: Call): void {
  if (list.length > BATCH_MAX) throw new OkxRefusal(51111, `Maximum ${BATCH_MAX} orders can be placed in bulk.`)
}

const orders = (call: Call, isWanted: (order: Readonly<Order>) => boolean): unknown[] => {
  const account = call.context.core.account(call.accountId)
  const all = [...account.orders.values()].filter((order) => isWanted(order) && isVisible(call, order.createdMs))
  return paged(call, all, { ms: ({ createdMs }) => createdMs, id: ({ id }) => ordIdOf(id) }).map((order) => orderJson(account, order))
}
function openOrders(call: Call): unknown[] {
  const account = call.context.core.account(call.accountId)
  const all = [...account.open.values()]
  return paged(call, all, { ms: ({ createdMs }) => createdMs, id: ({ id }) => ordIdOf(id) }).map((order) => orderJson(account, order))
}
/** Canceled orders of which nothing traded are forgotten after two hours. */
const FORGOTTEN_MS = 2 * 3_600_000
function history(call: Call): unknown[] {
  call.parameters.oneOf('instType', ['SPOT', 'MARGIN', 'SWAP', 'FUTURES', 'OPTION'])
  const since = call.context.core.nowMs - FORGOTTEN_MS
  return orders(call, (order) => !isOpen(order) && (order.filled > 0n || order.updatedMs > since))
}
function fills(call: Call): unknown[] {
  const account = call.context.core.account(call.accountId)
  const ordId = call.parameters.text('ordId')
  const trades = account.trades.filter((each) => ordId === null || ordIdOf(each.orderId) === ordId)
  return paged(call, trades, { ms: ({ tsMs }) => tsMs, id: ({ id }) => billIdOf(id) }).map((each) => fillJson(account, each))
}

function closePosition(call: Call): unknown[] {
  const { instrument } = marketFor(call, call.parameters)
  const positionSide = positionSideOf(call, call.parameters)
  const position = call.context.core.account(call.accountId).positions.get(`${instrument.symbol} ${positionSide}`)
  const held = position?.quantity ?? quantity('0')
  if (held === 0n) throw new OkxRefusal(51023, "Position doesn't exist.")
  const side = held > 0n ? 'sell' : 'buy'
  const size = (held > 0n ? held : -held) as typeof held
  const params = { symbol: instrument.symbol, side, type: 'market', timeInForce: 'gtc', quantity: size, price: null } as const
  const closed = call.context.core.submit(call.accountId, { ...params, reduceOnly: positionSide === 'both', positionSide, clientId: null })
  if (!closed.ok) throw new OkxRefusal(51109, 'No available offers.')
  return [{ instId: instrument.symbol, posSide: call.parameters.text('posSide') ?? 'net', clOrdId: '', tag: '' }]
}
function cancelAllAfter(call: Call): unknown[] {
  const seconds = call.parameters.integer('timeOut')
  if (seconds === null || (seconds !== 0 && (seconds < 10 || seconds > 120))) throw malformed('timeOut')
  const atMs = seconds === 0 ? null : call.context.core.nowMs + seconds * 1_000
  call.context.core.setCountdown(call.accountId, null, atMs)
  return [{ triggerTime: atMs === null ? '0' : String(atMs), tag: '', ts: String(call.context.nowMs()) }]
}

const timely =
  (handle: Route['handle']): Route['handle'] =>
  (call) => {
    checkDeadline(call)
    return handle(call)
  }
export const TRADE_ROUTES: Readonly<Record<string, Route>> = {
  'POST trade/order': trade(
    60,
    timely((call) => eachOf(call, [call.parameters], (each) => place(call, each))),
    1,
  ),
  'POST trade/batch-orders': trade(
    300,
    timely((call) => {
      checkBatch(call)
      return eachOf(call, call.list, (each) => place(call, each))
    }),
    1,
  ),
  'POST trade/cancel-order': trade(60, (call) => eachOf(call, [call.parameters], (each) => cancel(call, each))),
  'POST trade/cancel-batch-orders': trade(300, (call) => {
    checkBatch(call)
    return eachOf(call, call.list, (each) => cancel(call, each))
  }),
  'POST trade/amend-order': trade(
    60,
    timely((call) => eachOf(call, [call.parameters], (each) => amend(call, each))),
    1,
  ),
  'POST trade/close-position': trade(20, closePosition, 1),
  'POST trade/cancel-all-after': trade(1, cancelAllAfter),
  'GET trade/order': read(60, query),
  'GET trade/orders-pending': read(60, openOrders),
  'GET trade/orders-history': read(40, history),
  'GET trade/orders-history-archive': read(20, history),
  'GET trade/fills': read(60, fills),
  'GET trade/fills-history': read(10, fills),
}
