// Proves what a report is drawn from: no extreme is lost, months and groups add up, and every value finds its bin.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { excursions, holdingBins, maeBins, mfeBins, rBins } from '../../src-main/core/analytics/run-bins.ts'
import { CURVE_POINTS_MAX, drawdowns, equityCurve, runMonths } from '../../src-main/core/analytics/run-equity.ts'
import { GROUPS_MAX, OTHER_GROUP, costSteps, tripGroups } from '../../src-main/core/analytics/run-groups.ts'
import { createRandom } from '../../src-main/core/simulation/random.ts'
import { money, price, quantity } from '../../src-shared/domain/decimal.ts'
import { instrumentId, strategyId } from '../../src-shared/domain/ids.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { START_MS } from '../support/journal-records.ts'
import { runRecord, runTrip } from '../support/run-records.ts'

function walk(length: number, seed: number) {
  const random = createRandom(seed)
  let [equity, held] = [100, 1]
  const steps = Array.from({ length }, () => {
    equity *= 1 + (random.fraction() - 0.5) * 0.01
    held *= 1 + (random.fraction() - 0.5) * 0.01
    return { equity, held }
  })
  return runRecord({ equity: steps.map((step) => step.equity), benchmark: steps.map((step) => step.held), stepMs: MINUTE_MS })
}

test('a short curve is kept as it is', () => {
  const curve = equityCurve(runRecord({ equity: [110, 99, 121], benchmark: [1, 2, 3] }))
  expect(curve.equity).toEqual([110, 99, 121])
  expect(curve.benchmark).toEqual([1, 2, 3])
  expect(curve.tsMs).toEqual([1, 2, 3].map((day) => START_MS + day * DAY_MS))
  expect(curve.drawdown.map((value) => Math.round(value * 1000))).toEqual([0, 100, 0])
})

test('a thinned curve keeps every extreme, in order, of real steps', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2001, max: 30_000 }), fc.integer(), (length, seed) => {
      const record = walk(length, seed)
      const { steps } = record
      const curve = equityCurve(record)
      const indices = curve.tsMs.map((tsMs) => Math.round((tsMs - START_MS) / MINUTE_MS) - 1)
      expect(curve.tsMs.length).toBeLessThanOrEqual(CURVE_POINTS_MAX)
      expect(indices).toEqual([...new Set(indices)].toSorted((a, b) => a - b))
      expect(indices.map((index) => steps.equity[index])).toEqual(curve.equity)
      expect([indices[0], indices.at(-1)]).toEqual([0, length - 1])
      const all = drawdowns(steps.equity, 100)
      for (const [thin, whole] of [
        [curve.equity, steps.equity],
        [curve.drawdown, all],
        [curve.benchmark, steps.benchmark],
      ] as const) {
        expect(Math.max(...thin)).toBe(whole.reduce((a, b) => Math.max(a, b)))
        expect(Math.min(...thin)).toBe(whole.reduce((a, b) => Math.min(a, b)))
      }
    }),
    { numRuns: 30 },
  )
})

test('a spike of one minute in a million is still seen', () => {
  const equity = Array.from({ length: 1_000_000 }, () => 100)
  equity[654_321] = 40
  const curve = equityCurve(runRecord({ equity, stepMs: MINUTE_MS }))
  expect(Math.min(...curve.equity)).toBe(40)
  expect(Math.max(...curve.drawdown)).toBe(0.6)
})

test('months begin where the one before ended, and a midnight belongs to what it ends', () => {
  // From 5 January 2026: 27 days to the first midnight of February, then 9 more.
  const equity = Array.from({ length: 36 }, (_, day) => (day < 27 ? 110 : 99))
  const trips = [runTrip(4, 27 * 24 * 60 - 1), runTrip(5, 30 * 24 * 60)]
  const months = runMonths(runRecord({ equity }, { trips }))
  expect(months).toEqual([
    { year: 2026, month: 1, totalReturn: expect.closeTo(0.1, 12), netPnl: 10, trades: 1 },
    { year: 2026, month: 2, totalReturn: expect.closeTo(-0.1, 12), netPnl: -11, trades: 1 },
  ])
  expect(runMonths(runRecord({ equity: [] }))).toEqual([])
})

test('a December ends a year', () => {
  const months = runMonths(runRecord({ equity: Array.from({ length: 62 }, () => 100), startMs: Date.UTC(2025, 11, 1) }))
  expect(months.map(({ year, month }) => [year, month])).toEqual([
    [2025, 12],
    [2026, 1],
  ])
})

test('round trips are grouped by what they share', () => {
  const eth = {
    instrumentId: instrumentId('ETH/USDT:USDT'),
    strategyId: strategyId('trend-quant'),
    side: 'short',
    exitReason: 'stop',
  } as const
  const trips = [
    runTrip(10, 60, { openedMs: START_MS + 3 * HOUR_MS, fees: money('1') }, { regime: 'bull', voters: ['sfp', 'cvd'] }),
    runTrip(-5, 120, { openedMs: START_MS + 3 * HOUR_MS }, { regime: 'bull', voters: ['cvd'] }),
    runTrip(20, 180, { ...eth, openedMs: START_MS + 6 * DAY_MS, funding: money('0.5') }),
  ]
  const groups = tripGroups(trips)
  const keys = Object.fromEntries(Object.entries(groups).map(([name, rows]) => [name, rows.map(({ key, trades }) => [key, trades])]))
  expect(keys).toEqual({
    strategy: [
      ['imba-confluence', 2],
      ['trend-quant', 1],
    ],
    instrument: [
      ['BTC/USDT:USDT', 2],
      ['ETH/USDT:USDT', 1],
    ],
    side: [
      ['long', 2],
      ['short', 1],
    ],
    regime: [
      ['bull', 2],
      ['(unknown)', 1],
    ],
    voter: [
      ['cvd', 2],
      ['sfp', 1],
    ],
    hour: [
      ['00', 1],
      ['03', 2],
    ],
    weekday: [
      ['Monday', 2],
      ['Sunday', 1],
    ],
    exit: [
      ['target', 2],
      ['stop', 1],
    ],
    month: [['2026-01', 3]],
  })
  expect(groups.regime[0]).toEqual({
    key: 'bull',
    trades: 2,
    netPnl: 5,
    fees: 1,
    funding: 0,
    winRate: 0.5,
    expectancyR: 0.25,
    profitFactor: 2,
  })
})

test('more groups than are shown are put together', () => {
  const trips = Array.from({ length: 250 }, (_, i) => runTrip(1, i + 1, { exitReason: `reason ${i}` }))
  const { exit } = tripGroups(trips)
  expect(exit).toHaveLength(GROUPS_MAX)
  expect(exit.at(-1)).toMatchObject({ key: OTHER_GROUP, trades: 51 })
})

test('the steps from gross to net add up, with slippage taken apart', () => {
  const trips = [
    runTrip(
      10,
      1,
      { grossPnl: money('13'), fees: money('2.5'), funding: money('-0.5'), entryPrice: price('101'), quantity: quantity('2') },
      { decisionPrice: 100.5 },
    ),
    runTrip(-4, 2),
  ]
  expect(costSteps(trips)).toEqual({ gross: 10, slippage: -1, fees: -2.5, funding: -0.5, net: 6 })
  expect(costSteps([])).toEqual({ gross: 0, slippage: 0, fees: 0, funding: 0, net: 0 })
})

test('every value finds its bin, and those beyond the ends the last one', () => {
  const trips = [
    runTrip(-25, 1, { openedMs: START_MS }, { mae: -30, mfe: 0 }),
    runTrip(4, 2, { openedMs: START_MS }, { mae: -5, mfe: 7 }),
    runTrip(900, 90, { openedMs: START_MS }, { mae: 0, mfe: 950 }),
    runTrip(3, 3, { rMultiple: null }, { initialRisk: null }),
  ]
  const filled = (bins: readonly { from: number; to: number; count: number }[]) =>
    bins.filter(({ count }) => count > 0).map(({ from, to, count }) => [from, to, count])
  expect(filled(rBins(trips))).toEqual([
    [-2.5, -2, 1],
    [0, 0.5, 1],
    [5, 5.5, 1],
  ])
  expect(filled(maeBins(trips))).toEqual([
    [-2, -1.9, 1],
    [-0.5, -0.4, 1],
    [-0.1, 0, 1],
  ])
  expect(filled(mfeBins(trips))).toEqual([
    [0, 0.25, 1],
    [0.5, 0.75, 1],
    [5.75, 6, 1],
  ])
  expect(holdingBins(trips).map(({ from, count }) => [from / MINUTE_MS, count])).toEqual([
    [1, 3],
    [5, 0],
    [15, 0],
    [30, 0],
    [60, 1],
  ])
  expect(holdingBins([])).toEqual([])
})

test('excursions are in R, and of very many a part evenly taken', () => {
  expect(excursions([runTrip(5, 1, {}, { mae: -4, mfe: 8 }), runTrip(1, 2, {}, { initialRisk: null })])).toEqual([
    { positionId: 'P1', maeR: -0.4, mfeR: 0.8, r: 0.5 },
  ])
  const many = excursions(Array.from({ length: 5000 }, (_, i) => runTrip(1, i)))
  expect(many).toHaveLength(2000)
  expect(new Set(many.map(({ positionId }) => positionId)).size).toBe(2000)
})
