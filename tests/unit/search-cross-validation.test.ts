// Proves that choosing by some folds is judged by the others alone, that a fold which cannot be told is not passed over, and that a trial of
// several backtests comes to one result.
import { describe, expect, it } from 'vitest'
import { type SearchInput, SearchSpec } from '../../src-shared/config/lab.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { originOf } from '../../src-main/lab/jobs/search-result.ts'
import { runFolds } from '../../src-main/lab/jobs/fold-run.ts'
import type { Trial, TrialResult, TrialRunner } from '../../src-main/lab/pool/trial-runner.ts'
import { crossValidate, foldScores, meanMetrics, meanScore, scoreSpread } from '../../src-main/lab/search/cross-validation.ts'
import { Study } from '../../src-main/lab/search/study.ts'
import type { StudyTrial } from '../../src-main/lab/search/trial.ts'
import { WalkForward } from '../../src-main/lab/walk-forward/walk-forward.ts'
import { metricsWith, searchSpec } from '../support/search-functions.ts'
import { walkForwardSpec } from '../support/walk-forward-specs.ts'

const dimensions: SearchInput['dimensions'] = [{ strategyId: 's', parameter: 'x0', min: 0, max: 10 }]
const spec = (over: Partial<SearchInput> = {}): SearchSpec =>
  searchSpec({ dimensions, validation: { kind: 'purged-k-fold', folds: 3 }, ...over })

const trial = (number: number, looks: readonly (number | null)[]): StudyTrial => ({
  number,
  state: 'done',
  parameters: { 's.x0': number },
  objective: meanScore(looks),
  looks,
  metrics: metricsWith({}),
  seconds: 1,
  worker: '',
  message: '',
})
const crossed = (...trials: readonly StudyTrial[]) => crossValidate(spec().dimensions, trials)

describe('the scores of folds', () => {
  it('are the objective of each, which needs its part of the trades', () => {
    const folds = [4, 3, 5].map((trades) => metricsWith({ sharpe: trades, trades }))
    // A third of 12 trades is four.
    expect(foldScores(folds, { terms: [{ metric: 'sharpe', weight: 2 }], tradesMin: 12 })).toEqual([8, null, 10])
  })

  it('have a mean and a spread only when each can be told', () => {
    expect(meanScore([1, 2, 6])).toBe(3)
    expect(scoreSpread([1, 2, 6])).toBeCloseTo(Math.sqrt(7), 12)
    expect(meanScore([1, null, 6])).toBeNull()
    expect(scoreSpread([1, null, 6])).toBeNull()
    expect(meanScore([])).toBeNull()
  })

  it('are what a study aims at', () => {
    const study = Study.create(spec({ trials: 2 }))
    if (!study.ok) throw new Error(study.error)
    const told = [
      [3, 3, 3],
      [9, null, 9],
    ].map((looks) => {
      const request = study.value.ask()
      if (request === null || request === 'wait') throw new Error('a trial is asked for')
      return study.value.tell({
        number: request.number,
        state: 'done',
        metrics: metricsWith({ sharpe: 99 }),
        looks,
        seconds: 1,
        worker: '',
        message: '',
      })
    })
    expect(told.map(({ objective }) => objective)).toEqual([3, null])
    expect(study.value.best()?.number).toBe(0)
  })

  it('leave the figures of a trial as means', () => {
    const { sharpe, trades, calmar } = meanMetrics([
      metricsWith({ sharpe: 1, trades: 10, calmar: null }),
      metricsWith({ sharpe: 2, trades: 20, calmar: 3 }),
    ])
    expect({ sharpe, trades, calmar }).toEqual({ sharpe: 1.5, trades: 15, calmar: null })
  })
})

describe('a cross-validated choice', () => {
  it('is made without the fold that it is judged by', () => {
    const found = crossed(trial(0, [10, 0, 0]), trial(1, [0, 5, 5]), trial(2, [1, 1, 1]))
    // Over all folds trial 0 and trial 1 are equal, so the first is best. Held out, its one good fold is not there to choose it.
    expect(found?.folds).toEqual([
      { chosen: 1, parameters: { 's.x0': 1 }, inSample: 5, outOfSample: 0, best: 10, median: 1 },
      { chosen: 0, parameters: { 's.x0': 0 }, inSample: 5, outOfSample: 0, best: 0, median: 1 },
      { chosen: 0, parameters: { 's.x0': 0 }, inSample: 5, outOfSample: 0, best: 0, median: 1 },
    ])
    expect(found).toMatchObject({ score: 0, spread: 0, inSample: 10 / 3 })
  })

  it('says how far the choices lie apart', () => {
    const found = crossed(trial(0, [10, 0, 0]), trial(10, [0, 5, 5.5]))
    expect(found?.folds.map(({ chosen }) => chosen)).toEqual([10, 0, 0])
    expect(found?.stability).toEqual([{ name: 's.x0', values: [10, 0, 0], spread: expect.closeTo(Math.sqrt(1 / 3), 12) }])
  })

  it('does not look into the held-out fold to see whether it can be judged there', () => {
    const found = crossed(trial(0, [null, 7, 7]), trial(1, [2, 2, 2]))
    expect(found?.folds[0]).toMatchObject({ chosen: 0, inSample: 7, outOfSample: null, best: 2, median: 2 })
    expect(found?.folds[1]).toMatchObject({ chosen: 1, inSample: 2, outOfSample: 2 })
    expect(found).toMatchObject({ score: null, spread: null, inSample: 2 })
  })

  it('is none before a trial has ended, and of nobody when none can be told', () => {
    expect(crossed()).toBeNull()
    expect(crossed({ ...trial(0, []), state: 'failed', metrics: null })).toBeNull()
    expect(crossed(trial(0, [null, null, 1]))?.folds[2]).toEqual({
      chosen: null,
      parameters: null,
      inSample: null,
      outOfSample: null,
      best: null,
      median: 1,
    })
  })
})

describe('a trial in folds', () => {
  const folds = [0, 10, 20].map((day) => ({ fromMs: day * DAY_MS, toMs: (day + 8) * DAY_MS }))
  const { backtest, objective } = spec()
  const signal = new AbortController().signal
  const run = (answer: (asked: Trial) => Partial<TrialResult>) => {
    const asked: Trial[] = []
    const runner: TrialRunner = {
      size: 2,
      run(one) {
        asked.push(one)
        const result = { number: one.number, state: 'done' as const, metrics: metricsWith({ sharpe: one.fromMs / DAY_MS }), looks: [] }
        const returns = Float64Array.of(one.fromMs, one.toMs)
        return Promise.resolve({
          ...result,
          dailyReturns: returns,
          seconds: 2,
          worker: `worker ${one.number % 2}`,
          message: '',
          ...answer(one),
        })
      },
      close: () => Promise.resolve(),
    }
    const trialOf = { number: 7, spec: backtest, parameters: { 's.x0': 1 } }
    return { asked, result: runFolds(runner, { trial: trialOf, folds, objective }, signal) }
  }

  it('is one backtest in each, seen by nobody, and one result', async () => {
    const { asked, result } = run(() => ({}))
    expect(asked.map(({ number, fromMs, toMs, watch }) => ({ number, fromMs, toMs, watch }))).toEqual(
      folds.map((fold, at) => ({ ...fold, number: 21 + at, watch: null })),
    )
    expect(await result).toEqual({
      number: 7,
      state: 'done',
      metrics: metricsWith({ sharpe: 10 }),
      looks: [0, 10, 20],
      dailyReturns: Float64Array.from(folds.flatMap(({ fromMs, toMs }) => [fromMs, toMs])),
      seconds: 6,
      worker: 'worker 1, worker 0',
      message: '',
    })
  })

  it('fails with the fold that fails, and is canceled with the one that is', async () => {
    const end = (at: number, state: 'failed' | 'canceled') => (asked: Trial) =>
      asked.number === 21 + at ? { state, metrics: null, dailyReturns: null, message: 'a fault' } : {}
    expect(await run(end(1, 'failed')).result).toMatchObject({
      number: 7,
      state: 'failed',
      message: 'fold 2: a fault',
      metrics: null,
      looks: [],
    })
    expect(await run(end(2, 'canceled')).result).toMatchObject({ state: 'canceled', metrics: null, dailyReturns: null })
  })
})

describe('what a search of folds says of luck', () => {
  it('takes the ratios of its trials from all of their days, where a fold is too short for one', () => {
    const trials = [1, 2].map((number) => ({ ...trial(number, [1, 2, 3]), metrics: metricsWith({ sharpe: null }) }))
    const [best] = trials
    if (best === undefined) throw new Error('a trial is expected')
    const returns = new Map(
      trials.map(({ number }) => [number, Float64Array.from({ length: 12 }, (_, day) => number * 0.001 + (day % 2) * 0.002)]),
    )
    const picked = { spec: spec(), trials, best, inSample: true }
    expect(originOf(picked)).toMatchObject({ trials: 2, annualSharpes: [] })
    // Mean 0.002 or 0.003, deviation of twelve days that alternate by 0.002.
    const deviation = 0.001 * Math.sqrt(12 / 11)
    expect(originOf({ ...picked, returns }).annualSharpes.map((ratio) => ratio / Math.sqrt(365))).toEqual([
      expect.closeTo(0.002 / deviation, 9),
      expect.closeTo(0.003 / deviation, 9),
    ])
  })
})

describe('what does not go together', () => {
  it('is folds and a pruner', () => {
    const found = SearchSpec.safeParse({ ...spec(), pruner: { kind: 'median' } })
    expect(found.error?.issues[0]).toMatchObject({
      path: ['pruner'],
      message: expect.stringContaining('pruning and folds exclude each other'),
    })
  })

  it('is a walk-forward and folds that its trainings are too short for', () => {
    const walk = walkForwardSpec()
    const found = WalkForward.create({
      ...walk,
      search: { ...walk.search, validation: spec({ validation: { kind: 'purged-k-fold', folds: 20, purgeDays: 30 } }).validation },
    })
    expect(found).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^training of window 1: the period has \d+ whole days, expected at least/),
    })
  })
})
