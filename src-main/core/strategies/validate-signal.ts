// What a signal must be before anything is decided on it, whoever gave it.
import type { Direction, Evidence, Signal, Verdict } from '../../../src-shared/domain/decision.ts'

const DIRECTIONS: readonly string[] = ['buy', 'sell', 'wait'] satisfies readonly Direction[]
/** More votes or reasons than this is a mistake, and every one of them is written to the journal. */
export const VOTES_MAX = 64
export const WHY_ENTRIES_MAX = 64
export const WHY_TEXT_LENGTH_MAX = 500
export const EVIDENCE_MAX = 12
export const LABEL_LENGTH_MAX = 80
export const PROFILE_BINS_MAX = 200
export const PATH_POINTS_MAX = 50
export const FEATURE_NAMES_MAX = 12
export const REGIMES_MAX = 16
export const ADJUSTMENTS_MAX = 16
export const FILTERS_MAX = 32
const NAME_LENGTH_MAX = 64

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
    refuseWhy('why', signal.why) ??
    refuseRegime(signal.regime) ??
    refuseConfluence(signal.confluence) ??
    refuseList(signal.adjustments, { name: 'adjustments', most: ADJUSTMENTS_MAX, refuse: refuseAdjustment }) ??
    refuseList(signal.filters, { name: 'filters', most: FILTERS_MAX, refuse: refuseVerdict })
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

type ListRule<T> = { readonly name: string; readonly most: number; readonly refuse: (name: string, item: T) => string | null }

function refuseList<T>(list: readonly T[], { name, most, refuse }: ListRule<T>): string | null {
  if (!Array.isArray(list) || list.length > most) return `${name} is ${show(list)}, expected a list of at most ${most}`
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index] as T
    const refusal = isFields(item) ? refuse(`${name}[${index}]`, item) : `${name}[${index}] is ${show(item)}, expected named values`
    if (refusal !== null) return refusal
  }
  return null
}

const isFields = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown, most: number): boolean => typeof value === 'string' && value.length > 0 && value.length <= most
const refuseName = (field: string, value: string): string | null =>
  isText(value, NAME_LENGTH_MAX) ? null : `${field} is ${show(value)}, expected a name of at most ${NAME_LENGTH_MAX} letters`

/** The first of these fields that is not a finite number. */
function refuseNumbers<T extends object>(name: string, fields: T, keys: readonly (keyof T & string)[]): string | null {
  const bad = keys.find((key) => !Number.isFinite(fields[key]))
  return bad === undefined ? null : `${name}.${bad} is ${show(fields[bad])}, expected a finite number`
}

function refuseVotes(votes: Signal['votes']): string | null {
  return refuseList(votes, { name: 'votes', most: VOTES_MAX, refuse: refuseVote })
}

/** Null when the vote called `name` can be kept in a trace, otherwise one sentence. */
export function refuseVote(name: string, vote: Signal['votes'][number]): string | null {
  if (typeof vote.voter !== 'string' || vote.voter.length === 0 || vote.voter.length > 64)
    return `${name}.voter is ${show(vote.voter)}, expected a name`
  if (!DIRECTIONS.includes(vote.direction)) return `${name}.direction is ${show(vote.direction)}, expected buy, sell or wait`
  if (!Number.isFinite(vote.weight)) return `${name}.weight is ${show(vote.weight)}, expected a finite number`
  if (!Number.isFinite(vote.multiplier)) return `${name}.multiplier is ${show(vote.multiplier)}, expected a finite number`
  return (
    refuseUnit(`${name}.strength`, vote.strength) ??
    refuseWhy(`${name}.why`, vote.why) ??
    refuseList(vote.evidence, { name: `${name}.evidence`, most: EVIDENCE_MAX, refuse: refuseEvidence })
  )
}

function refuseEvidence(name: string, evidence: Evidence): string | null {
  if (!isText(evidence.label, LABEL_LENGTH_MAX))
    return `${name}.label is ${show(evidence.label)}, expected 1 to ${LABEL_LENGTH_MAX} letters`
  switch (evidence.kind) {
    case 'level':
      return refuseNumbers(name, evidence, ['price', 'fromMs'])
    case 'zone':
      return refuseNumbers(name, evidence, ['fromMs', 'toMs', 'low', 'high'])
    case 'mark':
      return refuseNumbers(name, evidence, ['ms', 'price'])
    case 'path':
      return refuseList(evidence.points, {
        name: `${name}.points`,
        most: PATH_POINTS_MAX,
        refuse: (point, values) => refuseNumbers(point, values, ['ms', 'price']),
      })
    case 'features': {
      const { names } = evidence
      if (Array.isArray(names) && names.length <= FEATURE_NAMES_MAX && names.every((each) => isText(each, LABEL_LENGTH_MAX))) return null
      return `${name}.names is ${show(names)}, expected at most ${FEATURE_NAMES_MAX} names of features`
    }
    case 'profile':
      return (
        refuseNumbers(name, evidence, ['fromMs', 'toMs', 'low', 'step', 'pointOfControl', 'valueHigh', 'valueLow']) ??
        refuseVolumes(`${name}.volumes`, evidence.volumes)
      )
    default: {
      // Whoever gave the signal may not have been compiled against the type.
      const { kind }: { kind: unknown } = evidence
      return `${name}.kind is ${show(kind)}, expected level, zone, path, mark, features or profile`
    }
  }
}

function refuseVolumes(name: string, volumes: readonly number[]): string | null {
  if (!Array.isArray(volumes) || volumes.length > PROFILE_BINS_MAX)
    return `${name} is ${show(volumes)}, expected at most ${PROFILE_BINS_MAX} bins`
  const bad = volumes.findIndex((volume) => !(Number.isFinite(volume) && volume >= 0))
  return bad < 0 ? null : `${name}[${bad}] is ${show(volumes[bad])}, expected a volume from 0 up`
}

function refuseRegime(regime: Signal['regime']): string | null {
  if (regime === null) return null
  if (!isFields(regime)) return `regime is ${show(regime)}, expected null or a regime with its scores`
  const { scores } = regime
  if (!isFields(scores)) return `regime.scores is ${show(scores)}, expected a number by regime`
  const names = Object.keys(scores)
  if (names.length > REGIMES_MAX) return `regime.scores has ${names.length} values, expected at most ${REGIMES_MAX}`
  return (
    refuseName('regime.classifier', regime.classifier) ??
    refuseName('regime.regime', regime.regime) ??
    refuseUnit('regime.probability', regime.probability) ??
    refuseNumbers('regime.scores', scores, names)
  )
}

function refuseConfluence(confluence: Signal['confluence']): string | null {
  if (confluence === null) return null
  if (!isFields(confluence)) return `confluence is ${show(confluence)}, expected null or sums of votes`
  return refuseNumbers('confluence', confluence, ['buy', 'sell', 'before', 'after', 'threshold'])
}

function refuseAdjustment(name: string, adjustment: Signal['adjustments'][number]): string | null {
  return (
    refuseName(`${name}.name`, adjustment.name) ?? refuseNumbers(name, adjustment, ['factor']) ?? refuseWhy(`${name}.why`, adjustment.why)
  )
}

function refuseVerdict(name: string, verdict: Verdict): string | null {
  if (typeof verdict.passed !== 'boolean') return `${name}.passed is ${show(verdict.passed)}, expected true or false`
  const isShort = isText(verdict.message, WHY_TEXT_LENGTH_MAX)
  return (
    refuseName(`${name}.check`, verdict.check) ??
    refuseName(`${name}.code`, verdict.code) ??
    (isShort ? null : `${name}.message is ${show(verdict.message)}, expected 1 to ${WHY_TEXT_LENGTH_MAX} letters`) ??
    refuseWhy(`${name}.numbers`, verdict.numbers)
  )
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
