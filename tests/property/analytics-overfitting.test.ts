// Proves what overfitting and resampling statistics must do on data whose truth is known: noise, a real edge, a known dependence.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type TrialReturns, probabilityOfOverfitting } from '../../src-main/core/analytics/backtest-overfitting.ts'
import { optimalBlockLength, stationaryBootstrap } from '../../src-main/core/analytics/block-bootstrap.ts'
import { monteCarlo } from '../../src-main/core/analytics/monte-carlo.ts'
import { normalQuantile } from '../../src-main/core/analytics/normal.ts'
import { createRandom } from '../../src-main/core/simulation/random.ts'

const normals = (seed: number): (() => number) => {
  const random = createRandom(seed)
  return () => normalQuantile((random.uint32() + 0.5) / 2 ** 32)
}
function noise(seed: number, trials: number, days: number): TrialReturns {
  const draw = normals(seed)
  return { trials, days, values: Float64Array.from({ length: trials * days }, () => 0.01 * draw()) }
}

/** The procedure of the paper word for word: every half of the 16 blocks, the Sharpe ratio of every trial, the rank of the best. */
function byDefinition({ trials, days, values }: TrialReturns): number {
  const perBlock = Math.floor(days / 16)
  const skipped = days - 16 * perBlock
  const sharpes = (blocks: readonly number[]): number[] =>
    Array.from({ length: trials }, (_, trial) => {
      const picked = blocks.flatMap((block) => Array.from(values.subarray(trial * days + skipped + block * perBlock).subarray(0, perBlock)))
      const mean = picked.reduce((a, b) => a + b, 0) / picked.length
      return mean / Math.sqrt(picked.reduce((total, value) => total + (value - mean) ** 2, 0) / (picked.length - 1))
    })
  const all = Array.from({ length: 16 }, (_, block) => block)
  const halves = all.reduce<number[][]>((sets, block) => sets.flatMap((set) => (set.length < 8 ? [set, [...set, block]] : [set])), [[]])
  const splits = halves.filter((set) => set.length === 8)
  const overfitted = splits.filter((inside) => {
    const inSample = sharpes(inside)
    const outOfSample = sharpes(all.filter((block) => !inside.includes(block)))
    const best = inSample.indexOf(Math.max(...inSample))
    const omega = outOfSample.filter((value) => value <= (outOfSample[best] ?? 0)).length / (trials + 1)
    return Math.log(omega / (1 - omega)) <= 0
  })
  return overfitted.length / splits.length
}

describe('the probability of backtest overfitting', () => {
  test('is about one half when nothing has any skill', () => {
    const found = Array.from({ length: 40 }, (_, seed) => probabilityOfOverfitting(noise(seed, 20, 320))?.probability ?? Number.NaN)
    const mean = found.reduce((total, value) => total + value, 0) / found.length
    expect(mean).toBeGreaterThan(0.42)
    expect(mean).toBeLessThan(0.58)
  })

  test('is what the definition gives, split by split', () => {
    const returns = noise(11, 7, 50)
    expect(probabilityOfOverfitting(returns)?.probability).toBe(byDefinition(returns))
  })

  test('is near zero when one trial is truly better', () => {
    const returns = noise(7, 50, 480)
    for (let day = 0; day < returns.days; day++)
      returns.values[3 * returns.days + day] = (returns.values[3 * returns.days + day] ?? 0) + 0.004
    expect(probabilityOfOverfitting(returns)?.probability).toBeLessThan(0.01)
  })

  test('is one when whatever was good turns bad', () => {
    // Each of sixteen trials earns in one block alone, and pays for it evenly in all others: the best in sample is at the bottom out of it.
    const days = 64
    const values = Float64Array.from({ length: 16 * days }, (_, i) => {
      const [trial, day] = [Math.floor(i / days), i % days]
      return (Math.floor(day / 4) === trial ? 0.15 : -0.01) + (day % 2 === 0 ? 0.001 : -0.001)
    })
    expect(probabilityOfOverfitting({ trials: 16, days, values })).toEqual({ probability: 1, splits: 12_870 })
  })

  test('cannot tell of one trial or a month, counts equal trials as equals, and refuses a matrix of another size', () => {
    expect(probabilityOfOverfitting(noise(1, 1, 400))).toBeNull()
    expect(probabilityOfOverfitting(noise(1, 5, 31))).toBeNull()
    expect(probabilityOfOverfitting({ trials: 4, days: 64, values: new Float64Array(256) })?.probability).toBe(1)
    expect(() => probabilityOfOverfitting({ trials: 2, days: 64, values: new Float64Array(100) })).toThrow(
      /100 returns, expected 2 trials × 64 days/,
    )
  })
})

/** x(t) = ρ x(t − 1) + noise. */
function autoregressive(rho: number, length: number, seed: number): number[] {
  const draw = normals(seed)
  let value = 0
  return Array.from({ length }, () => (value = rho * value + draw()))
}

describe('the stationary bootstrap', () => {
  test('draws days of the series only, in blocks of the mean length that was asked for', () => {
    const drawn = new Uint32Array(50_000)
    stationaryBootstrap(drawn, 10, createRandom(5))
    let blocks = 1
    for (let i = 1; i < drawn.length; i++) if (drawn[i] !== ((drawn[i - 1] ?? 0) + 1) % drawn.length) blocks++
    expect(drawn.every((index) => index < drawn.length)).toBe(true)
    expect(drawn.length / blocks).toBeGreaterThan(9.5)
    expect(drawn.length / blocks).toBeLessThan(10.5)
  })

  test('blocks of one day are independent draws', () => {
    const drawn = new Uint32Array(20_000)
    stationaryBootstrap(drawn, 1, createRandom(1))
    // Of n draws with replacement, 1 − 1/e of the days are seen.
    expect(new Set(drawn).size / drawn.length).toBeCloseTo(1 - 1 / Math.E, 2)
  })

  test.each([0.3, 0.5, 0.8, -0.5])('the block length of an autoregression of %f is the closed form of Politis and White', (rho) => {
    const length = 20_000
    const found = Array.from({ length: 8 }, (_, seed) => optimalBlockLength(autoregressive(rho, length, seed)))
    const mean = found.reduce((total, value) => total + value, 0) / found.length
    const exact = Math.cbrt(((2 * rho) / (1 - rho ** 2)) ** 2 * length)
    expect(Math.abs(mean / exact - 1)).toBeLessThan(0.1)
  })

  test('independent days need hardly any block, and a flat or tiny series none', () => {
    expect(optimalBlockLength(autoregressive(0, 5000, 2))).toBeLessThan(4)
    expect(optimalBlockLength(new Float64Array(100))).toBe(1)
    expect(optimalBlockLength([1, 2, 3])).toBe(1)
  })
})

const record = (seed: number) => ({
  initialBalance: 1000,
  netPnls: autoregressive(0, 60, seed).map((value) => 20 * value + 3),
  dailyReturns: autoregressive(0.2, 120, seed + 1).map((value) => 0.01 * value + 0.001),
})

describe('Monte Carlo', () => {
  test('is the same for the same seed and another for another', () => {
    const first = monteCarlo({ ...record(1), seed: 3 })
    expect(monteCarlo({ ...record(1), seed: 3 })).toEqual(first)
    expect(monteCarlo({ ...record(1), seed: 4 })).not.toEqual(first)
    expect(first?.runs).toBe(1000)
  })

  test('quantiles ascend, and nothing falls by more than all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const found = monteCarlo({ ...record(seed), seed, runs: 50 })
        if (found === null) return
        expect(found.maxDrawdown).toEqual(found.maxDrawdown.toSorted((a, b) => a - b))
        expect(found.totalReturn).toEqual(found.totalReturn.toSorted((a, b) => a - b))
        expect(found.maxDrawdown.every((value) => value >= 0 && value <= 1)).toBe(true)
        expect(found.lossProbability >= 0 && found.lossProbability <= 1).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('trades that all win never draw down, and days that are all alike have one outcome', () => {
    const found = monteCarlo({ initialBalance: 100, netPnls: [5, 5, 5], dailyReturns: Array.from({ length: 20 }, () => 0.01), seed: 1 })
    expect(found?.maxDrawdown).toEqual([0, 0, 0, 0, 0])
    for (const value of found?.totalReturn ?? []) expect(value).toBeCloseTo(1.01 ** 20 - 1, 12)
    expect(found?.lossProbability).toBe(0)
  })

  test('two trades have two orders', () => {
    // +50 % and −20 %: won first, the fall is 20 %; lost first, it is 20 % as well. +100 %, −50 % and −50 %: 75 % in a row, or 50 % apart.
    const flat = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 0.01 : -0.01))
    expect(monteCarlo({ initialBalance: 100, netPnls: [50, -30], dailyReturns: flat, seed: 2 })?.maxDrawdown[2]).toBeCloseTo(0.2, 12)
    const three = monteCarlo({ initialBalance: 100, netPnls: [100, -100, -50], dailyReturns: flat, seed: 2 })
    expect(three?.maxDrawdown[0]).toBeCloseTo(0.5, 12)
    expect(three?.maxDrawdown[4]).toBeCloseTo(0.75, 12)
  })

  test('cannot tell of one trade, of a week, or of an account that was lost', () => {
    const days = record(1).dailyReturns
    expect(monteCarlo({ initialBalance: 100, netPnls: [1], dailyReturns: days, seed: 1 })).toBeNull()
    expect(monteCarlo({ initialBalance: 100, netPnls: [1, 2], dailyReturns: days.slice(0, 9), seed: 1 })).toBeNull()
    expect(monteCarlo({ initialBalance: 100, netPnls: [1, -200], dailyReturns: days, seed: 1 })).toBeNull()
  })
})
