// What the equity curve says about the risk that was taken.
import { DAY_MS, utcDayMs } from '../../../src-shared/domain/time.ts'

/** One point of the curve, in order of time. */
export type EquitySample = { readonly tsMs: number; readonly equity: number }

export type EquityStatistics = {
  /** Annualised by √365, as this market never closes. Null below 10 daily returns, and where the denominator is zero. */
  readonly sharpe: number | null
  readonly sortino: number | null
  /** Largest fall from the highest equity before it, as a fraction of that high. */
  readonly maxDrawdown: number
  /** Largest such fall in money; not always the same fall. */
  readonly maxDrawdownMoney: number
}

export const RETURNS_MIN = 10
const DAYS_PER_YEAR = 365

/**
 * Folds a curve point by point, so that a year of minutes needs no array.
 * `add` must be called in order of time; a point that is not after the one before it is refused with a RangeError.
 */
export type EquityFold = { add(tsMs: number, equity: number): void; result(): EquityStatistics }

export function equityFold(): EquityFold {
  const daily: number[] = []
  let lastMs = Number.NEGATIVE_INFINITY
  let dayStartEquity = Number.NaN
  let lastEquity = Number.NaN
  let peak = Number.NEGATIVE_INFINITY
  let maxDrawdown = 0
  let maxDrawdownMoney = 0

  function closeDaysBefore(tsMs: number): void {
    for (let day = utcDayMs(lastMs); day < utcDayMs(tsMs); day += DAY_MS) {
      daily.push(returnOf(dayStartEquity, lastEquity))
      dayStartEquity = lastEquity
    }
  }
  return {
    add(tsMs, equity) {
      if (tsMs <= lastMs) throw new RangeError(`equity point at ${tsMs} ms is not after the one at ${lastMs} ms`)
      if (Number.isNaN(lastEquity)) dayStartEquity = equity
      else closeDaysBefore(tsMs)
      lastMs = tsMs
      lastEquity = equity
      peak = Math.max(peak, equity)
      maxDrawdownMoney = Math.max(maxDrawdownMoney, peak - equity)
      if (peak > 0) maxDrawdown = Math.max(maxDrawdown, (peak - equity) / peak)
    },
    result() {
      const returns = Number.isNaN(lastEquity) ? [] : [...daily, returnOf(dayStartEquity, lastEquity)]
      return { sharpe: sharpeRatio(returns), sortino: sortinoRatio(returns), maxDrawdown, maxDrawdownMoney }
    },
  }
}

/** The statistics of a whole curve. See {@link equityFold}. */
export function equityStatistics(samples: readonly EquitySample[]): EquityStatistics {
  const fold = equityFold()
  for (const { tsMs, equity } of samples) fold.add(tsMs, equity)
  return fold.result()
}

/** Of an account that began the day with nothing, no return can be told: zero. */
const returnOf = (before: number, after: number): number => (before > 0 ? after / before - 1 : 0)

const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length

/** Mean ÷ sample standard deviation (n − 1) × √365, with a risk-free rate of zero. Sharpe, The Sharpe Ratio (1994). */
export function sharpeRatio(dailyReturns: readonly number[]): number | null {
  if (dailyReturns.length < RETURNS_MIN) return null
  const average = mean(dailyReturns)
  const squares = dailyReturns.reduce((total, value) => total + (value - average) ** 2, 0)
  return annualised(average, Math.sqrt(squares / (dailyReturns.length - 1)))
}

/** Mean ÷ downside deviation × √365: root mean square of the returns below zero, over all days. Sortino and Price (1994), target zero. */
export function sortinoRatio(dailyReturns: readonly number[]): number | null {
  if (dailyReturns.length < RETURNS_MIN) return null
  const squares = dailyReturns.reduce((total, value) => total + Math.min(value, 0) ** 2, 0)
  return annualised(mean(dailyReturns), Math.sqrt(squares / dailyReturns.length))
}

/** A deviation lost in rounding is none: dividing by it would give a number without meaning. */
const annualised = (average: number, deviation: number): number | null =>
  deviation > 1e-12 ? (average / deviation) * Math.sqrt(DAYS_PER_YEAR) : null
