// A density made of what was seen: one bell around each observed point, and a wide one in the middle for what nobody has seen yet.
import type { Random } from '../../core/simulation/random.ts'
import { logNormalDensity, logNormalMass } from './normal.ts'
import type { Axis, Point } from './space.ts'

/** Points of before the newest these many weigh less and less, down to 1 ÷ n: the search has moved on since. */
const NEWEST_AT_FULL_WEIGHT = 25
const DRAWS_MAX = 100

/**
 * A mixture of products of normal distributions, each cut off at the ends of its axis, as in Optuna 5's `TPESampler`. Bergstra et al.,
 * "Algorithms for Hyper-Parameter Optimization" (NeurIPS 2011), for the prior and for widths that follow the neighbours; Falkner, Klein and
 * Hutter, "BOHB" (ICML 2018), for why the axes belong together.
 * On a stepped axis a bell gives each cell the probability that lies over it.
 */
export class ParzenEstimator {
  readonly #axes: readonly Axis[]
  /** Of each bell, one after the other by axis; the prior is the last bell. */
  readonly #means: Float64Array
  readonly #widths: Float64Array
  readonly #weights: Float64Array
  /** Logarithm of what a bell's density is multiplied by: its weight, its widths, and what cutting it off at the ends costs. */
  readonly #logScales: Float64Array

  /** `points` oldest first. */
  constructor(axes: readonly Axis[], points: readonly Point[]) {
    const size = axes.length
    this.#axes = axes
    this.#means = new Float64Array((points.length + 1) * size).fill(0.5)
    this.#widths = new Float64Array((points.length + 1) * size).fill(1)
    for (const [bell, point] of points.entries()) this.#means.set(point, bell * size)
    for (let at = 0; at < size; at += 1) {
      const widths = widthsOf(points.map((point) => point[at] ?? Number.NaN))
      for (const [bell, width] of widths.entries()) this.#widths[bell * size + at] = width
    }
    this.#weights = weightsOf(points.length)
    this.#logScales = this.#weights.map((weight, bell) => Math.log(weight) - this.#logSize(bell))
  }

  /** A point drawn from the density; on a stepped axis the middle of a cell. */
  sample(random: Random): Point {
    const bell = this.#drawBell(random)
    return Float64Array.from(this.#axes, (axis, at) => {
      const unit = drawInside(this.#mean(bell, at), this.#width(bell, at), random)
      return axis.count === Number.POSITIVE_INFINITY ? unit : middleOf(axis.edges(axis.indexOf(unit)))
    })
  }

  /** Logarithm of the density at a point; on stepped axes, of the probability of its cell. */
  logDensity(point: Point): number {
    const cells = this.#axes.map((axis, at) => axis.edges(axis.indexOf(point[at] ?? Number.NaN)))
    const terms = this.#logScales.map((scale, bell) => {
      let sum = scale
      for (const [at, axis] of this.#axes.entries()) {
        const mean = this.#mean(bell, at)
        const width = this.#width(bell, at)
        const [from, to] = cells[at] ?? [Number.NaN, Number.NaN]
        sum +=
          axis.count === Number.POSITIVE_INFINITY
            ? logNormalDensity(((point[at] ?? Number.NaN) - mean) / width)
            : logNormalMass((from - mean) / width, (to - mean) / width)
      }
      return sum
    })
    const largest = terms.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    return largest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - largest), 0))
  }

  #mean(bell: number, at: number): number {
    return this.#means[bell * this.#axes.length + at] ?? Number.NaN
  }

  #width(bell: number, at: number): number {
    return this.#widths[bell * this.#axes.length + at] ?? Number.NaN
  }

  /** Logarithm of the share of a bell that lies inside the space, and of its width on each axis where densities count. */
  #logSize(bell: number): number {
    return this.#axes.reduce((sum, { count }, at) => {
      const mean = this.#mean(bell, at)
      const width = this.#width(bell, at)
      return sum + logNormalMass(-mean / width, (1 - mean) / width) + (count === Number.POSITIVE_INFINITY ? Math.log(width) : 0)
    }, 0)
  }

  #drawBell(random: Random): number {
    let rest = random.fraction()
    for (const [bell, weight] of this.#weights.entries()) {
      rest -= weight
      if (rest < 0) return bell
    }
    return this.#weights.length - 1
  }
}

const middleOf = ([from, to]: readonly [number, number]): number => (from + to) / 2

/**
 * A bell reaches to the farther one of its neighbours on the axis, at either end of the row to its only one, and is at least
 * 1 ÷ min(100, points + 2) wide ("magic clip"), so that a crowd of points does not become a spike.
 */
function widthsOf(means: readonly number[]): readonly number[] {
  const widthMin = 1 / Math.min(100, means.length + 2)
  const [only] = means
  if (means.length === 1 && only !== undefined) return [Math.max(only, 1 - only, widthMin)]
  const order = means.map((_, bell) => bell).toSorted((a, b) => (means[a] ?? Number.NaN) - (means[b] ?? Number.NaN) || a - b)
  const widths = means.map(() => widthMin)
  for (const [place, bell] of order.entries()) {
    for (const neighbour of [order[place - 1], order[place + 1]]) {
      if (neighbour === undefined) continue
      const distance = Math.abs((means[bell] ?? Number.NaN) - (means[neighbour] ?? Number.NaN))
      widths[bell] = Math.max(widths[bell] ?? Number.NaN, distance)
    }
  }
  return widths
}

/** Of the bells of `count` points, oldest first, and of the prior, which weighs as much as the newest; their sum is 1. Optuna's `default_weights`. */
function weightsOf(count: number): Float64Array {
  const older = count - NEWEST_AT_FULL_WEIGHT
  const weights = Float64Array.from({ length: count + 1 }, (_, at) => {
    if (at >= older) return 1
    return older === 1 ? 1 / count : 1 / count + ((1 - 1 / count) * at) / (older - 1)
  })
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

/** From a normal distribution, cut off at 0 and 1: at least a third of all draws lie inside, as the mean does. */
function drawInside(mean: number, width: number, random: Random): number {
  for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
    const unit = mean + width * drawNormal(random)
    if (unit >= 0 && unit <= 1) return unit
  }
  return mean
}

/** Box and Muller (1958). */
const drawNormal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction())
