// Lists of orders and trades: open ones, those of a label, and what was. The present lists forget; the historical ones do not.
import type { Conditional, Order, Trade } from '../core/order.ts'
import { type Call, type Methods, accountOf, inCurrency, isVisible, marketFor, marketOf, read } from './method.ts'
import { noSuchOrder } from './refusals.ts'
import { named } from './trade-methods.ts'
import { labelOf, orderIdOf, orderJson, parsedId, triggerHistoryJson, triggerJson, userTradeJson } from './words.ts'

const ORDERS_KEPT_MS = 30 * 60_000
const TRADES_KEPT_MS = 24 * 3_600_000
const COUNT_MAX = 1_000

type Row = { readonly order: Order | Conditional; readonly json: () => Record<string, unknown> }
const isConditional = (order: Order | Conditional): order is Conditional => 'triggerPrice' in order

function rowOf(call: Call, order: Order | Conditional): Row {
  const market = marketOf(call, order.symbol)
  return { order, json: () => (isConditional(order) ? triggerJson(market, order) : orderJson(market, accountOf(call), order)) }
}
const isLive = (order: Order | Conditional): boolean => order.status === 'new' || order.status === 'partially_filled'
const byAge = (a: Row, b: Row): number => a.order.id - b.order.id

function openRows(call: Call, isWanted: (order: Order | Conditional) => boolean): unknown {
  const { open, armed } = accountOf(call)
  const type = call.params.oneOf('type', ['all', 'limit', 'trigger_all', 'stop_all', 'stop_limit', 'stop_market', 'take_all'], 'all')
  const orders = type === 'all' || type === 'limit' ? [...open.values()] : []
  const triggers = type === 'limit' ? [] : [...armed.values()]
  return [...orders, ...triggers]
    .filter((order) => isWanted(order) && isVisible(call, order.createdMs))
    .map((order) => rowOf(call, order))
    .toSorted(byAge)
    .map(({ json }) => json())
}

/** Everything under a label that is open or ended lately. */
function byLabel(call: Call): unknown {
  const label = call.params.required('label')
  const { orders, conditionals } = accountOf(call)
  const sinceMs = call.context.core.nowMs - ORDERS_KEPT_MS
  return [...orders.values(), ...conditionals.values()]
    .filter((order) => labelOf(order) === label && inCurrency(call, order.symbol) && isVisible(call, order.createdMs))
    .filter((order) => isLive(order) || order.updatedMs >= sinceMs)
    .map((order) => rowOf(call, order))
    .toSorted(byAge)
    .map(({ json }) => json())
}

function state(call: Call): unknown {
  const { order, trigger } = named(call, call.params.required('order_id'))
  const found = order ?? trigger
  if (!found || !isVisible(call, found.createdMs)) throw noSuchOrder()
  if (!isLive(found) && found.updatedMs < call.context.core.nowMs - ORDERS_KEPT_MS) throw noSuchOrder()
  return rowOf(call, found).json()
}

/** Newest first. Ended ones, and of those without a trade only where they are asked for. */
function history(call: Call, isWanted: (order: Order) => boolean): unknown {
  const isHistorical = call.params.flag('historical')
  const withUnfilled = call.params.flag('include_unfilled')
  const offset = call.params.integer('offset') ?? 0
  const count = Math.min(COUNT_MAX, call.params.integer('count') ?? 20)
  const sinceMs = isHistorical ? 0 : call.context.core.nowMs - ORDERS_KEPT_MS
  return [...accountOf(call).orders.values()]
    .filter((order) => isWanted(order) && !isLive(order) && order.updatedMs >= sinceMs && isVisible(call, order.updatedMs))
    .filter((order) => withUnfilled || order.filled > 0n)
    .toReversed()
    .slice(offset, offset + count)
    .map((order) => rowOf(call, order).json())
}
function triggerHistory(call: Call): unknown {
  const symbol = call.params.text('instrument_name')
  const count = Math.min(COUNT_MAX, call.params.integer('count') ?? 20)
  const entries = [...accountOf(call).conditionals.values()]
    .filter((each) => !isLive(each) && inCurrency(call, each.symbol) && (symbol === null || each.symbol === symbol))
    .filter((each) => isVisible(call, each.updatedMs))
    .toReversed()
    .slice(0, count)
    .map((each) => triggerHistoryJson(marketOf(call, each.symbol), each))
  return { entries, continuation: 'none' }
}

/** By id, by time and in both directions; `start_id` is included. */
function trades(call: Call, isWanted: (trade: Trade) => boolean): { trades: unknown[]; has_more: boolean } {
  const { params } = call
  const keptMs = params.flag('historical') ? 0 : call.context.core.nowMs - TRADES_KEPT_MS
  const fromMs = Math.max(keptMs, params.integer('start_timestamp') ?? 0)
  const toMs = params.integer('end_timestamp') ?? Number.MAX_SAFE_INTEGER
  const [startId, endId] = ['start_id', 'end_id'].map((name) => parsedId(params.text(name) ?? '')?.id ?? null)
  const count = Math.min(COUNT_MAX, params.integer('count') ?? 10)
  const sorting = params.oneOf('sorting', ['asc', 'desc', 'default'], 'default')
  const found = accountOf(call).trades.filter(
    (trade) =>
      isWanted(trade) &&
      trade.tsMs >= fromMs &&
      trade.tsMs <= toMs &&
      trade.id >= (startId ?? 0) &&
      trade.id <= (endId ?? Number.MAX_SAFE_INTEGER) &&
      isVisible(call, trade.tsMs),
  )
  const page = sorting === 'asc' ? found.slice(0, count) : found.slice(-count).toReversed()
  return {
    trades: page.map((trade) => userTradeJson(marketOf(call, trade.symbol), accountOf(call), trade)),
    has_more: found.length > page.length,
  }
}
function tradesOfOrder(call: Call): unknown {
  const id = call.params.required('order_id')
  const rows = accountOf(call).trades.filter((each) => orderIdOf(marketOf(call, each.symbol), each.orderId) === id)
  const keptMs = call.params.flag('historical') ? 0 : call.context.core.nowMs - TRADES_KEPT_MS
  const shown = rows.filter((each) => each.tsMs >= keptMs && isVisible(call, each.tsMs))
  const sorted = call.params.oneOf('sorting', ['asc', 'desc', 'default'], 'default') === 'asc' ? shown : shown.toReversed()
  return sorted.map((each) => userTradeJson(marketOf(call, each.symbol), accountOf(call), each))
}

const inMarket = (call: Call): ((of: { readonly symbol: string }) => boolean) => {
  const { instrument } = marketFor(call)
  return ({ symbol }) => symbol === instrument.symbol
}
const inThisCurrency =
  (call: Call): ((of: { readonly symbol: string }) => boolean) =>
  ({ symbol }) =>
    inCurrency(call, symbol)

export const LIST_METHODS: Methods = {
  'private/get_open_orders': read((call) => openRows(call, inThisCurrency(call))),
  'private/get_open_orders_by_currency': read((call) => openRows(call, inThisCurrency(call))),
  'private/get_open_orders_by_instrument': read((call) => openRows(call, inMarket(call))),
  'private/get_open_orders_by_label': read((call) => {
    const label = call.params.text('label') ?? ''
    return openRows(call, (order) => inCurrency(call, order.symbol) && labelOf(order) === label)
  }),
  'private/get_order_state': read(state),
  'private/get_order_state_by_label': read(byLabel),
  'private/get_order_history_by_instrument': read((call) => history(call, inMarket(call))),
  'private/get_order_history_by_currency': read((call) => history(call, inThisCurrency(call))),
  'private/get_trigger_order_history': read(triggerHistory),
  'private/get_user_trades_by_currency': read((call) => trades(call, inThisCurrency(call))),
  'private/get_user_trades_by_currency_and_time': read((call) => trades(call, inThisCurrency(call))),
  'private/get_user_trades_by_instrument': read((call) => trades(call, inMarket(call))),
  'private/get_user_trades_by_instrument_and_time': read((call) => trades(call, inMarket(call))),
  'private/get_user_trades_by_order': read(tradesOfOrder),
}
