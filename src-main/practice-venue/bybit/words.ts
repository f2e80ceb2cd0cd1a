// The core's words in Bybit's, for REST and streams alike.
import { type Price, type Quantity, averagePrice, subtract, toText } from '../../../src-shared/domain/decimal.ts'
import type { Conditional, Order, OrderParams, OrderStatus, PositionSide, TimeInForce, TriggerSource } from '../core/order.ts'
import type { Account } from '../core/state.ts'

// ---- ids ---------------------------------------------------------------------------------------------------------

/** Bybit's ids are UUIDs: ours hold the exchange's number in the hexadecimal digits. `kind` keeps orders and executions apart. */
function uuid(id: number, kind: '4' | '5'): string {
  const hex = id.toString(16).padStart(14, '0')
  return `5e${hex.slice(0, 6)}-${hex.slice(6, 10)}-${kind}${hex.slice(10, 13)}-8${hex.slice(13)}00-0123456789ab`
}
const UUID = /^5e([0-9a-f]{6})-([0-9a-f]{4})-4([0-9a-f]{3})-8([0-9a-f])00-0123456789ab$/
/** NaN for what is no id of an order here. */
export const idOfOrder = (text: string): number => {
  const match = UUID.exec(text)
  return match === null ? Number.NaN : Number.parseInt(match.slice(1).join(''), 16)
}
/** A conditional order keeps its id when it fires. */
export const orderIdOf = (order: { readonly id: number; readonly parentId?: number | null }): string =>
  uuid(order.parentId ?? order.id, '4')
export const execIdOf = (id: number): string => uuid(id, '5')

// ---- orders ------------------------------------------------------------------------------------------------------

export const SIDE = { buy: 'Buy', sell: 'Sell' } as const
const STATUS: Readonly<Record<OrderStatus, string>> = {
  new: 'New',
  partially_filled: 'PartiallyFilled',
  filled: 'Filled',
  canceled: 'Cancelled',
  expired: 'Cancelled',
}
const TIME_IN_FORCE: Readonly<Record<TimeInForce, string>> = { gtc: 'GTC', ioc: 'IOC', fok: 'FOK', post_only: 'PostOnly' }
export const POSITION_IDX: Readonly<Record<PositionSide, number>> = { both: 0, long: 1, short: 2 }
const TRIGGER_BY: Readonly<Record<TriggerSource, string>> = { mark: 'MarkPrice', last: 'LastPrice', index: 'IndexPrice' }
const CANCEL_TYPE: Readonly<Record<string, string>> = {
  user: 'CancelByUser',
  reduce_only: 'CancelByReduceOnly',
  reduce_only_rejected: 'CancelByReduceOnly',
  reduce_only_conflict: 'CancelByReduceOnly',
  liquidation: 'CancelAllBeforeLiq',
  countdown: 'CancelByDCP',
  delisted: 'CancelBySettle',
  position_closed: 'CancelByTpSlTsClear',
}

export const textOr = (value: Price | Quantity | null, otherwise: string): string => (value === null ? otherwise : toText(value))
const averageOf = ({ filled, filledValue }: Readonly<Order>): string =>
  filled === 0n ? '' : toText(averagePrice(filledValue, filled, 'half_even'))

/** What all rows have alike, whatever became of the order. */
const common = (
  order: Pick<OrderParams, 'symbol' | 'side' | 'quantity' | 'reduceOnly' | 'positionSide'>,
  times: { readonly createdMs: number; readonly updatedMs: number },
): Record<string, unknown> => ({
  category: 'linear',
  blockTradeId: '',
  symbol: order.symbol,
  qty: toText(order.quantity),
  side: SIDE[order.side],
  isLeverage: '',
  positionIdx: POSITION_IDX[order.positionSide],
  cancelType: 'UNKNOWN',
  rejectReason: 'EC_NoError',
  avgPrice: '',
  leavesQty: toText(order.quantity),
  leavesValue: '0',
  cumExecQty: '0',
  cumExecValue: '0',
  cumExecFee: '0',
  stopOrderType: '',
  orderIv: '',
  triggerPrice: '',
  takeProfit: '',
  stopLoss: '',
  tpTriggerBy: '',
  slTriggerBy: '',
  triggerDirection: 0,
  triggerBy: '',
  lastPriceOnCreated: '',
  reduceOnly: order.reduceOnly,
  closeOnTrigger: false,
  smpType: 'None',
  smpGroup: 0,
  smpOrderId: '',
  tpslMode: '',
  tpLimitPrice: '',
  slLimitPrice: '',
  placeType: '',
  createType: 'CreateByUser',
  feeCurrency: 'USDT',
  closedPnl: '0',
  createdTime: String(times.createdMs),
  updatedTime: String(times.updatedMs),
})

function endOf(order: Readonly<Order>): Record<string, unknown> {
  if (order.status !== 'canceled' && order.status !== 'expired') return {}
  if (order.reason === 'post_only') return { rejectReason: 'EC_PostOnlyWillTakeLiquidity' }
  if (order.reason === 'ioc') return { rejectReason: order.filled === 0n ? 'EC_NoImmediateQtyToFill' : 'EC_CancelForNoFullFill' }
  return { cancelType: CANCEL_TYPE[order.reason ?? ''] ?? 'UNKNOWN', rejectReason: 'EC_PerCancelRequest' }
}
const executedOf = (order: Readonly<Order>, fee: string): Record<string, unknown> => {
  const isOver = order.status === 'canceled' || order.status === 'expired'
  return {
    orderStatus: STATUS[order.status],
    avgPrice: averageOf(order),
    leavesQty: isOver ? '0' : toText(subtract(order.quantity, order.filled)),
    cumExecQty: toText(order.filled),
    cumExecValue: toText(order.filledValue),
    cumExecFee: fee,
  }
}

/** `parent` is the conditional order that it was before it fired. */
export function orderRow(account: Account, order: Readonly<Order>): Record<string, unknown> {
  const parent = order.parentId === null ? undefined : account.conditionals.get(order.parentId)
  const fees = account.trades.filter(({ orderId }) => orderId === order.id)
  const fee = fees.reduce<bigint>((sum, trade) => sum + trade.fee, 0n)
  return {
    ...common(order, { createdMs: parent?.createdMs ?? order.createdMs, updatedMs: order.updatedMs }),
    ...(parent && triggerFields(parent)),
    orderId: orderIdOf(order),
    orderLinkId: linkIdOf(order),
    price: textOr(order.price, '0'),
    orderType: order.type === 'market' ? 'Market' : 'Limit',
    timeInForce: order.type === 'market' ? 'IOC' : TIME_IN_FORCE[order.timeInForce],
    createType: parent ? 'CreateByStopOrder' : order.isLiquidation ? 'CreateByLiq' : 'CreateByUser',
    ...executedOf(order, toText(fee as Price)),
    ...endOf(order),
  }
}
const triggerFields = (conditional: Readonly<Conditional>): Record<string, unknown> => ({
  stopOrderType: conditional.type === 'trailing_stop' ? 'TrailingStop' : 'Stop',
  triggerPrice: textOr(conditional.triggerPrice, ''),
  triggerDirection: conditional.direction === 'rise' ? 1 : 2,
  triggerBy: TRIGGER_BY[conditional.trigger],
  closeOnTrigger: conditional.reduceOnly,
  createType: 'CreateByStopOrder',
})
/** Of one that has not become another order yet, or never will. */
export function conditionalRow(conditional: Readonly<Conditional>): Record<string, unknown> {
  const isLimit = conditional.type === 'stop_limit' || conditional.type === 'take_profit_limit'
  return {
    ...common(conditional, conditional),
    ...triggerFields(conditional),
    orderId: orderIdOf(conditional),
    orderLinkId: linkIdOf(conditional),
    price: textOr(conditional.price, '0'),
    orderType: isLimit ? 'Limit' : 'Market',
    timeInForce: isLimit ? TIME_IN_FORCE[conditional.timeInForce] : 'IOC',
    ...conditionalEnd(conditional),
  }
}
function conditionalEnd({ status, reason }: Readonly<Conditional>): Record<string, unknown> {
  switch (status) {
    case 'new':
      return { orderStatus: 'Untriggered' }
    case 'triggering':
    case 'triggered':
    case 'finished':
      return { orderStatus: 'Triggered' }
    case 'canceled':
      return { orderStatus: 'Deactivated', cancelType: 'CancelByUser', leavesQty: '0' }
    case 'expired':
      return { orderStatus: 'Cancelled', cancelType: CANCEL_TYPE[reason ?? ''] ?? 'UNKNOWN', leavesQty: '0' }
    case 'rejected':
      return { orderStatus: 'Rejected', rejectReason: 'EC_Others', cancelType: 'CancelByCannotAffordOrderCost', leavesQty: '0' }
  }
}
/** Empty where the client gave none. */
export const linkIdOf = ({ clientId }: { readonly clientId: string }): string => (/^venue\d+$/.test(clientId) ? '' : clientId)
