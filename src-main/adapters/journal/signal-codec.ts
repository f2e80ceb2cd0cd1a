// Signal outcomes, enablement cells and what is pending of a decision, as plain JSON.
import type { EnablementCell, SignalOutcome, Vote } from '../../../src-shared/domain/decision.ts'
import { decisionId, instrumentId, strategyId } from '../../../src-shared/domain/ids.ts'
import type { PendingSignal } from '../../../src-shared/events/journal-record.ts'
import { type Parse, branded, finite, flag, integer, nullable, objectAt, oneOf, text } from './json-fields.ts'

const DIRECTIONS = ['buy', 'sell'] as const
const OUTCOMES = ['win', 'loss', 'expired'] as const
export const SIDES = ['long', 'short'] as const

/** An outcome from JSON, or the check of one about to be written. Throws DecodeError naming the field that is wrong. */
export const signalOutcomeFromJson: Parse<SignalOutcome> = (value, where) => {
  const outcome = objectAt(value, where)
  return {
    decisionId: outcome.field('decisionId', branded(decisionId)),
    strategyId: outcome.field('strategyId', branded(strategyId)),
    instrumentId: outcome.field('instrumentId', branded(instrumentId)),
    direction: outcome.field('direction', oneOf(DIRECTIONS)),
    executed: outcome.field('executed', flag),
    regime: outcome.field('regime', nullable(text)),
    outcome: outcome.field('outcome', oneOf(OUTCOMES)),
    decidedMs: outcome.field('decidedMs', integer),
    resolvedMs: outcome.field('resolvedMs', integer),
    endedMs: outcome.field('endedMs', integer),
    entryPrice: outcome.field('entryPrice', finite),
    stopPrice: outcome.field('stopPrice', finite),
    targetPrice: outcome.field('targetPrice', finite),
    rMultiple: outcome.field('rMultiple', finite),
    maxFavorableR: outcome.field('maxFavorableR', finite),
    maxAdverseR: outcome.field('maxAdverseR', finite),
  }
}

/** A cell from JSON, or the check of one about to be written. Throws DecodeError naming the field that is wrong. */
export const enablementFromJson: Parse<EnablementCell> = (value, where) => {
  const cell = objectAt(value, where)
  return {
    strategyId: cell.field('strategyId', branded(strategyId)),
    side: cell.field('side', oneOf(SIDES)),
    regime: cell.field('regime', text),
    enabled: cell.field('enabled', flag),
  }
}

const regimeName: Parse<string> = (value, where) => objectAt(value, where).field('regime', text)
/** Traces of the first versions have no regime at all. */
const optionalRegime: Parse<string | null> = (value, where) => (value === undefined ? null : nullable(regimeName)(value, where))

/**
 * The part of a decision's body that says what to follow; null for one that cannot be followed, because it says "wait" or its prices were
 * no numbers. Throws DecodeError naming the field that is not as written.
 */
export const pendingSignalFromJson: Parse<PendingSignal | null> = (value, where) => {
  const trace = objectAt(value, where)
  const signal = trace.field('signal', objectAt)
  const entryPrice = trace.field('candle', objectAt).field('close', nullable(finite))
  const stopPrice = signal.field('stopPrice', nullable(finite))
  const direction = signal.field('direction', oneOf(['buy', 'sell', 'wait']))
  if (direction === 'wait' || entryPrice === null || stopPrice === null) return null
  if (direction === 'buy' ? stopPrice >= entryPrice : stopPrice <= entryPrice) return null
  return {
    decisionId: trace.field('id', branded(decisionId)),
    strategyId: trace.field('strategyId', branded(strategyId)),
    instrumentId: trace.field('instrumentId', branded(instrumentId)),
    direction,
    executed: trace.field('outcome', oneOf(['executed', 'blocked'])) === 'executed',
    regime: signal.field('regime', optionalRegime),
    decidedMs: trace.field('tsMs', integer),
    entryPrice,
    stopPrice,
  }
}

/** What a voter that spoke put on the scale: strength × weight × multiplier. */
export type SpokenVote = { readonly voter: string; readonly direction: 'buy' | 'sell'; readonly value: number | null }

/** One per voter, the first that is not "wait"; the value is null where it was no number. */
export function spokenVotes(votes: readonly Omit<Vote, 'why' | 'evidence'>[]): readonly SpokenVote[] {
  const spoken = new Map<string, SpokenVote>()
  for (const { voter, direction, strength, weight, multiplier } of votes) {
    if (direction === 'wait' || spoken.has(voter)) continue
    const value = strength * weight * multiplier
    spoken.set(voter, { voter, direction, value: Number.isFinite(value) ? value : null })
  }
  return [...spoken.values()]
}
