// Signal outcomes, enablement cells and what is pending of a decision, as plain JSON.
import type { DecisionOutcome, DecisionTrace, Direction, EnablementCell, SignalOutcome, Vote } from '../../../src-shared/domain/decision.ts'
import { decisionId, instrumentId, strategyId } from '../../../src-shared/domain/ids.ts'
import type { PendingSignal } from '../../../src-shared/events/journal-record.ts'
import { type Parse, branded, finite, flag, integer, listOf, nullable, objectAt, oneOf, text } from './json-fields.ts'

const DIRECTIONS = ['buy', 'sell'] as const
export const DIRECTIONS_AND_WAIT = ['buy', 'sell', 'wait'] as const satisfies readonly Direction[]
export const DECISION_OUTCOMES = ['executed', 'blocked'] as const satisfies readonly DecisionOutcome[]
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

export const inner =
  <T>(field: string, parse: Parse<T>): Parse<T> =>
  (value, where) =>
    objectAt(value, where).field(field, parse)
/** The first versions did not write the field at all. */
export const optional =
  <T>(parse: Parse<T>): Parse<T | null> =>
  (value, where) =>
    value === undefined || value === null ? null : parse(value, where)
const optionalRegime = optional(inner('regime', text))

/**
 * The part of a decision's body that says what to follow; null for one that cannot be followed, because it adds to a position, says "wait", or
 * has prices that were no numbers. Throws DecodeError naming the field that is not as written.
 */
export const pendingSignalFromJson: Parse<PendingSignal | null> = (value, where) => {
  const trace = objectAt(value, where)
  const signal = trace.field('signal', objectAt)
  const entryPrice = trace.field('candle', objectAt).field('close', nullable(finite))
  const stopPrice = signal.field('stopPrice', nullable(finite))
  const direction = signal.field('direction', oneOf(DIRECTIONS_AND_WAIT))
  if (trace.field('isAdd', optional(flag)) === true) return null
  if (direction === 'wait' || entryPrice === null || stopPrice === null) return null
  if (direction === 'buy' ? stopPrice >= entryPrice : stopPrice <= entryPrice) return null
  return {
    decisionId: trace.field('id', branded(decisionId)),
    strategyId: trace.field('strategyId', branded(strategyId)),
    instrumentId: trace.field('instrumentId', branded(instrumentId)),
    direction,
    executed: trace.field('outcome', oneOf(DECISION_OUTCOMES)) === 'executed',
    regime: signal.field('regime', optionalRegime),
    decidedMs: trace.field('tsMs', integer),
    entryPrice,
    stopPrice,
  }
}

/** What a voter that spoke put on the scale: strength × weight × multiplier; null where that is no number. */
export type SpokenVote = { readonly voter: string; readonly direction: 'buy' | 'sell'; readonly value: number | null }
/** What tables and sums know of a decision. */
export type DecisionFacts = {
  readonly id: string
  readonly tsMs: number
  readonly strategyId: string
  readonly instrumentId: string
  readonly outcome: DecisionOutcome
  readonly reason: string
  readonly direction: Direction
  readonly regime: string | null
  readonly confluence: number | null
  /** An add to an open position is none. */
  readonly isSignal: boolean
  /** One per voter, the first that is not "wait". */
  readonly votes: readonly SpokenVote[]
}

export function decisionFacts({ id, tsMs, strategyId, instrumentId, outcome, reason, signal, isAdd }: DecisionTrace): DecisionFacts {
  const { direction, regime, confluence, votes } = signal
  const after = confluence !== null && Number.isFinite(confluence.after) ? confluence.after : null
  const common = { id, tsMs, strategyId, instrumentId, outcome, reason, direction }
  return { ...common, regime: regime?.regime ?? null, confluence: after, isSignal: isAdd !== true, votes: spokenVotes(votes) }
}

/** The same from the body of a record. Throws DecodeError naming the field that is not as written. */
export const decisionFactsFromJson: Parse<DecisionFacts> = (value, where) => {
  const trace = objectAt(value, where)
  const signal = trace.field('signal', objectAt)
  return {
    id: trace.field('id', text),
    tsMs: trace.field('tsMs', integer),
    strategyId: trace.field('strategyId', text),
    instrumentId: trace.field('instrumentId', text),
    outcome: trace.field('outcome', oneOf(DECISION_OUTCOMES)),
    reason: trace.field('reason', text),
    direction: signal.field('direction', oneOf(DIRECTIONS_AND_WAIT)),
    regime: signal.field('regime', optionalRegime),
    confluence: signal.field('confluence', optional(inner('after', nullable(finite)))),
    isSignal: trace.field('isAdd', optional(flag)) !== true,
    votes: spokenVotes(signal.field('votes', listOf(voteFromJson))),
  }
}

type Weighed = Omit<Vote, 'why' | 'evidence'>
const voteFromJson: Parse<Weighed> = (value, where) => {
  const vote = objectAt(value, where)
  // A number that was none is written as null; so is what comes of it.
  const number = (name: string): number => vote.field(name, nullable(finite)) ?? Number.NaN
  return {
    voter: vote.field('voter', text),
    direction: vote.field('direction', oneOf(DIRECTIONS_AND_WAIT)),
    strength: number('strength'),
    weight: number('weight'),
    multiplier: number('multiplier'),
  }
}

function spokenVotes(votes: readonly Weighed[]): readonly SpokenVote[] {
  const spoken = new Map<string, SpokenVote>()
  for (const { voter, direction, strength, weight, multiplier } of votes) {
    if (direction === 'wait' || spoken.has(voter)) continue
    const value = strength * weight * multiplier
    spoken.set(voter, { voter, direction, value: Number.isFinite(value) ? value : null })
  }
  return [...spoken.values()]
}
