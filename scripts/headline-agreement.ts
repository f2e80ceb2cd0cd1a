// How far two scores of the same headlines agree.

export type ScorePair = { readonly own: number; readonly theirs: number }
export type Agreement = {
  readonly count: number
  /** Own score exactly 0. */
  readonly silent: number
  /** Both say good or bad. */
  readonly compared: number
  readonly agreeing: number
  /** Pearson's, over all pairs; NaN when one side never varies. */
  readonly correlation: number
}

const NEUTRAL = 0.05

export function agreement(pairs: readonly ScorePair[]): Agreement {
  const both = pairs.filter(({ own, theirs }) => own !== 0 && Math.abs(theirs) > NEUTRAL)
  return {
    count: pairs.length,
    silent: pairs.filter(({ own }) => own === 0).length,
    compared: both.length,
    agreeing: both.filter(({ own, theirs }) => Math.sign(own) === Math.sign(theirs)).length,
    correlation: pearson(pairs),
  }
}

function pearson(pairs: readonly ScorePair[]): number {
  const mean = (of: (pair: ScorePair) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length
  const [own, theirs] = [mean((pair) => pair.own), mean((pair) => pair.theirs)]
  const covariance = mean((pair) => (pair.own - own) * (pair.theirs - theirs))
  return covariance / Math.sqrt(mean((pair) => (pair.own - own) ** 2) * mean((pair) => (pair.theirs - theirs) ** 2))
}
