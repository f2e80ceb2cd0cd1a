// Records as the screen sees them: the same facts in the words of the bridge.
import type { Fill } from '../../../src-shared/domain/order.ts'
import type { RoundTrip } from '../../../src-shared/domain/position.ts'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import { fillToJson } from './order-codec.ts'
import { roundTripToJson } from './position-codec.ts'

export type FillRow = Output<'journal.fills'>['rows'][number]
export type RoundTripRow = Output<'journal.roundTrips'>['rows'][number]

export function fillRow(fill: Fill): FillRow {
  const { venueOrderId: _, ...row } = fillToJson(fill)
  return row
}

export const roundTripRow = (trip: RoundTrip): RoundTripRow => ({ ...roundTripToJson(trip), exitReason: clipped(trip.exitReason, 64) })
