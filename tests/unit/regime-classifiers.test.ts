// Proves both rule-based classifiers: which regime at and around every threshold, that scores add up to 1 with the chosen regime on top and grow
// with the distance from the thresholds, and that the column form gives what candle by candle gives.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CandleBuffer, createFeatureSet, loadCandle } from '../../src-main/core/features/feature-set.ts'
import { REGIME_UNKNOWN, type RegimeClassifier, classifyColumns } from '../../src-main/core/regime/classifier.ts'
import { flow5 } from '../../src-main/core/regime/flow-5.ts'
import { imba3 } from '../../src-main/core/regime/imba-3.ts'
import { realCandles } from '../support/strategy-candles.ts'

const nameOf = (classifier: RegimeClassifier, ...values: number[]): string | null =>
  classifier.classify(Float64Array.from(values))?.regime ?? null

describe('imba-3', () => {
  it.each([
    ['volatile', 0.9, 40],
    ['volatile', 0.9, 10],
    ['trend', 0.899, 25],
    ['flat', 0.899, 24.9],
    ['flat', 0, 0],
    [null, NaN, 30],
    [null, 0.95, NaN],
  ])('is %s at an ATR rank of %s and an ADX of %s', (regime, rank, adx) => {
    expect(nameOf(imba3, rank, adx)).toBe(regime)
  })
})

describe('flow-5', () => {
  it.each([
    ['TREND_UP', 25, 0.01, 0.5, 0.2],
    ['TREND_DOWN', 25, -0.01, 0.5, 0.2],
    ['TREND_DOWN', 25, 0, 0.5, 0.2],
    ['TREND_UP', 40, 0.01, 0.95, 0.2],
    ['RANGE', 24.9, 0.01, 0.5, 0.2],
    ['RANGE', 10, -0.01, 0.15, 0.2],
    ['COMPRESSION', 10, 0.01, 0.149, 0.2],
    ['COMPRESSION', 40, 0.01, 0.1, 0.2],
    ['EXPANSION', 24.9, 0.01, 0.9, 0.2],
    ['RANGE', 24.9, 0, 0.5, 0],
    [null, 30, NaN, 0.5, 0.2],
    [null, NaN, 0.01, 0.5, 0.2],
    [null, 30, 0.01, NaN, 0.2],
  ])('is %s at ADX %s, EMA slope %s, width rank %s and ATR percent %s', (regime, adx, slope, rank, atrPercent) => {
    expect(nameOf(flow5, adx, slope, rank, atrPercent)).toBe(regime)
  })
})

const anyValues = {
  'imba-3': fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true })),
  'flow-5': fc.tuple(
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.double({ min: -2, max: 2, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0.001, max: 5, noNaN: true }),
  ),
}

describe.each([imba3, flow5])('$id', (classifier) => {
  const values = anyValues[classifier.id as keyof typeof anyValues]

  it('has scores that add up to 1, with the regime it names on top', () => {
    fc.assert(
      fc.property(values, (given) => {
        const features = Float64Array.from(given)
        const regime = classifier.classify(features)
        if (regime === null) throw new Error('unknown')
        const scores = Object.values(regime.scores)
        expect(Object.keys(regime.scores)).toEqual(classifier.regimes)
        expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 12)
        expect(regime.probability).toBe(regime.scores[regime.regime])
        expect(regime.probability).toBe(Math.max(...scores))
        expect(regime.regime).toBe(classifier.regimes[classifier.codeOf(features)])
      }),
    )
  })

  it('reads its features from wherever they start, and says unknown past the end', () => {
    fc.assert(
      fc.property(values, (given) => {
        const shifted = Float64Array.from([NaN, 7, ...given])
        expect(classifier.classify(shifted, 2)).toEqual(classifier.classify(Float64Array.from(given)))
        expect(classifier.codeOf(shifted, 3)).toBe(REGIME_UNKNOWN)
      }),
    )
  })

  it('gives the same codes over columns as candle by candle, from the candle it declares', () => {
    const columns = realCandles()
    const set = createFeatureSet(classifier.features)
    if (!set.ok) throw new Error(set.error.message)
    expect(classifier.warmupCandles).toBe(set.value.warmupCandles)
    const candle = new CandleBuffer()
    const expected = Array.from(columns.close, (_, index) => {
      loadCandle(candle, columns, index)
      set.value.update(candle)
      return classifier.codeOf(set.value.values)
    })
    const codes = classifyColumns(classifier, columns)
    expect([...codes]).toEqual(expected)
    expect(codes.findIndex((code) => code !== REGIME_UNKNOWN)).toBe(classifier.warmupCandles - 1)
    expect(new Set(codes).size).toBe(classifier.regimes.length + 1)
  })
})

it('is the surer the farther from a threshold', () => {
  const probability = (rank: number, adx: number): number => imba3.classify(Float64Array.of(rank, adx))?.probability ?? NaN
  expect(probability(0.99, 20)).toBeGreaterThan(probability(0.93, 20))
  expect(probability(0.5, 40)).toBeGreaterThan(probability(0.5, 26))
  expect(probability(0.5, 10)).toBeGreaterThan(probability(0.5, 24))
})

it('refuses a classifier that names an unknown feature', () => {
  expect(() => classifyColumns({ ...imba3, features: ['adx_14', 'nothing_7'] }, realCandles())).toThrow('regime classifier imba-3')
})
