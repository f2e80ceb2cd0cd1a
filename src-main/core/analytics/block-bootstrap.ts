// Series drawn anew from a series, in blocks, so that what follows upon what is kept.
import type { Random } from '../simulation/random.ts'
import { DEVIATION_MIN, mean } from './moments.ts'

/**
 * Indices of one resample: blocks from random places, of geometric length with this mean, the end followed by the beginning. Politis and
 * Romano, The Stationary Bootstrap (Journal of the American Statistical Association, 1994). Fills `into`, whose length is that of the series.
 */
export function stationaryBootstrap(into: Uint32Array, blockMean: number, random: Random): void {
  const length = into.length
  const newBlock = 1 / Math.max(blockMean, 1)
  let index = 0
  for (let i = 0; i < length; i++) {
    if (i === 0 || random.fraction() < newBlock) index = Math.floor(random.fraction() * length)
    else index = index + 1 === length ? 0 : index + 1
    into[i] = index
  }
}

/**
 * Mean block length for the stationary bootstrap that makes the variance of the mean most accurate, at least 1: Politis and White,
 * Automatic Block-Length Selection for the Dependent Bootstrap (Econometric Reviews, 2004), with the correction of Patton, Politis and
 * White (2009). 1 for a series that does not vary or is shorter than 9.
 */
export function optimalBlockLength(series: ArrayLike<number>): number {
  const count = series.length
  if (count < 9) return 1
  const insignificantRun = Math.max(5, Math.ceil(Math.sqrt(Math.log10(count))))
  const lagMax = Math.min(Math.ceil(Math.sqrt(count)) + insignificantRun, count - 1)
  const covariances = autocovariances(series, lagMax)
  const variance = covariances[0] ?? 0
  if (!(variance > DEVIATION_MIN ** 2)) return 1
  const threshold = 2 * Math.sqrt(Math.log10(count) / count)
  const significant = covariances.map((covariance) => Math.abs(covariance / variance) >= threshold)
  const bandwidth = Math.min(2 * Math.max(lastSignificantLag(significant, insignificantRun), 1), lagMax)
  const { long, slope } = spectrumAtZero(covariances, bandwidth)
  const longest = Math.ceil(Math.min(3 * Math.sqrt(count), count / 3))
  const length = Math.cbrt((slope / long) ** 2 * count)
  return Number.isFinite(length) ? Math.min(Math.max(length, 1), longest) : 1
}

/** Of lag 0 to `lagMax`, divided by the count. */
function autocovariances(series: ArrayLike<number>, lagMax: number): number[] {
  const average = mean(series)
  return Array.from({ length: lagMax + 1 }, (_, lag) => {
    let total = 0
    for (let i = lag; i < series.length; i++) total += ((series[i] ?? 0) - average) * ((series[i - lag] ?? 0) - average)
    return total / series.length
  })
}

/** The lag behind which `run` lags in a row are insignificant; without such a row, the last that is significant. */
function lastSignificantLag(significant: readonly boolean[], run: number): number {
  for (let lag = 0; lag + run < significant.length; lag++) {
    if (!significant.slice(lag + 1, lag + 1 + run).includes(true)) return lag
  }
  return significant.lastIndexOf(true)
}

/** Σ λ(k/M) R(k) and Σ λ(k/M) |k| R(k) over all lags of both signs, with the flat-top window λ of Politis and Romano (1995). */
function spectrumAtZero(covariances: readonly number[], bandwidth: number): { long: number; slope: number } {
  let long = covariances[0] ?? 0
  let slope = 0
  for (let lag = 1; lag <= bandwidth; lag++) {
    const weighted = 2 * flatTop(lag / bandwidth) * (covariances[lag] ?? 0)
    long += weighted
    slope += weighted * lag
  }
  return { long, slope }
}
const flatTop = (t: number): number => (t <= 0.5 ? 1 : Math.max(2 * (1 - t), 0))
