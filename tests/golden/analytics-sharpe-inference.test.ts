// Proves the inference on Sharpe ratios against the numbers printed in the papers of Bailey and López de Prado.
import { describe, expect, test } from 'vitest'
import {
  type SharpeEstimate,
  annualSharpe,
  deflatedSharpe,
  expectedMaxSharpe,
  minTrackRecordLength,
  probabilisticSharpe,
  sharpeEstimate,
} from '../../src-main/core/analytics/sharpe-inference.ts'

const estimate = (observations: number, sharpe: number, shape: Partial<SharpeEstimate> = {}): SharpeEstimate => ({
  observations,
  sharpe,
  skewness: 0,
  kurtosis: 3,
  ...shape,
})

describe('The Sharpe Ratio Efficient Frontier (2012)', () => {
  // Two years of months with a Sharpe ratio of 0.458, and the skewness and kurtosis of that fund.
  const fund = estimate(24, 0.458, { skewness: -2.448, kurtosis: 10.164 })

  test('a good record of two years is no proof once its shape is seen', () => {
    expect(probabilisticSharpe({ ...fund, skewness: 0, kurtosis: 3 })).toBeCloseTo(0.982, 3)
    expect(probabilisticSharpe(fund)).toBeCloseTo(0.913, 3)
  })

  test.each([
    ['daily', 252, 2.73],
    ['weekly', 52, 2.83],
    ['monthly', 12, 3.24],
  ])('%s returns prove that a Sharpe ratio of 2 is above 1 after %d periods a year × %f years', (_, periods, years) => {
    const benchmark = 1 / Math.sqrt(periods)
    const length = minTrackRecordLength(estimate(1, 2 / Math.sqrt(periods)), { benchmark })
    expect((length ?? Number.NaN) / periods).toBeCloseTo(years, 2)
  })

  test('monthly returns shaped as those of hedge funds take 4.99 years', () => {
    const shaped = estimate(1, 2 / Math.sqrt(12), { skewness: -0.72, kurtosis: 5.78 })
    expect((minTrackRecordLength(shaped, { benchmark: 1 / Math.sqrt(12) }) ?? Number.NaN) / 12).toBeCloseTo(4.99, 2)
  })

  test('the least length is where the probability reaches the confidence', () => {
    const length = minTrackRecordLength(fund) ?? Number.NaN
    expect(probabilisticSharpe({ ...fund, observations: length })).toBeCloseTo(0.95, 12)
    expect(minTrackRecordLength(estimate(100, -0.1))).toBeNull()
  })
})

describe('The Deflated Sharpe Ratio (2014)', () => {
  // The example of the paper: five years of 250 days, a yearly Sharpe ratio of 2.5, the best of 100 trials whose yearly ratios have a variance of 1/2.
  const found = estimate(1250, 2.5 / Math.sqrt(250), { skewness: -3, kurtosis: 10 })
  const dailyVariance = 0.5 / 250

  test('the best of a hundred without skill', () => {
    expect(expectedMaxSharpe(100, dailyVariance)).toBeCloseTo(0.1132, 4)
    expect(expectedMaxSharpe(1, dailyVariance)).toBe(0)
  })

  test.each([
    [100, found, 0.9004],
    [46, found, 0.9505],
    [88, { ...found, skewness: 0, kurtosis: 3 }, 0.9505],
  ])('%d trials', (trials, of, probability) => {
    expect(probabilisticSharpe(of, expectedMaxSharpe(trials, dailyVariance))).toBeCloseTo(probability, 4)
  })

  test('from trials as they are: more of them deflate more', () => {
    // Ten yearly ratios with a sample variance of 1/2.
    const spread = Math.sqrt(0.5 * (9 / 10))
    const annualSharpes = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? spread : -spread))
    const probabilities = [10, 100, 1000, 10_000].map(
      (trials) => deflatedSharpe(found, { trials, annualSharpes })?.probability ?? Number.NaN,
    )
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a))
    const deflated = deflatedSharpe(found, { trials: 100, annualSharpes })
    expect(deflated?.expectedMaxAnnual).toBeCloseTo(annualSharpe(expectedMaxSharpe(100, 0.5 / 365)), 12)
    expect(deflated?.excessAnnual).toBeCloseTo(annualSharpe(found.sharpe) - (deflated?.expectedMaxAnnual ?? Number.NaN), 12)
  })

  test('one trial deflates nothing, and many without ratios cannot tell', () => {
    expect(deflatedSharpe(found, { trials: 1, annualSharpes: [] })?.probability).toBe(probabilisticSharpe(found))
    expect(deflatedSharpe(found, { trials: 5, annualSharpes: [1] })).toBeNull()
  })
})

test('too few or equal returns give no estimate', () => {
  expect(sharpeEstimate([0.1, 0.2, 0.1])).toBeNull()
  expect(sharpeEstimate(Array.from({ length: 50 }, () => 0.01))).toBeNull()
  const alternating = sharpeEstimate(Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 0.03 : -0.01)))
  expect(alternating).toMatchObject({ observations: 10 })
  expect(alternating?.sharpe).toBeCloseTo(0.01 / Math.sqrt((10 * 0.02 ** 2) / 9), 12)
  expect(alternating?.skewness).toBeCloseTo(0, 12)
  expect(alternating?.kurtosis).toBeCloseTo(1, 12)
})
