// Every point once, in order.
import type { Sampler } from './sampler.ts'
import type { Axis, Space } from './space.ts'

/** Values that a grid takes of an axis without steps, its ends included. */
export const CONTINUOUS_VALUES = 10

/** Counts through all points, the last axis fastest. An axis without steps is cut into ten values, evenly on its scale. */
export function gridSampler({ axes }: Space): Sampler {
  const columns = axes.map(unitsOf)
  return {
    size: columns.reduce((product, { count }) => product * count, 1),
    learns: false,
    suggest({ trials }) {
      const point = new Float64Array(axes.length)
      let rest = trials.length
      for (const [at, column] of [...columns.entries()].toReversed()) {
        point[at] = column.unitAt(rest % column.count)
        rest = Math.floor(rest / column.count)
      }
      return point
    },
  }
}

function unitsOf(axis: Axis): { readonly count: number; unitAt(index: number): number } {
  if (axis.count === Number.POSITIVE_INFINITY) return { count: CONTINUOUS_VALUES, unitAt: (index) => index / (CONTINUOUS_VALUES - 1) }
  return {
    count: axis.count,
    unitAt(index) {
      const [from, to] = axis.edges(index)
      return (from + to) / 2
    },
  }
}
