// How a verdict reads: passed, failed, or passed because what it judges was not there.
import type { DecisionTrace, Verdict } from './detail.ts'

export type VerdictState = 'passed' | 'failed' | 'unavailable'

/** A missing measure never blocks: such a verdict passes with the code "unavailable". A null among the numbers may mean anything. */
export function verdictState(verdict: Verdict): VerdictState {
  if (!verdict.passed) return 'failed'
  return verdict.code === 'unavailable' ? 'unavailable' : 'passed'
}

const ORDER: readonly VerdictState[] = ['failed', 'unavailable', 'passed']
/** Failed first, then what could not be judged. */
export const failedFirst = (verdicts: readonly Verdict[]): readonly Verdict[] =>
  verdicts.toSorted((a, b) => ORDER.indexOf(verdictState(a)) - ORDER.indexOf(verdictState(b)))

/** "2 failed, 1 unavailable, 4 passed", leaving out what there is none of. */
export function countVerdicts(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return 'none asked'
  const counts = ORDER.map((state) => [verdicts.filter((verdict) => verdictState(verdict) === state).length, state] as const)
  return counts
    .filter(([count]) => count > 0)
    .map(([count, state]) => `${count} ${state}`)
    .join(', ')
}

/** All verdicts in the order they were asked: the strategy's own filters, the gates, the risk officer. */
export const verdictsOf = ({ signal, gates, risk }: DecisionTrace): readonly Verdict[] => [...signal.filters, ...gates, ...risk]
