// The core's words in Binance's, for REST and streams alike.
import { type Price, type Quantity, ZERO_PRICE, averagePrice, toText } from '../../../src-shared/domain/decimal.ts'
import type {
  Conditional,
  ConditionalStatus,
  ConditionalType,
  MarginMode,
  Order,
  OrderStatus,
  PositionSide,
  TimeInForce,
} from '../core/order.ts'

export const upper = (text: string): string => text.toUpperCase()

export const ORDER_STATUS: Readonly<Record<OrderStatus, string>> = {
  new: 'NEW',
  partially_filled: 'PARTIALLY_FILLED',
  filled: 'FILLED',
  canceled: 'CANCELED',
  expired: 'EXPIRED',
}
export const TIME_IN_FORCE: Readonly<Record<TimeInForce, string>> = { gtc: 'GTC', ioc: 'IOC', fok: 'FOK', post_only: 'GTX' }
export const POSITION_SIDE: Readonly<Record<PositionSide, string>> = { both: 'BOTH', long: 'LONG', short: 'SHORT' }
export const MARGIN_TYPE: Readonly<Record<MarginMode, string>> = { cross: 'cross', isolated: 'isolated' }
export const ALGO_STATUS: Readonly<Record<ConditionalStatus, string>> = {
  new: 'NEW',
  triggering: 'TRIGGERING',
  triggered: 'TRIGGERED',
  finished: 'FINISHED',
  canceled: 'CANCELED',
  expired: 'EXPIRED',
  rejected: 'REJECTED',
}
export const ALGO_TYPE: Readonly<Record<ConditionalType, string>> = {
  stop_market: 'STOP_MARKET',
  stop_limit: 'STOP',
  take_profit_market: 'TAKE_PROFIT_MARKET',
  take_profit_limit: 'TAKE_PROFIT',
  trailing_stop: 'TRAILING_STOP_MARKET',
}
/** Algo ids are far from order ids, as they are there. */
const ALGO_ID_OFFSET = 1_000_000_000_000
export const algoIdOf = (id: number): number => ALGO_ID_OFFSET + id
export const idOfAlgo = (algoId: number): number => algoId - ALGO_ID_OFFSET

export const averageOf = (order: { filled: Quantity; filledValue: bigint }): Price =>
  order.filled === 0n ? ZERO_PRICE : averagePrice(order.filledValue as Parameters<typeof averagePrice>[0], order.filled, 'half_even')

export const textOr = (value: Price | Quantity | null, otherwise: string): string => (value === null ? otherwise : toText(value))

export function orderJson(order: Readonly<Order>): Record<string, unknown> {
  const type = order.type === 'market' ? 'MARKET' : 'LIMIT'
  return {
    orderId: order.id,
    symbol: order.symbol,
    status: ORDER_STATUS[order.status],
    clientOrderId: order.clientId,
    price: textOr(order.price, '0'),
    avgPrice: toText(averageOf(order)),
    origQty: toText(order.quantity),
    executedQty: toText(order.filled),
    cumQuote: toText(order.filledValue),
    cumQty: toText(order.filled),
    timeInForce: TIME_IN_FORCE[order.timeInForce],
    type,
    reduceOnly: order.reduceOnly,
    closePosition: false,
    side: upper(order.side),
    positionSide: POSITION_SIDE[order.positionSide],
    stopPrice: '0',
    workingType: 'CONTRACT_PRICE',
    priceProtect: false,
    origType: type,
    priceMatch: 'NONE',
    selfTradePreventionMode: 'EXPIRE_MAKER',
    goodTillDate: order.expiresMs ?? 0,
    time: order.createdMs,
    updateTime: order.updatedMs,
  }
}

/** `child` is the plain order it became, once there is one. */
export function algoJson(conditional: Readonly<Conditional>, child: Readonly<Order> | undefined): Record<string, unknown> {
  return {
    algoId: algoIdOf(conditional.id),
    clientAlgoId: conditional.clientId,
    algoType: 'CONDITIONAL',
    orderType: ALGO_TYPE[conditional.type],
    symbol: conditional.symbol,
    side: upper(conditional.side),
    positionSide: POSITION_SIDE[conditional.positionSide],
    timeInForce: TIME_IN_FORCE[conditional.timeInForce],
    quantity: toText(conditional.quantity),
    algoStatus: ALGO_STATUS[conditional.status],
    actualOrderId: conditional.childId === null ? '' : String(conditional.childId),
    actualPrice: child ? toText(averageOf(child)) : '0',
    actualQty: child ? toText(child.filled) : '0',
    actualType: child ? upper(child.type) : '',
    triggerPrice: textOr(conditional.triggerPrice, '0'),
    price: textOr(conditional.price, '0'),
    icebergQuantity: null,
    tpTriggerPrice: '0',
    tpPrice: '0',
    slTriggerPrice: '0',
    slPrice: '0',
    tpOrderType: '',
    selfTradePreventionMode: 'EXPIRE_MAKER',
    workingType: conditional.trigger === 'mark' ? 'MARK_PRICE' : 'CONTRACT_PRICE',
    priceMatch: 'NONE',
    closePosition: conditional.closePosition,
    priceProtect: false,
    reduceOnly: conditional.reduceOnly,
    activatePrice: textOr(conditional.activatePrice, ''),
    callbackRate: percentOf(conditional),
    createTime: conditional.createdMs,
    updateTime: conditional.updatedMs,
    triggerTime: conditional.triggeredMs ?? 0,
    goodTillDate: 0,
  }
}

export const percentOf = ({ callbackRate }: Conditional): string => (callbackRate === null ? '' : toText((callbackRate * 100n) as Price))
