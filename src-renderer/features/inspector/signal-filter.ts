// Which signals are meant: as the journal is asked, as the address of the page keeps it, and as one decision is judged against it.
import type { DecisionSummary, Detail, SignalFilter, StatisticsBy } from './detail.ts'

export const NO_FILTER: SignalFilter = {
  instrumentId: null,
  strategyId: null,
  voter: null,
  regime: null,
  outcome: null,
  reason: null,
  result: null,
}
const OUTCOMES = ['executed', 'blocked'] as const
const RESULTS = ['win', 'loss', 'expired', 'open'] as const
/** The contract takes names of at most this length. */
const NAME_LENGTH_MAX = 64
/** Field of the filter and its name in the address. */
const NAMED = [
  ['instrumentId', 'instrument'],
  ['strategyId', 'strategy'],
  ['voter', 'voter'],
  ['regime', 'regime'],
  ['reason', 'reason'],
] as const

export const isFiltering = (filter: SignalFilter): boolean => Object.values(filter).some((value) => value !== null)

/** What the address says, each value checked: an address may have been typed or come from another version. Unknown values are no filter. */
export function filterFromQuery(query: string): SignalFilter {
  const parameters = new URLSearchParams(query)
  const name = (key: string): string | null => {
    const value = parameters.get(key)
    return value !== null && value.length > 0 && value.length <= NAME_LENGTH_MAX ? value : null
  }
  const named = Object.fromEntries(NAMED.map(([field, key]) => [field, name(key)]))
  return {
    ...NO_FILTER,
    ...named,
    outcome: OUTCOMES.find((outcome) => outcome === parameters.get('outcome')) ?? null,
    result: RESULTS.find((result) => result === parameters.get('result')) ?? null,
  }
}

/** The filter as the part of an address after "?"; empty when nothing is filtered. Whatever else `before` says is kept. */
export function filterToQuery(filter: SignalFilter, before = ''): string {
  const parameters = new URLSearchParams(before)
  const fields = [...NAMED, ['outcome', 'outcome'], ['result', 'result']] as const
  for (const [field, key] of fields) {
    const value = filter[field]
    if (value === null) parameters.delete(key)
    else parameters.set(key, value)
  }
  return parameters.toString()
}

/** What the journal calls a regime that is not known. */
const UNKNOWN_REGIME = 'any'

/** Whether a decision belongs to the filtered ones. */
export function passesFilter({ trace, signalOutcome }: Detail, filter: SignalFilter): boolean {
  const { signal } = trace
  return (
    (filter.instrumentId === null || filter.instrumentId === trace.instrumentId) &&
    (filter.strategyId === null || filter.strategyId === trace.strategyId) &&
    (filter.voter === null || signal.votes.some((vote) => vote.voter === filter.voter && vote.direction === signal.direction)) &&
    (filter.regime === null || filter.regime === (signal.regime?.regime ?? UNKNOWN_REGIME)) &&
    (filter.outcome === null || filter.outcome === trace.outcome) &&
    (filter.reason === null || filter.reason === trace.reason) &&
    (filter.result === null || filter.result === (signalOutcome?.outcome ?? 'open'))
  )
}

/**
 * The recent decisions that pass, newest first, for while the journal does not answer. Null when a decision's summary cannot tell:
 * it knows neither its voters nor its result.
 */
export function recentPassing(decisions: readonly DecisionSummary[], filter: SignalFilter): readonly DecisionSummary[] | null {
  if (filter.voter !== null || filter.result !== null) return null
  const passes = (decision: DecisionSummary) =>
    (filter.instrumentId === null || decision.instrumentId === filter.instrumentId) &&
    (filter.strategyId === null || decision.strategyId === filter.strategyId) &&
    (filter.regime === null || (decision.regime ?? UNKNOWN_REGIME) === filter.regime) &&
    (filter.outcome === null || decision.outcome === filter.outcome) &&
    (filter.reason === null || decision.reason === filter.reason)
  return decisions.filter(passes).toReversed()
}

const FIELD_OF: Readonly<Record<StatisticsBy, 'voter' | 'regime' | 'strategyId' | 'reason'>> = {
  voter: 'voter',
  regime: 'regime',
  strategy: 'strategyId',
  reason: 'reason',
}
/** The filter field that a row of the statistics stands for. */
export const filterFieldOf = (by: StatisticsBy): (typeof FIELD_OF)[StatisticsBy] => FIELD_OF[by]
