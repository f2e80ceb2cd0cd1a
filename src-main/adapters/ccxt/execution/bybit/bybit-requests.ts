// Every request that is made of Bybit v5 (bybit-exchange.github.io/docs/v5). Pure. Each counts one against the address; orders are counted by themselves.
import { toText } from '../../../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId } from '../../../../../src-shared/domain/ids.ts'
import type { OrderSide } from '../../../../../src-shared/domain/instrument.ts'
import type { OrderRequest, OrderType, TimeInForce } from '../../../../../src-shared/domain/order.ts'
import { SECOND_MS } from '../../../../../src-shared/domain/time.ts'
import type { VenueRequest } from '../../transport/venue-rest.ts'
import type { BudgetRule, Priority } from '../../transport/weight-budget.ts'
import { type KnownOrder, kindOf } from '../order-memory.ts'

/**
 * Of an ordinary account. The venue tells per endpoint what is left, never what is used, and nothing of the address. It looks back a second from when a
 * request arrives; the tenth more is for requests that travel at different speeds.
 */
export const BUDGET_RULES: readonly BudgetRule[] = [
  { unit: 'weight', limit: 600, windowMs: 5.5 * SECOND_MS, isRolling: true, header: null },
  { unit: 'orders', limit: 10, windowMs: 1.1 * SECOND_MS, isRolling: true, header: null },
  { unit: 'weight', limit: 10, windowMs: 1.1 * SECOND_MS, isRolling: true, endpoint: 'order/cancel', header: null },
]

/** BTC/USDT:USDT is BTCUSDT there, BTC/USDC:USDC is BTCPERP. */
export function marketIdOf(id: InstrumentId): string {
  const [pair = '', settle] = id.split(':')
  return settle === 'USDC' ? `${pair.replace(/\/.*$/, '')}PERP` : pair.replace('/', '')
}

/** Which way the price must go to fire: 1 rising, 2 falling. A stop fires against the position it ends, a take-profit with it. */
export const triggerDirectionOf = (type: OrderType, side: OrderSide): 1 | 2 =>
  (type === 'take_profit_market') === (side === 'buy') ? 2 : 1
export const TRIGGERS = { mark: 'MarkPrice', last: 'LastPrice' } as const
const TIMES: Readonly<Record<TimeInForce, string>> = { gtc: 'GTC', ioc: 'IOC', post_only: 'PostOnly' }

const ask = (path: string, params: VenueRequest['params'], details: Partial<VenueRequest> = {}): VenueRequest => ({
  api: 'private',
  method: 'GET',
  path: `v5/${path}`,
  params,
  weight: 1,
  orders: 0,
  priority: 'read',
  ...details,
})
const priorityOf = ({ purpose }: OrderRequest): Priority => (purpose === 'entry' || purpose === 'target' ? 'entry' : 'protect')

/** Amounts are base units on the lot grid and prices on the tick grid, as the instrument made them: exact text, no float. One-way mode is position 0. */
export function submitRequest(order: OrderRequest): VenueRequest {
  const params = {
    category: 'linear',
    symbol: marketIdOf(order.instrumentId),
    side: order.side === 'buy' ? 'Buy' : 'Sell',
    orderType: order.type === 'limit' ? 'Limit' : 'Market',
    qty: toText(order.quantity),
    positionIdx: 0,
    orderLinkId: order.clientOrderId,
    ...(order.limitPrice !== null && { price: toText(order.limitPrice), timeInForce: TIMES[order.timeInForce] }),
    ...(order.reduceOnly && { reduceOnly: true }),
    ...(kindOf(order.type) === 'conditional' && triggerOf(order)),
  }
  return ask('order/create', params, { method: 'POST', orders: 1, priority: priorityOf(order) })
}
/** `closeOnTrigger`: when margin is short, the venue makes room for it by canceling others. */
const triggerOf = (order: OrderRequest): VenueRequest['params'] => ({
  triggerPrice: order.triggerPrice === null ? '' : toText(order.triggerPrice),
  triggerDirection: triggerDirectionOf(order.type, order.side),
  triggerBy: TRIGGERS[order.triggerSource],
  ...(order.reduceOnly && { closeOnTrigger: true }),
})

export type OrderKey = { readonly symbol: string } & ({ readonly orderLinkId: ClientOrderId } | { readonly orderId: string })
/** Another's order may have a name that cannot be said here; the venue's own always can. */
export function keyOf({ instrumentId, isForeign, venueOrderId, clientOrderId }: KnownOrder): OrderKey {
  const symbol = marketIdOf(instrumentId)
  return isForeign && venueOrderId !== null ? { symbol, orderId: venueOrderId } : { symbol, orderLinkId: clientOrderId }
}
export const cancelRequest = (known: KnownOrder): VenueRequest =>
  ask('order/cancel', { category: 'linear', ...keyOf(known) }, { method: 'POST', priority: 'cancel', endpoint: 'order/cancel' })

const lookup = (path: string, params: VenueRequest['params']): VenueRequest =>
  ask(path, { category: 'linear', ...params }, { priority: 'cancel' })
/** Working orders of all kinds and the newest that have ended. */
export const orderNow = (key: VenueRequest['params']): VenueRequest => lookup('order/realtime', key)
/** Of two years; later than the other. */
export const orderHistory = (key: VenueRequest['params']): VenueRequest => lookup('order/history', key)
export const executionsOf = (key: VenueRequest['params'], cursor: string): VenueRequest =>
  lookup('execution/list', { ...key, limit: 100, ...cursorOf(cursor) })

const cursorOf = (cursor: string): { readonly cursor?: string } => (cursor === '' ? {} : { cursor })
const page = (path: string, params: VenueRequest['params'], cursor: string): VenueRequest =>
  ask(path, { category: 'linear', ...params, ...cursorOf(cursor) })
/** Conditional orders stand in a list of their own. */
export const openOrders = (settleCoin: string, orderFilter: 'Order' | 'StopOrder', cursor: string): VenueRequest =>
  page('order/realtime', { settleCoin, orderFilter, openOnly: 0, limit: 50 }, cursor)
export const positions = (settleCoin: string, cursor: string): VenueRequest => page('position/list', { settleCoin, limit: 200 }, cursor)
export const executions = (startTime: number, endTime: number, cursor: string): VenueRequest =>
  page('execution/list', { startTime, endTime, limit: 100 }, cursor)
export const instruments = (cursor: string): VenueRequest => ({
  ...page('market/instruments-info', { limit: 1_000 }, cursor),
  api: 'public',
})

export const time: VenueRequest = ask('market/time', {}, { api: 'public', priority: 'cancel' })
export const ticker = (symbol: string): VenueRequest =>
  ask('market/tickers', { category: 'linear', symbol }, { api: 'public', priority: 'protect' })
export const riskLimits = (symbol: string): VenueRequest => ask('market/risk-limit', { category: 'linear', symbol }, { api: 'public' })
export const account: VenueRequest = ask('account/info', {})
export const keyRights: VenueRequest = ask('user/query-api', {})
export const feeRate = (symbol: string): VenueRequest => ask('account/fee-rate', { category: 'linear', symbol })
export const wallet = (coin: string): VenueRequest => ask('account/wallet-balance', { accountType: 'UNIFIED', coin })
/** In hedge mode there are two rows of it, also when nothing is held. */
export const positionsOf = (symbol: string): VenueRequest => ask('position/list', { category: 'linear', symbol })

export const setLeverage = (symbol: string, leverage: number): VenueRequest =>
  ask(
    'position/set-leverage',
    { category: 'linear', symbol, buyLeverage: String(leverage), sellLeverage: String(leverage) },
    { method: 'POST' },
  )
export const MARGIN_MODES = { cross: 'REGULAR_MARGIN', isolated: 'ISOLATED_MARGIN' } as const
/** Of the whole account: the venue has no other. */
export const setMarginMode = (mode: 'cross' | 'isolated'): VenueRequest =>
  ask('account/set-margin-mode', { setMarginMode: MARGIN_MODES[mode] }, { method: 'POST' })
