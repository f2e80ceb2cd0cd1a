// The core's words in Deribit's, for answers and notifications alike. Amounts and prices are JSON numbers there.
import { type Money, type Price, type Quantity, add, averagePrice, toNumber } from '../../../src-shared/domain/decimal.ts'
import type { PositionView } from '../core/events.ts'
import type { Conditional, ConditionalStatus, Order, OrderStatus, TimeInForce, Trade } from '../core/order.ts'
import type { Account, Market } from '../core/state.ts'

const STATE: Readonly<Record<OrderStatus, string>> = {
  new: 'open',
  partially_filled: 'open',
  filled: 'filled',
  canceled: 'cancelled',
  expired: 'cancelled',
}
/** What a fired one became is another order, which tells the rest. */
const TRIGGER_STATE: Readonly<Record<ConditionalStatus, string>> = {
  new: 'untriggered',
  triggering: 'triggered',
  triggered: 'triggered',
  finished: 'triggered',
  canceled: 'cancelled',
  expired: 'cancelled',
  rejected: 'rejected',
}
const TYPE: Readonly<Record<Conditional['type'], string>> = {
  stop_market: 'stop_market',
  stop_limit: 'stop_limit',
  take_profit_market: 'take_market',
  take_profit_limit: 'take_limit',
  trailing_stop: 'trailing_stop',
}
const TIME_IN_FORCE: Readonly<Record<TimeInForce, string>> = {
  gtc: 'good_til_cancelled',
  post_only: 'good_til_cancelled',
  ioc: 'immediate_or_cancel',
  fok: 'fill_or_kill',
}
export const TRIGGER = { mark: 'mark_price', last: 'last_price', index: 'index_price' } as const
const CANCEL_REASONS: Readonly<Record<string, string>> = { user: 'user_request', liquidation: 'autoliquidation', delisted: 'settlement' }

/** Ids begin with their currency, but for those of BTC. */
const prefixOf = ({ instrument }: Market): string => (instrument.settle === 'BTC' ? '' : `${instrument.settle}-`)
export const orderIdOf = (market: Market, id: number): string => `${prefixOf(market)}${id}`
/** S, L or T for stop or take, then by which price, then the side. */
export function triggerIdOf(market: Market, { id, type, trigger, side }: Conditional): string {
  const kind = type.startsWith('take') ? 'TP' : type === 'trailing_stop' ? 'TS' : 'SL'
  const by = { mark: 'M', last: 'T', index: 'I' }[trigger]
  return `${prefixOf(market)}${kind}${by}${side === 'buy' ? 'B' : 'S'}-${id}`
}
export const tradeIdOf = orderIdOf
/** The number in an id, and whether it is that of an order that waits. Null for what is no id. */
export function parsedId(text: string): { readonly id: number; readonly isTrigger: boolean } | null {
  const match = /^(?:[A-Z]{3,5}-)?(?:([A-Z]{4})-)?(\d{1,15})$/.exec(text)
  return match === null ? null : { id: Number(match[2]), isTrigger: match[1] !== undefined }
}

/** The exchange's own names stand for none. */
export function labelOf({ id, clientId, ...rest }: Order | Conditional): string {
  const parentId = 'parentId' in rest ? rest.parentId : null
  const isLiquidation = 'isLiquidation' in rest && rest.isLiquidation
  const isMadeUp = clientId === `venue${id}` || clientId === `venue${parentId}` || /^(delivery_)?autoclose-/.test(clientId)
  return isLiquidation || isMadeUp ? '' : clientId
}

/** Coins of a base or dollars, by contract: of both, contracts of which one is the smallest size. */
const contractsOf = ({ instrument }: Market, amount: Quantity): number => toNumber(amount) / toNumber(instrument.lotSize)
const averageOf = (market: Market, { filled, filledValue }: Order): number => {
  if (filled === 0n) return 0
  if (market.instrument.kind === 'linear') return toNumber(averagePrice(filledValue, filled, 'half_even'))
  return toNumber(averagePrice(filled as bigint as Money, filledValue as bigint as Quantity, 'half_even'))
}

export function orderJson(market: Market, account: Account, order: Readonly<Order>): Record<string, unknown> {
  const parent = order.parentId === null ? undefined : account.conditionals.get(order.parentId)
  const cancelReason = order.reason === null ? undefined : CANCEL_REASONS[order.reason]
  return {
    order_id: orderIdOf(market, order.id),
    order_state: STATE[order.status],
    order_type: order.isLiquidation ? 'liquidation' : order.type,
    time_in_force: TIME_IN_FORCE[order.timeInForce],
    instrument_name: order.symbol,
    direction: order.side,
    price: order.price === null ? 'market_price' : toNumber(order.price),
    amount: toNumber(order.quantity),
    contracts: contractsOf(market, order.quantity),
    filled_amount: toNumber(order.filled),
    average_price: averageOf(market, order),
    label: labelOf(order),
    post_only: order.timeInForce === 'post_only',
    reject_post_only: order.timeInForce === 'post_only',
    reduce_only: order.reduceOnly,
    is_liquidation: order.isLiquidation,
    risk_reducing: false,
    replaced: false,
    mmp: false,
    api: true,
    web: false,
    max_show: toNumber(order.quantity),
    creation_timestamp: order.createdMs,
    last_update_timestamp: order.updatedMs,
    ...(parent !== undefined && { triggered: true, trigger_order_id: triggerIdOf(market, parent), original_order_type: TYPE[parent.type] }),
    ...(order.status === 'canceled' && cancelReason !== undefined && { cancel_reason: cancelReason }),
  }
}

const numberOr = (value: Price | null, otherwise: unknown): unknown => (value === null ? otherwise : toNumber(value))

export function triggerJson(market: Market, conditional: Readonly<Conditional>): Record<string, unknown> {
  return {
    order_id: triggerIdOf(market, conditional),
    order_state: TRIGGER_STATE[conditional.status],
    order_type: TYPE[conditional.type],
    time_in_force: TIME_IN_FORCE[conditional.timeInForce],
    instrument_name: conditional.symbol,
    direction: conditional.side,
    price: numberOr(conditional.price, 'market_price'),
    amount: toNumber(conditional.quantity),
    contracts: contractsOf(market, conditional.quantity),
    filled_amount: 0,
    average_price: 0,
    label: labelOf(conditional),
    trigger: TRIGGER[conditional.trigger],
    trigger_price: numberOr(conditional.triggerPrice, null),
    triggered: conditional.triggeredMs !== null,
    post_only: false,
    reject_post_only: false,
    reduce_only: conditional.reduceOnly,
    is_liquidation: false,
    risk_reducing: false,
    replaced: false,
    mmp: false,
    api: true,
    web: false,
    max_show: toNumber(conditional.quantity),
    creation_timestamp: conditional.createdMs,
    last_update_timestamp: conditional.updatedMs,
    ...(conditional.status === 'canceled' && { cancel_reason: 'user_request' }),
    ...(conditional.status === 'expired' && {
      cancel_reason: conditional.reason === 'reduce_only_rejected' ? 'reduce_only' : 'settlement',
    }),
    ...(conditional.status === 'rejected' && { reject_reason: conditional.reason }),
  }
}

/** A row of the history of triggers: of one that has fired, or ended before. */
export function triggerHistoryJson(market: Market, conditional: Readonly<Conditional>): Record<string, unknown> {
  const { order_id: triggerId, ...row } = triggerJson(market, conditional)
  return {
    ...row,
    timestamp: conditional.updatedMs,
    request: conditional.childId === null ? 'cancel' : 'trigger:order',
    source: 'api',
    trigger_order_id: triggerId,
    order_type: conditional.price === null ? 'market' : 'limit',
    ...(conditional.childId !== null && { order_id: orderIdOf(market, conditional.childId) }),
  }
}

export function userTradeJson(market: Market, account: Account, trade: Readonly<Trade>): Record<string, unknown> {
  const order = account.orders.get(trade.orderId)
  const label = order === undefined ? '' : labelOf(order)
  return {
    trade_id: tradeIdOf(market, trade.id),
    trade_seq: trade.id,
    order_id: orderIdOf(market, trade.orderId),
    order_type: order?.isLiquidation === true ? 'liquidation' : (order?.type ?? 'limit'),
    instrument_name: trade.symbol,
    direction: trade.side,
    price: toNumber(trade.price),
    amount: toNumber(trade.quantity),
    contracts: contractsOf(market, trade.quantity),
    fee: toNumber(trade.fee),
    fee_currency: trade.feeAsset,
    profit_loss: toNumber(trade.realizedProfit),
    liquidity: trade.isMaker ? 'M' : 'T',
    state: order === undefined ? 'archive' : STATE[order.status],
    ...(label !== '' && { label }),
    index_price: toNumber(market.index),
    mark_price: toNumber(market.mark),
    post_only: order?.timeInForce === 'post_only',
    reduce_only: order?.reduceOnly ?? false,
    risk_reducing: false,
    self_trade: false,
    matching_id: null,
    mmp: false,
    api: true,
    tick_direction: 0,
    timestamp: trade.tsMs,
  }
}

/** `funding` is what the position paid or received since the last settlement. */
export function positionJson(market: Market, view: PositionView, funding: Money): Record<string, unknown> {
  const { kind } = market.instrument
  const size = toNumber(view.quantity)
  const mark = toNumber(view.markPrice)
  const inBase = kind === 'linear' ? size : size / mark
  return {
    instrument_name: view.symbol,
    kind: 'future',
    direction: view.quantity === 0n ? 'zero' : view.quantity > 0n ? 'buy' : 'sell',
    size,
    size_currency: inBase,
    average_price: toNumber(view.entryPrice),
    mark_price: mark,
    index_price: toNumber(market.index),
    settlement_price: mark,
    leverage: view.leverage,
    initial_margin: toNumber(view.initialMargin),
    maintenance_margin: toNumber(view.maintenanceMargin),
    open_orders_margin: 0,
    floating_profit_loss: toNumber(view.unrealizedProfit),
    realized_profit_loss: toNumber(add(view.realizedProfit, funding)),
    realized_funding: toNumber(funding),
    interest_value: 0,
    total_profit_loss: toNumber(view.unrealizedProfit),
    estimated_liquidation_price: view.liquidationPrice === null ? null : toNumber(view.liquidationPrice),
    delta: inBase,
  }
}
export const emptyPositionJson = (market: Market): Record<string, unknown> => ({
  instrument_name: market.instrument.symbol,
  kind: 'future',
  direction: 'zero',
  size: 0,
  size_currency: 0,
  average_price: 0,
  mark_price: toNumber(market.mark),
  index_price: toNumber(market.index),
  floating_profit_loss: 0,
  total_profit_loss: 0,
})
