// Statistics of a window of values, each computed from all of them: no drift, and nothing to keep but the window.

/** Log returns that vary less than this are rounding errors of a price that moves evenly or not at all. */
const VARIANCE_MIN = 1e-18

export function meanOf(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? NaN
  return sum / values.length
}

/** Population variance around `mean`. */
export function varianceOf(values: Float64Array, mean: number): number {
  let squares = 0
  for (let i = 0; i < values.length; i += 1) {
    const offset = (values[i] ?? NaN) - mean
    squares += offset * offset
  }
  return squares / values.length
}

/** Standard score of `value` among `values`, one of which it is: distance from their mean in population standard deviations; 0 without any. */
export function zScoreOf(values: Float64Array, value: number): number {
  // Relative to the value itself, so that equal values give exactly 0.
  let sum = 0
  let squares = 0
  for (let i = 0; i < values.length; i += 1) {
    const offset = (values[i] ?? NaN) - value
    sum += offset
    squares += offset * offset
  }
  const mean = sum / values.length
  const variance = squares / values.length - mean * mean
  // A variance below the rounding error of its two terms is none.
  return variance > 1e-14 * (squares / values.length) ? -mean / Math.sqrt(variance) : 0
}

/** Population skewness of log returns: third central moment ÷ σ³; 0 when they do not vary. */
export function skewnessOf(returns: Float64Array): number {
  const mean = meanOf(returns)
  const variance = varianceOf(returns, mean)
  if (variance < VARIANCE_MIN) return 0
  let cubes = 0
  for (let i = 0; i < returns.length; i += 1) {
    const offset = (returns[i] ?? NaN) - mean
    cubes += offset * offset * offset
  }
  return cubes / returns.length / (variance * Math.sqrt(variance))
}

/** Population excess kurtosis of log returns: fourth central moment ÷ σ⁴ − 3; 0 when they do not vary. */
export function excessKurtosisOf(returns: Float64Array): number {
  const mean = meanOf(returns)
  const variance = varianceOf(returns, mean)
  if (variance < VARIANCE_MIN) return 0
  let fourths = 0
  for (let i = 0; i < returns.length; i += 1) {
    const offset = (returns[i] ?? NaN) - mean
    const square = offset * offset
    fourths += square * square
  }
  return fourths / returns.length / (variance * variance) - 3
}

/** Autocorrelation of log returns in order of time (Box and Jenkins 1970): −1 to 1; 0 when they do not vary. */
export function autocorrelationOf(returns: Float64Array, lag: number): number {
  const mean = meanOf(returns)
  const variance = varianceOf(returns, mean)
  if (variance < VARIANCE_MIN) return 0
  let products = 0
  for (let i = lag; i < returns.length; i += 1) products += ((returns[i] ?? NaN) - mean) * ((returns[i - lag] ?? NaN) - mean)
  return products / returns.length / variance
}

/**
 * Shannon entropy (1948) of values in as many equal bins as `counts` is long between the lowest and the highest, as a share of the highest
 * possible: 0 when all fall into one bin, 1 when they spread evenly. `counts` is overwritten.
 */
export function entropyOf(values: Float64Array, counts: Float64Array): number {
  let lowest = Infinity
  let highest = -Infinity
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? NaN
    lowest = Math.min(lowest, value)
    highest = Math.max(highest, value)
  }
  if (!(highest > lowest)) return 0
  counts.fill(0)
  const last = counts.length - 1
  const perValue = counts.length / (highest - lowest)
  for (let i = 0; i < values.length; i += 1) {
    const bin = Math.min(last, Math.floor(((values[i] ?? NaN) - lowest) * perValue))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  let entropy = 0
  for (let bin = 0; bin <= last; bin += 1) {
    const share = (counts[bin] ?? 0) / values.length
    if (share > 0) entropy -= share * Math.log(share)
  }
  return entropy / Math.log(counts.length)
}

const HURST_PIECE_MIN = 8

/**
 * Hurst exponent by rescaled range (Hurst 1951; Mandelbrot and Wallis 1969): the slope of log(R/S) on log(length) over pieces of the whole
 * length, a half, a quarter and so on, no shorter than 8; R/S is the mean over the whole pieces of a length, from the oldest value on. Above 0.5
 * moves go on, below they turn back (short pieces bias it upwards). 0.5 when the values do not vary. `returns` is in order of time.
 */
export function hurstOf(returns: Float64Array): number {
  let [count, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0]
  for (let length = returns.length; length >= HURST_PIECE_MIN; length = Math.floor(length / 2)) {
    const rescaled = meanRescaledRange(returns, length)
    if (!(rescaled > 0)) continue
    const [x, y] = [Math.log(length), Math.log(rescaled)]
    count += 1
    sumX += x
    sumY += y
    sumXX += x * x
    sumXY += x * y
  }
  return count < 2 ? 0.5 : (count * sumXY - sumX * sumY) / (count * sumXX - sumX * sumX)
}

/** Mean of range ÷ standard deviation over the whole pieces of this length that vary; 0 when none does. */
function meanRescaledRange(returns: Float64Array, length: number): number {
  let sum = 0
  let pieces = 0
  for (let start = 0; start + length <= returns.length; start += length) {
    let mean = 0
    for (let i = start; i < start + length; i += 1) mean += returns[i] ?? NaN
    mean /= length
    let squares = 0
    let walk = 0
    let highest = 0
    let lowest = 0
    for (let i = start; i < start + length; i += 1) {
      const offset = (returns[i] ?? NaN) - mean
      squares += offset * offset
      walk += offset
      if (walk > highest) highest = walk
      else if (walk < lowest) lowest = walk
    }
    const variance = squares / length
    if (variance < VARIANCE_MIN) continue
    sum += (highest - lowest) / Math.sqrt(variance)
    pieces += 1
  }
  return pieces === 0 ? 0 : sum / pieces
}
