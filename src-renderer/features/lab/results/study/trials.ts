// What the pages about a search compute from its trials.
import { isMetricId, metricTitle } from '../../../../format/lab-metric.ts'
import { formatNumber } from '../../../../format/numbers.ts'
import type { Study, Trial } from '../views.ts'
import { foldCount } from './fold-words.ts'

export const bestTrial = ({ trials, best }: Pick<Study, 'trials' | 'best'>): Trial | null =>
  best === null ? null : (trials.find(({ number }) => number === best) ?? null)

export type RunningBest = { readonly number: number; readonly objective: number }

/** Each trial that was better than all before it. */
export function runningBest(trials: readonly Trial[]): readonly RunningBest[] {
  const steps: RunningBest[] = []
  for (const { number, objective } of trials) {
    const before = steps.at(-1)?.objective ?? -Infinity
    if (objective !== null && objective > before) steps.push({ number, objective })
  }
  return steps
}

export type Counts = Readonly<Record<Trial['state'], number>>
export function countStates(trials: readonly Trial[]): Counts {
  const counts = { running: 0, done: 0, pruned: 0, failed: 0 }
  for (const { state } of trials) counts[state] += 1
  return counts
}

/** "146 finished, 10 pruned, 4 failed" */
export function countsText({ running, done, pruned, failed }: Counts): string {
  const parts: readonly (readonly [number, string])[] = [
    [done, 'finished'],
    [running, 'under way'],
    [pruned, 'pruned'],
    [failed, 'failed'],
  ]
  const present = parts.filter(([count]) => count > 0)
  return present.length === 0 ? 'none yet' : present.map(([count, word]) => `${count} ${word}`).join(', ')
}

const titleOf = (metric: string): string => (isMetricId(metric) ? metricTitle(metric) : metric)

/** What the search aimed at, read from its spec: "Sharpe ratio", or "1 × Sharpe ratio + 0.5 × Profit factor". */
export function objectiveText(spec: Study['spec']): string {
  const folds = foldCount(spec)
  return folds === null ? termsText(spec) : `${termsText(spec)}, mean of ${folds} folds`
}

function termsText(spec: Study['spec']): string {
  const terms = termsOf(spec)
  const first = terms[0]
  if (first === undefined) return 'objective'
  if (terms.length === 1 && first.weight === 1) return titleOf(first.metric)
  return terms
    .map(({ metric, weight }, place) => `${weight < 0 ? '− ' : place > 0 ? '+ ' : ''}${Math.abs(weight)} × ${titleOf(metric)}`)
    .join(' ')
}

export type Term = { readonly metric: string; readonly weight: number }
/** A spec is plain JSON: what is not there as expected is left out. */
export function termsOf(spec: Study['spec']): readonly Term[] {
  const objective: unknown = spec['objective']
  const terms: unknown = typeof objective === 'object' && objective !== null && 'terms' in objective ? objective.terms : []
  return Array.isArray(terms) ? terms.filter(isTerm) : []
}
const isTerm = (term: unknown): term is Term =>
  typeof term === 'object' &&
  term !== null &&
  'metric' in term &&
  'weight' in term &&
  typeof term.metric === 'string' &&
  typeof term.weight === 'number'

/** As many as the contract lets through. */
const TRIALS_SHOWN_MAX = 5_000

/** What a study does not show of its trials; null when it shows all. */
export function limitsText({ trialsStored, trialsRead, trials }: Study): string | null {
  const count = (value: number): string => formatNumber(value, 0)
  const unread =
    trialsRead < trialsStored
      ? [
          `This search has ${count(trialsStored)} trials, and this page looks at the first ${count(trialsRead)} of them: its best set, its map and its folds know nothing of the others. The figures of the run and the full backtest of its best count all.`,
        ]
      : []
  const unshown =
    trials.length >= TRIALS_SHOWN_MAX && trials.length < trialsRead
      ? [`The table and the curves show the best ${count(trials.length)}.`]
      : []
  const said = [...unread, ...unshown]
  return said.length === 0 ? null : said.join(' ')
}
