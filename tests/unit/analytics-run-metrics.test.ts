// Proves every figure of a run against its formula, on runs worked out by hand, and that what cannot be told is null.
import { expect, test } from 'vitest'
import { sharpeRatio, sortinoRatio } from '../../src-main/core/analytics/equity-statistics.ts'
import { dailyReturns, runMetrics } from '../../src-main/core/analytics/run-metrics.ts'
import { money, price, quantity } from '../../src-shared/domain/decimal.ts'
import { LAB_METRIC_IDS } from '../../src-shared/domain/lab-metric.ts'
import { HOUR_MS } from '../../src-shared/domain/time.ts'
import { START_MS } from '../support/journal-records.ts'
import { runDecision, runFill, runRecord, runTrip } from '../support/run-records.ts'

test('an empty run has its zeros and nothing else', () => {
  const metrics = runMetrics(runRecord({ equity: [] }))
  expect(Object.keys(metrics).toSorted()).toEqual(LAB_METRIC_IDS.toSorted())
  expect(metrics).toMatchObject({ net_pnl: 0, total_return: 0, trades: 0, max_drawdown: 0, signals: 0, slippage: 0, fees: 0 })
  for (const unknown of ['apr', 'cagr', 'sharpe', 'calmar', 'var_95', 'best_day', 'win_rate', 'sqn', 'exposure', 'turnover', 'holding_ms'])
    expect(metrics, unknown).toMatchObject({ [unknown]: null })
})

test('one step tells a return and no ratio', () => {
  const metrics = runMetrics(runRecord({ equity: [101], stepMs: 60_000 }))
  expect(metrics).toMatchObject({ net_pnl: 1, sharpe: null, volatility: null, kurtosis: null, exposure: 0 })
  expect(metrics.total_return).toBeCloseTo(0.01, 12)
  expect(metrics.best_day).toBeCloseTo(0.01, 12)
  // 1.01 to the power of the minutes of a year is more than a float holds well, but finite; twice the money in a minute is not.
  expect(runMetrics(runRecord({ equity: [200], stepMs: 60_000 })).cagr).toBeNull()
})

test('growth, drawdown and time under water of a curve of six days', () => {
  const metrics = runMetrics(runRecord({ equity: [110, 99, 104.5, 121, 96.8, 108.9], benchmark: [1, 1.1, 1.2, 1.1, 1, 0.9] }))
  expect(metrics.net_pnl).toBeCloseTo(8.9, 12)
  expect(metrics.total_return).toBeCloseTo(0.089, 12)
  expect(metrics.apr).toBeCloseTo((0.089 * 365) / 6, 12)
  expect(metrics.cagr).toBeCloseTo(1.089 ** (365 / 6) - 1, 9)
  expect(metrics.max_drawdown).toBeCloseTo(0.2, 12)
  expect(metrics.max_drawdown_money).toBeCloseTo(24.2, 12)
  expect(metrics.calmar).toBeCloseTo((1.089 ** (365 / 6) - 1) / 0.2, 7)
  // 110 of the first day is reached again on the fourth.
  expect(metrics.max_drawdown_days).toBe(3)
  expect(metrics.current_drawdown).toBeCloseTo(0.1, 12)
  expect(metrics.best_day).toBeCloseTo(121 / 104.5 - 1, 12)
  expect(metrics.worst_day).toBeCloseTo(-0.2, 12)
  expect(metrics.benchmark_return).toBeCloseTo(-0.1, 12)
})

test('time under water counts to the end when the height is never reached again, and a flat curve has none', () => {
  expect(runMetrics(runRecord({ equity: [120, 110, 110, 115, 110] })).max_drawdown_days).toBe(4)
  expect(runMetrics(runRecord({ equity: [100, 100, 100] })).max_drawdown_days).toBe(0)
})

test('the balance before the first step counts as a height and as the beginning of the first day', () => {
  const record = runRecord({ equity: [80, 90] })
  expect(runMetrics(record).max_drawdown).toBeCloseTo(0.2, 12)
  expect(dailyReturns(record)[0]).toBeCloseTo(-0.2, 12)
})

test('a step that closes at midnight belongs to the day that ends', () => {
  const equity = Array.from({ length: 72 }, (_, hour) => 100 + hour)
  const returns = dailyReturns(runRecord({ equity, stepMs: HOUR_MS }))
  expect(returns).toHaveLength(3)
  expect(returns[0]).toBeCloseTo(123 / 100 - 1, 12)
  expect(returns[2]).toBeCloseTo(171 / 147 - 1, 12)
})

const TWENTY = [3, -1, 2, -2, 1, 0, 4, -3, 1, 1, -1, 2, 0, 1, -2, 3, -1, 1, 2, -4].map((percent) => percent / 100)
const compounded = (returns: readonly number[]): number[] => {
  let equity = 100
  return returns.map((value) => (equity *= 1 + value))
}

test('the figures of daily returns follow their definitions', () => {
  const metrics = runMetrics(runRecord({ equity: compounded(TWENTY) }))
  const mean = TWENTY.reduce((a, b) => a + b, 0) / 20
  const central = (power: number): number => TWENTY.reduce((total, value) => total + (value - mean) ** power, 0) / 20
  expect(metrics.sharpe).toBeCloseTo(sharpeRatio(TWENTY) ?? Number.NaN, 9)
  expect(metrics.sortino).toBeCloseTo(sortinoRatio(TWENTY) ?? Number.NaN, 9)
  expect(metrics.volatility).toBeCloseTo(Math.sqrt((central(2) * 20) / 19) * Math.sqrt(365), 12)
  expect(metrics.skewness).toBeCloseTo(central(3) / central(2) ** 1.5, 9)
  expect(metrics.kurtosis).toBeCloseTo(central(4) / central(2) ** 2, 9)
  // Ascending −4, −3, −2 …: position 0.05 × 19 = 0.95 lies between the first two.
  expect(metrics.var_95).toBeCloseTo(0.04 - 0.95 * 0.01, 12)
  expect(metrics.cvar_95).toBeCloseTo(0.04, 12)
})

test('the figures of round trips follow their definitions', () => {
  const trips = [
    runTrip(20, 10, { fees: money('1'), grossPnl: money('21'), openedMs: START_MS }),
    runTrip(10, 20, { funding: money('0.5'), grossPnl: money('9.5'), openedMs: START_MS + 10 * 60_000 }),
    runTrip(-10, 30, { secondsUnprotected: 2.5, openedMs: START_MS + 20 * 60_000 }),
    runTrip(0, 40, { rMultiple: null, openedMs: START_MS }),
    runTrip(-5, 50, { openedMs: START_MS + 40 * 60_000 }),
  ]
  const metrics = runMetrics(runRecord({ equity: [100, 115], open: [0, 2] }, { trips, liquidations: 1 }))
  expect(metrics).toMatchObject({
    trades: 5,
    win_rate: 0.4,
    profit_factor: 2,
    expectancy: 3,
    average_win: 15,
    average_loss: -7.5,
    payoff_ratio: 2,
    win_streak: 2,
    loss_streak: 1,
    gross_pnl: 15.5,
    fees: 1,
    funding: 0.5,
    unprotected_seconds: 2.5,
    exposure: 0.5,
    liquidations: 1,
  })
  expect(metrics.expectancy_r).toBeCloseTo(1.5 / 4, 12)
  expect(metrics.holding_ms).toBeCloseTo(((10 + 10 + 10 + 40 + 10) * 60_000) / 5, 6)
  // R of 2, 1, −1 and −0.5: mean 0.375, squares of the distances 2.640625 + 0.390625 + 1.890625 + 0.765625.
  expect(metrics.sqn).toBeCloseTo((2 * 0.375) / Math.sqrt(5.6875 / 3), 12)
})

test('no more than a hundred round trips make a system better', () => {
  const trips = Array.from({ length: 400 }, (_, i) => runTrip(i % 2 === 0 ? 20 : -10, i + 1))
  const deviation = Math.sqrt((400 * 1.5 ** 2) / 399)
  expect(runMetrics(runRecord({ equity: [100] }, { trips })).sqn).toBeCloseTo((10 * 0.5) / deviation, 9)
})

test('slippage is against us on either side, and below zero when the entry was better than the decision', () => {
  const entry = { entryPrice: price('101'), quantity: quantity('2') }
  const of = (side: 'long' | 'short', decisionPrice: number | null): number | null =>
    runMetrics(runRecord({ equity: [100] }, { trips: [runTrip(1, 1, { ...entry, side }, { decisionPrice })] })).slippage
  expect([of('long', 100), of('short', 100), of('long', null)]).toEqual([2, -2, 0])
})

test('turnover is the value of all fills against the mean equity, signals are all decisions', () => {
  const fills = [runFill(), runFill({ side: 'sell', price: 110, quantity: 2 })]
  const decisions = [runDecision(1), runDecision(2, { executed: false, reason: 'cooldown' })]
  const metrics = runMetrics(runRecord({ equity: [100, 140] }, { fills, decisions }))
  expect(metrics).toMatchObject({ signals: 2, executed: 1 })
  expect(metrics.turnover).toBeCloseTo(320 / 120, 12)
})

test('an account that owes has lost everything, and no figure is NaN', () => {
  const metrics = runMetrics(runRecord({ equity: [50, -20] }, { trips: [runTrip(-120, 1)] }))
  expect(metrics.cagr).toBe(-1)
  for (const [id, value] of Object.entries(metrics)) expect(value === null || Number.isFinite(value), id).toBe(true)
})

test('steps out of order are refused by name', () => {
  const record = runRecord({ equity: [1, 2] })
  record.steps.tsMs.reverse()
  expect(() => runMetrics(record)).toThrow(/is not after/)
})
