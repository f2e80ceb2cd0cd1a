// Which running trials are not worth their end. A running trial is looked at ten times, and a pruner is nothing but the objective that it
// must show at each look. These thresholds follow from trials that had ended before this one was asked for, so they are known before it
// starts: a worker on another machine can decide alone, and when it decides, or what else runs meanwhile, changes nothing.
import type { Objective, PrunerSpec } from '../../../src-shared/config/lab.ts'
import type { LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import { ensure, unreachable } from '../../../src-shared/domain/result.ts'
import { compareObjectives, objectiveOf } from './objective.ts'
import type { StudyTrial } from './trial.ts'

/** Looks at a trial: after each tenth of the time it trades. The last look is its end. */
export const LOOKS = 10

/** By look, {@link LOOKS} of them: a trial below this is pruned there; null where it is not. */
export type Thresholds = readonly (number | null)[]
export const NO_THRESHOLDS: Thresholds = Array.from({ length: LOOKS }, () => null)

/** Thresholds for a trial that knows these ended trials. */
export function thresholdsOf(pruner: PrunerSpec, known: readonly StudyTrial[]): Thresholds {
  switch (pruner.kind) {
    case 'none':
      return NO_THRESHOLDS
    case 'median':
      return medianThresholds(pruner, known)
    case 'halving':
      return halvingThresholds(pruner.reduction, known)
    default:
      return unreachable(pruner, 'pruner')
  }
}

/**
 * Median stopping rule (Golovin et al., "Google Vizier", KDD 2017, section 3.2.2): a trial must not be below the median of what the trials
 * that were run to their end showed at the same look. The value at the look is compared and not the best so far, because a metric of a
 * growing period is no learning curve: a lucky first month says nothing about the third.
 */
function medianThresholds(pruner: Extract<PrunerSpec, { kind: 'median' }>, known: readonly StudyTrial[]): Thresholds {
  const done = known.filter(({ state }) => state === 'done')
  if (done.length < pruner.startupTrials) return NO_THRESHOLDS
  return NO_THRESHOLDS.map((none, at) => {
    if (at < pruner.warmupSteps || at === LOOKS - 1) return none
    const shown = shownAt(done, at)
    const upper = shown[Math.floor((shown.length - 1) / 2)] ?? null
    const lower = shown[Math.floor(shown.length / 2)] ?? null
    return upper === null || lower === null ? null : (upper + lower) / 2
  })
}

/**
 * Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020): there are rungs at looks
 * 1, η, η², …, and a trial goes on from a rung when it is among the best 1 ÷ η of those that ever reached it, itself included. As a stopped
 * trial is not taken up again later, the first η − 1 at a rung pass.
 */
function halvingThresholds(reduction: number, known: readonly StudyTrial[]): Thresholds {
  const ended = known.filter(({ state }) => state !== 'failed')
  const thresholds = [...NO_THRESHOLDS]
  for (let rung = 1; rung < LOOKS; rung *= reduction) {
    const shown = shownAt(ended, rung - 1)
    const kept = Math.floor((shown.length + 1) / reduction)
    if (kept > 0) thresholds[rung - 1] = shown[kept - 1] ?? null
  }
  return thresholds
}

/** What these trials showed at a look, best first. */
const shownAt = (trials: readonly StudyTrial[], at: number): readonly (number | null)[] =>
  trials.flatMap(({ looks }) => looks.slice(at, at + 1)).toSorted(compareObjectives)

/** Looks at one running trial, where it runs. */
export class TrialWatch {
  readonly #objective: Objective
  readonly #thresholds: Thresholds
  readonly #looks: (number | null)[] = []

  constructor(objective: Objective, thresholds: Thresholds) {
    this.#objective = objective
    this.#thresholds = thresholds
  }

  /** True when the trial is to be ended as pruned. `step` counts from 1 to {@link LOOKS}; the metrics are of the time from its beginning to there. */
  look(step: number, metrics: LabMetricValues): boolean {
    ensure(step === this.#looks.length + 1 && step <= LOOKS, () => `look ${step} came after look ${this.#looks.length} of ${LOOKS}`)
    const value = objectiveOf(metrics, this.#objective, step / LOOKS)
    this.#looks.push(value)
    const threshold = this.#thresholds[step - 1] ?? null
    return threshold !== null && (value === null || value < threshold)
  }

  /** The objective at each look so far: part of what the study is told. */
  get looks(): readonly (number | null)[] {
    return [...this.#looks]
  }
}
