// Which of the recent decisions the list shows.
import type { DecisionSummary } from './detail.ts'

export type DecisionFilter = {
  readonly outcome: 'all' | 'executed' | 'blocked'
  readonly instrumentId: string | null
  readonly strategyId: string | null
}
export const NO_FILTER: DecisionFilter = { outcome: 'all', instrumentId: null, strategyId: null }

export const isFiltering = (filter: DecisionFilter): boolean =>
  filter.outcome !== 'all' || filter.instrumentId !== null || filter.strategyId !== null

/** The decisions that pass, newest first. `decisions` is newest last, as the desk keeps them. */
export function filterDecisions(decisions: readonly DecisionSummary[], filter: DecisionFilter): readonly DecisionSummary[] {
  const passes = (decision: DecisionSummary) =>
    (filter.outcome === 'all' || decision.outcome === filter.outcome) &&
    (filter.instrumentId === null || decision.instrumentId === filter.instrumentId) &&
    (filter.strategyId === null || decision.strategyId === filter.strategyId)
  return decisions.filter(passes).toReversed()
}

/** Distinct values in alphabetical order, for a select. */
export const distinct = (values: Iterable<string>): readonly string[] => [...new Set(values)].toSorted()

export type Neighbours = { readonly previousId: string | null; readonly nextId: string | null }

/** The decisions before and after this one among those shown (newest first); null when it is not among them. */
export function neighboursOf(shown: readonly DecisionSummary[], id: string): Neighbours | null {
  const index = shown.findIndex((decision) => decision.id === id)
  if (index < 0) return null
  return { previousId: shown[index + 1]?.id ?? null, nextId: shown[index - 1]?.id ?? null }
}
