// The venue is the truth for orders and positions, the journal for intent. Each difference becomes a record in plain words and an action.
import { type Quantity, ZERO_QUANTITY, negate, subtract, toText } from '../../../src-shared/domain/decimal.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { type PositionSide, closingSide } from '../../../src-shared/domain/instrument.ts'
import { type Fill, isFinal } from '../../../src-shared/domain/order.ts'
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
  /** Is what the venue holds beyond ours somebody else's, and left alone? */
  readonly leaveAlone: (instrumentId: InstrumentId, theirs: VenuePosition | null) => boolean
  /** Both sides hold the same in this instrument. */
  readonly onAgreed: (instrumentId: InstrumentId, isFlat: boolean) => void
  /** Instruments to look at although neither side need hold anything there. */
  readonly watched: readonly InstrumentId[]
  /** Is this trade somebody else's, and none of our business? */
  readonly ignoresFill: (fill: Fill) => boolean
  readonly adoptPosition: (instrumentId: InstrumentId, theirs: VenuePosition | null) => void
}

/** Compares and acts. Returns true when nothing is left open: only then may new entries follow. */
export function reconcile(snapshot: VenueSnapshot, d: ReconcileDependencies): boolean {
  reconcileFills(snapshot, d)
  const ordersClean = reconcileOrders(snapshot, d)
  // A trade later than the snapshot is booked here already: positions and wallet in it are history. The next one will tell.
  if (d.execution.registry.lastFillMs > snapshot.tsEventMs) return false
  const positionsClean = reconcilePositions(snapshot, d)
  return ordersClean && positionsClean
}

/**
 * Books the trades that were missed. When the venue has forgotten some, it lists all it still knows, old ones included that we have booked and
 * forgotten: only those after the last known one, or of an order we know, are new for certain. The rest shows as a difference of position and wallet.
 */
function reconcileFills(snapshot: VenueSnapshot, d: ReconcileDependencies): void {
  const { registry } = d.execution
  const isMissing = snapshot.fillsMissing === true
  const lastKnown = isMissing ? snapshot.fills.findLastIndex((fill) => registry.knowsTrade(fill.tradeId)) : -1
  const isNew = (fill: Fill, at: number): boolean => at > lastKnown || registry.get(fill.clientOrderId) !== null
  for (const fill of snapshot.fills.filter(isNew)) if (!d.ignoresFill(fill)) d.execution.handleFill(fill)
  if (!isMissing || !registry.claimForeign(`history from ${snapshot.fills[0]?.tradeId ?? 'nothing'}`)) return
  d.outbox.reconciled(
    'the venue no longer knows every trade since the last one known here',
    'positions and wallet are compared as a whole',
    null,
  )
}

function reconcileOrders(snapshot: VenueSnapshot, d: ReconcileDependencies): boolean {
  let clean = true
  const listed = new Set(snapshot.orders.map((order) => order.clientOrderId))
  for (const theirs of snapshot.orders) if (!reconcileListed(theirs, snapshot, d)) clean = false
  for (const ours of d.execution.registry.open()) {
    if (listed.has(ours.clientOrderId) || !isSettled(ours.updatedMs, snapshot, d)) continue
    d.outbox.reconciled(
      `order ${ours.clientOrderId} is ${ours.state} here but the venue does not list it`,
      'looking it up',
      ours.instrumentId,
    )
    d.execution.investigate(ours)
    clean = false
  }
  return clean
}

/** One order that the venue lists. Returns false when its state must be looked at again. */
function reconcileListed(theirs: VenueOrder, snapshot: VenueSnapshot, d: ReconcileDependencies): boolean {
  const ours = d.execution.registry.get(theirs.clientOrderId)
  if (ours === null) return orphan(theirs, d)
  if (isFinal(ours.state)) {
    // It may have ended after the venue drew up the list.
    if (!isSettled(ours.updatedMs, snapshot, d)) return false
    d.outbox.reconciled(
      `order ${theirs.clientOrderId} is ${ours.state} here but works at the venue`,
      'asked the venue to cancel it',
      theirs.instrumentId,
    )
    d.outbox.cancel(theirs.clientOrderId)
    return false
  }
  const hasFired = ours.state === 'accepted' && theirs.status === 'triggered'
  if (ours.state === 'unknown' || ours.state === 'submitted' || hasFired) {
    d.outbox.reconciled(
      `order ${theirs.clientOrderId} is ${ours.state} here and ${theirs.status} at the venue`,
      'the venue’s state is taken over',
      theirs.instrumentId,
    )
    d.execution.adopt(ours, theirs)
  }
  return true
}

/** Has what we know of this been old enough at the time of the snapshot for the venue to show it? */
const isSettled = (changedMs: number, snapshot: VenueSnapshot, d: ReconcileDependencies): boolean =>
  changedMs + d.settleMs < snapshot.tsEventMs

/**
 * Ours by its id but forgotten: ended. Somebody else's: shown once, never touched, and nothing that keeps us from trading. Of another copy of this
 * program: never touched either, because it may protect something, but two copies must not trade one account: no entry passes while it works.
 */
function orphan(theirs: VenueOrder, d: ReconcileDependencies): boolean {
  if (d.ids.isOfAnotherCopy(theirs.clientOrderId)) {
    if (d.execution.registry.claimForeign(`order ${theirs.clientOrderId}`)) {
      const message = `order ${theirs.clientOrderId} was made by another copy of this program, which may trade this account too: end that one, or cancel the order at the venue`
      d.outbox.alert('critical', 'account_shared', message, theirs.instrumentId)
      d.outbox.reconciled(message, 'left alone; nothing is opened meanwhile', theirs.instrumentId)
    }
    return false
  }
  if (!d.ids.owns(theirs.clientOrderId)) {
    if (d.execution.registry.claimForeign(`order ${theirs.clientOrderId}`)) {
      d.outbox.reconciled(`order ${theirs.clientOrderId} at the venue is not ours`, 'left alone', theirs.instrumentId)
    }
    return true
  }
  d.outbox.reconciled(
    `order ${theirs.clientOrderId} carries our mark but has no entry here`,
    'asked the venue to cancel it',
    theirs.instrumentId,
  )
  d.outbox.cancel(theirs.clientOrderId)
  return false
}

function reconcilePositions(snapshot: VenueSnapshot, d: ReconcileDependencies): boolean {
  let clean = true
  const theirs = new Map(snapshot.positions.map((position) => [position.instrumentId, position]))
  const instruments = new Set([...theirs.keys(), ...d.portfolio.positions().map((position) => position.instrumentId), ...d.watched])
  for (const instrumentId of instruments) {
    const there = theirs.get(instrumentId) ?? null
    const here = d.portfolio.position(instrumentId)
    if (signed(there) === signed(here)) {
      d.onAgreed(instrumentId, here === null)
      continue
    }
    if (!d.portfolio.lists(instrumentId)) {
      const difference = `${instrumentId}: the venue holds ${describe(there)} in an instrument that is not traded here`
      if (d.execution.registry.claimForeign(`position ${instrumentId} ${describe(there)}`))
        d.outbox.reconciled(difference, 'left alone', instrumentId)
      continue
    }
    const isOld = isSettled(d.execution.registry.changedMs(instrumentId), snapshot, d)
    // Trades that the venue has forgotten may have been ours: then what it holds is taken over after all.
    if (isOld && snapshot.fillsMissing !== true && d.leaveAlone(instrumentId, there)) continue
    clean = false
    // A trade that is on its way to us, or an order that has just changed, explains a difference; only one that stays is real.
    if (!isOld) continue
    d.outbox.reconciled(
      `${instrumentId}: the venue holds ${describe(there)}, here it is ${describe(here)}`,
      'the venue’s position is taken over',
      instrumentId,
    )
    d.adoptPosition(instrumentId, there)
  }
  return clean
}

type Held = { readonly side: PositionSide; readonly quantity: Quantity }
const signed = (held: Held | null): Quantity =>
  held === null ? ZERO_QUANTITY : held.side === 'long' ? held.quantity : negate(held.quantity)
const describe = (held: Held | null): string => (held === null ? 'nothing' : `${held.side} ${toText(held.quantity)}`)

/** The trade that turns what we believe into what the venue holds, as far as something is gone; null when nothing is. Another side counts as all gone. */
export function missingReduction(here: Held, there: VenuePosition | null): { side: 'buy' | 'sell'; quantity: Quantity } | null {
  const left = there !== null && there.side === here.side ? there.quantity : ZERO_QUANTITY
  return left < here.quantity ? { side: closingSide(here.side), quantity: subtract(here.quantity, left) } : null
}
