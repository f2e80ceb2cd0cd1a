// Proves what a study asks for by grid, at random and by TPE, when it waits, what it refuses, and what it takes for the best.
import { describe, expect, it } from 'vitest'
import type { SearchInput } from '../../src-shared/config/lab.ts'
import { Study, type StudyState, type TrialRequest } from '../../src-main/lab/search/study.ts'
import { metricsWith, outcomeOf, searchSpec } from '../support/search-functions.ts'

const dimension = (parameter: string, over: Partial<SearchInput['dimensions'][number]> = {}): SearchInput['dimensions'][number] => ({
  strategyId: 's',
  parameter,
  min: 0,
  max: 1,
  ...over,
})
function open(over: Partial<SearchInput> & Pick<SearchInput, 'dimensions'>): Study {
  const study = Study.create(searchSpec(over))
  if (!study.ok) throw new Error(study.error)
  return study.value
}
const asked = (study: Study): TrialRequest => {
  const request = study.ask()
  if (request === null || request === 'wait') throw new Error(`asked ${request}`)
  return request
}
/** Asks and answers until nothing is left. */
function run(study: Study, of: (x: readonly number[]) => number): Study {
  while (!study.isFinished) study.tell(outcomeOf(asked(study), of))
  return study
}
const distinct = (study: Study): number => new Set(study.trials.map(({ parameters }) => JSON.stringify(parameters))).size

describe('a grid', () => {
  const dimensions = [dimension('x0', { step: 0.5 }), dimension('x1', { min: 1, max: 1000, scale: 'log' })]

  it('tries every point once, ten values of an axis without steps', () => {
    const study = run(open({ dimensions, method: 'grid', trials: 30 }), ([x = 0, y = 0]) => (x - 0.5) ** 2 + Math.abs(y - 10))
    expect(study.trials.length).toBe(30)
    expect(distinct(study)).toBe(30)
    expect(study.trials.slice(0, 11).map(({ parameters }) => parameters['s.x0'])).toEqual([...Array.from({ length: 10 }, () => 0), 0.5])
    expect(study.trials.slice(0, 10).map(({ parameters }) => parameters['s.x1'])).toEqual([
      1, 2.15443469003, 4.64158883361, 10, 21.5443469003, 46.4158883361, 100, 215.443469003, 464.158883361, 1000,
    ])
    expect(study.best()?.parameters).toEqual({ 's.x0': 0.5, 's.x1': 10 })
    expect(study.ask()).toBeNull()
  })

  it('is refused when it has more points than there may be trials', () => {
    expect(Study.create(searchSpec({ dimensions, method: 'grid', trials: 29 }))).toEqual({
      ok: false,
      error: 'the grid has 30 points but only 29 trials are allowed: allow more, take larger steps, or search by random or tpe',
    })
  })
})

describe('random search', () => {
  it('covers the space evenly, whatever its neighbours drew', () => {
    const study = run(open({ dimensions: [dimension('x0'), dimension('x1')], method: 'random', trials: 2000 }), () => 0)
    const counts = Array.from({ length: 16 }, () => 0)
    for (const { parameters } of study.trials) {
      const cell = Math.min(3, Math.floor((parameters['s.x0'] ?? 0) * 4)) * 4 + Math.min(3, Math.floor((parameters['s.x1'] ?? 0) * 4))
      counts[cell] = (counts[cell] ?? 0) + 1
    }
    // Chi-squared with 15 degrees of freedom is above 37.7 once in a thousand times.
    expect(counts.reduce((sum, count) => sum + (count - 125) ** 2 / 125, 0)).toBeLessThan(37.7)
  })

  it.each(['random', 'tpe'] as const)('by %s never tries a point twice, and ends when all were tried', (method) => {
    const dimensions = [dimension('x0', { min: 1, max: 6, step: 1 }), dimension('x1', { step: 0.2 })]
    const study = run(open({ dimensions, method, trials: 100 }), ([x = 0, y = 0]) => (x - 4) ** 2 + y)
    expect(study.total).toBe(36)
    expect(distinct(study)).toBe(36)
    expect(study.ask()).toBeNull()
  })

  it('gives other points for another seed', () => {
    const first = (seed: number): unknown => asked(open({ dimensions: [dimension('x0')], method: 'random', seed })).parameters
    expect(first(1)).toEqual(first(1))
    expect(first(1)).not.toEqual(first(2))
  })
})

describe('waiting', () => {
  it('keeps as many trials under way as the specification allows where trials learn from each other', () => {
    const study = open({ dimensions: [dimension('x0')], method: 'tpe', parallel: 3, trials: 5 })
    const [first, second, third] = [asked(study), asked(study), asked(study)]
    expect([first, second, third].map(({ number }) => number)).toEqual([0, 1, 2])
    expect(study.ask()).toBe('wait')
    // Trial 3 may know trial 0: until that one has ended, others do not help.
    study.tell(outcomeOf(third, () => 0))
    study.tell(outcomeOf(second, () => 0))
    expect(study.ask()).toBe('wait')
    study.tell(outcomeOf(first, () => 0))
    expect(asked(study).number).toBe(3)
    expect(asked(study).number).toBe(4)
    expect(study.ask()).toBeNull()
    expect(study.isFinished).toBe(false)
  })

  it('does not wait without anything to learn, but does with a pruner', () => {
    const free = open({ dimensions: [dimension('x0')], method: 'random', parallel: 1 })
    expect([asked(free), asked(free), asked(free)].map(({ number }) => number)).toEqual([0, 1, 2])
    const pruned = open({ dimensions: [dimension('x0')], method: 'random', parallel: 1, pruner: { kind: 'median' } })
    asked(pruned)
    expect(pruned.ask()).toBe('wait')
  })

  it('waits also for what was written down as running when the program was killed', () => {
    const study = open({ dimensions: [dimension('x0')], method: 'tpe', parallel: 2 })
    const first = asked(study)
    study.tell(outcomeOf(first, () => 0))
    study.tell(outcomeOf(asked(study), () => 0))
    const third = asked(study)
    // Trials 1 and 2 were saved as they stood, trial 0 only before it ended.
    const state = { spec: study.spec, trials: [...study.trials.slice(1), { ...study.trials[0], state: 'running' as const }] }
    const restored = Study.restore(JSON.parse(JSON.stringify(state)) as StudyState)
    if (!restored.ok) throw new Error(restored.error)
    expect(asked(restored.value).number).toBe(0)
    expect(restored.value.ask()).toBe('wait')
    restored.value.tell(outcomeOf(first, () => 0))
    expect(asked(restored.value)).toEqual(third)
  })

  it('asks for a trial again that was given back', () => {
    const study = open({ dimensions: [dimension('x0')], method: 'random' })
    const [first] = [asked(study), asked(study)]
    study.release(first.number)
    expect(asked(study)).toEqual(first)
    expect(asked(study).number).toBe(2)
  })
})

describe('what comes of trials', () => {
  const outcome = { looks: [], seconds: 1.5, worker: 'one', message: '' }

  it('takes the highest objective for the best, of equals the first, and never one that was pruned, failed or cannot be judged', () => {
    const study = open({
      dimensions: [dimension('x0')],
      method: 'random',
      trials: 6,
      objective: { terms: [{ metric: 'sharpe' }], tradesMin: 5 },
    })
    expect(study.best()).toBeNull()
    const requests = Array.from({ length: 6 }, () => asked(study))
    expect(requests.length).toBe(6)
    study.tell({ ...outcome, number: 4, state: 'done', metrics: metricsWith({ sharpe: 2 }) })
    study.tell({ ...outcome, number: 3, state: 'done', metrics: metricsWith({ sharpe: 2 }) })
    study.tell({ ...outcome, number: 2, state: 'done', metrics: metricsWith({ sharpe: 9, trades: 4 }) })
    study.tell({ ...outcome, number: 1, state: 'pruned', metrics: metricsWith({ sharpe: 9 }), looks: [9] })
    const failed = study.tell({ ...outcome, number: 0, state: 'failed', metrics: null, message: 'broken' })
    expect(failed).toMatchObject({ state: 'failed', objective: null, message: 'broken', seconds: 1.5, worker: 'one' })
    expect(study.best()?.number).toBe(3)
    expect(study.trials.map(({ objective }) => objective)).toEqual([null, null, null, 2, 2, null])
    study.tell({ ...outcome, number: 5, state: 'done', metrics: metricsWith({ sharpe: 2.5 }) })
    expect(study.best()?.number).toBe(5)
    expect(study.isFinished).toBe(true)
  })

  it('throws when told of a trial that is not running', () => {
    const study = open({ dimensions: [dimension('x0')], method: 'random' })
    const { number } = asked(study)
    const told = { ...outcome, number, state: 'failed', metrics: null } as const
    study.tell(told)
    expect(() => study.tell(told)).toThrow(/trial 0 was told, but is failed/)
    expect(() => study.tell({ ...told, number: 7 })).toThrow(/not there/)
  })

  it('refuses trials of another search', () => {
    const study = open({ dimensions: [dimension('x0')], method: 'random' })
    asked(study)
    const restored = Study.restore({ spec: searchSpec({ dimensions: [dimension('x1')] }), trials: study.trials })
    expect(restored).toEqual({ ok: false, error: 'trial 0 lacks a parameter of this search: it belongs to another one' })
  })
})

describe('TPE', () => {
  const dimensions = [dimension('x0')]
  const bowl = ([x = 0]: readonly number[]): number => (x - 0.7) ** 2
  const near = (study: Study, from: number): number =>
    study.trials.slice(from).filter(({ parameters }) => Math.abs((parameters['s.x0'] ?? 0) - 0.7) < 0.1).length

  it('draws evenly until ten trials have ended, then gathers where it is good', () => {
    const tpe = run(open({ dimensions, method: 'tpe', trials: 60, parallel: 1 }), bowl)
    const random = run(open({ dimensions, method: 'random', trials: 60 }), bowl)
    expect(tpe.trials.slice(0, 10).map(({ parameters }) => parameters)).toEqual(
      random.trials.slice(0, 10).map(({ parameters }) => parameters),
    )
    // A fifth of the axis: ten of fifty by chance.
    expect(near(tpe, 10)).toBeGreaterThan(20)
  })

  it('learns from trials that were pruned, as worse than those that ended, and nothing from those that failed', () => {
    const study = open({ dimensions, method: 'tpe', trials: 60, parallel: 1 })
    while (!study.isFinished) {
      const request = asked(study)
      const x = request.parameters['s.x0'] ?? 0
      const outside = Math.abs(x - 0.7) > 0.15
      const told = outcomeOf(request, bowl)
      // A pruned trial shows a better value than any that ended.
      study.tell(outside ? { ...told, state: 'pruned', looks: [99], metrics: metricsWith({ sharpe: 99 }) } : told)
    }
    // Eight by chance.
    expect(near(study, 20)).toBeGreaterThan(16)
    const failing = open({ dimensions, method: 'tpe', trials: 60, parallel: 1 })
    while (!failing.isFinished) failing.tell({ ...outcomeOf(asked(failing), bowl), state: 'failed', metrics: null })
    const random = run(open({ dimensions, method: 'random', trials: 60 }), bowl)
    expect(failing.trials.map(({ parameters }) => parameters)).toEqual(random.trials.map(({ parameters }) => parameters))
  })

  it('takes what cannot be judged for the worst', () => {
    const study = open({ dimensions, method: 'tpe', trials: 80, parallel: 1 })
    while (!study.isFinished) {
      const request = asked(study)
      const told = outcomeOf(request, bowl)
      study.tell((request.parameters['s.x0'] ?? 0) < 0.5 ? { ...told, metrics: metricsWith({ sharpe: null }) } : told)
    }
    const below = study.trials.slice(20).filter(({ parameters }) => (parameters['s.x0'] ?? 0) < 0.5)
    // Thirty by chance.
    expect(below.length).toBeLessThan(10)
    const blind = open({ dimensions, method: 'tpe', trials: 30, parallel: 1 })
    while (!blind.isFinished) blind.tell({ ...outcomeOf(asked(blind), bowl), metrics: metricsWith({ sharpe: null }) })
    const random = run(open({ dimensions, method: 'random', trials: 30 }), bowl)
    expect(blind.trials.map(({ parameters }) => parameters)).toEqual(random.trials.map(({ parameters }) => parameters))
  })

  it('works on steps, on logarithms and on an axis of one value', () => {
    const mixed = [
      dimension('x0', { min: 1, max: 1024, step: 1, scale: 'log' }),
      dimension('x1', { min: 5, max: 5 }),
      dimension('x2', { min: 1e-6, max: 1, scale: 'log' }),
      dimension('x3', { min: -10, max: 10, step: 0.5 }),
    ]
    const of = ([a = 0, , c = 0, d = 0]: readonly number[]): number =>
      Math.log2(a / 32) ** 2 + Math.log10(c / 1e-3) ** 2 + (d - 2.5) ** 2 / 10
    const best = (method: 'tpe' | 'random', seed: number): number =>
      -(run(open({ dimensions: mixed, method, trials: 100, seed }), of).best()?.objective ?? Number.NaN)
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[4] ?? Number.NaN
    const tpe = middle(seeds.map((seed) => best('tpe', seed)))
    const random = middle(seeds.map((seed) => best('random', seed)))
    expect(tpe).toBeLessThan(random / 3)
  })

  it('suggests within milliseconds after thousands of trials', () => {
    const spec = searchSpec({ dimensions: Array.from({ length: 8 }, (_, at) => dimension(`x${at}`)), method: 'tpe', trials: 5001 })
    const drawn = run(open({ dimensions: spec.dimensions, method: 'random', trials: 5000 }), (x) => x.reduce((a, b) => a + b, 0))
    const study = Study.restore({ spec, trials: drawn.trials })
    if (!study.ok) throw new Error(study.error)
    const beganMs = performance.now()
    expect(asked(study.value).number).toBe(5000)
    // Some 20 ms here; the limit is for a slow machine.
    expect(performance.now() - beganMs).toBeLessThan(500)
  })
})
