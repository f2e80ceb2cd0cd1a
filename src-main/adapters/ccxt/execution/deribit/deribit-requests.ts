// Every request that is made of Deribit (docs.deribit.com, API v2). Pure. All are GETs with their parameters in the address, orders too: so the library signs.
// Orders are made over REST, and cancel-on-disconnect is never asked for: it would take the stops away with the connection.
import { toText } from '../../../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId } from '../../../../../src-shared/domain/ids.ts'
import type { OrderRequest, OrderType } from '../../../../../src-shared/domain/order.ts'
import type { VenueRequest } from '../../transport/venue-rest.ts'
import type { BudgetRule, Priority } from '../../transport/weight-budget.ts'
import { fieldsOf } from '../fields.ts'
import { type KnownOrder, kindOf } from '../order-memory.ts'

/** What the linear contracts are settled in. */
export const SETTLE = 'USDC'
/**
 * Credits of the lowest tier: 20 requests a second and 100 at once, of which orders and cancels have their own 5 a second and 20 at once.
 * In windows half as long as it takes to earn what may be spent at once, so that two of them spent at their border are not too much.
 */
export const BUDGET_RULES: readonly BudgetRule[] = [
  { unit: 'weight', limit: 40, windowMs: 2_000, header: null },
  { unit: 'orders', limit: 10, windowMs: 2_000, header: null },
]
/** An order that arrives later than this after it was signed is refused: what is not found then never arrives. */
const RECEIVE_WINDOW_MS = 5_000

/** BTC/USDT:USDT and BTC/USDC:USDC are traded as BTC_USDC-PERPETUAL there. Null for what has no linear contract in dollars. */
export function marketIdOf(id: InstrumentId): string | null {
  const base = /^([A-Z0-9]+)\/(USDT|USDC):\2$/.exec(id)?.[1]
  return base === undefined ? null : `${base}_${SETTLE}-PERPETUAL`
}
const listedMarketId = (id: InstrumentId): string => marketIdOf(id) ?? id

/** What an answer carries. Throws TypeError for what is no answer. */
export const resultOf = (body: unknown): unknown => fieldsOf(body, 'the answer')['result']

type Params = VenueRequest['params']
const read = (path: string, params: Params, api: 'private' | 'public' = 'private'): VenueRequest => ({
  api,
  method: 'GET',
  path,
  params,
  weight: 1,
  orders: 0,
  priority: 'read',
})
/** What becomes of an order matters as much as its end. */
const lookup = (path: string, params: Params): VenueRequest => ({ ...read(path, params), priority: 'cancel' })
const priorityOf = ({ purpose }: OrderRequest): Priority => (purpose === 'entry' || purpose === 'target' ? 'entry' : 'protect')

const TYPES: Readonly<Record<OrderType, string>> = {
  market: 'market',
  limit: 'limit',
  stop_market: 'stop_market',
  take_profit_market: 'take_market',
}
/** Amounts of linear contracts are base units, as ours are: exact text, no float. `nowMs` is the venue's time. */
export function submitRequest(order: OrderRequest, nowMs: number): VenueRequest {
  const params: Record<string, string | number | boolean> = {
    instrument_name: listedMarketId(order.instrumentId),
    amount: toText(order.quantity),
    type: TYPES[order.type],
    label: order.clientOrderId,
    valid_until: nowMs + RECEIVE_WINDOW_MS,
    ...(order.reduceOnly && { reduce_only: true }),
  }
  if (kindOf(order.type) === 'conditional') {
    params['trigger_price'] = order.triggerPrice === null ? '' : toText(order.triggerPrice)
    // Without it the venue goes by the last trade.
    params['trigger'] = order.triggerSource === 'mark' ? 'mark_price' : 'last_price'
  } else if (order.limitPrice !== null) {
    params['price'] = toText(order.limitPrice)
    params['time_in_force'] = order.timeInForce === 'ioc' ? 'immediate_or_cancel' : 'good_til_cancelled'
    // Otherwise the venue would move the price to where the order takes nothing.
    if (order.timeInForce === 'post_only') Object.assign(params, { post_only: true, reject_post_only: true })
  }
  return { ...read(order.side, params), weight: 0, orders: 1, priority: priorityOf(order) }
}

/** By the venue's id; by our label only where its id never came back. Never all of an account: that would take the stops away. */
export function cancelRequest(known: KnownOrder): VenueRequest {
  const plan = { weight: 0, orders: 1, priority: 'cancel' } as const
  const orderId = known.childOrderId ?? known.venueOrderId
  if (orderId !== null) return { ...read('cancel', { order_id: orderId }), ...plan }
  return { ...read('cancel_by_label', { label: known.clientOrderId, currency: SETTLE }), ...plan }
}

export const time: VenueRequest = { ...read('get_time', {}, 'public'), priority: 'cancel' }
export const instruments: VenueRequest = read('get_instruments', { currency: SETTLE, kind: 'future', expired: false }, 'public')
export const accountSummary: VenueRequest = read('get_account_summary', { currency: SETTLE, extended: true })
export const positions: VenueRequest = read('get_positions', { currency: SETTLE, kind: 'future' })
export const openOrders: VenueRequest = read('get_open_orders_by_currency', { currency: SETTLE, kind: 'future', type: 'all' })

export const ordersByLabel = (id: ClientOrderId): VenueRequest => lookup('get_order_state_by_label', { currency: SETTLE, label: id })
export const orderState = (orderId: string): VenueRequest => lookup('get_order_state', { order_id: orderId })
/** Orders leave the present lists half an hour after their end. `historical` ones are listed with some delay, and forever. */
export const orderHistory = (id: InstrumentId, historical: boolean): VenueRequest =>
  lookup('get_order_history_by_instrument', {
    instrument_name: listedMarketId(id),
    count: 100,
    include_old: true,
    include_unfilled: true,
    historical,
  })
export const triggerHistory = (id: InstrumentId): VenueRequest =>
  lookup('get_trigger_order_history', { currency: SETTLE, instrument_name: listedMarketId(id), count: 100 })
/** Trades are in the present list for a day. */
export const tradesOfOrder = (orderId: string, historical: boolean): VenueRequest =>
  lookup('get_user_trades_by_order', { order_id: orderId, sorting: 'asc', historical })
export const tradesFrom = (fromMs: number, toMs: number, historical: boolean): VenueRequest =>
  read('get_user_trades_by_currency_and_time', {
    currency: SETTLE,
    kind: 'future',
    start_timestamp: fromMs,
    end_timestamp: toMs,
    count: TRADES_PAGE,
    sorting: 'asc',
    historical,
  })
export const TRADES_PAGE = 1_000
/** The trade of this id, if the list still has it, and not more than one. */
export const tradeById = (tradeId: string, historical: boolean): VenueRequest =>
  read('get_user_trades_by_currency', { currency: SETTLE, kind: 'future', start_id: tradeId, count: 1, sorting: 'asc', historical })

export const authenticate = (params: Params): VenueRequest => read('auth', params, 'public')
export const apiKeys: VenueRequest = read('list_api_keys', {})
