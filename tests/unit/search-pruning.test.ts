// Proves what a trial must show at each look, by the median of others and by successive halving, and how a running trial is judged by it.
import { describe, expect, it } from 'vitest'
import { Objective, PrunerSpec } from '../../src-shared/config/lab.ts'
import { LOOKS, NO_THRESHOLDS, TrialWatch, thresholdsOf } from '../../src-main/lab/search/pruning.ts'
import type { StudyTrial } from '../../src-main/lab/search/trial.ts'
import { metricsWith } from '../support/search-functions.ts'

const trial = (number: number, over: Partial<StudyTrial>): StudyTrial => ({
  number,
  state: 'done',
  parameters: {},
  objective: 0,
  looks: [],
  metrics: null,
  seconds: null,
  worker: '',
  message: '',
  ...over,
})
/** Shows the same value at each of its looks. */
const steady = (number: number, value: number | null, looks = LOOKS): StudyTrial =>
  trial(number, { looks: Array.from({ length: looks }, () => value), state: looks === LOOKS ? 'done' : 'pruned' })
const none = (count: number): null[] => Array.from({ length: count }, () => null)
const times = (count: number, value: number): number[] => Array.from({ length: count }, () => value)

it('asks nothing of a trial without a pruner', () => {
  expect(thresholdsOf({ kind: 'none' }, [steady(0, 1), steady(1, 2)])).toEqual(NO_THRESHOLDS)
})

describe('the median pruner', () => {
  const pruner = PrunerSpec.parse({ kind: 'median', startupTrials: 3, warmupSteps: 2 })

  it('waits for its first trials to end, and asks nothing at the first looks and the last', () => {
    expect(thresholdsOf(pruner, [steady(0, 1), steady(1, 2)])).toEqual(NO_THRESHOLDS)
    expect(thresholdsOf(pruner, [steady(0, 1), steady(1, 2), steady(2, 10)])).toEqual([null, null, ...times(7, 2), null])
    expect(thresholdsOf(pruner, [steady(0, 1), steady(1, 2), steady(2, 10), steady(3, 4)])).toEqual([null, null, ...times(7, 3), null])
  })

  it('counts neither trials that were pruned nor those that failed', () => {
    const others = [steady(3, -9, 4), steady(4, -9, 5), trial(5, { state: 'failed', looks: times(3, -9) })]
    expect(thresholdsOf(pruner, [steady(0, 1), steady(1, 2), ...others])).toEqual(NO_THRESHOLDS)
    expect(thresholdsOf(pruner, [steady(0, 1), steady(1, 2), steady(2, 10), ...others])[5]).toBe(2)
  })

  it('asks nothing where half of the others had nothing to show', () => {
    expect(thresholdsOf(pruner, [steady(0, null), steady(1, 2), steady(2, null)])).toEqual(NO_THRESHOLDS)
    expect(thresholdsOf(pruner, [steady(0, null), steady(1, 2), steady(2, null), steady(3, 3)])).toEqual(NO_THRESHOLDS)
    expect(thresholdsOf(pruner, [steady(0, null), steady(1, 2), steady(2, 3)])[4]).toBe(2)
  })
})

describe('successive halving', () => {
  it.each([
    [2, [1, 2, 4, 8]],
    [3, [1, 3, 9]],
    [8, [1, 8]],
  ])('by %i has its rungs at looks %j', (reduction, rungs) => {
    const known = Array.from({ length: 16 }, (_, number) => steady(number, number))
    const thresholds = thresholdsOf({ kind: 'halving', reduction }, known)
    expect(thresholds.flatMap((threshold, at) => (threshold === null ? [] : [at + 1]))).toEqual(rungs)
  })

  it('lets the best third pass, itself counted, of all that reached the rung', () => {
    const pruner = { kind: 'halving', reduction: 3 } as const
    // With one other nothing is told; with two, one of three passes; with five, two of six.
    expect(thresholdsOf(pruner, [steady(0, 1)])).toEqual(NO_THRESHOLDS)
    expect(thresholdsOf(pruner, [steady(0, 1), steady(1, 2)])).toEqual([2, null, 2, ...none(5), 2, null])
    // Two of five were pruned at the first rung: of the three that reached the second, and this one, one passes.
    const known = [steady(0, 1, 1), steady(1, 2, 1), steady(2, 3), steady(3, 4), steady(4, 5)]
    expect(thresholdsOf(pruner, known)).toEqual([4, null, 5, ...none(5), 5, null])
  })
})

describe('a watch', () => {
  const objective = Objective.parse({ terms: [{ metric: 'sharpe' }], tradesMin: 100 })
  const at = (sharpe: number | null, trades = 1000) => metricsWith({ sharpe, trades })

  it('ends a trial that shows less than it must, or nothing, and keeps what it saw', () => {
    const watch = new TrialWatch(objective, [null, 1, 1, 1, 1, ...none(5)])
    expect([at(-5), at(1), at(2, 30)].map((metrics, index) => watch.look(index + 1, metrics))).toEqual([false, false, false])
    expect(watch.look(4, at(0.999))).toBe(true)
    expect(watch.looks).toEqual([-5, 1, 2, 0.999])
    const silent = new TrialWatch(objective, [1, ...none(9)])
    expect(silent.look(1, at(9, 9))).toBe(true)
    expect(silent.looks).toEqual([null])
  })

  it('ends nothing where nothing is asked', () => {
    const watch = new TrialWatch(objective, NO_THRESHOLDS)
    expect(NO_THRESHOLDS.map((_, index) => watch.look(index + 1, at(null)))).toEqual(NO_THRESHOLDS.map(() => false))
  })

  it('throws for a look out of order, as the values would be compared with those of another time', () => {
    expect(() => new TrialWatch(objective, NO_THRESHOLDS).look(2, at(1))).toThrow(/look 2 came after look 0/)
  })
})
