// The venue is the truth for orders and positions, the journal for intent. Each difference becomes a record in plain words and an action.
import { type Quantity, negate, subtract, toText } from '../../../src-shared/domain/decimal.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { type PositionSide, closingSide } from '../../../src-shared/domain/instrument.ts'
import { type Order, isFinal } from '../../../src-shared/domain/order.ts'
import type { VenueOrder, VenuePosition, VenueReport } from '../../../src-shared/events/venue-report.ts'
import type { Portfolio } from '../portfolio/portfolio.ts'
import type { Execution } from './execution.ts'
import type { IdSource } from './id-source.ts'
import type { Outbox } from './outbox.ts'

export type VenueSnapshot = Extract<VenueReport, { type: 'snapshot' }>

export type ReconcileDependencies = {
  readonly execution: Execution
  readonly portfolio: Portfolio
  readonly ids: IdSource
  readonly outbox: Outbox
  /** An order younger than this may simply not be listed yet. */
  readonly settleMs: number
  /** Makes our position equal to the venue's: adopts what we did not know, drops what is gone. */
  readonly adoptPosition: (instrumentId: InstrumentId, theirs: VenuePosition | null) => void
}

/** Compares and acts. Returns true when nothing is left open: only then may new entries follow. */
export function reconcile(snapshot: VenueSnapshot, d: ReconcileDependencies): boolean {
  for (const fill of snapshot.fills) d.execution.handleFill(fill)
  const ordersClean = reconcileOrders(snapshot, d)
  const positionsClean = reconcilePositions(snapshot, d)
  return ordersClean && positionsClean
}

function reconcileOrders(snapshot: VenueSnapshot, d: ReconcileDependencies): boolean {
  let clean = true
  const listed = new Map(snapshot.orders.map((order) => [order.clientOrderId, order]))
  for (const theirs of snapshot.orders) {
    const ours = d.execution.registry.get(theirs.clientOrderId)
    if (ours === null) orphan(theirs, d)
    else if (isFinal(ours.state)) {
      d.outbox.reconciled(`order ${theirs.clientOrderId} is ${ours.state} here but works at the venue`, 'asked the venue to cancel it', theirs.instrumentId)
      d.outbox.cancel(theirs.clientOrderId)
      clean = false
    } else if (ours.state === 'unknown' || ours.state === 'submitted') {
      d.outbox.reconciled(`order ${theirs.clientOrderId} is ${ours.state} here and works at the venue`, 'taken over as accepted', theirs.instrumentId)
      d.execution.adopt(ours, theirs)
    }
  }
  for (const ours of d.execution.registry.open()) {
    if (listed.has(ours.clientOrderId) || !isSettled(ours, snapshot, d.settleMs)) continue
    d.outbox.reconciled(`order ${ours.clientOrderId} is ${ours.state} here but the venue does not list it`, 'looking it up', ours.instrumentId)
    d.execution.investigate(ours)
    clean = false
  }
  return clean
}

const isSettled = (order: Order, snapshot: VenueSnapshot, settleMs: number): boolean => order.updatedMs + settleMs < snapshot.tsEventMs

/** Ours by its id but forgotten: ended. Somebody else's: shown, never touched. */
function orphan(theirs: VenueOrder, d: ReconcileDependencies): void {
  if (!d.ids.owns(theirs.clientOrderId)) {
    d.outbox.reconciled(`order ${theirs.clientOrderId} at the venue is not ours`, 'left alone', theirs.instrumentId)
    return
  }
  d.outbox.reconciled(`order ${theirs.clientOrderId} carries our mark but has no entry here`, 'asked the venue to cancel it', theirs.instrumentId)
  d.outbox.cancel(theirs.clientOrderId)
}

function reconcilePositions(snapshot: VenueSnapshot, d: ReconcileDependencies): boolean {
  let clean = true
  const theirs = new Map(snapshot.positions.map((position) => [position.instrumentId, position]))
  const instruments = new Set([...theirs.keys(), ...d.portfolio.positions().map((position) => position.instrumentId)])
  for (const instrumentId of instruments) {
    const there = theirs.get(instrumentId) ?? null
    const here = d.portfolio.position(instrumentId)
    if (signed(there?.side, there?.quantity) === signed(here?.side, here?.quantity)) continue
    // A fill that is on its way to us explains a difference; only one that stays is real.
    if (hasRecentClosing(instrumentId, snapshot, d)) {
      clean = false
      continue
    }
    d.outbox.reconciled(`${instrumentId}: the venue holds ${describe(there)}, here it is ${describe(here)}`, 'the venue’s position is taken over', instrumentId)
    d.adoptPosition(instrumentId, there)
    clean = false
  }
  return clean
}

function hasRecentClosing(instrumentId: InstrumentId, snapshot: VenueSnapshot, d: ReconcileDependencies): boolean {
  return d.execution.registry.open().some((order) => order.instrumentId === instrumentId && !isSettled(order, snapshot, d.settleMs))
}

const signed = (side: PositionSide | undefined, quantity: Quantity | undefined): bigint => {
  if (side === undefined || quantity === undefined) return 0n
  return side === 'long' ? quantity : negate(quantity)
}
const describe = (position: { side: PositionSide; quantity: Quantity } | null): string =>
  position === null ? 'nothing' : `${position.side} ${toText(position.quantity)}`

/** The side and size of the trade that turns what we believe into what the venue holds, for a position on the same side that shrank. */
export function missingReduction(here: { side: PositionSide; quantity: Quantity }, there: VenuePosition | null): { side: 'buy' | 'sell'; quantity: Quantity } | null {
  const left = there !== null && there.side === here.side ? there.quantity : (0n as Quantity)
  return left < here.quantity ? { side: closingSide(here.side), quantity: subtract(here.quantity, left) } : null
}
