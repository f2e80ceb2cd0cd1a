// One trial of a study, as plain data.
import type { LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import { compareObjectives } from './objective.ts'
import type { Parameters } from './space.ts'

export type StudyTrial = {
  /** From 0, in the order in which they were asked for. */
  readonly number: number
  readonly state: 'running' | 'done' | 'pruned' | 'failed'
  readonly parameters: Parameters
  /** Of a trial that is done; null when it cannot be told, which is worse than any number. */
  readonly objective: number | null
  /** The objective at each look that the trial reached; where there are folds, in each of them. */
  readonly looks: readonly (number | null)[]
  /** Of what was run, where there are folds the mean over them; null while it runs and when it failed. */
  readonly metrics: LabMetricValues | null
  /** What it took and where, for the reader alone: nothing is decided by them. */
  readonly seconds: number | null
  readonly worker: string
  /** Why it failed; empty otherwise. */
  readonly message: string
}

/** What has been tried when a trial is suggested. */
export type History = {
  /** All trials with a smaller number, in order of number. */
  readonly trials: readonly StudyTrial[]
  /** How many of them, from the first on, have ended and may be learnt from. Of the others only the parameters may be used. */
  readonly known: number
}

/** Those of the trials that have an objective, best first, of equals the first; at most `count`. */
export const bestTrials = (trials: readonly StudyTrial[], count: number): readonly StudyTrial[] =>
  trials
    .filter(({ state, objective }) => state === 'done' && objective !== null)
    .toSorted((a, b) => compareObjectives(a.objective, b.objective) || a.number - b.number)
    .slice(0, count)
