// How much chosen parameters wander from one choice to the next.
import type { SearchDimension } from '../../../src-shared/config/lab.ts'
import { sampleDeviation } from '../../core/analytics/moments.ts'
import { type Parameters, axisOf, dimensionName } from './space.ts'

export type Stability = {
  /** "strategy.parameter". */
  readonly name: string
  /** By choice; null where there was none. */
  readonly values: (number | null)[]
  readonly spread: number | null
}

/**
 * How much a parameter wandered: the sample standard deviation of what was chosen, ÷ its range, both on the dimension's scale. A parameter
 * chosen anywhere at random has about 0.29. Null with fewer than two choices.
 */
export function stabilityOf(dimension: SearchDimension, chosen: readonly (Parameters | null)[]): Stability {
  const name = dimensionName(dimension)
  const values = chosen.map((parameters) => parameters?.[name] ?? null)
  const axis = axisOf({ ...dimension, step: null })
  const places = values.flatMap((value) => (value === null ? [] : [dimension.max > dimension.min ? axis.toUnit(value) : 0]))
  return { name, values, spread: sampleDeviation(places) }
}
