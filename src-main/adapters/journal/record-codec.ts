// The one place where a record becomes JSON text and back. What can be recovered is checked on the way in and on the way out.
import { toText } from '../../../src-shared/domain/decimal.ts'
import { instrumentId, strategyId } from '../../../src-shared/domain/ids.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import type { EquityPoint, HandBack, JournalRecord, LedgerEntry, StrategyPause } from '../../../src-shared/events/journal-record.ts'
import { type RiskState, TRADING_STATES, type Trip } from '../../../src-shared/events/risk-state.ts'
import { type Parse, branded, finite, flag, integer, listOf, nullable, objectAt, oneOf, text } from './json-fields.ts'
import { fillToJson, orderToJson } from './order-codec.ts'
import { positionToJson, roundTripToJson } from './position-codec.ts'
import { enablementFromJson, signalOutcomeFromJson } from './signal-codec.ts'

type CheckpointBody = Extract<JournalRecord, { kind: 'checkpoint' }>['body']

const ledgerToJson = (entry: LedgerEntry) => ({
  tsMs: integer(entry.tsMs, 'ledger.tsMs'),
  kind: entry.kind,
  amount: toText(entry.amount),
  instrumentId: entry.instrumentId,
  positionId: entry.positionId,
  reference: entry.reference,
})

const EQUITY_FIELDS = ['balance', 'equity', 'unrealizedPnl', 'marginUsed', 'grossExposure', 'drawdown'] as const
function checkedEquity(point: EquityPoint): EquityPoint {
  integer(point.tsMs, 'equity.tsMs')
  for (const name of EQUITY_FIELDS) finite(point[name], `equity.${name}`)
  return point
}

const tripFromJson: Parse<Trip> = (value, where) => {
  const trip = objectAt(value, where)
  return {
    code: trip.field('code', text),
    message: trip.field('message', text),
    tsMs: trip.field('tsMs', integer),
    state: trip.field('state', oneOf(TRADING_STATES)),
    resumeMs: trip.field('resumeMs', nullable(integer)),
  }
}

/** A risk state from JSON, or the check of one about to be written. Throws DecodeError naming the field that is wrong. */
export const riskStateFromJson: Parse<RiskState> = (value, where) => {
  const state = objectAt(value, where)
  return {
    tradingState: state.field('tradingState', oneOf(TRADING_STATES)),
    trips: state.field('trips', listOf(tripFromJson)),
    startEquity: state.field('startEquity', finite),
    peakEquity: state.field('peakEquity', finite),
    dayStartMs: state.field('dayStartMs', integer),
    dayStartEquity: state.field('dayStartEquity', finite),
    weekStartMs: state.field('weekStartMs', integer),
    weekStartEquity: state.field('weekStartEquity', finite),
    tradesToday: state.field('tradesToday', integer),
    consecutiveLosses: state.field('consecutiveLosses', integer),
  }
}

/** A pause from JSON, or the check of one about to be written. Throws DecodeError naming the field that is wrong. */
export const strategyPauseFromJson: Parse<StrategyPause> = (value, where) => {
  const pause = objectAt(value, where)
  return { strategyId: pause.field('strategyId', branded(strategyId)), paused: pause.field('paused', flag) }
}

/** A hand-back from JSON, or the check of one about to be written. Throws DecodeError naming the field that is wrong. */
export const handBackFromJson: Parse<HandBack> = (value, where) => {
  const handBack = objectAt(value, where)
  return { instrumentId: handBack.field('instrumentId', branded(instrumentId)), active: handBack.field('active', flag) }
}

/** A checkpoint from JSON, or the check of one about to be written. Throws DecodeError naming the field that is wrong. */
export const checkpointFromJson: Parse<CheckpointBody> = (value, where) => {
  const checkpoint = objectAt(value, where)
  return {
    marketMs: checkpoint.field('marketMs', integer),
    nextOrderNumber: checkpoint.field('nextOrderNumber', integer),
    nextDecisionNumber: checkpoint.field('nextDecisionNumber', integer),
    nextPositionNumber: checkpoint.field('nextPositionNumber', integer),
  }
}

/**
 * JSON text of a record's body. Throws DecodeError for a number that JSON cannot carry in anything that state is rebuilt from.
 * A decision is evidence, not state: there a number that is not finite becomes null, so that a strategy's NaN is still written down.
 */
export function encodeBody(record: JournalRecord): string {
  switch (record.kind) {
    case 'order':
      return JSON.stringify(orderToJson(record.body))
    case 'fill':
      return JSON.stringify(fillToJson(record.body))
    case 'ledger':
      return JSON.stringify(ledgerToJson(record.body))
    case 'position':
      return JSON.stringify(positionToJson(record.body))
    case 'round_trip':
      return JSON.stringify(roundTripToJson(record.body))
    case 'equity':
      return JSON.stringify(checkedEquity(record.body))
    case 'risk_state':
      return JSON.stringify(riskStateFromJson(record.body, 'risk_state'))
    case 'checkpoint':
      return JSON.stringify(checkpointFromJson(record.body, 'checkpoint'))
    case 'session':
      return JSON.stringify({ ...record.body, config: record.body.config ?? null })
    case 'signal_outcome':
      return JSON.stringify(signalOutcomeFromJson(record.body, 'signal_outcome'))
    case 'enablement':
      return JSON.stringify(enablementFromJson(record.body, 'enablement'))
    case 'audit':
      if (record.body.pause !== undefined) strategyPauseFromJson(record.body.pause, 'audit.pause')
      if (record.body.handBack !== undefined) handBackFromJson(record.body.handBack, 'audit.handBack')
      return JSON.stringify(record.body)
    case 'decision':
    case 'alert':
    case 'reconciliation':
    case 'feed_incident':
      return JSON.stringify(record.body)
    default:
      return unreachable(record, 'journal record')
  }
}
