// Every request that is made of Binance USDT-M, with its weight (developers.binance.com, derivatives, USDS-M futures). Pure.
import { toText } from '../../../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId } from '../../../../../src-shared/domain/ids.ts'
import { type OrderRequest, type OrderType, type TimeInForce } from '../../../../../src-shared/domain/order.ts'
import type { VenueRequest } from '../../transport/venue-rest.ts'
import type { BudgetRule, Priority } from '../../transport/weight-budget.ts'
import { type KnownOrder, kindOf } from '../order-memory.ts'

/** Published in exchangeInfo; the same for years. */
export const BUDGET_RULES: readonly BudgetRule[] = [
  { unit: 'weight', limit: 2_400, windowMs: 60_000, header: 'x-mbx-used-weight-1m' },
  { unit: 'orders', limit: 300, windowMs: 10_000, header: 'x-mbx-order-count-10s' },
  { unit: 'orders', limit: 1_200, windowMs: 60_000, header: 'x-mbx-order-count-1m' },
]
/** An order that arrives later than this after it was signed is refused: what is not found then never arrives. */
const RECEIVE_WINDOW_MS = 5_000

/** BTC/USDT:USDT is BTCUSDT there. */
export const marketIdOf = (id: InstrumentId): string => id.replace(/:.*$/, '').replace('/', '')

const TYPES: Readonly<Record<OrderType, string>> = {
  market: 'MARKET',
  limit: 'LIMIT',
  stop_market: 'STOP_MARKET',
  take_profit_market: 'TAKE_PROFIT_MARKET',
}
const TIMES: Readonly<Record<TimeInForce, string>> = { gtc: 'GTC', ioc: 'IOC', post_only: 'GTX' }

const read = (path: string, params: VenueRequest['params'], details: { weight: number; api?: string }): VenueRequest => ({
  api: 'fapiPrivate',
  method: 'GET',
  path,
  params,
  orders: 0,
  priority: 'read',
  ...details,
})
const priorityOf = ({ purpose }: OrderRequest): Priority => (purpose === 'entry' || purpose === 'target' ? 'entry' : 'protect')

/** Amounts are base units on the lot grid and prices on the tick grid, as the instrument made them: exact text, no float. */
export function submitRequest(order: OrderRequest): VenueRequest {
  const common = {
    symbol: marketIdOf(order.instrumentId),
    side: order.side === 'buy' ? 'BUY' : 'SELL',
    type: TYPES[order.type],
    quantity: toText(order.quantity),
    ...(order.reduceOnly && { reduceOnly: 'true' }),
    recvWindow: RECEIVE_WINDOW_MS,
  }
  const plan = { api: 'fapiPrivate', method: 'POST', weight: 0, orders: 1, priority: priorityOf(order) } as const
  if (kindOf(order.type) === 'conditional') {
    const trigger = {
      algoType: 'CONDITIONAL',
      triggerPrice: order.triggerPrice === null ? '' : toText(order.triggerPrice),
      workingType: order.triggerSource === 'mark' ? 'MARK_PRICE' : 'CONTRACT_PRICE',
      clientAlgoId: order.clientOrderId,
    }
    return { ...plan, path: 'algoOrder', params: { ...common, ...trigger } }
  }
  const limit = order.limitPrice === null ? {} : { price: toText(order.limitPrice), timeInForce: TIMES[order.timeInForce] }
  return { ...plan, path: 'order', params: { ...common, ...limit, newClientOrderId: order.clientOrderId, newOrderRespType: 'ACK' } }
}

/** A conditional order that has fired lives on as a plain one. */
export function cancelRequest(known: KnownOrder): VenueRequest {
  const plan = { api: 'fapiPrivate', method: 'DELETE', weight: 1, orders: 0, priority: 'cancel' } as const
  const symbol = marketIdOf(known.instrumentId)
  if (known.childOrderId !== null) return { ...plan, path: 'order', params: { symbol, orderId: known.childOrderId } }
  // Another's order may have a name that cannot be said here; the venue's own always can.
  const foreignId = known.isForeign ? known.venueOrderId : null
  if (known.kind === 'conditional')
    return { ...plan, path: 'algoOrder', params: foreignId === null ? { clientAlgoId: known.clientOrderId } : { algoId: foreignId } }
  if (foreignId !== null) return { ...plan, path: 'order', params: { symbol, orderId: foreignId } }
  return { ...plan, path: 'order', params: { symbol, origClientOrderId: known.clientOrderId } }
}

const lookup = (path: string, params: VenueRequest['params']): VenueRequest => ({
  ...read(path, params, { weight: 1 }),
  priority: 'cancel',
})
export const plainByClientId = (symbol: string, id: ClientOrderId): VenueRequest => lookup('order', { symbol, origClientOrderId: id })
export const plainByVenueId = (symbol: string, orderId: string): VenueRequest => lookup('order', { symbol, orderId })
export const algoByClientId = (id: ClientOrderId): VenueRequest => lookup('algoOrder', { clientAlgoId: id })

export const time: VenueRequest = { ...read('time', {}, { weight: 1, api: 'fapiPublic' }), priority: 'cancel' }
export const exchangeInfo: VenueRequest = read('exchangeInfo', {}, { weight: 1, api: 'fapiPublic' })
export const positionMode: VenueRequest = read('positionSide/dual', {}, { weight: 30 })
export const commissionRate = (symbol: string): VenueRequest => read('commissionRate', { symbol }, { weight: 20 })
export const leverageBracket = (symbol: string): VenueRequest => read('leverageBracket', { symbol }, { weight: 1 })
export const positions: VenueRequest = read('positionRisk', {}, { weight: 5, api: 'fapiPrivateV3' })
export const balances: VenueRequest = read('balance', {}, { weight: 5, api: 'fapiPrivateV3' })
export const openOrders = (symbol: string): VenueRequest => read('openOrders', { symbol }, { weight: 1 })
export const openAlgoOrders = (symbol: string): VenueRequest => read('openAlgoOrders', { symbol }, { weight: 1 })
export const userTrades = (params: VenueRequest['params']): VenueRequest => read('userTrades', params, { weight: 5 })
export const fundingIncome = (startTime: number): VenueRequest =>
  read('income', { incomeType: 'FUNDING_FEE', startTime, limit: 1_000 }, { weight: 30 })
export const fundingRates = (symbol: string, startTime: number): VenueRequest =>
  read('fundingRate', { symbol, startTime, limit: 100 }, { weight: 1, api: 'fapiPublic' })
export const keyRights: VenueRequest = read('account/apiRestrictions', {}, { weight: 1, api: 'sapi' })

/** Nothing is changed by asking for a key twice: the venue gives the same one. */
export const listenKey = (method: 'POST' | 'PUT'): VenueRequest => ({
  api: 'fapiPrivate',
  method,
  path: 'listenKey',
  params: {},
  weight: 1,
  orders: 0,
  priority: 'cancel',
})
const change = (path: string, params: VenueRequest['params']): VenueRequest => ({
  api: 'fapiPrivate',
  method: 'POST',
  path,
  params,
  weight: 1,
  orders: 0,
  priority: 'read',
})
export const setLeverage = (symbol: string, leverage: number): VenueRequest => change('leverage', { symbol, leverage })
export const setMarginMode = (symbol: string, mode: 'cross' | 'isolated'): VenueRequest =>
  change('marginType', { symbol, marginType: mode === 'cross' ? 'CROSSED' : 'ISOLATED' })
