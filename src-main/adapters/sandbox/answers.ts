// What a user's strategy answers, from JSON to the types the kernel decides on. Nothing of it is believed before it is checked.
import { PLAIN_SIGNAL, type Signal } from '../../../src-shared/domain/decision.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { ManageIntent, StrategyInput } from '../../core/strategies/strategy.ts'
import { isFields, shown } from './declaration.ts'
import { NUMBER_TAG } from './prelude.ts'

export type CheckSignal = (signal: Signal, input: StrategyInput) => string | null

const REASON_LENGTH_MAX = 200
const TAGGED_NUMBERS: ReadonlyMap<unknown, number> = new Map([NaN, Infinity, -Infinity].map((value) => [`${NUMBER_TAG}${value}`, value]))

/** JSON with the three numbers it has no word for. */
export const decodeAnswer = (json: string): unknown => JSON.parse(json, (_key, value: unknown) => TAGGED_NUMBERS.get(value) ?? value)

/**
 * A signal for this candle. `votes`, `why` and `chandelierDistance` may be left out: the strategy is then its own single voter.
 * Refused with one sentence that names field, value and what was expected.
 */
export function parseSignal(
  value: unknown,
  input: StrategyInput,
  rules: { readonly voter: string; readonly check: CheckSignal },
): Result<Signal, string> {
  if (!isFields(value)) return err(`onCandle returned ${shown(value)}, expected a signal or null`)
  const { direction, strength, stopPrice = NaN, chandelierDistance = null, why = {} } = value
  const votes = withEvidence(value['votes'] ?? [{ voter: rules.voter, direction, strength, weight: 1, multiplier: 1, why }])
  // Not a Signal until the check on the next line has said so: it looks at the type and the range of every field.
  const candidate = { direction, strength, stopPrice, chandelierDistance, votes, why, ...PLAIN_SIGNAL } as Signal
  const fault = rules.check(candidate, input)
  return fault === null ? ok(candidate) : err(fault)
}

/** Users' strategies draw nothing. */
const withEvidence = (votes: unknown): unknown =>
  Array.isArray(votes) ? votes.map((vote: unknown) => (isFields(vote) ? { ...vote, evidence: [] } : vote)) : votes

/** What to do with the open position. Refused with one sentence that names field, value and what was expected. */
export function parseManageIntent(value: unknown): Result<ManageIntent, string> {
  if (!isFields(value)) return err(`manage returned ${shown(value)}, expected an intent or null`)
  const { type, reason, stopPrice } = value
  if (typeof reason !== 'string' || reason.length === 0 || reason.length > REASON_LENGTH_MAX) {
    return err(`reason is ${shown(reason)}, expected a text of 1 to ${REASON_LENGTH_MAX} letters`)
  }
  if (type === 'close') return ok({ type, reason })
  if (type !== 'move_stop') return err(`type is ${shown(type)}, expected close or move_stop`)
  if (typeof stopPrice !== 'number' || !Number.isFinite(stopPrice) || stopPrice <= 0) {
    return err(`stopPrice is ${typeof stopPrice === 'number' ? String(stopPrice) : shown(stopPrice)}, expected a price above 0`)
  }
  return ok({ type, stopPrice, reason })
}
