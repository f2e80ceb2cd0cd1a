// Orders and fills as plain JSON: exact amounts are decimal text, everything else is itself.
import { type Money, type Price, type Quantity, money, price, quantity, toText } from '../../../src-shared/domain/decimal.ts'
import { clientOrderId, decisionId, instrumentId, positionId, strategyId, tradeId, venueOrderId } from '../../../src-shared/domain/ids.ts'
import type { OrderSide } from '../../../src-shared/domain/instrument.ts'
import {
  type EntryPlan,
  type Fill,
  ORDER_PURPOSES,
  ORDER_STATES,
  ORDER_TYPES,
  type Order,
  type TimeInForce,
  type TriggerSource,
} from '../../../src-shared/domain/order.ts'
import { type Parse, branded, finite, flag, integer, nullable, objectAt, oneOf, text } from './json-fields.ts'

export const asPrice: Parse<Price> = branded(price)
export const asQuantity: Parse<Quantity> = branded(quantity)
export const asMoney: Parse<Money> = branded(money)
const asSide = oneOf<OrderSide>(['buy', 'sell'])
const asTimeInForce = oneOf<TimeInForce>(['gtc', 'ioc', 'post_only'])
const asTriggerSource = oneOf<TriggerSource>(['mark', 'last'])
const asLiquidity = oneOf<Fill['liquidity']>(['maker', 'taker'])

export const priceOrNull = (value: Price | null): string | null => (value === null ? null : toText(value))

const entryPlanToJson = (plan: EntryPlan) => ({
  stopPrice: toText(plan.stopPrice),
  chandelierDistance: nullable(finite)(plan.chandelierDistance, 'order.entryPlan.chandelierDistance'),
  ...(plan.isAdd === true ? { isAdd: true } : {}),
  ...(plan.isContinued === true ? { isContinued: true } : {}),
})
const flagOrNothing: Parse<boolean> = (given, path) => (given === undefined ? false : flag(given, path))
const entryPlanFromJson: Parse<EntryPlan> = (value, where) => {
  const plan = objectAt(value, where)
  const isAdd = plan.field('isAdd', flagOrNothing)
  const isContinued = plan.field('isContinued', flagOrNothing)
  return {
    stopPrice: plan.field('stopPrice', asPrice),
    chandelierDistance: plan.field('chandelierDistance', nullable(finite)),
    ...(isAdd ? { isAdd } : {}),
    ...(isContinued ? { isContinued } : {}),
  }
}

export const orderToJson = (order: Order) => ({
  clientOrderId: order.clientOrderId,
  instrumentId: order.instrumentId,
  strategyId: order.strategyId,
  positionId: order.positionId,
  decisionId: order.decisionId,
  purpose: order.purpose,
  side: order.side,
  type: order.type,
  timeInForce: order.timeInForce,
  quantity: toText(order.quantity),
  limitPrice: priceOrNull(order.limitPrice),
  triggerPrice: priceOrNull(order.triggerPrice),
  triggerSource: order.triggerSource,
  reduceOnly: order.reduceOnly,
  decisionPrice: priceOrNull(order.decisionPrice),
  entryPlan: order.entryPlan && entryPlanToJson(order.entryPlan),
  state: order.state,
  venueOrderId: order.venueOrderId,
  filledQuantity: toText(order.filledQuantity),
  averagePrice: priceOrNull(order.averagePrice),
  filledNotional: toText(order.filledNotional),
  feePaid: toText(order.feePaid),
  createdMs: integer(order.createdMs, 'order.createdMs'),
  updatedMs: integer(order.updatedMs, 'order.updatedMs'),
  reason: order.reason,
  ...(order.parentId === undefined ? {} : { parentId: order.parentId }),
})

/** The order that `orderToJson` wrote. Throws DecodeError naming the field that is not as written. */
export const orderFromJson: Parse<Order> = (value, where) => {
  const order = objectAt(value, where)
  const parentId = order.field('parentId', (given, path) => (given === undefined ? null : branded(clientOrderId)(given, path)))
  return {
    clientOrderId: order.field('clientOrderId', branded(clientOrderId)),
    instrumentId: order.field('instrumentId', branded(instrumentId)),
    strategyId: order.field('strategyId', branded(strategyId)),
    positionId: order.field('positionId', nullable(branded(positionId))),
    decisionId: order.field('decisionId', nullable(branded(decisionId))),
    purpose: order.field('purpose', oneOf(ORDER_PURPOSES)),
    side: order.field('side', asSide),
    type: order.field('type', oneOf(ORDER_TYPES)),
    timeInForce: order.field('timeInForce', asTimeInForce),
    quantity: order.field('quantity', asQuantity),
    limitPrice: order.field('limitPrice', nullable(asPrice)),
    triggerPrice: order.field('triggerPrice', nullable(asPrice)),
    triggerSource: order.field('triggerSource', asTriggerSource),
    reduceOnly: order.field('reduceOnly', flag),
    decisionPrice: order.field('decisionPrice', nullable(asPrice)),
    entryPlan: order.field('entryPlan', nullable(entryPlanFromJson)),
    state: order.field('state', oneOf(ORDER_STATES)),
    venueOrderId: order.field('venueOrderId', nullable(branded(venueOrderId))),
    filledQuantity: order.field('filledQuantity', asQuantity),
    averagePrice: order.field('averagePrice', nullable(asPrice)),
    filledNotional: order.field('filledNotional', asMoney),
    feePaid: order.field('feePaid', asMoney),
    createdMs: order.field('createdMs', integer),
    updatedMs: order.field('updatedMs', integer),
    reason: order.field('reason', nullable(text)),
    ...(parentId === null ? {} : { parentId }),
  }
}

export const fillToJson = (fill: Fill) => ({
  tradeId: fill.tradeId,
  clientOrderId: fill.clientOrderId,
  venueOrderId: fill.venueOrderId,
  instrumentId: fill.instrumentId,
  side: fill.side,
  price: toText(fill.price),
  quantity: toText(fill.quantity),
  fee: toText(fill.fee),
  liquidity: fill.liquidity,
  tsEventMs: integer(fill.tsEventMs, 'fill.tsEventMs'),
})

/** The fill that `fillToJson` wrote. Throws DecodeError naming the field that is not as written. */
export const fillFromJson: Parse<Fill> = (value, where) => {
  const fill = objectAt(value, where)
  return {
    tradeId: fill.field('tradeId', branded(tradeId)),
    clientOrderId: fill.field('clientOrderId', branded(clientOrderId)),
    venueOrderId: fill.field('venueOrderId', branded(venueOrderId)),
    instrumentId: fill.field('instrumentId', branded(instrumentId)),
    side: fill.field('side', asSide),
    price: fill.field('price', asPrice),
    quantity: fill.field('quantity', asQuantity),
    fee: fill.field('fee', asMoney),
    liquidity: fill.field('liquidity', asLiquidity),
    tsEventMs: fill.field('tsEventMs', integer),
  }
}
