// What a signal must be before anything is decided on it, whoever gave it.
import type { Direction, Signal } from '../../../src-shared/domain/decision.ts'

const DIRECTIONS: readonly string[] = ['buy', 'sell', 'wait'] satisfies readonly Direction[]
/** More votes or reasons than this is a mistake, and every one of them is written to the journal. */
export const VOTES_MAX = 64
export const WHY_ENTRIES_MAX = 64
export const WHY_TEXT_LENGTH_MAX = 500

/**
 * Null when the signal can be decided on, otherwise one sentence with the field, its value and what was expected.
 * `close` is the close of the candle it was given for: a buy needs its stop below, a sell above.
 */
export function validateSignal(signal: Signal, { close }: { readonly close: number }): string | null {
  if (!DIRECTIONS.includes(signal.direction)) return `direction is ${show(signal.direction)}, expected buy, sell or wait`
  return (
    refuseUnit('strength', signal.strength) ??
    (signal.direction === 'wait' ? null : refuseStop(signal, close)) ??
    refuseDistance(signal.chandelierDistance) ??
    refuseShare(signal.sizeShare) ??
    refuseVotes(signal.votes) ??
    refuseWhy('why', signal.why)
  )
}

/** A value for a message: short, and NaN stays visible. */
export const show = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return String(value)
}

const refuseUnit = (field: string, value: number): string | null =>
  typeof value === 'number' && value >= 0 && value <= 1 ? null : `${field} is ${show(value)}, expected a number from 0 to 1`

function refuseStop({ direction, stopPrice }: Signal, close: number): string | null {
  const side = direction === 'buy' ? 'below' : 'above'
  const right = direction === 'buy' ? stopPrice < close : stopPrice > close
  if (typeof stopPrice === 'number' && Number.isFinite(stopPrice) && stopPrice > 0 && right) return null
  return `stopPrice is ${show(stopPrice)}, expected a price ${side} the close ${close} for a ${direction}`
}

function refuseDistance(distance: number | null): string | null {
  if (distance === null || (typeof distance === 'number' && Number.isFinite(distance) && distance > 0)) return null
  return `chandelierDistance is ${show(distance)}, expected a distance above 0 in price units, or null`
}

function refuseShare(share: number | undefined): string | null {
  if (share === undefined || (typeof share === 'number' && share > 0 && share <= 1)) return null
  return `sizeShare is ${show(share)}, expected more than 0, at most 1`
}

function refuseVotes(votes: Signal['votes']): string | null {
  if (!Array.isArray(votes) || votes.length > VOTES_MAX) return `votes is ${show(votes)}, expected a list of at most ${VOTES_MAX}`
  for (const [index, vote] of votes.entries()) {
    const refusal = refuseVote(`votes[${index}]`, vote)
    if (refusal !== null) return refusal
  }
  return null
}

function refuseVote(name: string, vote: Signal['votes'][number]): string | null {
  if (typeof vote !== 'object' || vote === null) return `${name} is ${show(vote)}, expected a vote`
  if (typeof vote.voter !== 'string' || vote.voter.length === 0 || vote.voter.length > 64)
    return `${name}.voter is ${show(vote.voter)}, expected a name`
  if (!DIRECTIONS.includes(vote.direction)) return `${name}.direction is ${show(vote.direction)}, expected buy, sell or wait`
  if (!Number.isFinite(vote.weight)) return `${name}.weight is ${show(vote.weight)}, expected a finite number`
  if (!Number.isFinite(vote.multiplier)) return `${name}.multiplier is ${show(vote.multiplier)}, expected a finite number`
  return refuseUnit(`${name}.strength`, vote.strength) ?? refuseWhy(`${name}.why`, vote.why)
}

function refuseWhy(name: string, why: Signal['why']): string | null {
  if (typeof why !== 'object' || why === null || Array.isArray(why)) return `${name} is ${show(why)}, expected named values`
  const names = Object.keys(why)
  if (names.length > WHY_ENTRIES_MAX) return `${name} has ${names.length} values, expected at most ${WHY_ENTRIES_MAX}`
  const bad = names.find((entry) => !isPlain(why[entry]))
  return bad !== undefined
    ? `${name}.${bad.slice(0, 40)} is ${show(why[bad])}, expected a finite number, a text up to ${WHY_TEXT_LENGTH_MAX} letters, true, false or null`
    : null
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'string') return value.length <= WHY_TEXT_LENGTH_MAX
  return typeof value === 'boolean' || value === null
}
