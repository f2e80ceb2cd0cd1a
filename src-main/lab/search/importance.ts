// How much each dimension matters by itself.
import type { SearchDimension } from '../../../src-shared/config/lab.ts'
import { axisOf, dimensionName } from './space.ts'
import type { StudyTrial } from './trial.ts'

/** Below this many trials with an objective the shares would be chance. */
export const IMPORTANCE_TRIALS_MIN = 30
const BIN_TRIALS_MIN = 5
const BINS_MAX = 10

/**
 * For each dimension the share of the objective's variance that it explains alone, 0 to 1; null with too few trials, or where the objective
 * does not vary. One-way analysis of variance over bins of equally many trials: the main effects of a functional ANOVA (Hutter, Hoos and
 * Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014), read from the trials instead of a forest.
 * It is ε² (Kelley, "An Unbiased Correlation Ratio Measure", 1935), which takes off what bins of mere noise would explain.
 * What dimensions do only together is in no share; and where a search gathered around its best, the shares are of that region above all.
 */
export function importanceOf(dimensions: readonly SearchDimension[], trials: readonly StudyTrial[]): readonly (number | null)[] {
  const judged = trials.flatMap(({ state, objective, parameters }) =>
    state === 'done' && objective !== null ? [{ objective, parameters }] : [],
  )
  if (judged.length < IMPORTANCE_TRIALS_MIN) return dimensions.map(() => null)
  return dimensions.map((dimension) => {
    const axis = axisOf(dimension)
    const name = dimensionName(dimension)
    const places = judged.map(({ objective, parameters }) => ({ objective, unit: axis.toUnit(parameters[name] ?? Number.NaN) }))
    return explainedShare(binned(places))
  })
}

type Place = { readonly unit: number; readonly objective: number }

/** Objectives in bins along the axis. Equal values stay together. */
function binned(places: readonly Place[]): readonly (readonly number[])[] {
  const size = Math.max(BIN_TRIALS_MIN, Math.ceil(places.length / BINS_MAX))
  const bins: number[][] = []
  let lastUnit = Number.NaN
  for (const { unit, objective } of places.toSorted((a, b) => a.unit - b.unit)) {
    const bin = bins.at(-1)
    if (bin === undefined || (bin.length >= size && unit !== lastUnit)) bins.push([objective])
    else bin.push(objective)
    lastUnit = unit
  }
  return bins
}

/** ε² = (between − (bins − 1) × within ÷ (n − bins)) ÷ total, not below 0. */
function explainedShare(bins: readonly (readonly number[])[]): number | null {
  const all = bins.flat()
  const mean = meanOf(all)
  const total = squaresAround(all, mean)
  // A variance that is lost in rounding is none.
  if (!(total > 1e-24 * all.length * Math.max(1, mean * mean))) return null
  if (bins.length < 2) return 0
  const within = bins.reduce((sum, bin) => sum + squaresAround(bin, meanOf(bin)), 0)
  const noise = ((bins.length - 1) * within) / (all.length - bins.length)
  return Math.min(1, Math.max(0, (total - within - noise) / total))
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const squaresAround = (values: readonly number[], mean: number): number => values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
