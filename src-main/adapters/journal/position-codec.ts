// Positions with their care, and round trips, as plain JSON: exact amounts are decimal text, everything else is itself.
import { toText } from '../../../src-shared/domain/decimal.ts'
import { clientOrderId, decisionId, instrumentId, positionId, strategyId } from '../../../src-shared/domain/ids.ts'
import type { PositionSide } from '../../../src-shared/domain/instrument.ts'
import type { CarePhase, Position, PositionCare, RoundTrip, StopState, Target } from '../../../src-shared/domain/position.ts'
import { type Parse, branded, finite, flag, integer, listOf, nullable, objectAt, oneOf, text } from './json-fields.ts'
import { asMoney, asPrice, asQuantity } from './order-codec.ts'

const asSide = oneOf<PositionSide>(['long', 'short'])
const asPhase = oneOf<CarePhase>(['opening', 'protected', 'closing', 'emergency'])
const asStopState = oneOf<StopState>(['none', 'placing', 'working', 'failed'])
const asTargetState = oneOf<Target['state']>(['planned', 'working', 'filled', 'abandoned'])

const targetToJson = (target: Target) => ({
  price: toText(target.price),
  fraction: finite(target.fraction, 'position.care.targets.fraction'),
  clientOrderId: target.clientOrderId,
  state: target.state,
})
const targetFromJson: Parse<Target> = (value, where) => {
  const target = objectAt(value, where)
  return {
    price: target.field('price', asPrice),
    fraction: target.field('fraction', finite),
    clientOrderId: target.field('clientOrderId', nullable(branded(clientOrderId))),
    state: target.field('state', asTargetState),
  }
}

const careToJson = (care: PositionCare) => ({
  phase: care.phase,
  stopPrice: toText(care.stopPrice),
  initialStopPrice: toText(care.initialStopPrice),
  stopState: care.stopState,
  stopOrderId: care.stopOrderId,
  replacementOrderId: care.replacementOrderId,
  stopAttempts: integer(care.stopAttempts, 'position.care.stopAttempts'),
  targets: care.targets.map(targetToJson),
  breakEvenDone: care.breakEvenDone,
  trailing: care.trailing,
  extremePrice: finite(care.extremePrice, 'position.care.extremePrice'),
  chandelierDistance: nullable(finite)(care.chandelierDistance, 'position.care.chandelierDistance'),
  unprotectedSinceMs: nullable(integer)(care.unprotectedSinceMs, 'position.care.unprotectedSinceMs'),
  unprotectedMs: finite(care.unprotectedMs, 'position.care.unprotectedMs'),
  incident: care.incident,
  closeReason: care.closeReason,
})
const careFromJson: Parse<PositionCare> = (value, where) => {
  const care = objectAt(value, where)
  return {
    phase: care.field('phase', asPhase),
    stopPrice: care.field('stopPrice', asPrice),
    initialStopPrice: care.field('initialStopPrice', asPrice),
    stopState: care.field('stopState', asStopState),
    stopOrderId: care.field('stopOrderId', nullable(branded(clientOrderId))),
    replacementOrderId: care.field('replacementOrderId', nullable(branded(clientOrderId))),
    stopAttempts: care.field('stopAttempts', integer),
    targets: care.field('targets', listOf(targetFromJson)),
    breakEvenDone: care.field('breakEvenDone', flag),
    trailing: care.field('trailing', flag),
    extremePrice: care.field('extremePrice', finite),
    chandelierDistance: care.field('chandelierDistance', nullable(finite)),
    unprotectedSinceMs: care.field('unprotectedSinceMs', nullable(integer)),
    unprotectedMs: care.field('unprotectedMs', finite),
    incident: care.field('incident', flag),
    closeReason: care.field('closeReason', nullable(text)),
  }
}

export const positionToJson = (position: Position) => ({
  id: position.id,
  instrumentId: position.instrumentId,
  strategyId: position.strategyId,
  decisionId: position.decisionId,
  side: position.side,
  quantity: toText(position.quantity),
  initialQuantity: toText(position.initialQuantity),
  entryQuantity: toText(position.entryQuantity),
  entryPrice: toText(position.entryPrice),
  openedMs: integer(position.openedMs, 'position.openedMs'),
  closedMs: nullable(integer)(position.closedMs, 'position.closedMs'),
  realizedPnl: toText(position.realizedPnl),
  fees: toText(position.fees),
  funding: toText(position.funding),
  exitQuantity: toText(position.exitQuantity),
  exitNotional: toText(position.exitNotional),
  care: careToJson(position.care),
})

/** The position that `positionToJson` wrote. Throws DecodeError naming the field that is not as written. */
export const positionFromJson: Parse<Position> = (value, where) => {
  const position = objectAt(value, where)
  return {
    id: position.field('id', branded(positionId)),
    instrumentId: position.field('instrumentId', branded(instrumentId)),
    strategyId: position.field('strategyId', branded(strategyId)),
    decisionId: position.field('decisionId', nullable(branded(decisionId))),
    side: position.field('side', asSide),
    quantity: position.field('quantity', asQuantity),
    initialQuantity: position.field('initialQuantity', asQuantity),
    // Positions written before there were adds have none: what they began with is the largest they have been.
    entryQuantity: position.field('entryQuantity', (given, path) =>
      given === undefined ? position.field('initialQuantity', asQuantity) : asQuantity(given, path),
    ),
    entryPrice: position.field('entryPrice', asPrice),
    openedMs: position.field('openedMs', integer),
    closedMs: position.field('closedMs', nullable(integer)),
    realizedPnl: position.field('realizedPnl', asMoney),
    fees: position.field('fees', asMoney),
    funding: position.field('funding', asMoney),
    exitQuantity: position.field('exitQuantity', asQuantity),
    exitNotional: position.field('exitNotional', asMoney),
    care: position.field('care', careFromJson),
  }
}

export const roundTripToJson = (trip: RoundTrip) => ({
  positionId: trip.positionId,
  instrumentId: trip.instrumentId,
  strategyId: trip.strategyId,
  decisionId: trip.decisionId,
  side: trip.side,
  quantity: toText(trip.quantity),
  entryPrice: toText(trip.entryPrice),
  exitPrice: toText(trip.exitPrice),
  openedMs: integer(trip.openedMs, 'round_trip.openedMs'),
  closedMs: integer(trip.closedMs, 'round_trip.closedMs'),
  grossPnl: toText(trip.grossPnl),
  fees: toText(trip.fees),
  funding: toText(trip.funding),
  netPnl: toText(trip.netPnl),
  rMultiple: nullable(finite)(trip.rMultiple, 'round_trip.rMultiple'),
  exitReason: trip.exitReason,
  secondsUnprotected: finite(trip.secondsUnprotected, 'round_trip.secondsUnprotected'),
})

/** The round trip that `roundTripToJson` wrote. Throws DecodeError naming the field that is not as written. */
export const roundTripFromJson: Parse<RoundTrip> = (value, where) => {
  const trip = objectAt(value, where)
  return {
    positionId: trip.field('positionId', branded(positionId)),
    instrumentId: trip.field('instrumentId', branded(instrumentId)),
    strategyId: trip.field('strategyId', branded(strategyId)),
    decisionId: trip.field('decisionId', nullable(branded(decisionId))),
    side: trip.field('side', asSide),
    quantity: trip.field('quantity', asQuantity),
    entryPrice: trip.field('entryPrice', asPrice),
    exitPrice: trip.field('exitPrice', asPrice),
    openedMs: trip.field('openedMs', integer),
    closedMs: trip.field('closedMs', integer),
    grossPnl: trip.field('grossPnl', asMoney),
    fees: trip.field('fees', asMoney),
    funding: trip.field('funding', asMoney),
    netPnl: trip.field('netPnl', asMoney),
    rMultiple: trip.field('rMultiple', nullable(finite)),
    exitReason: trip.field('exitReason', text),
    secondsUnprotected: trip.field('secondsUnprotected', finite),
  }
}
