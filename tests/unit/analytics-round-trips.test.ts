// Proves the statistics of round trips on figures worked out by hand.
import { expect, test } from 'vitest'
import { rHistogram, roundTripStatistics } from '../../src-main/core/analytics/round-trip-statistics.ts'
import { money } from '../../src-shared/domain/decimal.ts'
import type { RoundTrip } from '../../src-shared/domain/position.ts'
import { START_MS, roundTrip } from '../support/journal-records.ts'

const trip = (net: string, rMultiple: number | null, changes: Partial<RoundTrip> = {}) =>
  roundTrip(1, START_MS, { netPnl: money(net), rMultiple, ...changes })

test('nothing traded gives null where a ratio would have nothing to divide by', () => {
  const none = roundTripStatistics([])
  expect(none).toMatchObject({
    roundTrips: 0,
    wins: 0,
    losses: 0,
    winRate: null,
    profitFactor: null,
    expectancyMoney: null,
    expectancyR: null,
  })
  expect(none).toMatchObject({ averageWin: null, averageLoss: null, netPnl: 0, longestUnprotectedSeconds: 0 })
  expect(none.rHistogram).toHaveLength(17)
})

test('two wins, one loss and one flat', () => {
  const statistics = roundTripStatistics([
    trip('30', 1.5, { grossPnl: money('32'), fees: money('2'), secondsUnprotected: 0.4 }),
    trip('10', 0.5, { grossPnl: money('11'), fees: money('1.5'), funding: money('0.5'), secondsUnprotected: 6.5 }),
    trip('-20', -1, { grossPnl: money('-18'), fees: money('2') }),
    trip('0', null, { grossPnl: money('1'), fees: money('1') }),
  ])
  expect(statistics).toMatchObject({
    roundTrips: 4,
    wins: 2,
    losses: 1,
    winRate: 0.5,
    profitFactor: 2,
    expectancyMoney: 5,
    averageWin: 20,
    averageLoss: -20,
    grossPnl: 26,
    fees: 6.5,
    funding: 0.5,
    netPnl: 20,
    longestUnprotectedSeconds: 6.5,
  })
  expect(statistics.expectancyR).toBeCloseTo(1 / 3, 12)
})

test('sums are exact: ten dimes are one', () => {
  expect(roundTripStatistics(Array.from({ length: 10 }, () => trip('0.1', null))).netPnl).toBe(1)
})

test('only wins leave the profit factor without a denominator', () => {
  expect(roundTripStatistics([trip('5', 1)])).toMatchObject({ winRate: 1, profitFactor: null, averageLoss: null })
})

test('the histogram has half-R bins, open at both ends', () => {
  const bins = new Map(rHistogram([-99, -3.01, -3, -2.51, -2.5, -0.0001, 0, 0.49, 0.5, 4.99, 5, 42]).map((bin) => [bin.fromR, bin.count]))
  expect([...bins.keys()]).toEqual([-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5])
  expect(bins.get(-3)).toBe(4)
  expect(bins.get(-2.5)).toBe(1)
  expect(bins.get(-0.5)).toBe(1)
  expect(bins.get(0)).toBe(2)
  expect(bins.get(0.5)).toBe(1)
  expect(bins.get(4.5)).toBe(1)
  expect(bins.get(5)).toBe(2)
})
