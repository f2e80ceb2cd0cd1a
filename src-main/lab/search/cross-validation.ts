// What the folds of a search say: how good a trial is over all of them, and what choosing by some of them would have earned in the others.
import type { Objective, SearchDimension } from '../../../src-shared/config/lab.ts'
import { LAB_METRIC_IDS, type LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import { mean, sampleDeviation } from '../../core/analytics/moments.ts'
import { median } from './median.ts'
import { compareObjectives, objectiveOf } from './objective.ts'
import type { Parameters } from './space.ts'
import { type Stability, stabilityOf } from './stability.ts'
import { type StudyTrial, bestTrials } from './trial.ts'

/** By fold; null where it cannot be told. */
export type FoldScores = readonly (number | null)[]

/** A trial's objective in each fold. A fold is one of so many parts of the time, and needs as small a part of the trades. */
export const foldScores = (folds: readonly LabMetricValues[], objective: Objective): FoldScores =>
  folds.map((metrics) => objectiveOf(metrics, objective, 1 / folds.length))

/** Mean over the folds; null, which is worse than any number, when one of them cannot be told. */
export function meanScore(scores: FoldScores): number | null {
  const known = scores.filter((score) => score !== null)
  return scores.length > 0 && known.length === scores.length ? mean(known) : null
}

/** Sample standard deviation over the folds; null when one of them cannot be told. */
export const scoreSpread = (scores: FoldScores): number | null =>
  meanScore(scores) === null ? null : sampleDeviation(scores.flatMap((score) => score ?? []))

/** Each figure as its mean over the folds; null where one of them cannot be told. */
export const meanMetrics = (folds: readonly LabMetricValues[]): LabMetricValues =>
  Object.fromEntries(LAB_METRIC_IDS.map((id) => [id, meanScore(folds.map((metrics) => metrics[id]))])) as LabMetricValues

export type FoldResult = {
  /** Number of the trial that is best by the mean of the other folds, of equals the first; null when none can be told. */
  readonly chosen: number | null
  readonly parameters: Parameters | null
  /** Its mean over the other folds: what it was chosen by. */
  readonly inSample: number | null
  /** Its score in this fold, which had no part in choosing it. */
  readonly outOfSample: number | null
  /** What the trial that is best over all folds, this one among them, scored here. */
  readonly best: number | null
  /** What the trial in the middle scored here: choosing at random gets as much. */
  readonly median: number | null
}
export type CrossValidation = {
  readonly folds: readonly FoldResult[]
  /** Mean and sample standard deviation of the folds' scores out of sample; null when one of them cannot be told. */
  readonly score: number | null
  readonly spread: number | null
  /** What the best trial shows over all folds: the same figure in sample. */
  readonly inSample: number | null
  /** How far what was chosen without one fold lies from what was chosen without another. */
  readonly stability: readonly Stability[]
}

/**
 * Cross-validation of the choice (López de Prado, "Advances in Financial Machine Learning", 2018, chapters 7 and 12): a backtest fits nothing but
 * its parameters, so for each fold the trial is chosen that is best in the others, and is scored in the one that was held out. `looks` of each
 * trial are its scores by fold. Null before a trial has ended.
 *
 * The trials themselves are the same for every fold: where a sampler drew them by all folds' scores, a little of the held-out fold is in them.
 */
export function crossValidate(dimensions: readonly SearchDimension[], trials: readonly StudyTrial[]): CrossValidation | null {
  const done = trials.filter(({ state, looks }) => state === 'done' && looks.length > 1)
  const count = done[0]?.looks.length ?? 0
  if (count === 0) return null
  const [best] = bestTrials(done, 1)
  const folds = Array.from({ length: count }, (_, fold) => heldOut(done, best ?? null, fold))
  const scores = folds.map(({ outOfSample }) => outOfSample)
  return {
    folds,
    score: meanScore(scores),
    spread: scoreSpread(scores),
    inSample: best?.objective ?? null,
    stability: dimensions.map((dimension) =>
      stabilityOf(
        dimension,
        folds.map(({ parameters }) => parameters),
      ),
    ),
  }
}

function heldOut(trials: readonly StudyTrial[], best: StudyTrial | null, fold: number): FoldResult {
  let chosen: StudyTrial | null = null
  let inSample: number | null = null
  for (const trial of trials) {
    const others = meanScore(trial.looks.filter((_, at) => at !== fold))
    if (compareObjectives(others, inSample) >= 0) continue
    chosen = trial
    inSample = others
  }
  const scored = trials.flatMap(({ looks }) => looks[fold] ?? [])
  return {
    chosen: chosen?.number ?? null,
    parameters: chosen?.parameters ?? null,
    inSample,
    outOfSample: chosen?.looks[fold] ?? null,
    best: best?.looks[fold] ?? null,
    median: scored.length === 0 ? null : median(scored),
  }
}
