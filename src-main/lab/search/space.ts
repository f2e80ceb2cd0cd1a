// The space a search moves in: each dimension as an axis between 0 and 1, so that samplers need not know units, steps or logarithms.
import type { SearchDimension } from '../../../src-shared/config/lab.ts'
import { ensure } from '../../../src-shared/domain/result.ts'

/** One dimension. A "unit" is a place on it from 0 to 1; a stepped axis is cut into one cell for each of its values. */
export type Axis = {
  /** "strategy.parameter" */
  readonly name: string
  /** How many values there are; Infinity when any may be taken. */
  readonly count: number
  /** The unit of a value: the middle of its cell on a stepped axis. */
  toUnit(value: number): number
  /** The value at a unit: on a stepped axis that of the cell it lies in. */
  fromUnit(unit: number): number
  /** On a stepped axis the index of the cell a unit lies in; 0 on any other. */
  indexOf(unit: number): number
  /** On a stepped axis the edges of a cell, in units. */
  edges(index: number): readonly [from: number, to: number]
}

export type Space = {
  readonly axes: readonly Axis[]
  /** How many different points there are; Infinity when some axis is continuous. */
  readonly size: number
}

/** By axis, in the order of the space. */
export type Point = Float64Array
/** By "strategy.parameter". */
export type Parameters = Readonly<Record<string, number>>

export const dimensionName = ({ strategyId, parameter }: Pick<SearchDimension, 'strategyId' | 'parameter'>): string =>
  `${strategyId}.${parameter}`

export function spaceOf(dimensions: readonly SearchDimension[]): Space {
  const axes = dimensions.map(axisOf)
  return { axes, size: axes.reduce((product, { count }) => product * count, 1) }
}

export const axisOf = (dimension: SearchDimension): Axis =>
  dimension.step === null && dimension.max > dimension.min ? continuousAxis(dimension) : steppedAxis(dimension)

/** Twelve digits: 0.1 + 2 × 0.1 is written as 0.3 into a playbook, not as 0.30000000000000004. */
const rounded = (value: number): number => Number(value.toPrecision(12))
const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))

type Scale = { readonly forth: (value: number) => number; readonly back: (scaled: number) => number }
const SCALES: Readonly<Record<SearchDimension['scale'], Scale>> = {
  linear: { forth: (value) => value, back: (scaled) => scaled },
  log: { forth: Math.log, back: Math.exp },
}

function continuousAxis(dimension: SearchDimension): Axis {
  const { min, max } = dimension
  const { forth, back } = SCALES[dimension.scale]
  const from = forth(min)
  const length = forth(max) - from
  return {
    name: dimensionName(dimension),
    count: Number.POSITIVE_INFINITY,
    toUnit: (value) => clamp((forth(value) - from) / length, 0, 1),
    fromUnit: (unit) => clamp(rounded(back(from + unit * length)), min, max),
    indexOf: () => 0,
    edges: () => [0, 1],
  }
}

/** Cells meet halfway between neighbouring values on the axis' scale; those at the ends are as wide to the outside as to the inside. */
function steppedAxis(dimension: SearchDimension): Axis {
  const { min, max } = dimension
  const step = dimension.step ?? 0
  const { forth, back } = SCALES[dimension.scale]
  // The division may fall short of a whole number by a rounding error.
  const count = step === 0 ? 1 : Math.floor((max - min) / step + 1e-9) + 1
  const last = count - 1
  const valueAt = (index: number): number => Math.min(max, rounded(min + index * step))
  const scaled = (index: number): number => forth(min + index * step)
  const middle = (index: number): number => (scaled(index - 1) + scaled(index)) / 2
  const from = count === 1 ? 0 : 2 * scaled(0) - middle(1)
  const length = count === 1 ? 1 : 2 * scaled(last) - middle(last) - from
  const edge = (index: number): number => (index === 0 ? 0 : index === count ? 1 : (middle(index) - from) / length)
  const indexOf = (unit: number): number => {
    if (count === 1) return 0
    const place = from + unit * length
    const below = clamp(Math.floor((back(place) - min) / step), 0, last)
    return below < last && place >= middle(below + 1) ? below + 1 : below
  }
  return {
    name: dimensionName(dimension),
    count,
    toUnit(value) {
      const index = count === 1 ? 0 : clamp(Math.round((value - min) / step), 0, last)
      return (edge(index) + edge(index + 1)) / 2
    },
    fromUnit: (unit) => valueAt(indexOf(unit)),
    indexOf,
    edges: (index) => [edge(index), edge(index + 1)],
  }
}

export const parametersOf = ({ axes }: Space, point: Point): Parameters =>
  Object.fromEntries(axes.map((axis, at) => [axis.name, axis.fromUnit(point[at] ?? Number.NaN)]))

/** Throws when a parameter of the space is missing: the trial is of another search. */
export function pointOf({ axes }: Space, parameters: Parameters): Point {
  return Float64Array.from(axes, (axis) => {
    const value = parameters[axis.name]
    ensure(value !== undefined, () => `a trial has no parameter ${axis.name}`)
    return axis.toUnit(value)
  })
}

/** The number of a point among all points of a space of finite size, the last axis counting fastest. */
export function rankOf({ axes }: Space, point: Point): number {
  return axes.reduce((rank, axis, at) => rank * axis.count + axis.indexOf(point[at] ?? Number.NaN), 0)
}

/** The point with this number; see {@link rankOf}. */
export function pointAt({ axes }: Space, rank: number): Point {
  const point = new Float64Array(axes.length)
  let rest = rank
  for (let at = axes.length - 1; at >= 0; at -= 1) {
    const axis = axes[at]
    if (axis === undefined) continue
    const [from, to] = axis.edges(rest % axis.count)
    point[at] = (from + to) / 2
    rest = Math.floor(rest / axis.count)
  }
  return point
}
