// What an estimated Sharpe ratio is worth: how likely the true one is above a benchmark, given how long was looked, how the returns are
// shaped, and among how many trials the best was picked. Ratios here are per observation (a day), not annualised, unless their name says so.
import { DAYS_PER_YEAR, RETURNS_MIN } from './equity-statistics.ts'
import { mean, sampleDeviation, shapeOf } from './moments.ts'
import { normalCdf, normalQuantile } from './normal.ts'

export type SharpeEstimate = {
  readonly observations: number
  /** Mean ÷ sample standard deviation of the returns. */
  readonly sharpe: number
  readonly skewness: number
  /** 3 for a normal distribution. */
  readonly kurtosis: number
}

/** Null below ten returns, and where they do not differ. */
export function sharpeEstimate(returns: ArrayLike<number>): SharpeEstimate | null {
  const deviation = sampleDeviation(returns) ?? 0
  const shape = shapeOf(returns)
  if (returns.length < RETURNS_MIN || deviation === 0 || shape === null) return null
  return { observations: returns.length, sharpe: mean(returns) / deviation, ...shape }
}

export const annualSharpe = (daily: number): number => daily * Math.sqrt(DAYS_PER_YEAR)
export const dailySharpe = (annual: number): number => annual / Math.sqrt(DAYS_PER_YEAR)

/** Variance of the estimator × (observations − 1): Mertens (2002), as in Bailey and López de Prado (2012), equation 8. */
const spreadOf = ({ sharpe, skewness, kurtosis }: SharpeEstimate): number => 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2

/**
 * Probability that the true Sharpe ratio is above `benchmark`, 0 to 1: PSR of Bailey and López de Prado, The Sharpe Ratio Efficient
 * Frontier (Journal of Risk, 2012), equation 9. Null where the estimator has no spread.
 */
export function probabilisticSharpe(estimate: SharpeEstimate, benchmark = 0): number | null {
  const spread = spreadOf(estimate)
  if (!(spread > 0)) return null
  return normalCdf(((estimate.sharpe - benchmark) * Math.sqrt(estimate.observations - 1)) / Math.sqrt(spread))
}

/**
 * Observations needed before the Sharpe ratio is above `benchmark` with this confidence: MinTRL of the same paper, equation 11. Null when the
 * estimate is not above it, for then no record is long enough.
 */
export function minTrackRecordLength(estimate: SharpeEstimate, { benchmark = 0, confidence = 0.95 } = {}): number | null {
  const ahead = estimate.sharpe - benchmark
  return ahead > 0 ? 1 + spreadOf(estimate) * (normalQuantile(confidence) / ahead) ** 2 : null
}

const EULER_MASCHERONI = 0.5772156649015329

/**
 * The Sharpe ratio that the best of `trials` reaches when none of them has any skill, from the variance of their ratios: Bailey and López de
 * Prado, The Deflated Sharpe Ratio (Journal of Portfolio Management, 2014), equation 1. Zero for a single trial.
 */
export function expectedMaxSharpe(trials: number, variance: number): number {
  if (trials <= 1) return 0
  const most = (1 - EULER_MASCHERONI) * normalQuantile(1 - 1 / trials) + EULER_MASCHERONI * normalQuantile(1 - 1 / (trials * Math.E))
  return Math.sqrt(variance) * most
}

/** Everything that was tried before this one was picked. */
export type TrialSharpes = {
  /** How many were tried, also those without a ratio. */
  readonly trials: number
  /** Annualised Sharpe ratios of those that have one. */
  readonly annualSharpes: readonly number[]
}

export type DeflatedSharpe = {
  readonly trials: number
  /** What the best of as many trials without skill is expected to reach, annualised. */
  readonly expectedMaxAnnual: number
  /** The estimate less that, annualised. */
  readonly excessAnnual: number
  /** Probability that the true Sharpe ratio is above the expected maximum, 0 to 1: the deflated Sharpe ratio. */
  readonly probability: number
}

/** Equation 2 of the paper of 2014: the probabilistic Sharpe ratio against the expected maximum. Null where it cannot be told. */
export function deflatedSharpe(estimate: SharpeEstimate, { trials, annualSharpes }: TrialSharpes): DeflatedSharpe | null {
  const deviation = sampleDeviation(annualSharpes.map(dailySharpe))
  if (trials > 1 && deviation === null) return null
  const benchmark = expectedMaxSharpe(trials, (deviation ?? 0) ** 2)
  const probability = probabilisticSharpe(estimate, benchmark)
  if (probability === null) return null
  return { trials, expectedMaxAnnual: annualSharpe(benchmark), excessAnnual: annualSharpe(estimate.sharpe - benchmark), probability }
}
