// Proves how metrics become one number, and that a trial which cannot be judged is worse than any other.
import { expect, it } from 'vitest'
import { Objective } from '../../src-shared/config/lab.ts'
import { compareObjectives, objectiveOf } from '../../src-main/lab/search/objective.ts'
import { metricsWith } from '../support/search-functions.ts'

const objective = Objective.parse({
  terms: [{ metric: 'sharpe' }, { metric: 'max_drawdown', weight: 4 }, { metric: 'exposure', weight: -0.5 }],
  tradesMin: 25,
})
const metrics = metricsWith({ sharpe: 1.5, max_drawdown: 0.25, exposure: 0.5, trades: 25 })

it('is the weighted sum, with the sign turned where less is better', () => {
  expect(objectiveOf(metrics, objective)).toBe(1.5 - 4 * 0.25 - 0.5 * 0.5)
})

it('is nothing with too few trades, or without one of its metrics', () => {
  expect(objectiveOf({ ...metrics, trades: 24 }, objective)).toBeNull()
  expect(objectiveOf({ ...metrics, trades: null }, objective)).toBeNull()
  expect(objectiveOf({ ...metrics, sharpe: null }, objective)).toBeNull()
  expect(objectiveOf({ ...metrics, max_drawdown: Number.POSITIVE_INFINITY }, objective)).toBeNull()
  expect(objectiveOf({ ...metrics, sortino: null }, objective)).not.toBeNull()
})

it('asks for as many trades as the share of the time allows, rounded down', () => {
  expect(objectiveOf({ ...metrics, trades: 2 }, objective, 0.1)).not.toBeNull()
  expect(objectiveOf({ ...metrics, trades: 1 }, objective, 0.1)).toBeNull()
})

it('puts the best first and those without last', () => {
  expect([1, null, -5, 3, null, 0].toSorted(compareObjectives)).toEqual([3, 1, 0, -5, null, null])
})
