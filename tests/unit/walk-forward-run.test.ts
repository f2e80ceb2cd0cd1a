// Proves what a walk-forward asks for, window by window, what it makes of the answers, that it goes on wherever it was killed, and what it sums up.
import { describe, expect, it } from 'vitest'
import type { LabMetricValues } from '../../src-shared/domain/lab-metric.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { Study } from '../../src-main/lab/search/study.ts'
import { candidatesOf, chosenIndex } from '../../src-main/lab/walk-forward/choice.ts'
import { stabilityOf } from '../../src-main/lab/search/stability.ts'
import { efficiencyOf, summaryOf } from '../../src-main/lab/walk-forward/summary.ts'
import {
  WalkForward,
  type WalkForwardResult,
  type WalkForwardState,
  type WalkForwardTask,
  type WindowState,
} from '../../src-main/lab/walk-forward/walk-forward.ts'
import { metricsWith, outcomeOf } from '../support/search-functions.ts'
import { PERIOD_START_MS, walkForwardSpec } from '../support/walk-forward-specs.ts'

function opened(state: WalkForwardState): WalkForward {
  const walkForward = WalkForward.restore(state)
  if (!walkForward.ok) throw new Error(walkForward.error)
  return walkForward.value
}
const begun = (over: Parameters<typeof walkForwardSpec>[0] = {}): WalkForward => opened({ spec: walkForwardSpec(over), windows: [] })

/** The market pays for x0 near a place that drifts with time. */
const metricsOf = (spec: {
  data: { fromMs: number }
  playbook: { strategies: readonly { parameters: Record<string, number> }[] }
}): LabMetricValues => {
  const x = spec.playbook.strategies[0]?.parameters['x0'] ?? Number.NaN
  const drift = 0.2 + (spec.data.fromMs - PERIOD_START_MS) / DAY_MS / 1000
  return metricsWith({ sharpe: 2 - Math.abs(x - drift), apr: 0.5 - Math.abs(x - drift) })
}

/** Runs a task as the lab would. */
function answered(task: WalkForwardTask): WalkForwardResult {
  switch (task.kind) {
    case 'train': {
      const study = Study.create(task.spec)
      if (!study.ok) throw new Error(study.error)
      for (let request = study.value.ask(); request !== null && request !== 'wait'; request = study.value.ask()) {
        const spec = { ...task.spec.backtest, playbook: { strategies: [{ parameters: { x0: request.parameters['s.x0'] ?? Number.NaN } }] } }
        study.value.tell({ ...outcomeOf(request, () => 0), metrics: metricsOf(spec) })
      }
      return { kind: 'train', window: task.window, trials: study.value.trials }
    }
    case 'validate':
      return { kind: 'validate', window: task.window, metrics: task.specs.map(metricsOf) }
    case 'test':
      return {
        kind: 'test',
        window: task.window,
        metrics: metricsOf(task.spec),
        endBalance: Number(task.spec.initialBalance) * 1.01,
        runId: `run-${task.window}`,
      }
  }
}
function finished(walkForward: WalkForward): WalkForward {
  for (let task = walkForward.next(); task !== null; task = walkForward.next()) walkForward.tell(answered(task))
  return walkForward
}
const taskOf = <K extends WalkForwardTask['kind']>(walkForward: WalkForward, kind: K): Extract<WalkForwardTask, { kind: K }> => {
  const task = walkForward.next()
  if (task?.kind !== kind) throw new Error(`expected ${kind}, found ${task?.kind}`)
  return task as Extract<WalkForwardTask, { kind: K }>
}
const day = (at: number): number => PERIOD_START_MS + at * DAY_MS

describe('a walk-forward', () => {
  it('trains, validates the best few, and tests the best of these, beginning with what the test before left', () => {
    const walkForward = begun({ days: 270, candidates: 3 })
    const train = taskOf(walkForward, 'train')
    expect(train.spec.backtest.data).toMatchObject({ fromMs: day(0), toMs: day(179) })
    expect(train.spec.seed).toBe(1)
    const trained = walkForward.tell(answered(train))
    expect(trained.candidates?.length).toBe(3)
    const validate = taskOf(walkForward, 'validate')
    expect(validate.specs.map(({ data }) => [data.fromMs, data.toMs])).toEqual(Array.from({ length: 3 }, () => [day(180), day(209)]))
    expect(validate.specs.map(({ playbook }) => playbook.strategies[0]?.parameters)).toEqual(
      trained.candidates?.map(({ parameters }) => ({ y: 7, x0: parameters['s.x0'], x1: parameters['s.x1'] })),
    )
    walkForward.tell({ kind: 'validate', window: 0, metrics: [1, 1.5, 1.2].map((sharpe) => metricsWith({ sharpe })) })
    const test = taskOf(walkForward, 'test')
    expect(test.spec).toMatchObject({ initialBalance: '10000', data: { fromMs: day(210), toMs: day(240) } })
    expect(test.spec.playbook).toEqual(validate.specs[1]?.playbook)
    const tested = walkForward.tell({
      kind: 'test',
      window: 0,
      metrics: metricsWith({ sharpe: 0.7 }),
      endBalance: 10_123.456789012,
      runId: 'a',
    })
    expect(tested).toMatchObject({ chosen: { ...trained.candidates?.[1], validateObjective: 1.5 }, test: { objective: 0.7, runId: 'a' } })
    // The second window: another seed, and the balance of the first.
    expect(taskOf(walkForward, 'train').spec.seed).toBe(2)
    walkForward.tell(answered(taskOf(walkForward, 'train')))
    walkForward.tell(answered(taskOf(walkForward, 'validate')))
    expect(taskOf(walkForward, 'test').spec.initialBalance).toBe('10123.45678901')
    finished(walkForward)
    expect(walkForward.next()).toBeNull()
    expect(walkForward.state.windows.map(({ test: one }) => one !== null)).toEqual([true, true])
  })

  it('takes the best of the training as it is when nothing is validated', () => {
    const walkForward = begun({ days: 240, validateDays: 0 })
    const { candidates, chosen } = walkForward.tell(answered(taskOf(walkForward, 'train')))
    expect(chosen).toEqual({ ...candidates?.[0], validateObjective: null })
    expect(walkForward.next()?.kind).toBe('test')
  })

  it('is the same wherever it was killed', () => {
    const whole = finished(begun({ days: 330 })).state
    expect(whole.windows.length).toBe(4)
    let walkForward = begun({ days: 330 })
    for (let task = walkForward.next(); task !== null; task = walkForward.next()) {
      walkForward.tell(answered(task))
      walkForward = opened(JSON.parse(JSON.stringify(walkForward.state)) as WalkForwardState)
    }
    expect(walkForward.state).toEqual(whole)
  })

  it('asks for fewer trades where the time is shorter', () => {
    const walkForward = begun({ days: 240, search: { objective: { terms: [{ metric: 'sharpe' }], tradesMin: 60 } } })
    walkForward.tell(answered(taskOf(walkForward, 'train')))
    const few = metricsWith({ sharpe: 5, trades: 9 })
    const enough = metricsWith({ sharpe: 1, trades: 10 })
    const { chosen } = walkForward.tell({ kind: 'validate', window: 0, metrics: [few, enough, few, few, few] })
    expect(chosen?.validateObjective).toBe(1)
    expect(walkForward.tell({ kind: 'test', window: 0, metrics: few, endBalance: 1, runId: '' }).test?.objective).toBeNull()
  })

  it('says when validation could judge nobody', () => {
    const walkForward = begun({ days: 240 })
    const { candidates } = walkForward.tell(answered(taskOf(walkForward, 'train')))
    const told = walkForward.tell({ kind: 'validate', window: 0, metrics: [null, null, metricsWith({ trades: 0 }), null, null] })
    expect(told.chosen).toEqual({ ...candidates?.[0], validateObjective: null })
    expect(told.message).toBe('validation could judge no candidate: the best of the training was taken')
  })

  it('sits out a window whose training found nothing or that failed, and goes on with the same balance', () => {
    const walkForward = begun({ days: 300 })
    for (const kind of ['train', 'validate', 'test'] as const) walkForward.tell(answered(taskOf(walkForward, kind)))
    const balance = walkForward.state.windows[0]?.test?.endBalance
    const empty = walkForward.tell({ kind: 'train', window: 1, trials: [] })
    expect(empty).toMatchObject({ isFailed: true, candidates: [], test: null })
    expect(empty.message).toContain('fewer than 20 trades')
    walkForward.tell(answered(taskOf(walkForward, 'train')))
    expect(walkForward.tell({ kind: 'failed', window: 2, message: 'no data' })).toMatchObject({ isFailed: true, message: 'no data' })
    expect(walkForward.next()).toBeNull()
    const again = opened({ spec: walkForward.spec, windows: walkForward.state.windows.slice(0, 2) })
    again.tell(answered(taskOf(again, 'train')))
    again.tell(answered(taskOf(again, 'validate')))
    expect(Number(taskOf(again, 'test').spec.initialBalance)).toBeCloseTo(balance ?? Number.NaN, 7)
  })

  it('stops when everything was lost', () => {
    const walkForward = begun({ days: 330 })
    walkForward.tell(answered(taskOf(walkForward, 'train')))
    walkForward.tell(answered(taskOf(walkForward, 'validate')))
    walkForward.tell({ kind: 'test', window: 0, metrics: metricsWith({}), endBalance: 0, runId: '' })
    expect(walkForward.next()).toBeNull()
    expect(walkForward.state.windows.map(({ isFailed }) => isFailed)).toEqual([false, true, true, true])
  })

  it('refuses a period that is too short, and a search over what the backtest does not have', () => {
    expect(WalkForward.create(walkForwardSpec({ days: 100 })).ok).toBe(false)
    const strange = walkForwardSpec({ search: { dimensions: [{ strategyId: 'u', parameter: 'x', min: 0, max: 1 }] } })
    expect(WalkForward.create(strange)).toEqual({ ok: false, error: 'there is no strategy "u" in this backtest; there are s' })
  })

  it('throws when it is told what it did not ask for', () => {
    const walkForward = begun()
    expect(() => walkForward.tell({ kind: 'failed', window: 1, message: '' })).toThrow(/window 1 was told, but 0 is asked for/)
    expect(() => walkForward.tell({ kind: 'validate', window: 0, metrics: [] })).toThrow(/a validate was told, but a train is asked for/)
    walkForward.tell(answered(taskOf(walkForward, 'train')))
    expect(() => walkForward.tell({ kind: 'validate', window: 0, metrics: [null] })).toThrow(/1 validations were told for 5 candidates/)
  })
})

describe('the choice', () => {
  it('is of the best of training, in order', () => {
    const trial = { parameters: {}, looks: [], metrics: metricsWith({ apr: 0.3 }), seconds: null, worker: '', message: '' }
    const trials = [
      { ...trial, number: 0, state: 'done' as const, objective: 1 },
      { ...trial, number: 1, state: 'pruned' as const, objective: null },
      { ...trial, number: 2, state: 'done' as const, objective: null },
      { ...trial, number: 3, state: 'done' as const, objective: 2 },
      { ...trial, number: 4, state: 'done' as const, objective: 1 },
    ]
    expect(candidatesOf(trials, 2)).toEqual([
      { trial: 3, parameters: {}, objective: 2, apr: 0.3 },
      { trial: 0, parameters: {}, objective: 1, apr: 0.3 },
    ])
  })

  it('takes the best of validation, of equals the better in training', () => {
    expect(chosenIndex([1, 3, 2])).toBe(1)
    expect(chosenIndex([null, -3, null])).toBe(1)
    expect(chosenIndex([2, 2])).toBe(0)
    expect(chosenIndex([null, null])).toBe(0)
  })
})

describe('the summary', () => {
  it('shows where each window stands', () => {
    const walkForward = begun({ days: 330 })
    for (const kind of ['train', 'validate', 'test'] as const) walkForward.tell(answered(taskOf(walkForward, kind)))
    walkForward.tell({ kind: 'failed', window: 1, message: 'no data' })
    walkForward.tell(answered(taskOf(walkForward, 'train')))
    const { windows, newest } = summaryOf(walkForward)
    expect(windows.map(({ state }) => state)).toEqual(['done', 'failed', 'running', 'waiting'])
    expect(windows[0]).toMatchObject({
      trainFromMs: day(0),
      trainToMs: day(179),
      validateFromMs: day(180),
      validateToMs: day(209),
      testFromMs: day(210),
      testToMs: day(240),
      testRunId: 'run-0',
      parameters: newest,
    })
    expect(windows[1]).toMatchObject({ message: 'no data', parameters: null, testObjective: null, testMetrics: {} })
  })

  const chosen = (x0: number, apr: number | null): NonNullable<WindowState['chosen']> => ({
    trial: 0,
    parameters: { 's.x0': x0, 's.x1': 10 ** x0 },
    objective: 1,
    apr,
    validateObjective: 1,
  })
  const window = (number: number, x0: number, [inSample, outOfSample]: readonly [number | null, number | null]): WindowState => ({
    number,
    candidates: [],
    chosen: chosen(x0, inSample),
    test: { objective: 1, metrics: metricsWith({ apr: outOfSample }), endBalance: 1, runId: '' },
    message: '',
    isFailed: false,
  })

  it('holds the yearly returns of the tests against those of the trainings', () => {
    expect(efficiencyOf([window(0, 0, [0.6, 0.2]), window(1, 0, [0.4, 0.3])])).toBeCloseTo(0.5, 12)
    expect(efficiencyOf([window(0, 0, [0.6, -0.3]), window(1, 0, [null, 0.3])])).toBeCloseTo(-0.5, 12)
    expect(efficiencyOf([window(0, 0, [-0.1, 0.2])])).toBeNull()
    expect(efficiencyOf([])).toBeNull()
  })

  it('measures how far parameters wandered, on their own scale', () => {
    const [linear, log] = walkForwardSpec().search.dimensions
    if (linear === undefined || log === undefined) throw new Error('two dimensions')
    const chosen = [0, 0.5, 1].map((x0) => ({ 's.x0': x0, 's.x1': 10 ** x0 }))
    expect(stabilityOf(linear, chosen)).toEqual({ name: 's.x0', values: [0, 0.5, 1], spread: 0.5 })
    // 1, √10 and 10 are a quarter of the way from 1 to 100 apart.
    expect(stabilityOf(log, chosen).spread).toBeCloseTo(0.25, 12)
    expect(stabilityOf(linear, [{ 's.x0': 0 }, null])).toEqual({ name: 's.x0', values: [0, null], spread: null })
  })
})
