// A trial in folds: one backtest in each, wherever the runner runs them, put together to one result.
import type { Objective } from '../../../src-shared/config/lab.ts'
import type { Trial, TrialResult, TrialRunner } from '../pool/trial-runner.ts'
import { foldScores, meanMetrics } from '../search/cross-validation.ts'
import type { Period } from '../walk-forward/windows.ts'

export type FoldedTrial = {
  readonly trial: Omit<Trial, 'fromMs' | 'toMs' | 'watch'>
  /** In order of time, at least two. */
  readonly folds: readonly Period[]
  readonly objective: Objective
}

/** Characters that are kept. */
const WORKER_MAX = 80

/**
 * Figures are means over the folds, looks are the scores in them, daily returns stand one after the other; seconds are those of all folds together.
 * A fold that fails fails the trial.
 */
export async function runFolds(runner: TrialRunner, { trial, folds, objective }: FoldedTrial, signal: AbortSignal): Promise<TrialResult> {
  // Numbers tell what runs at the same time apart.
  const runs = folds.map((period, fold) =>
    runner.run({ ...trial, ...period, number: trial.number * folds.length + fold, watch: null }, signal),
  )
  const results = await Promise.all(runs)
  const ended = (state: TrialResult['state'], message: string): TrialResult => ({
    number: trial.number,
    state,
    metrics: null,
    looks: [],
    dailyReturns: null,
    seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
    worker: [...new Set(results.map(({ worker }) => worker))].join(', ').slice(0, WORKER_MAX),
    message,
  })
  if (results.some(({ state }) => state === 'canceled')) return ended('canceled', '')
  const metrics = results.flatMap((result) => result.metrics ?? [])
  const failed = results.findIndex((result) => result.metrics === null)
  if (failed >= 0) return ended('failed', `fold ${failed + 1}: ${results[failed]?.message ?? ''}`.slice(0, 300))
  return {
    ...ended('done', ''),
    metrics: meanMetrics(metrics),
    looks: foldScores(metrics, objective),
    dailyReturns: Float64Array.from(results.flatMap(({ dailyReturns }) => [...(dailyReturns ?? [])])),
  }
}
