// Whether the best set of parameters stands among good neighbours or alone.
import type { SearchDimension } from '../../../src-shared/config/lab.ts'
import { median } from './median.ts'
import { type Axis, type Parameters, axisOf, dimensionName } from './space.ts'
import { type StudyTrial, bestTrials } from './trial.ts'

/** Share of an axis within which a trial is a neighbour. */
const NEAR = 0.1
/** What a neighbour on a plateau keeps of the best's lead over the median trial. */
const KEPT_MIN = 0.5

export type Plateau = {
  /** Trials that ended near the best one, itself not counted. */
  readonly neighbours: number
  /** Of the neighbours that have an objective; null when none has. */
  readonly meanObjective: number | null
  readonly worstObjective: number | null
  /** A neighbour in the middle keeps less than half of the best's lead: it is likely to be luck. */
  readonly isPeak: boolean
}

/**
 * The surroundings of the best trial: all trials that differ from it in no parameter by more than a tenth of its range, on its scale, or one
 * step. A neighbour without an objective has kept nothing. Null without a best trial or without neighbours: then nobody knows.
 */
export function plateauOf(dimensions: readonly SearchDimension[], trials: readonly StudyTrial[]): Plateau | null {
  const [best] = bestTrials(trials, 1)
  if (best === undefined || best.objective === null) return null
  const axes = dimensions.map((dimension) => ({ name: dimensionName(dimension), axis: axisOf(dimension) }))
  const isNear = ({ parameters }: StudyTrial): boolean => axes.every((one) => areNear(one, best.parameters, parameters))
  const done = trials.filter(({ state }) => state === 'done')
  const neighbours = done.filter((trial) => trial.number !== best.number && isNear(trial))
  if (neighbours.length === 0) return null
  const judged = neighbours.flatMap(({ objective }) => objective ?? [])
  const middle = median(done.flatMap(({ objective }) => objective ?? []))
  const lead = best.objective - middle
  const kept = median(neighbours.map(({ objective }) => (objective === null || lead === 0 ? 0 : (objective - middle) / lead)))
  return {
    neighbours: neighbours.length,
    meanObjective: judged.length === 0 ? null : judged.reduce((a, b) => a + b, 0) / judged.length,
    worstObjective: judged.length === 0 ? null : judged.reduce((a, b) => Math.min(a, b)),
    isPeak: lead > 0 && kept < KEPT_MIN,
  }
}

type NamedAxis = { readonly name: string; readonly axis: Axis }

function areNear({ name, axis }: NamedAxis, a: Parameters, b: Parameters): boolean {
  const units = [a, b].map((parameters) => axis.toUnit(parameters[name] ?? Number.NaN))
  const [unitA = Number.NaN, unitB = Number.NaN] = units
  // Units of one parameter may differ by rounding.
  if (Math.abs(unitA - unitB) <= NEAR + 1e-9) return true
  return axis.count < Number.POSITIVE_INFINITY && Math.abs(axis.indexOf(unitA) - axis.indexOf(unitB)) <= 1
}
