// Plain orders over REST.
import { toText } from '../../../src-shared/domain/decimal.ts'
import type { Order, OrderParams, PositionSide, TimeInForce, Trade } from '../core/order.ts'
import { Parameters } from './parameters.ts'
import { BinanceRefusal, malformed, missing, noSuchOrder, refusalOf } from './refusals.ts'
import { marketFor } from './rest-market.ts'
import type { Call, Route } from './route.ts'
import { POSITION_SIDE, orderJson, upper } from './words.ts'

const CONDITIONAL_TYPES = ['STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET']
const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/

export const sideOf = (parameters: Parameters): 'buy' | 'sell' =>
  parameters.oneOf('side', ['BUY', 'SELL'], new BinanceRefusal(-1117, 'Invalid side.')) === 'BUY' ? 'buy' : 'sell'

export function positionSideOf(parameters: Parameters): PositionSide {
  const side = parameters.oneOf('positionSide', ['BOTH', 'LONG', 'SHORT'], 'BOTH')
  return side === 'BOTH' ? 'both' : side === 'LONG' ? 'long' : 'short'
}

export function clientIdOf(parameters: Parameters, name: string): string | null {
  const text = parameters.text(name)
  if (text !== null && !CLIENT_ID.test(text)) throw malformed(name)
  return text
}

export function timeInForceOf(parameters: Parameters): TimeInForce {
  const refusal = new BinanceRefusal(-1115, 'Invalid timeInForce.')
  switch (parameters.oneOf('timeInForce', ['GTC', 'IOC', 'FOK', 'GTX', 'GTD', 'GTE_GTC'], refusal)) {
    case 'IOC':
      return 'ioc'
    case 'FOK':
      return 'fok'
    case 'GTX':
      return 'post_only'
    case 'GTC':
    case 'GTD':
    case 'GTE_GTC':
      return 'gtc'
  }
}

function orderParams(call: Call, parameters: Parameters): OrderParams {
  const { instrument } = marketFor({ ...call, parameters })
  const type = parameters.required('type')
  if (CONDITIONAL_TYPES.includes(type)) {
    throw new BinanceRefusal(-4120, 'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.')
  }
  if (type !== 'MARKET' && type !== 'LIMIT') throw new BinanceRefusal(-1116, 'Invalid orderType.')
  const quantity = parameters.quantity('quantity')
  if (quantity === null) throw missing('quantity')
  const isLimit = type === 'LIMIT'
  const price = parameters.price('price')
  if (isLimit && price === null) throw missing('price')
  if (!isLimit && price !== null) throw new BinanceRefusal(-1106, "Parameter 'price' sent when not required.")
  const goodTill = parameters.text('timeInForce') === 'GTD' ? parameters.integer('goodTillDate') : null
  const positionSide = positionSideOf(parameters)
  if (positionSide !== 'both' && parameters.text('reduceOnly') !== null) {
    throw new BinanceRefusal(-1106, "Parameter 'reduceonly' sent when not required.")
  }
  return {
    symbol: instrument.symbol,
    side: sideOf(parameters),
    type: isLimit ? 'limit' : 'market',
    timeInForce: isLimit ? timeInForceOf(parameters) : 'gtc',
    quantity,
    price: isLimit ? price : null,
    reduceOnly: parameters.flag('reduceOnly'),
    positionSide,
    clientId: clientIdOf(parameters, 'newClientOrderId'),
    expiresMs: goodTill,
  }
}

function placeOne(call: Call, parameters: Parameters): Record<string, unknown> {
  const placed = call.context.core.submit(call.accountId, orderParams(call, parameters))
  if (!placed.ok) throw refusalOf(placed.error)
  // ACK, the default, is the order as it was taken in: what it did by then is told by the stream.
  const isResult = parameters.oneOf('newOrderRespType', ['ACK', 'RESULT'], 'ACK') === 'RESULT'
  const order = orderJson(placed.value)
  if (isResult) return order
  return { ...order, status: 'NEW', avgPrice: '0.00', executedQty: '0', cumQuote: '0', cumQty: '0' }
}

/** REST shows things only as late as the conditions say. */
export const isVisible = ({ context }: Call, sinceMs: number): boolean => sinceMs + context.conditions.visibleAfterMs <= context.core.nowMs

function named({ context, accountId, parameters }: Call): Readonly<Order> | undefined {
  const symbol = parameters.required('symbol')
  const id = parameters.integer('orderId')
  const clientId = parameters.text('origClientOrderId')
  if (id === null && clientId === null) throw missing('origClientOrderId')
  const order = id === null ? context.core.orderByClientId(accountId, clientId ?? '') : context.core.account(accountId).orders.get(id)
  return order?.symbol === symbol ? order : undefined
}

function query(call: Call): unknown {
  const order = named(call)
  if (!order || !isVisible(call, order.createdMs)) throw noSuchOrder()
  return orderJson(order)
}

function cancel(call: Call): unknown {
  const order = named(call)
  const canceled = order ? call.context.core.cancel(call.accountId, order.id) : null
  if (!canceled?.ok) throw new BinanceRefusal(-2011, 'Unknown order sent.')
  return orderJson(canceled.value)
}

function modify(call: Call): unknown {
  const order = named(call)
  if (!order) throw noSuchOrder()
  const [price, quantity] = [call.parameters.price('price'), call.parameters.quantity('quantity')]
  if (quantity === null) throw missing('quantity')
  if (price === null) throw missing('price')
  const amended = call.context.core.amend(call.accountId, { orderId: order.id, price, quantity })
  if (!amended.ok) throw amended.error.code === 'unknown_order' ? noSuchOrder() : refusalOf(amended.error)
  return orderJson(amended.value)
}

const BATCH_MAX = 5
/** Up to five at once; each answers for itself. */
function batch(call: Call, one: (parameters: Parameters) => unknown, list: readonly Parameters[]): unknown {
  if (list.length === 0 || list.length > BATCH_MAX) throw new BinanceRefusal(-4082, 'Invalid number of batch place orders.')
  return list.map((parameters) => {
    try {
      return one(parameters)
    } catch (error) {
      if (error instanceof BinanceRefusal) return { code: error.code, msg: error.message }
      throw error
    }
  })
}

function listOf(call: Call, name: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(call.parameters.required(name))
    if (Array.isArray(parsed)) return parsed
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw malformed(name)
}

const placeBatch = (call: Call): unknown =>
  batch(
    call,
    (parameters) => placeOne(call, parameters),
    listOf(call, 'batchOrders').map((order) => {
      const fields = typeof order === 'object' && order !== null ? Object.entries(order) : []
      return new Parameters(new URLSearchParams(Object.fromEntries(fields.map(([name, value]) => [name, String(value)]))))
    }),
  )

function cancelBatch(call: Call): unknown {
  const symbol = call.parameters.required('symbol')
  const byId = call.parameters.text('orderIdList') !== null
  const name = byId ? 'orderId' : 'origClientOrderId'
  const list = listOf(call, byId ? 'orderIdList' : 'origClientOrderIdList')
  const each = list.map((value) => new Parameters(new URLSearchParams({ symbol, [name]: String(value) })))
  return batch(call, (parameters) => cancel({ ...call, parameters }), each)
}

function openOrders(call: Call): unknown {
  const symbol = call.parameters.text('symbol')
  return [...call.context.core.account(call.accountId).open.values()]
    .filter((order) => (symbol === null || order.symbol === symbol) && isVisible(call, order.createdMs))
    .map(orderJson)
}

/** What `startTime`, `endTime`, an id and `limit` leave of a list, oldest first. */
export function paged<T>(call: Call, list: readonly T[], of: { ms: (item: T) => number; id: (item: T) => number; idName: string }): T[] {
  const from = call.parameters.integer('startTime')
  const to = call.parameters.integer('endTime') ?? Number.MAX_SAFE_INTEGER
  const fromId = call.parameters.integer(of.idName)
  const limit = Math.min(1_000, call.parameters.integer('limit') ?? 500)
  const found = list.filter(
    (item) => of.ms(item) >= (from ?? 0) && of.ms(item) <= to && of.id(item) >= (fromId ?? 0) && isVisible(call, of.ms(item)),
  )
  return from === null && fromId === null ? found.slice(-limit) : found.slice(0, limit)
}

function allOrders(call: Call): unknown {
  const symbol = call.parameters.required('symbol')
  const orders = [...call.context.core.account(call.accountId).orders.values()].filter((order) => order.symbol === symbol)
  return paged(call, orders, { ms: ({ createdMs }) => createdMs, id: ({ id }) => id, idName: 'orderId' }).map(orderJson)
}

export const tradeJson = (trade: Trade): Record<string, unknown> => ({
  symbol: trade.symbol,
  id: trade.id,
  orderId: trade.orderId,
  side: upper(trade.side),
  price: toText(trade.price),
  qty: toText(trade.quantity),
  realizedPnl: toText(trade.realizedProfit),
  quoteQty: toText(trade.value),
  commission: toText(trade.fee),
  commissionAsset: trade.feeAsset,
  time: trade.tsMs,
  positionSide: POSITION_SIDE[trade.positionSide],
  buyer: trade.side === 'buy',
  maker: trade.isMaker,
})

function userTrades(call: Call): unknown {
  const symbol = call.parameters.required('symbol')
  const orderId = call.parameters.integer('orderId')
  const trades = call.context.core
    .account(call.accountId)
    .trades.filter((trade) => trade.symbol === symbol && (orderId === null || trade.orderId === orderId))
  return paged(call, trades, { ms: ({ tsMs }) => tsMs, id: ({ id }) => id, idName: 'fromId' }).map(tradeJson)
}

function countdown(call: Call): unknown {
  const { instrument } = marketFor(call)
  const ms = call.parameters.integer('countdownTime')
  if (ms === null) throw missing('countdownTime')
  call.context.core.setCountdown(call.accountId, instrument.symbol, ms === 0 ? null : call.context.core.nowMs + ms)
  return { symbol: instrument.symbol, countdownTime: String(ms) }
}

const trade = (handle: (call: Call) => unknown, cost: { weight?: number; orders?: number } = {}): Route => ({
  weight: cost.weight ?? 1,
  security: 'trade',
  orders: cost.orders ?? 0,
  handle,
})
const read = (weight: number, handle: (call: Call) => unknown): Route => ({ weight, security: 'signed', orders: 0, handle })

export const TRADE_ROUTES: Readonly<Record<string, Route>> = {
  'POST /fapi/v1/order': trade((call) => placeOne(call, call.parameters), { weight: 0, orders: 1 }),
  'POST /fapi/v1/order/test': trade((call) => orderParams(call, call.parameters) && {}),
  'GET /fapi/v1/order': read(1, query),
  'DELETE /fapi/v1/order': trade(cancel),
  'PUT /fapi/v1/order': trade(modify, { orders: 1 }),
  'POST /fapi/v1/batchOrders': trade(placeBatch, { weight: 5, orders: 5 }),
  'DELETE /fapi/v1/batchOrders': trade(cancelBatch),
  'GET /fapi/v1/openOrder': read(1, (call) => {
    const order = named(call)
    if (!order || !call.context.core.account(call.accountId).open.has(order.id) || !isVisible(call, order.createdMs)) throw noSuchOrder()
    return orderJson(order)
  }),
  'GET /fapi/v1/openOrders': { ...read(1, openOrders), weigh: ({ parameters }) => (parameters.text('symbol') === null ? 40 : 1) },
  'DELETE /fapi/v1/allOpenOrders': trade((call) => {
    call.context.core.cancelAll(call.accountId, marketFor(call).instrument.symbol)
    return { code: 200, msg: 'The operation of cancel all open order is done.' }
  }),
  'GET /fapi/v1/allOrders': read(5, allOrders),
  'GET /fapi/v1/userTrades': read(5, userTrades),
  'POST /fapi/v1/countdownCancelAll': trade(countdown, { weight: 10 }),
}
