// Proves that the density TPE draws from is one: it adds up to 1 on every kind of axis, draws follow it, and its tails are exact.
import { describe, expect, it } from 'vitest'
import { SearchDimension } from '../../src-shared/config/lab.ts'
import { createRandom } from '../../src-main/core/simulation/random.ts'
import { logNormalMass } from '../../src-main/lab/search/normal.ts'
import { ParzenEstimator } from '../../src-main/lab/search/parzen.ts'
import { axisOf } from '../../src-main/lab/search/space.ts'

const axis = (over: Partial<SearchDimension>) => axisOf(SearchDimension.parse({ strategyId: 's', parameter: 'x', min: 0, max: 1, ...over }))
const point = (...units: number[]): Float64Array => Float64Array.from(units)
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('the normal distribution', () => {
  // Values of Φ from Abramowitz and Stegun, "Handbook of Mathematical Functions", table 26.1, and of erfc in double precision.
  it.each([
    [0, 1, 0.3413447461],
    [-1, 1, 0.6826894921],
    [-1.96, 1.96, 0.9500042097],
    [2, 3, 0.0214002339],
    [-3, -2, 0.0214002339],
    [0.5, 0.505, 0.00175812074],
  ])('has its mass from %d to %d', (from, to, mass) => {
    expect(Math.exp(logNormalMass(from, to)) / mass).toBeCloseTo(1, 5)
  })

  it('is exact far out, where the difference to 1 would be lost', () => {
    // Q(10) = 7.6198530e-24.
    expect(logNormalMass(10, 40)).toBeCloseTo(Math.log(7.619853e-24), 5)
    expect(logNormalMass(-40, -10)).toBeCloseTo(Math.log(7.619853e-24), 5)
    expect(logNormalMass(100, 101)).toBe(-700)
  })
})

describe('the estimator', () => {
  const seen = [point(0.1), point(0.15), point(0.12), point(0.9)]

  it('adds up to 1, and is highest where points are dense', () => {
    const estimator = new ParzenEstimator([axis({})], seen)
    const density = range(10_000).map((index) => Math.exp(estimator.logDensity(point((index + 0.5) / 10_000))))
    expect(sum(density) / 10_000).toBeCloseTo(1, 6)
    expect(density[1200]).toBeGreaterThan(2 * (density[5000] ?? Number.NaN))
  })

  it('adds up to 1 over the cells of two axes, one of them logarithmic', () => {
    const axes = [axis({ min: 1, max: 4, step: 1 }), axis({ min: 1, max: 50, step: 1, scale: 'log' })]
    const estimator = new ParzenEstimator(axes, [point(0.4, 0.2), point(0.9, 0.7)])
    const middle = (at: number, index: number): number => {
      const [from, to] = axes[at]?.edges(index) ?? [Number.NaN, Number.NaN]
      return (from + to) / 2
    }
    const cells = range(4).flatMap((a) => range(50).map((b) => Math.exp(estimator.logDensity(point(middle(0, a), middle(1, b))))))
    expect(sum(cells)).toBeCloseTo(1, 5)
  })

  it('draws as often as its density says', () => {
    const steps = axis({ min: 0, max: 9, step: 1 })
    const estimator = new ParzenEstimator([steps], seen)
    const random = createRandom(3)
    const counts = range(10).map(() => 0)
    for (const draw of range(20_000).map(() => steps.indexOf(estimator.sample(random)[0] ?? Number.NaN)))
      counts[draw] = (counts[draw] ?? 0) + 1
    const expected = range(10).map((index) => 20_000 * Math.exp(estimator.logDensity(point((index + 0.5) / 10))))
    // Chi-squared with 9 degrees of freedom is above 27.9 once in a thousand times.
    expect(sum(counts.map((count, index) => (count - (expected[index] ?? 0)) ** 2 / (expected[index] ?? 0)))).toBeLessThan(27.9)
  })

  it('is even but for the middle without any point, and forgets the oldest of many', () => {
    const empty = new ParzenEstimator([axis({})], [])
    expect(empty.logDensity(point(0.5)) - empty.logDensity(point(0.01))).toBeLessThan(0.13)
    const moved = new ParzenEstimator([axis({})], [...range(60).map(() => point(0.2)), ...range(40).map(() => point(0.8))])
    expect(moved.logDensity(point(0.8))).toBeGreaterThan(moved.logDensity(point(0.2)))
  })
})
