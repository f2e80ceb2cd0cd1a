// Which parameters of a training are tested.
import type { Parameters } from '../search/space.ts'
import { compareObjectives } from '../search/objective.ts'
import { type StudyTrial, bestTrials } from '../search/trial.ts'

/** A set of parameters that did well in training. */
export type Candidate = {
  /** Number of its trial in the study of the training. */
  readonly trial: number
  readonly parameters: Parameters
  readonly objective: number
  /** Simple yearly return in training, as a fraction; null when it cannot be told. */
  readonly apr: number | null
}

/** The best of a training, best first, at most `count`; none when no trial has an objective. */
export const candidatesOf = (trials: readonly StudyTrial[], count: number): readonly Candidate[] =>
  bestTrials(trials, count).flatMap(({ number, parameters, objective, metrics }) =>
    objective === null ? [] : [{ trial: number, parameters, objective, apr: metrics?.apr ?? null }],
  )

/**
 * The index of the candidate with the best objective in validation, of equals the one that was better in training. When validation can tell
 * of none, such as for too few trades, it is the best of the training.
 */
export function chosenIndex(validated: readonly (number | null)[]): number {
  const best = validated.toSorted(compareObjectives)[0] ?? null
  return validated.indexOf(best)
}
