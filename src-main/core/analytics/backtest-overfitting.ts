// Whether picking the best trial of a search means anything: Bailey, Borwein, López de Prado and Zhu, The Probability of Backtest Overfitting
// (Journal of Computational Finance, 2015).
import { ensure } from '../../../src-shared/domain/result.ts'

/** Returns of every trial over the same days. */
export type TrialReturns = {
  readonly trials: number
  readonly days: number
  /** Of trial k on day t at k × days + t. */
  readonly values: Float64Array
}

export type OverfittingEstimate = {
  /** Share of the splits in which the best in sample is at or below the median out of sample, 0 to 1. */
  readonly probability: number
  /** Splits that were looked at. */
  readonly splits: number
}

/** S of the paper: into how many stretches of days the record is cut. */
export const BLOCKS = 16
/** Ways to take half of the blocks: 16 choose 8. */
const SPLITS = 12_870
const DAYS_PER_BLOCK_MIN = 2

/**
 * Combinatorially symmetric cross-validation with the Sharpe ratio as the measure: every half of 16 blocks once in sample and once out of
 * it. Days that do not fill the blocks are left off the beginning. Equal trials share the mean of their ranks.
 * Null with fewer than two trials or 32 days. Throws when the values are not trials × days.
 */
export function probabilityOfOverfitting(returns: TrialReturns): OverfittingEstimate | null {
  const { trials, days, values } = returns
  ensure(values.length === trials * days, () => `${values.length} returns, expected ${trials} trials × ${days} days`)
  if (trials < 2 || days < BLOCKS * DAYS_PER_BLOCK_MIN) return null
  const sums = blockSums(returns)
  const scores = { inside: new Float64Array(trials), outside: new Float64Array(trials) }
  let overfitted = 0
  for (const inSample of halves()) {
    score(sums, inSample, scores)
    // The two halves change roles: the pair stands for two splits.
    overfitted += isOverfitted(scores.inside, scores.outside) + isOverfitted(scores.outside, scores.inside)
  }
  return { probability: overfitted / SPLITS, splits: SPLITS }
}

/** Sums of returns and of their squares, of trial k over block b at b × trials + k; over all blocks at k of the last two. */
type BlockSums = {
  readonly trials: number
  readonly daysPerBlock: number
  readonly first: Float64Array
  readonly second: Float64Array
  readonly allFirst: Float64Array
  readonly allSecond: Float64Array
}

function blockSums({ trials, days, values }: TrialReturns): BlockSums {
  const daysPerBlock = Math.floor(days / BLOCKS)
  const skipped = days - daysPerBlock * BLOCKS
  const [first, second] = [new Float64Array(BLOCKS * trials), new Float64Array(BLOCKS * trials)]
  const [allFirst, allSecond] = [new Float64Array(trials), new Float64Array(trials)]
  for (let trial = 0; trial < trials; trial++) {
    for (let block = 0; block < BLOCKS; block++) {
      const from = trial * days + skipped + block * daysPerBlock
      let [total, squares] = [0, 0]
      for (let i = from; i < from + daysPerBlock; i++) {
        const value = values[i] ?? 0
        total += value
        squares += value * value
      }
      first[block * trials + trial] = total
      second[block * trials + trial] = squares
      allFirst[trial] = (allFirst[trial] ?? 0) + total
      allSecond[trial] = (allSecond[trial] ?? 0) + squares
    }
  }
  return { trials, daysPerBlock, first, second, allFirst, allSecond }
}

/** Bit masks of the halves that hold the first block; the others are their complements. */
function* halves(): Generator<number, void, undefined> {
  for (let mask = 1; mask < 2 ** BLOCKS; mask += 2) if (bitsOf(mask) === BLOCKS / 2) yield mask
}
function bitsOf(mask: number): number {
  let bits = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits++
  return bits
}

type Scores = { readonly inside: Float64Array; readonly outside: Float64Array }

/** Scores every trial over the blocks of the mask and over the others. */
function score(sums: BlockSums, mask: number, { inside, outside }: Scores): void {
  const { trials, first, second, allFirst, allSecond } = sums
  const days = sums.daysPerBlock * (BLOCKS / 2)
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0, b7 = 0] = blocksOf(mask).map((block) => block * trials)
  const at = (column: Float64Array, k: number): number =>
    (column[b0 + k] ?? 0) +
    (column[b1 + k] ?? 0) +
    (column[b2 + k] ?? 0) +
    (column[b3 + k] ?? 0) +
    (column[b4 + k] ?? 0) +
    (column[b5 + k] ?? 0) +
    (column[b6 + k] ?? 0) +
    (column[b7 + k] ?? 0)
  for (let trial = 0; trial < trials; trial++) {
    const total = at(first, trial)
    const squares = at(second, trial)
    inside[trial] = signedSquare(total / days, squares / days)
    outside[trial] = signedSquare(((allFirst[trial] ?? 0) - total) / days, ((allSecond[trial] ?? 0) - squares) / days)
  }
}

const blocksOf = (mask: number): number[] =>
  Array.from({ length: BLOCKS }, (_, block) => block).filter((block) => (mask & (1 << block)) !== 0)

/** The square of mean ÷ deviation with the sign of the mean: it orders trials as the Sharpe ratio does. Zero where nothing varies. */
function signedSquare(average: number, meanSquare: number): number {
  const square = average * average
  const variance = meanSquare - square
  return variance > VARIANCE_SHARE_MIN * square ? (average < 0 ? -square : square) / variance : 0
}
/** Below this share of the squared mean, a variance is what rounding left. */
const VARIANCE_SHARE_MIN = 1e-12

/** 1 when the best of `inside` is at or below the median of `outside`, else 0: its logit of the relative rank is 0 or less. */
function isOverfitted(inside: Float64Array, outside: Float64Array): 0 | 1 {
  let best = 0
  for (let trial = 1; trial < inside.length; trial++) if ((inside[trial] ?? 0) > (inside[best] ?? 0)) best = trial
  const reached = outside[best] ?? 0
  let [below, equal] = [0, 0]
  for (const value of outside) {
    if (value < reached) below++
    else if (value === reached) equal++
  }
  const rank = below + (equal + 1) / 2
  return rank / (inside.length + 1) <= 0.5 ? 1 : 0
}
