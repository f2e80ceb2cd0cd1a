// What the equity curve says about the risk that was taken.
import { DAY_MS, utcDayMs } from '../../../src-shared/domain/time.ts'
import { DEVIATION_MIN, mean, sampleDeviation } from './moments.ts'

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

/** What else the curve tells. */
export type EquityCourse = {
  /** One for each UTC day from the first point to the last. */
  readonly dailyReturns: readonly number[]
  /** Longest time from a highest equity until it was reached again, or until the last point. */
  readonly underWaterMs: number
  /** How far the last point lies below the highest, as a fraction of that. */
  readonly currentDrawdown: number
}

/** Fewer daily returns make no ratio. */
export const RETURNS_MIN = 10
export const DAYS_PER_YEAR = 365

/**
 * Folds a curve point by point, so that a year of minutes needs no array.
 * `add` must be called in order of time; a point that is not after the one before it is refused with a RangeError.
 */
export type EquityFold = { add(tsMs: number, equity: number): void; result(): EquityStatistics; course(): EquityCourse }

/** `startEquity` is what the account had before the first point; left out, it begins with that point. */
export const equityFold = (startEquity = Number.NaN): EquityFold => new Fold(startEquity)

/** A class, because its fields stay unboxed numbers: a run of a million steps is folded in milliseconds. */
class Fold implements EquityFold {
  readonly #daily: number[] = []
  #lastMs = Number.NEGATIVE_INFINITY
  #dayEndMs = Number.NEGATIVE_INFINITY
  #dayStartEquity: number
  #lastEquity: number
  #peak: number
  #peakMs = Number.NaN
  #isUnderWater = false
  #underWaterMs = 0
  #maxDrawdown = 0
  #maxDrawdownMoney = 0

  constructor(startEquity: number) {
    this.#dayStartEquity = startEquity
    this.#lastEquity = startEquity
    this.#peak = Number.isNaN(startEquity) ? Number.NEGATIVE_INFINITY : startEquity
  }

  add(tsMs: number, equity: number): void {
    if (tsMs <= this.#lastMs) throw new RangeError(`equity point at ${tsMs} ms is not after the one at ${this.#lastMs} ms`)
    if (tsMs >= this.#dayEndMs) this.#turnDay(tsMs, equity)
    this.#lastMs = tsMs
    this.#lastEquity = equity
    if (equity >= this.#peak) this.#reachPeak(tsMs, equity)
    else this.#fall(this.#peak - equity)
  }

  result(): EquityStatistics {
    const returns = this.#returns()
    return {
      sharpe: sharpeRatio(returns),
      sortino: sortinoRatio(returns),
      maxDrawdown: this.#maxDrawdown,
      maxDrawdownMoney: this.#maxDrawdownMoney,
    }
  }

  course(): EquityCourse {
    const sinceMs = this.#isUnderWater ? this.#lastMs - this.#peakMs : 0
    return {
      dailyReturns: this.#returns(),
      underWaterMs: Math.max(this.#underWaterMs, sinceMs),
      currentDrawdown: this.#isUnderWater && this.#peak > 0 ? (this.#peak - this.#lastEquity) / this.#peak : 0,
    }
  }

  #turnDay(tsMs: number, equity: number): void {
    if (this.#dayEndMs === Number.NEGATIVE_INFINITY) {
      if (Number.isNaN(this.#dayStartEquity)) this.#dayStartEquity = equity
      this.#peakMs = tsMs
      this.#dayEndMs = utcDayMs(tsMs) + DAY_MS
      return
    }
    for (; tsMs >= this.#dayEndMs; this.#dayEndMs += DAY_MS) {
      this.#daily.push(returnOf(this.#dayStartEquity, this.#lastEquity))
      this.#dayStartEquity = this.#lastEquity
    }
  }
  #reachPeak(tsMs: number, equity: number): void {
    if (this.#isUnderWater) this.#underWaterMs = Math.max(this.#underWaterMs, tsMs - this.#peakMs)
    this.#isUnderWater = false
    this.#peak = equity
    this.#peakMs = tsMs
  }
  #fall(money: number): void {
    this.#isUnderWater = true
    if (money > this.#maxDrawdownMoney) this.#maxDrawdownMoney = money
    if (money > this.#maxDrawdown * this.#peak && this.#peak > 0) this.#maxDrawdown = Math.max(this.#maxDrawdown, money / this.#peak)
  }
  #returns(): readonly number[] {
    return this.#lastMs === Number.NEGATIVE_INFINITY ? [] : [...this.#daily, returnOf(this.#dayStartEquity, this.#lastEquity)]
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

/** Mean ÷ sample standard deviation (n − 1) × √365, with a risk-free rate of zero. Sharpe, The Sharpe Ratio (1994). */
export function sharpeRatio(dailyReturns: readonly number[]): number | null {
  if (dailyReturns.length < RETURNS_MIN) return null
  return annualised(mean(dailyReturns), sampleDeviation(dailyReturns) ?? 0)
}

/** Mean ÷ downside deviation × √365: root mean square of the returns below zero, over all days. Sortino and Price (1994), target zero. */
export function sortinoRatio(dailyReturns: readonly number[]): number | null {
  if (dailyReturns.length < RETURNS_MIN) return null
  const squares = dailyReturns.reduce((total, value) => total + Math.min(value, 0) ** 2, 0)
  return annualised(mean(dailyReturns), Math.sqrt(squares / dailyReturns.length))
}

const annualised = (average: number, deviation: number): number | null =>
  deviation > DEVIATION_MIN ? (average / deviation) * Math.sqrt(DAYS_PER_YEAR) : null
