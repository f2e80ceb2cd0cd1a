// Points drawn evenly from the space: the yardstick of every other search (Bergstra and Bengio, "Random Search for Hyper-Parameter
// Optimization", JMLR 2012).
import type { Random } from '../../core/simulation/random.ts'
import { type Sampler, trialRandom } from './sampler.ts'
import type { Point, Space } from './space.ts'
import { TriedPoints } from './tried-points.ts'

export function randomSampler(space: Space, seed: number): Sampler {
  const tried = new TriedPoints(space)
  return {
    size: space.size,
    learns: false,
    suggest({ trials }) {
      tried.catchUp(trials)
      return tried.freshFrom(drawPoint(space, trialRandom(seed, trials.length)))
    },
  }
}

/** Evenly over the units of each axis: on a logarithmic one, as many between 1 and 10 as between 10 and 100. */
export const drawPoint = ({ axes }: Space, random: Random): Point => Float64Array.from(axes, () => random.fraction())
