// Means, deviations, shapes and quantiles of a list of numbers.

type Numbers = ArrayLike<number>

/** A deviation lost in rounding is none: dividing by it would give a number without meaning. */
export const DEVIATION_MIN = 1e-12

/** Arithmetic mean; NaN of nothing. */
export function mean(values: Numbers): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i] ?? 0
  return total / values.length
}

/** Sample standard deviation (n − 1). Null below two values; zero where rounding leaves nothing. */
export function sampleDeviation(values: Numbers): number | null {
  if (values.length < 2) return null
  const deviation = Math.sqrt(centralSum(values, 2) / (values.length - 1))
  return deviation > DEVIATION_MIN ? deviation : 0
}

/** Sum of the `power`-th powers of the distances from the mean. */
function centralSum(values: Numbers, power: 2 | 3 | 4): number {
  const average = mean(values)
  let total = 0
  for (let i = 0; i < values.length; i++) total += ((values[i] ?? 0) - average) ** power
  return total
}

export type Shape = {
  /** Third central moment ÷ deviation³, of the population; 0 for a symmetric distribution. */
  readonly skewness: number
  /** Fourth central moment ÷ variance², of the population; 3 for a normal distribution. */
  readonly kurtosis: number
}

/** Null where the values do not differ. */
export function shapeOf(values: Numbers): Shape | null {
  const count = values.length
  const variance = centralSum(values, 2) / count
  if (!(variance > DEVIATION_MIN ** 2)) return null
  return { skewness: centralSum(values, 3) / count / variance ** 1.5, kurtosis: centralSum(values, 4) / count / variance ** 2 }
}

/**
 * The value below which `share` (0 to 1) of an ascending list lies, linearly interpolated: definition 7 of Hyndman and Fan, Sample
 * Quantiles in Statistical Packages (1996). NaN of nothing.
 */
export function quantile(ascending: Numbers, share: number): number {
  const position = share * (ascending.length - 1)
  const below = Math.floor(position)
  const low = ascending[below] ?? Number.NaN
  const high = ascending[below + 1] ?? low
  return low + (position - below) * (high - low)
}
