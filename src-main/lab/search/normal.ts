// The standard normal distribution.

const LOG_SQRT_TAU = 0.5 * Math.log(2 * Math.PI)

/** Natural logarithm of the density at `z`. */
export const logNormalDensity = (z: number): number => -0.5 * z * z - LOG_SQRT_TAU

/**
 * Natural logarithm of the probability between two limits, `from` below `to`. Exact to about 1e-6 where it is not below e^-700, which is
 * returned for less.
 */
export function logNormalMass(from: number, to: number): number {
  const width = to - from
  // A narrow strip is its middle's density times its width; the difference of two tails would be all rounding.
  if (width < 0.01) return Math.max(logNormalDensity((from + to) / 2) + Math.log(width), LEAST)
  // Of two limits on one side of the middle, the tails on that side are subtracted: near 1 their difference would drown.
  const mass =
    from >= 0 ? upperTail(from) - upperTail(to) : to <= 0 ? upperTail(-to) - upperTail(-from) : 1 - upperTail(-from) - upperTail(to)
  return Math.max(Math.log(mass), LEAST)
}
const LEAST = -700

/** Probability above `z`, for z from 0 on. */
const upperTail = (z: number): number => 0.5 * complementaryError(z / Math.SQRT2)

const ERFC_TERMS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
] as const

/**
 * erfc(x) for x from 0 on, with a relative error below 1.2e-7 everywhere: the Chebyshev fit of Press et al., Numerical Recipes, 2nd ed.,
 * section 6.2.
 */
function complementaryError(x: number): number {
  const t = 1 / (1 + 0.5 * x)
  const polynomial = ERFC_TERMS.reduceRight((sum, term) => sum * t + term, 0)
  return t * Math.exp(-x * x + polynomial)
}
