// Every figure of a run, by the formulas of src-shared/domain/lab-metric. Computed for each trial of a search, in milliseconds for a million steps.
import { toNumber } from '../../../src-shared/domain/decimal.ts'
import { directionOf } from '../../../src-shared/domain/instrument.ts'
import type { LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import { DAY_MS } from '../../../src-shared/domain/time.ts'
import { DAYS_PER_YEAR, type EquityFold, RETURNS_MIN, equityFold } from './equity-statistics.ts'
import { mean, quantile, sampleDeviation, shapeOf } from './moments.ts'
import { roundTripStatistics } from './round-trip-statistics.ts'
import type { RunFill, RunRecord, RunSteps, RunTrip } from './run-record.ts'

/** All metrics; null where one cannot be told, never NaN or infinite. Steps must be in order of time, or a RangeError names the first that is not. */
export function runMetrics(record: RunRecord): LabMetricValues {
  const fold = foldedEquity(record)
  const { equity, open } = record.steps
  const equitySum = sumOf(equity)
  const values: LabMetricValues = {
    ...growthMetrics(record, fold),
    ...dailyMetrics(fold.course().dailyReturns),
    ...tradeMetrics(record.trips),
    ...rMetrics(record.trips),
    ...streaks(record.trips),
    exposure: open.length === 0 ? null : heldSteps(open) / open.length,
    turnover: equitySum > 0 ? (filledValue(record.fills) * equity.length) / equitySum : null,
    signals: record.decisions.length,
    executed: record.decisions.reduce((count, { executed }) => count + (executed ? 1 : 0), 0),
    liquidations: record.liquidations,
  }
  return onlyFinite(values)
}

/** Returns of the account per UTC day, oldest first; what a step makes belongs to the day it closes in, midnight to the day that ends. */
export const dailyReturns = (record: RunRecord): readonly number[] => foldedEquity(record).course().dailyReturns

/** Days that the steps cover. */
export function runDays({ steps: { tsMs }, baseCandleMs }: Pick<RunRecord, 'steps' | 'baseCandleMs'>): number {
  const first = tsMs[0]
  const last = tsMs.at(-1)
  return first === undefined || last === undefined ? 0 : (last - first + baseCandleMs) / DAY_MS
}

function foldedEquity({ steps: { tsMs, equity }, initialBalance }: RunRecord): EquityFold {
  const fold = equityFold(initialBalance)
  for (let i = 0; i < tsMs.length; i++) fold.add((tsMs[i] ?? Number.NaN) - 1, equity[i] ?? Number.NaN)
  return fold
}

// Loops of their own: in one loop with the fold they take twice the time.
function heldSteps(open: Uint8Array): number {
  let held = 0
  // No branch: whether a position is open is as good as random to the processor.
  for (let i = 0; i < open.length; i++) held += Number((open[i] ?? 0) > 0)
  return held
}
function sumOf(column: Float64Array): number {
  let result = 0
  for (let i = 0; i < column.length; i++) result += column[i] ?? 0
  return result
}

function growthMetrics(record: RunRecord, fold: EquityFold) {
  const { initialBalance, steps } = record
  const { sharpe, sortino, maxDrawdown, maxDrawdownMoney } = fold.result()
  const { underWaterMs, currentDrawdown } = fold.course()
  const final = steps.equity.at(-1) ?? initialBalance
  const totalReturn = final / initialBalance - 1
  const years = runDays(record) / DAYS_PER_YEAR
  // An account that owes has lost everything once a year.
  const cagr = years > 0 ? Math.max(final / initialBalance, 0) ** (1 / years) - 1 : null
  return {
    net_pnl: final - initialBalance,
    total_return: totalReturn,
    apr: years > 0 ? totalReturn / years : null,
    cagr,
    benchmark_return: benchmarkReturn(steps),
    sharpe,
    sortino,
    calmar: cagr !== null && maxDrawdown > 0 ? cagr / maxDrawdown : null,
    max_drawdown: maxDrawdown,
    max_drawdown_money: maxDrawdownMoney,
    max_drawdown_days: underWaterMs / DAY_MS,
    current_drawdown: currentDrawdown,
  }
}

function benchmarkReturn({ benchmark }: RunSteps): number | null {
  const last = benchmark.at(-1)
  return last === undefined ? null : last - 1
}

function dailyMetrics(returns: readonly number[]) {
  const ascending = Float64Array.from(returns).sort()
  const worst = ascending[0] ?? null
  const best = ascending.at(-1) ?? null
  const unknown = { volatility: null, var_95: null, cvar_95: null, skewness: null, kurtosis: null }
  if (returns.length < RETURNS_MIN) return { ...unknown, best_day: best, worst_day: worst }
  const threshold = quantile(ascending, 0.05)
  const shape = shapeOf(returns)
  return {
    volatility: (sampleDeviation(returns) ?? 0) * Math.sqrt(DAYS_PER_YEAR),
    var_95: 0 - threshold,
    cvar_95: 0 - mean(ascending.filter((value) => value <= threshold)),
    skewness: shape?.skewness ?? null,
    kurtosis: shape?.kurtosis ?? null,
    best_day: best,
    worst_day: worst,
  }
}

function tradeMetrics(trips: readonly RunTrip[]) {
  const figures = roundTripStatistics(trips.map(({ trip }) => trip))
  const { averageWin, averageLoss } = figures
  return {
    trades: figures.roundTrips,
    win_rate: figures.winRate,
    profit_factor: figures.profitFactor,
    expectancy: figures.expectancyMoney,
    expectancy_r: figures.expectancyR,
    average_win: averageWin,
    average_loss: averageLoss,
    payoff_ratio: averageWin === null || averageLoss === null ? null : -averageWin / averageLoss,
    gross_pnl: figures.grossPnl,
    fees: figures.fees,
    funding: figures.funding,
    slippage: trips.reduce((total, trip) => total + slippageOf(trip), 0),
    unprotected_seconds: figures.longestUnprotectedSeconds,
    holding_ms: trips.length === 0 ? null : trips.reduce((total, { trip }) => total + trip.closedMs - trip.openedMs, 0) / trips.length,
  }
}

/** What the entries paid beyond the price at their decision, in money; below 0 when they paid less. */
export function slippageOf({ trip, decisionPrice }: RunTrip): number {
  if (decisionPrice === null) return 0
  return directionOf(trip.side) * (toNumber(trip.entryPrice) - decisionPrice) * toNumber(trip.quantity)
}

/** Round trips beyond which a longer record makes a system no better: Van Tharp, Definitive Guide to Position Sizing (2008). */
const SQN_TRIPS_MAX = 100

function rMetrics(trips: readonly RunTrip[]) {
  const multiples = trips.flatMap(({ trip }) => trip.rMultiple ?? [])
  const deviation = sampleDeviation(multiples) ?? 0
  const weight = Math.sqrt(Math.min(multiples.length, SQN_TRIPS_MAX))
  return { sqn: deviation > 0 ? (weight * mean(multiples)) / deviation : null }
}

/** A round trip of exactly zero ends a row of either kind. */
function streaks(trips: readonly RunTrip[]) {
  let [wins, losses, win_streak, loss_streak] = [0, 0, 0, 0]
  for (const { trip } of trips) {
    wins = trip.netPnl > 0n ? wins + 1 : 0
    losses = trip.netPnl < 0n ? losses + 1 : 0
    win_streak = Math.max(win_streak, wins)
    loss_streak = Math.max(loss_streak, losses)
  }
  return { win_streak, loss_streak }
}

const filledValue = (fills: readonly RunFill[]): number => fills.reduce((total, { price, quantity }) => total + price * quantity, 0)

/** A few minutes compounded to a year overflow: that is no figure. */
function onlyFinite(values: LabMetricValues): LabMetricValues {
  const told = Object.entries(values).map(([id, value]) => [id, value !== null && Number.isFinite(value) ? value : null])
  return Object.fromEntries(told) as LabMetricValues
}
