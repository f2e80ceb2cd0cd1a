// Records as the screen sees them: the same facts in the words of the bridge.
import { toText } from '../../../src-shared/domain/decimal.ts'
import type { Fill, Order } from '../../../src-shared/domain/order.ts'
import type { RoundTrip } from '../../../src-shared/domain/position.ts'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { fillToJson, priceOrNull } from './order-codec.ts'
import { roundTripToJson } from './position-codec.ts'

export type OrderRow = Output<'journal.orders'>['rows'][number]
export type FillRow = Output<'journal.fills'>['rows'][number]
export type RoundTripRow = Output<'journal.roundTrips'>['rows'][number]

/** The bridge bounds its texts; the whole text stays in the journal. */
const clip = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`)

export const orderRow = (order: Order): OrderRow => ({
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
  limitPrice: priceOrNull(order.limitPrice),
  triggerPrice: priceOrNull(order.triggerPrice),
  averagePrice: priceOrNull(order.averagePrice),
  reduceOnly: order.reduceOnly,
  state: order.state,
  reason: order.reason === null ? null : clip(order.reason, 400),
  createdMs: order.createdMs,
  updatedMs: order.updatedMs,
})

export function fillRow(fill: Fill): FillRow {
  const { venueOrderId: _, ...row } = fillToJson(fill)
  return row
}

export const roundTripRow = (trip: RoundTrip): RoundTripRow => ({ ...roundTripToJson(trip), exitReason: clip(trip.exitReason, 64) })
