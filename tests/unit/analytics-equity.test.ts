// Proves drawdown, Sharpe and Sortino on curves worked out by hand, and that too little data gives null.
import { expect, test } from 'vitest'
import { equityFold, equityStatistics, sharpeRatio, sortinoRatio } from '../../src-main/core/analytics/equity-statistics.ts'
import { DAY_MS, HOUR_MS } from '../../src-shared/domain/time.ts'
import { START_MS } from '../support/journal-records.ts'

const curve = (equities: readonly number[], stepMs = DAY_MS) =>
  equities.map((equity, index) => ({ tsMs: START_MS + index * stepMs, equity }))

test('an empty curve has no drawdown and no ratios', () => {
  expect(equityStatistics([])).toEqual({ sharpe: null, sortino: null, maxDrawdown: 0, maxDrawdownMoney: 0 })
})

test('the deepest fall in percent and the deepest in money may be different falls', () => {
  const { maxDrawdown, maxDrawdownMoney } = equityStatistics(curve([100, 50, 400, 340, 380], HOUR_MS))
  expect(maxDrawdown).toBe(0.5)
  expect(maxDrawdownMoney).toBe(60)
})

test('Sharpe and Sortino of alternating days, from their definitions', () => {
  const returns = [0.02, -0.01, 0.02, -0.01, 0.02, -0.01, 0.02, -0.01, 0.02, -0.01]
  // Mean 0.005; sample variance 10 × 0.015² ÷ 9; downside mean square 5 × 0.01² ÷ 10.
  expect(sharpeRatio(returns)).toBeCloseTo((0.005 / Math.sqrt((10 * 0.015 ** 2) / 9)) * Math.sqrt(365), 10)
  expect(sortinoRatio(returns)).toBeCloseTo((0.005 / Math.sqrt((5 * 0.01 ** 2) / 10)) * Math.sqrt(365), 10)
})

test('nine daily returns are too few, ten are enough', () => {
  const nine = [0.01, -0.01, 0.01, -0.01, 0.01, -0.01, 0.01, -0.01, 0.02]
  expect(sharpeRatio(nine)).toBeNull()
  expect(sortinoRatio(nine)).toBeNull()
  expect(sharpeRatio([...nine, 0.01])).not.toBeNull()
  expect(sortinoRatio([...nine, 0.01])).not.toBeNull()
})

test('returns that never differ have no Sharpe, and days that never lost no Sortino', () => {
  expect(sharpeRatio(Array.from({ length: 12 }, () => 0.01))).toBeNull()
  expect(sortinoRatio(Array.from({ length: 12 }, (_, day) => 0.01 * (day % 2)))).toBeNull()
})

test('a day ends with its last point, and days without a point are days without a return', () => {
  const returns = [0, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0.1]
  const samples = [
    { tsMs: START_MS, equity: 100 },
    { tsMs: START_MS + 23 * HOUR_MS, equity: 100 },
    { tsMs: START_MS + DAY_MS + HOUR_MS, equity: 90 },
    { tsMs: START_MS + DAY_MS + 2 * HOUR_MS, equity: 110 },
    { tsMs: START_MS + 10 * DAY_MS, equity: 121 },
  ]
  expect(equityStatistics(samples).sharpe).toBeCloseTo(sharpeRatio(returns) ?? Number.NaN, 10)
})

test('a point that is not later than the one before it is refused', () => {
  const fold = equityFold()
  fold.add(START_MS, 1)
  expect(() => fold.add(START_MS, 2)).toThrow(/is not after/)
})
