// What a fill does to a position and to the wallet. Average cost; pure; the ledger entries it returns are the only way the balance moves.
import {
  type Money,
  type Price,
  type Quantity,
  ZERO_MONEY,
  ZERO_PRICE,
  ZERO_QUANTITY,
  add,
  averagePrice,
  larger,
  negate,
  notionalOf,
  ratioOf,
  smaller,
  subtract,
  sum,
  toNumber,
} from '../../../src-shared/domain/decimal.ts'
import type { DecisionId, PositionId, StrategyId } from '../../../src-shared/domain/ids.ts'
import { type PositionSide, directionOf, openingSide, sideOpenedBy } from '../../../src-shared/domain/instrument.ts'
import type { Fill } from '../../../src-shared/domain/order.ts'
import type { Position, PositionCare, RoundTrip } from '../../../src-shared/domain/position.ts'
import type { LedgerEntry } from '../../../src-shared/events/journal-record.ts'

/** What a fill cannot tell about the position it opens. */
export type PositionSeed = {
  readonly id: PositionId
  readonly strategyId: StrategyId
  readonly decisionId: DecisionId | null
  readonly stopPrice: Price
  readonly chandelierDistance: number | null
  /** The fill is one of an add. */
  readonly isAdd?: boolean
}

export type Booking = {
  readonly position: Position
  readonly opened: boolean
  readonly ledger: readonly LedgerEntry[]
}

/** Profit of `quantity` bought (or sold short) at `entry` and closed at `exit`, before fees. */
export function grossProfit({ side, entry, exit, quantity }: { side: PositionSide; entry: Price; exit: Price; quantity: Quantity }): Money {
  const rise = subtract(notionalOf(exit, quantity), notionalOf(entry, quantity))
  return directionOf(side) === 1 ? rise : negate(rise)
}

function openPosition(fill: Fill, seed: PositionSeed): Position {
  const side = sideOpenedBy(fill.side)
  const care: PositionCare = {
    phase: 'opening',
    stopPrice: seed.stopPrice,
    initialStopPrice: seed.stopPrice,
    stopState: 'none',
    stopOrderId: null,
    replacementOrderId: null,
    stopAttempts: 0,
    targets: [],
    breakEvenDone: false,
    trailing: false,
    extremePrice: toNumber(fill.price),
    chandelierDistance: seed.chandelierDistance,
    unprotectedSinceMs: fill.tsEventMs,
    unprotectedMs: 0,
    incident: false,
    closeReason: null,
  }
  return {
    id: seed.id,
    instrumentId: fill.instrumentId,
    strategyId: seed.strategyId,
    decisionId: seed.decisionId,
    side,
    quantity: fill.quantity,
    initialQuantity: fill.quantity,
    entryQuantity: fill.quantity,
    entryPrice: fill.price,
    openedMs: fill.tsEventMs,
    closedMs: null,
    realizedPnl: ZERO_MONEY,
    fees: fill.fee,
    funding: ZERO_MONEY,
    exitQuantity: ZERO_QUANTITY,
    exitNotional: ZERO_MONEY,
    care,
  }
}

function increase(position: Position, fill: Fill, isAdd: boolean): Position {
  const quantity = add(position.quantity, fill.quantity)
  const cost = add(notionalOf(position.entryPrice, position.quantity), notionalOf(fill.price, fill.quantity))
  return {
    ...position,
    quantity,
    initialQuantity: larger(position.initialQuantity, quantity),
    entryQuantity: isAdd ? position.entryQuantity : add(position.entryQuantity, fill.quantity),
    entryPrice: averagePrice(cost, quantity, 'half_even'),
    fees: add(position.fees, fill.fee),
  }
}

function decrease(position: Position, fill: Fill, gross: Money): Position {
  const quantity = subtract(position.quantity, fill.quantity)
  return {
    ...position,
    quantity,
    closedMs: quantity === 0n ? fill.tsEventMs : null,
    realizedPnl: add(position.realizedPnl, gross),
    fees: add(position.fees, fill.fee),
    exitQuantity: add(position.exitQuantity, fill.quantity),
    exitNotional: add(position.exitNotional, notionalOf(fill.price, fill.quantity)),
  }
}

function ledgerEntry(kind: LedgerEntry['kind'], amount: Money, { position, fill }: { position: Position; fill: Fill }): LedgerEntry {
  return { tsMs: fill.tsEventMs, kind, amount, instrumentId: fill.instrumentId, positionId: position.id, reference: fill.tradeId }
}

/**
 * Books one fill. `position` is the open position in the instrument, or null.
 * A fill against the position closes at most what is open: a part beyond it is the caller's to split off with {@link splitAtFlat}.
 */
export function bookFill(position: Position | null, fill: Fill, seed: PositionSeed): Booking {
  if (position === null) {
    const opened = openPosition(fill, seed)
    return { position: opened, opened: true, ledger: [ledgerEntry('fee', negate(fill.fee), { position: opened, fill })] }
  }
  if (fill.side === openingSide(position.side)) {
    return {
      position: increase(position, fill, seed.isAdd === true),
      opened: false,
      ledger: [ledgerEntry('fee', negate(fill.fee), { position, fill })],
    }
  }
  const gross = grossProfit({ side: position.side, entry: position.entryPrice, exit: fill.price, quantity: fill.quantity })
  const ledger = [ledgerEntry('realized_pnl', gross, { position, fill }), ledgerEntry('fee', negate(fill.fee), { position, fill })]
  return { position: decrease(position, fill, gross), opened: false, ledger }
}

/** Splits a fill that would turn a position over into the part that closes it and the rest, or null when nothing is left over. The fee stays with the first part. */
export function splitAtFlat(position: Position, fill: Fill): { closing: Fill; rest: Fill | null } {
  if (fill.side === openingSide(position.side) || fill.quantity <= position.quantity) return { closing: fill, rest: null }
  const closing: Fill = { ...fill, quantity: smaller(fill.quantity, position.quantity) }
  return { closing, rest: { ...fill, quantity: subtract(fill.quantity, position.quantity), fee: ZERO_MONEY } }
}

/** Distance from entry to the first stop: one R per unit. */
export const riskPerUnit = (position: Position): Price => {
  const distance = subtract(position.entryPrice, position.care.initialStopPrice)
  return distance < 0n ? negate(distance) : distance
}

/** Realised profit after fees and funding. */
export const netProfit = (position: Position): Money => sum<Money>([position.realizedPnl, negate(position.fees), position.funding])

/** The closed position as a round trip. Call only when its quantity is zero. */
export function roundTripOf(position: Position, exitReason: string): RoundTrip {
  const netPnl = netProfit(position)
  const risk = notionalOf(riskPerUnit(position), position.initialQuantity)
  return {
    positionId: position.id,
    instrumentId: position.instrumentId,
    strategyId: position.strategyId,
    decisionId: position.decisionId,
    side: position.side,
    quantity: position.initialQuantity,
    entryPrice: position.entryPrice,
    exitPrice: position.exitQuantity > 0n ? averagePrice(position.exitNotional, position.exitQuantity, 'half_even') : ZERO_PRICE,
    openedMs: position.openedMs,
    closedMs: position.closedMs ?? position.openedMs,
    grossPnl: position.realizedPnl,
    fees: position.fees,
    funding: position.funding,
    netPnl,
    rMultiple: risk > 0n ? toNumber(ratioOf(netPnl, risk)) : null,
    exitReason,
    secondsUnprotected: position.care.unprotectedMs / 1000,
  }
}
