// Where to try next. A suggestion depends on the specification, the number of the trial and its history, and on nothing else: not on how
// many workers there are, nor on the order in which they answered, nor on whether the study was interrupted.
import { type Random, createRandom } from '../../core/simulation/random.ts'
import type { Point } from './space.ts'
import type { History } from './trial.ts'

export type Sampler = {
  /** How many trials it can suggest without trying anything twice; may be Infinity. */
  readonly size: number
  /** Whether it learns from results, so that trials must end before others can be suggested. */
  readonly learns: boolean
  /** A point of the space for the trial whose number is how many came before. */
  suggest(history: History): Point
}

/** The chance of one trial: its numbers have nothing to do with those of its neighbours. */
export const trialRandom = (seed: number, number: number): Random => createRandom(createRandom(seed).uint32() ^ number)
