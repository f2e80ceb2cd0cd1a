// How good a trial is, as one number.
import type { Objective } from '../../../src-shared/config/lab.ts'
import { LAB_METRICS, type LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'

/**
 * The weighted sum of the metrics, one for which less is better with its sign turned: more is always better. Null, which is worse than any
 * number, when a metric cannot be told or there are fewer trades than asked for. `share` is the length of what the metrics are of
 * ÷ the length that `tradesMin` is meant for: a tenth of the time needs a tenth of the trades, rounded down.
 */
export function objectiveOf(metrics: LabMetricValues, objective: Objective, share = 1): number | null {
  if ((metrics.trades ?? 0) < Math.floor(objective.tradesMin * share)) return null
  let sum = 0
  for (const { metric, weight } of objective.terms) {
    const value = metrics[metric]
    if (value === null || !Number.isFinite(value)) return null
    sum += LAB_METRICS[metric].better === 'less' ? -weight * value : weight * value
  }
  return sum
}

/** Best first; null last. */
export const compareObjectives = (a: number | null, b: number | null): number => {
  if (a === b) return 0
  if (a === null) return 1
  return b === null ? -1 : b - a
}
