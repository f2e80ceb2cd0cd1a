// An order as screens see it, the same from the engine and from the journal.
import { type Decimal, toText } from '../domain/decimal.ts'
import type { Order } from '../domain/order.ts'
import type { Payload } from './contract.ts'

export type OrderView = Extract<Payload<'desk'>['events'][number], { type: 'order' }>['order']

/** Texts on the wire are bounded: a longer one is cut rather than refused, and stands whole in the journal. */
export const clipped = (text: string, lengthMax: number): string => (text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`)

const textOrNull = (value: Decimal | null): string | null => (value === null ? null : toText(value))

export const orderView = (order: Order): OrderView => ({
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
  filledQuantity: toText(order.filledQuantity),
  limitPrice: textOrNull(order.limitPrice),
  triggerPrice: textOrNull(order.triggerPrice),
  averagePrice: textOrNull(order.averagePrice),
  reduceOnly: order.reduceOnly,
  state: order.state,
  reason: order.reason === null ? null : clipped(order.reason, 400),
  createdMs: order.createdMs,
  updatedMs: order.updatedMs,
})
