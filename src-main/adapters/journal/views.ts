// Records as the screen sees them: the same facts in the words of the bridge.
import type { Fill } from '../../../src-shared/domain/order.ts'
import type { RoundTrip } from '../../../src-shared/domain/position.ts'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import { flag, integer, objectAt, text } from './json-fields.ts'
import { fillToJson } from './order-codec.ts'
import { roundTripToJson } from './position-codec.ts'
import { optional } from './signal-codec.ts'

export type FillRow = Output<'journal.fills'>['rows'][number]
export type AuditRow = Output<'journal.audit'>['rows'][number]
export type RoundTripRow = Output<'journal.roundTrips'>['rows'][number]

export function fillRow(fill: Fill): FillRow {
  const { venueOrderId: _, ...row } = fillToJson(fill)
  return row
}

export const roundTripRow = (trip: RoundTrip): RoundTripRow => ({ ...roundTripToJson(trip), exitReason: clipped(trip.exitReason, 64) })

const short = (value: string | null): string | null => (value === null ? null : clipped(value, 400))

/** `body` is that of record number `record`. Throws DecodeError naming the field that is not as written. */
export function auditRow(record: number, body: unknown): AuditRow {
  const entry = objectAt(body, `record ${record}`)
  return {
    record,
    tsMs: entry.field('tsMs', integer),
    // The first versions wrote down neither who it was nor what it changed.
    who: clipped(entry.field('who', optional(text)) ?? entry.field('actor', text), 64),
    action: clipped(entry.field('action', text), 64),
    detail: clipped(entry.field('detail', text), 1000),
    before: short(entry.field('before', optional(text))),
    after: short(entry.field('after', optional(text))),
    accepted: entry.field('accepted', flag),
  }
}
