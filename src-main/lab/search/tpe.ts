// The tree-structured Parzen estimator: where good trials are dense and others are not, the next one is tried.
import { compareObjectives } from './objective.ts'
import { ParzenEstimator } from './parzen.ts'
import { drawPoint } from './random-sampler.ts'
import { type Sampler, trialRandom } from './sampler.ts'
import type { Point, Space } from './space.ts'
import type { History, StudyTrial } from './trial.ts'
import { TriedPoints } from './tried-points.ts'

/** Trials drawn evenly before anything is learnt from their results. */
const STARTUP_TRIALS = 10
/** Points that are drawn from the good ones' density; the one that is rarest among the others is tried. */
const CANDIDATES = 24
const GOOD_SHARE = 0.1
const GOOD_MAX = 25
/** Of those that are not good, the newest: older ones hardly weigh, and a suggestion takes milliseconds however long the study is. */
const OTHERS_MAX = 500

/**
 * Bergstra, Bardenet, Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization" (NeurIPS 2011), with what Optuna made of it (Watanabe,
 * "Tree-Structured Parzen Estimator", 2023): all axes in one estimator, the best tenth but at most 25 as the good ones, and trials still
 * running counted among the others, so that those asked for at the same time spread out ("constant liar").
 * Unlike Optuna it never suggests a point twice.
 */
export function tpeSampler(space: Space, seed: number): Sampler {
  const tried = new TriedPoints(space)
  // An axis of one value has nothing to learn, and would only widen the bells.
  const open = space.axes.flatMap((axis, at) => (axis.count > 1 ? [{ axis, at }] : []))
  const axes = open.map(({ axis }) => axis)
  return {
    size: space.size,
    learns: true,
    suggest(history) {
      const random = trialRandom(seed, history.trials.length)
      tried.catchUp(history.trials)
      const groups = split(history)
      if (groups === null || open.length === 0) return tried.freshFrom(drawPoint(space, random))
      const projected = (at: number): Point => Float64Array.from(open, (one) => tried.points[at]?.[one.at] ?? Number.NaN)
      const good = new ParzenEstimator(axes, groups.good.map(projected))
      const others = new ParzenEstimator(axes, groups.others.map(projected))
      const whole = (candidate: Point): Point => {
        const point = new Float64Array(space.axes.length).fill(0.5)
        for (const [index, { at }] of open.entries()) point[at] = candidate[index] ?? Number.NaN
        return point
      }
      const candidates = Array.from({ length: CANDIDATES }, () => good.sample(random))
      const fresh = candidates.filter((candidate) => !tried.has(whole(candidate)))
      const best = bestOf(fresh.length > 0 ? fresh : candidates, (candidate) => good.logDensity(candidate) - others.logDensity(candidate))
      return tried.freshFrom(whole(best))
    },
  }
}

/** Numbers of trials, oldest first. */
type Groups = { readonly good: readonly number[]; readonly others: readonly number[] }

/** Null while there is too little to learn from. */
function split({ trials, known }: History): Groups | null {
  const learnt = trials.slice(0, known).filter(({ state }) => state === 'done' || state === 'pruned')
  if (learnt.length < STARTUP_TRIALS) return null
  const ranked = learnt.toSorted(compareTrials)
  const valued = ranked.filter((trial) => valueOf(trial) !== null).length
  const count = Math.min(Math.ceil(GOOD_SHARE * learnt.length), GOOD_MAX, valued)
  if (count === 0) return null
  const byAge = (group: readonly StudyTrial[]): number[] => group.map(({ number }) => number).toSorted((a, b) => a - b)
  const running = trials.slice(known)
  return { good: byAge(ranked.slice(0, count)), others: byAge([...ranked.slice(count), ...running]).slice(-OTHERS_MAX) }
}

/** What a trial is judged by: a pruned one by the last look at it. */
const valueOf = ({ state, objective, looks }: StudyTrial): number | null => (state === 'pruned' ? (looks.at(-1) ?? null) : objective)

/** As in Optuna: those that ended first, then the pruned ones that got farthest; of equals the older. Those without a value come last. */
function compareTrials(a: StudyTrial, b: StudyTrial): number {
  const [valueA, valueB] = [valueOf(a), valueOf(b)]
  if (valueA === null || valueB === null) return compareObjectives(valueA, valueB) || a.number - b.number
  return reach(b) - reach(a) || compareObjectives(valueA, valueB) || a.number - b.number
}
const reach = ({ state, looks }: StudyTrial): number => (state === 'done' ? Number.MAX_SAFE_INTEGER : looks.length)

function bestOf(candidates: readonly Point[], score: (candidate: Point) => number): Point {
  const scores = candidates.map(score)
  const best = scores.reduce((at, value, index) => (value > (scores[at] ?? Number.NaN) ? index : at), 0)
  return candidates[best] ?? new Float64Array()
}
