// Proves the real jobs over recorded candles, through the commands that the page uses: every answer fits the contract, the same specification gives
// the same result, and what was killed goes on to what it would have come to.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openJournalReader } from '../../src-main/adapters/journal/reader.ts'
import { LabStoreError } from '../../src-main/adapters/lab-store/lab-store-error.ts'
import { existingJournalFile } from '../../src-main/adapters/lab-store/run-folder.ts'
import { JobCanceled, type JobContext } from '../../src-main/lab/jobs/job-context.ts'
import { runMlflow } from '../../src-main/lab/jobs/mlflow-job.ts'
import type { JobProgress } from '../../src-main/lab/jobs/task.ts'
import { spawnChild } from '../../src-main/host/transport.ts'
import type { LabOptions } from '../../src-main/engine/options.ts'
import type { Output } from '../../src-shared/bridge/contract.ts'
import { UPLOAD_CHUNK_BYTES } from '../../src-shared/bridge/lab-contract.ts'
import type { FromEngine } from '../../src-shared/bridge/wire.ts'
import type { BacktestInput, SearchInput } from '../../src-shared/config/lab.ts'
import { BUNDLED_PLAYBOOKS } from '../../src-shared/config/playbook.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { DAY_MS, HOUR_MS } from '../../src-shared/domain/time.ts'
import { type LabDataDir, labDataDir } from '../support/lab-data-dir.ts'
import { LAB_ENTRY, type LabInProcess, openLab } from '../support/lab-in-process.ts'
import { recordSession } from '../support/recorded-session.ts'
import { threadCount } from '../support/threads.ts'

// Several whole searches in one test, each on threads of a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const DAYS = 16
let data: LabDataDir
let lab: LabInProcess
beforeAll(async () => {
  data = labDataDir(DAYS)
  lab = await openLab(data.dataDir)
})
afterAll(async () => {
  await lab.stop()
  rmSync(data.dataDir, { recursive: true })
})

const trend = BUNDLED_PLAYBOOKS.find(({ id }) => id === 'trend')
const backtest = (fromDay: number, toDay: number): BacktestInput => ({
  playbook: { ...trend, version: 1, id: 'trend', title: 'Trend', description: '', strategies: [{ id: 'trend-adaptive' }] },
  data: { instruments: [...data.instruments], fromMs: data.startMs + fromDay * DAY_MS, toMs: data.startMs + toDay * DAY_MS },
})
const stopMultiple = { strategyId: 'trend-adaptive', parameter: 'stopMultiple', min: 2, max: 4, step: 0.25 }
const minSeparation = { strategyId: 'trend-adaptive', parameter: 'minSeparation', min: 0.0005, max: 0.002 }
const search = (over: Partial<SearchInput> = {}): SearchInput => ({
  backtest: backtest(6, 12),
  dimensions: [stopMultiple, minSeparation],
  trials: 16,
  workers: 2,
  parallel: 4,
  objective: { terms: [{ metric: 'net_pnl' }], tradesMin: 1 },
  ...over,
})

async function ran(jobId: string): Promise<string> {
  const { state, message, runId } = await lab.jobIn(jobId)
  if (state !== 'done' || runId === null) throw new Error(`${state}: ${message}`)
  return runId
}
const run = async (spec: BacktestInput): Promise<string> => ran((await lab.ask('lab.backtest.start', { spec })).jobId)

describe('a backtest', () => {
  it('leaves a report, its trades and a journal', async () => {
    const runId = await run(backtest(6, 10))
    const report = await lab.ask('lab.run.report', { runId })
    expect(report.run).toMatchObject({ id: runId, state: 'done', hasJournal: true, playbookId: 'trend' })
    expect(report.metrics['trades']).toBeGreaterThan(5)
    expect(report.passports.map(({ kind }) => kind)).toContain('funding')
    expect(report.passports.filter((passport) => 'bytes' in passport)).toEqual([])
    const { total, rows } = await lab.ask('lab.run.trades', { runId, limit: 3, offset: 2 })
    expect(total).toBe(report.metrics['trades'])
    expect(rows).toHaveLength(3)
    const journal = openJournalReader(existingJournalFile(data.dataDir, runId))
    const trips = journal.handle('journal.roundTrips', {
      run: runId,
      limit: 500,
      offset: 0,
      fromMs: null,
      toMs: null,
      instrumentId: null,
      strategyId: null,
    })
    expect((trips as { total: number }).total).toBe(total)
    expect(journal.handle('journal.verify', { run: runId })).toMatchObject({ ok: true })
    journal.close()
    for (const format of ['html', 'json', 'csv'] as const) {
      const { fileName, text } = await lab.ask('lab.run.export', { runId, format })
      expect(fileName).toBe(`tradewright-${runId}.${format}`)
      expect(text.length).toBeGreaterThan(1_000)
    }
  })

  it('writes its account into the journal each hour, from the first to the last', async () => {
    const spec = backtest(6, 10)
    const runId = await run(spec)
    const { metrics, equity } = await lab.ask('lab.run.report', { runId })
    const journal = openJournalReader(existingJournalFile(data.dataDir, runId))
    const range = { run: runId, fromMs: null, toMs: null }
    const points = journal.handle('journal.equity', { ...range, pointsMax: 5000 }) as Output<'journal.equity'>
    const statistics = journal.handle('journal.statistics', { ...range, strategyId: null }) as Output<'journal.statistics'>
    journal.close()
    const firstHour = Math.ceil(spec.data.fromMs / HOUR_MS)
    const hours = Array.from({ length: Math.floor(spec.data.toMs / HOUR_MS) - firstHour + 1 }, (_, i) => (firstHour + i) * HOUR_MS)
    expect(hours.length).toBeGreaterThan(90)
    expect(points.slice(1, -1).map(({ tsMs }) => tsMs)).toEqual(hours)
    expect(points[0]).toMatchObject({ equity: 10_000, drawdown: 0 })
    expect(points.at(-1)).toMatchObject({ tsMs: spec.data.toMs, equity: equity.equity.at(-1) })
    // Between two hours it can only have been deeper.
    expect(statistics.maxDrawdown).toBeGreaterThan(0)
    expect(statistics.maxDrawdown).toBeLessThanOrEqual(metrics['max_drawdown'] ?? 0)
  })

  it('comes to the same each time', async () => {
    const reports = []
    for (let n = 0; n < 2; n += 1) {
      reports.push({ ...(await lab.ask('lab.run.report', { runId: await run(backtest(6, 9)) })), run: null })
    }
    expect(reports[0]).toEqual(reports[1])
  })

  it('of data that is not there fails with one sentence and makes no run', async () => {
    const before = await lab.ask('lab.runs', { limit: 1, offset: 0, kind: null, parentId: null })
    const { jobId } = await lab.ask('lab.backtest.start', {
      spec: { ...backtest(6, 7), data: { ...backtest(6, 7).data, instruments: ['XRP/USDT:USDT'] } },
    })
    expect(await lab.jobIn(jobId)).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('has no 1m candles of XRP/USDT:USDT'),
    })
    expect((await lab.ask('lab.runs', { limit: 1, offset: 0, kind: null, parentId: null })).total).toBe(before.total)
  })

  it('takes a user’s own strategy file, and fails with its fault', async () => {
    const file = (source: string) => ({ ...backtest(6, 7), files: [{ name: 'own.ts', source }] })
    const { jobId } = await lab.ask('lab.backtest.start', { spec: file('export default 5') })
    expect(await lab.jobIn(jobId)).toMatchObject({ state: 'failed', message: expect.stringContaining('strategy file own.ts') })
  })
})

describe('a search', () => {
  let runId: string
  let study: Output<'lab.run.study'>
  beforeAll(async () => {
    runId = await ran((await lab.ask('lab.search.start', { spec: search() })).jobId)
    study = await lab.ask('lab.run.study', { runId })
  })

  it('leaves its trials, its best, and what they are worth', () => {
    expect(study.trials).toHaveLength(16)
    expect(study.trials.map(({ number }) => number)).toEqual(Array.from({ length: 16 }, (_, n) => n))
    expect(new Set(study.trials.map(({ worker }) => worker))).toEqual(new Set(['worker 1', 'worker 2']))
    const best = study.trials.find(({ number }) => number === study.best)
    expect(best?.objective).toBe(Math.max(...study.trials.flatMap(({ objective }) => objective ?? [])))
    expect(study.run.metrics['net_pnl']).toBe(best?.objective)
    expect(study.overfitting).toMatchObject({ trials: 16 })
  })

  it('runs its best once more in full, to the same figures', async () => {
    const { rows } = await lab.ask('lab.runs', { limit: 9, offset: 0, kind: 'backtest', parentId: runId })
    expect(rows).toHaveLength(1)
    const report = await lab.ask('lab.run.report', { runId: rows[0]?.id ?? '' })
    const best = study.trials.find(({ number }) => number === study.best)
    expect(report.metrics).toEqual(best?.metrics)
    expect(report.deflated?.trials).toBe(16)
    expect(report.run.parentId).toBe(runId)
  })

  it('has a heat map, and names a dimension that is none', async () => {
    const names = { x: 'trend-adaptive.stopMultiple', y: 'trend-adaptive.minSeparation' }
    expect((await lab.ask('lab.run.heatMap', { runId, ...names })).cells.flat().some((cell) => cell !== null)).toBe(true)
    await expect(lab.ask('lab.run.heatMap', { runId, ...names, y: 'odd' })).rejects.toThrow('bad_input: "odd" is not searched over')
  })

  it('can be adopted: a new playbook that the next backtest can name', async () => {
    const parameters = study.trials.find(({ number }) => number === study.best)?.parameters ?? {}
    const preview = await lab.ask('lab.adopt.preview', { runId, parameters })
    expect(preview.changes.map(({ parameter }) => parameter).toSorted()).toEqual(['minSeparation', 'stopMultiple'])
    const { playbookId } = await lab.ask('lab.adopt', { runId, parameters, title: 'Better trend' })
    expect(playbookId).toBe(preview.playbookId)
    const listed = (await lab.ask('lab.playbooks', {})).find(({ id }) => id === playbookId)
    expect(listed).toMatchObject({ title: 'Better trend', source: 'user' })
    const { value } = listed?.strategies[0]?.parameters.find(({ name }) => name === 'stopMultiple') ?? {}
    expect(value).toBe(parameters['trend-adaptive.stopMultiple'])
  })

  it('comes to the same with one worker, and after a kill in the middle', async () => {
    const alone = await ran((await lab.ask('lab.search.start', { spec: search({ workers: 1 }) })).jobId)
    const same = (of: Output<'lab.run.study'>): unknown => of.trials.map((trial) => ({ ...trial, seconds: null, worker: '' }))
    expect(same(await lab.ask('lab.run.study', { runId: alone }))).toEqual(same(study))

    await lab.stop()
    const killed = await searchAndKill(search(), 5)
    lab = await openLab(data.dataDir)
    const job = await lab.jobIn(killed.jobId, 'paused')
    const partly = await lab.ask('lab.run.study', { runId: job.runId ?? '' })
    const ended = partly.trials.filter(({ state }) => state === 'done').length
    expect(ended).toBeGreaterThanOrEqual(5)
    expect(ended).toBeLessThan(16)
    await lab.ask('lab.job.resume', { jobId: killed.jobId })
    expect(await ran(killed.jobId)).toBe(job.runId)
    const whole = await lab.ask('lab.run.study', { runId: job.runId ?? '' })
    expect(same(whole)).toEqual(same(study))
    // What had ended was not run again: it still says how long it took then.
    expect(
      whole.trials.filter((trial) =>
        partly.trials.some((had) => had.state === 'done' && had.number === trial.number && had.seconds === trial.seconds),
      ),
    ).toHaveLength(ended)
  })

  it('over a parameter that no strategy has fails with one sentence', async () => {
    const spec = search({ dimensions: [{ ...stopMultiple, parameter: 'stopMultipel' }] })
    expect(await lab.jobIn((await lab.ask('lab.search.start', { spec })).jobId)).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('has no parameter "stopMultipel"'),
    })
  })

  it('that is canceled keeps its trials and leaves no thread', async () => {
    const threads = threadCount()
    const { jobId } = await lab.ask('lab.search.start', { spec: search({ trials: 500 }) })
    await lab.until('some trials have ended', () => lab.jobs().some(({ id, done }) => id === jobId && done >= 3))
    await lab.ask('lab.job.cancel', { jobId })
    const job = await lab.jobIn(jobId)
    expect(job).toMatchObject({ state: 'canceled', resumable: true })
    await lab.until('no thread is left', () => threadCount() === threads)
    const { run: row, trials } = await lab.ask('lab.run.study', { runId: job.runId ?? '' })
    expect(row).toMatchObject({ state: 'canceled' })
    expect(trials.filter(({ state }) => state === 'done').length).toBeGreaterThanOrEqual(3)
    await lab.ask('lab.run.delete', { runId: row.id })
    expect((await lab.jobIn(jobId)).runId).toBeNull()
  })
})

describe('the pace', () => {
  it('is kept for backtests with a journal and for trials apart, from what was measured', async () => {
    const runId = await ran((await lab.ask('lab.search.start', { spec: search({ trials: 4 }) })).jobId)
    await run(backtest(6, 12))
    const { threads, paces } = await lab.ask('lab.pace', {})
    expect(threads).toBeGreaterThanOrEqual(1)
    const of = (work: string): number => {
      const found = paces.filter((one) => one.work === work && one.playbookId === 'trend' && one.timeframe === '1m')
      expect(found).toHaveLength(1)
      return found[0]?.candlesPerSecond ?? NaN
    }
    expect(of('trial')).toBeGreaterThan(of('backtest'))
    // The last search alone has trials of about that pace.
    const { trials } = await lab.ask('lab.run.study', { runId })
    const candles = 4 * 6 * 1440 * data.instruments.length
    const alone = candles / trials.reduce((sum, { seconds }) => sum + (seconds ?? NaN), 0)
    expect(of('trial') / alone).toBeGreaterThan(0.2)
    expect(of('trial') / alone).toBeLessThan(5)
  })
})

describe('a search with folds', () => {
  const folded = (over: Partial<SearchInput> = {}): SearchInput =>
    search({
      backtest: backtest(2, 15),
      trials: 8,
      validation: { kind: 'purged-k-fold', folds: 3, purgeDays: 0.5, embargoFraction: 0.01 },
      ...over,
    })
  const same = ({ trials, best, crossValidation, overfitting }: Output<'lab.run.study'>): unknown => ({
    trials: trials.map((trial) => ({ ...trial, seconds: null, worker: '' })),
    best,
    crossValidation,
    overfitting,
  })
  let study: Output<'lab.run.study'>
  beforeAll(async () => {
    const runId = await ran((await lab.ask('lab.search.start', { spec: folded() })).jobId)
    study = await lab.ask('lab.run.study', { runId })
  })

  it('runs each trial in each fold, as a backtest of that time alone would', async () => {
    const { folds = [] } = study.crossValidation ?? {}
    const days = folds.map(({ fromMs, toMs }) => [(fromMs - data.startMs) / DAY_MS, (toMs - data.startMs) / DAY_MS])
    // 13 days less two gaps of a day are three folds of three days; two are left over.
    expect(days).toEqual([
      [4, 7],
      [8, 11],
      [12, 15],
    ])
    const trial = study.trials[0]
    const scores = []
    for (const { fromMs, toMs } of folds) {
      const of = backtest(2, 15)
      const strategies = [
        {
          id: 'trend-adaptive',
          parameters: Object.fromEntries(
            Object.entries(trial?.parameters ?? {}).map(([name, value]) => [name.replace('trend-adaptive.', ''), value]),
          ),
        },
      ]
      const spec = { ...of, playbook: { ...of.playbook, strategies }, data: { ...of.data, fromMs, toMs } }
      scores.push((await lab.ask('lab.run.report', { runId: await run(spec) })).metrics['net_pnl'] ?? NaN)
    }
    const mean = scores.reduce((sum, score) => sum + score, 0) / 3
    expect(trial?.objective).toBeCloseTo(mean, 6)
    expect(trial?.metrics['net_pnl']).toBeCloseTo(mean, 6)
    expect(trial?.spread).toBeCloseTo(Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / 2), 6)
  })

  it('chooses by the other folds and never does better in sample than its best', () => {
    const { folds = [], score, inSample, stability = [] } = study.crossValidation ?? {}
    expect(score).toBeCloseTo(folds.reduce((sum, { outOfSample }) => sum + (outOfSample ?? NaN), 0) / 3, 9)
    const best = study.trials.find(({ number }) => number === study.best)
    expect(inSample).toBe(best?.objective)
    for (const { chosen, parameters, inSample: others, best: ofBest } of folds) {
      expect(parameters).toEqual(study.trials[chosen ?? -1]?.parameters)
      // What the best has in the other folds is no more than what was best in them.
      expect(((best?.objective ?? NaN) * 3 - (ofBest ?? NaN)) / 2).toBeLessThanOrEqual((others ?? NaN) + 1e-9)
    }
    expect(stability.map(({ name }) => name)).toEqual(['trend-adaptive.stopMultiple', 'trend-adaptive.minSeparation'])
  })

  it('comes to the same with one worker, and after a kill in the middle', async () => {
    const alone = await ran((await lab.ask('lab.search.start', { spec: folded({ workers: 1 }) })).jobId)
    expect(same(await lab.ask('lab.run.study', { runId: alone }))).toEqual(same(study))
    await lab.stop()
    const killed = await searchAndKill(folded(), 3)
    lab = await openLab(data.dataDir)
    await lab.jobIn(killed.jobId, 'paused')
    await lab.ask('lab.job.resume', { jobId: killed.jobId })
    expect(same(await lab.ask('lab.run.study', { runId: await ran(killed.jobId) }))).toEqual(same(study))
  })

  it('that do not fit into its time fails with one sentence and makes no run', async () => {
    const { jobId } = await lab.ask('lab.search.start', { spec: folded({ validation: { kind: 'purged-k-fold', folds: 9 } }) })
    expect(await lab.jobIn(jobId)).toMatchObject({
      state: 'failed',
      runId: null,
      message: 'the period has 13 whole days, expected at least 25: 9 folds and 8 gaps of 2 days for purge and embargo',
    })
  })

  it('trains the windows of a walk-forward', async () => {
    const spec = {
      search: folded({
        backtest: backtest(1, 15),
        trials: 4,
        dimensions: [stopMultiple],
        validation: { kind: 'purged-k-fold', folds: 2, purgeDays: 0, embargoFraction: 0 },
      }),
      trainDays: 6,
      validateDays: 2,
      testDays: 2,
    }
    const runId = await ran((await lab.ask('lab.walkForward.start', { spec })).jobId)
    const [training] = (await lab.ask('lab.runs', { limit: 50, offset: 0, kind: 'search', parentId: runId })).rows
    const { crossValidation } = await lab.ask('lab.run.study', { runId: training?.id ?? '' })
    expect(crossValidation?.folds).toHaveLength(2)
  })
})

/** Holds a lab in a process of its own, and kills that once so many trials have ended. */
async function searchAndKill(spec: SearchInput, trials: number): Promise<{ jobId: string }> {
  const options: LabOptions = { version: 'test', dataDir: data.dataDir, assetsDir: '', settings: Settings.parse({}) }
  const child = spawnChild<LabOptions>(LAB_ENTRY)(options)
  let jobId = ''
  await new Promise<void>((resolve, reject) => {
    child.onExit((reason) => reject(new Error(`it ended by itself: ${reason}`)))
    child.onMessage((message: FromEngine) => {
      if (message.t === 'ready') child.post({ t: 'request', id: 1, command: 'lab.search.start', input: { spec } })
      if (message.t === 'response') jobId = message.ok ? (message.value as { jobId: string }).jobId : ''
      if (
        message.t === 'event' &&
        (JSON.parse(message.json) as { jobs: { id: string; done: number }[] }).jobs.some(({ id, done }) => id === jobId && done >= trials)
      )
        resolve()
    })
  })
  await child.kill()
  return { jobId }
}

describe('a walk-forward', () => {
  it('trains, validates and tests window by window, and lays the tests end to end', async () => {
    const spec = {
      search: search({ backtest: backtest(1, 15), method: 'grid', trials: 9, dimensions: [stopMultiple] }),
      trainDays: 5,
      validateDays: 2,
      testDays: 2,
    }
    const runId = await ran((await lab.ask('lab.walkForward.start', { spec })).jobId)
    const view = await lab.ask('lab.run.walkForward', { runId })
    expect(view.windows.length).toBeGreaterThan(1)
    expect(view.windows.map(({ state }) => state)).toEqual(view.windows.map(() => 'done'))
    expect(view.equity.tsMs.length).toBeGreaterThan(100)
    const last = view.windows.at(-1)
    const tests = (await lab.ask('lab.runs', { limit: 50, offset: 0, kind: 'backtest', parentId: runId })).rows
    expect(tests).toHaveLength(view.windows.length)
    const report = await lab.ask('lab.run.report', { runId: last?.testRunId ?? '' })
    // The last test ends where the whole ends, and began with what the tests before had left.
    expect(view.equity.equity.at(-1)).toBeCloseTo(report.equity.equity.at(-1) ?? NaN, 8)
    expect(view.metrics['net_pnl']).toBeCloseTo((view.equity.equity.at(-1) ?? NaN) - 10_000, 6)
    expect(view.newest).toEqual(last?.parameters)
    // What was open at the end of a test was closed there: the round trips of all tests are the whole account.
    let [trades, net, closedAtEnd] = [0, 0, 0]
    for (const { testRunId } of view.windows) {
      const { rows } = await lab.ask('lab.run.trades', { runId: testRunId ?? '', limit: 500, offset: 0 })
      trades += rows.length
      net += rows.reduce((sum, row) => sum + Number(row.netPnl), 0)
      const atEnd = rows.filter(({ exitReason }) => exitReason === 'end_of_test').length
      const { warnings } = await lab.ask('lab.run.report', { runId: testRunId ?? '' })
      expect(warnings.some(({ code }) => code === 'closed_at_end')).toBe(atEnd > 0)
      closedAtEnd += atEnd
    }
    expect(closedAtEnd).toBeGreaterThan(0)
    expect(view.metrics['trades']).toBe(trades)
    expect(view.metrics['net_pnl']).toBeCloseTo(net, 4)
    // Its trainings are searches that can be looked at.
    const trainings = (await lab.ask('lab.runs', { limit: 50, offset: 0, kind: 'search', parentId: runId })).rows
    expect(trainings).toHaveLength(view.windows.length)
    expect((await lab.ask('lab.run.study', { runId: trainings[0]?.id ?? '' })).trials).toHaveLength(9)
  })

  it('that is canceled goes on with the window it was in, to the same end', async () => {
    const spec = {
      search: search({ backtest: backtest(1, 15), trials: 12, dimensions: [stopMultiple] }),
      trainDays: 5,
      validateDays: 2,
      testDays: 2,
    }
    const whole = await ran((await lab.ask('lab.walkForward.start', { spec })).jobId)
    const { jobId } = await lab.ask('lab.walkForward.start', { spec })
    await lab.until('the second window has begun', () =>
      lab.jobs().some(({ id, message }) => id === jobId && message.startsWith('window 2')),
    )
    await lab.ask('lab.job.cancel', { jobId })
    expect(await lab.jobIn(jobId)).toMatchObject({ state: 'canceled' })
    await lab.ask('lab.job.resume', { jobId })
    const [a, b] = [
      await lab.ask('lab.run.walkForward', { runId: whole }),
      await lab.ask('lab.run.walkForward', { runId: await ran(jobId) }),
    ]
    const same = ({ windows, equity, metrics, stability }: typeof a): unknown => ({
      windows: windows.map((window) => ({ ...window, testRunId: null })),
      equity,
      metrics,
      stability,
    })
    expect(same(b)).toEqual(same(a))
  })
})

describe('the checks', () => {
  it('say what they compared', async () => {
    for (const { jobId } of [
      await lab.ask('lab.lookAhead.start', { spec: backtest(6, 9), cuts: 2 }),
      await lab.ask('lab.warmUp.start', { spec: backtest(8, 10) }),
    ]) {
      const check = await lab.ask('lab.run.check', { runId: await ran(jobId) })
      expect(check.compared).toBeGreaterThan(0)
      expect(check.run.passed).toBe(check.passed)
      expect(check.summary.length).toBeGreaterThan(20)
    }
  })

  it('hold a recorded session against a backtest', async () => {
    const recordings = path.join(data.dataDir, 'recordings')
    mkdirSync(recordings)
    const file = await recordSession()
    copyFileSync(file, path.join(recordings, path.basename(file)))
    writeFileSync(path.join(recordings, 'cut.jsonl'), readFileSync(file).subarray(0, -500))
    writeFileSync(path.join(recordings, 'odd.jsonl'), '{"t":"start"}\n')
    const playbook = { id: 'trend', title: 'Trend', version: 1 }
    const text = readFileSync(file, 'utf8')
    expect(JSON.parse(text.slice(0, text.indexOf('\n')))).toMatchObject({ t: 'header', playbook })
    writeFileSync(path.join(recordings, 'old.jsonl'), text.replace(`,"playbook":${JSON.stringify(playbook)}`, ''))
    const sessions = await lab.ask('lab.sessions', {})
    const id = path.basename(file, '.jsonl')
    expect(Object.fromEntries(sessions.map((each) => [each.id, each.complete]))).toEqual({ [id]: true, old: true, cut: false })
    const named = (name: string) => sessions.find((each) => each.id === name)
    expect(named(id)).toMatchObject({ playbook: { id: 'trend', title: 'Trend' }, strategies: expect.arrayContaining(['trend-adaptive']) })
    expect(named('old')).toMatchObject({ playbook: null, strategies: named(id)?.strategies })
    const check = await lab.ask('lab.run.check', { runId: await ran((await lab.ask('lab.parity.start', { sessionId: id })).jobId) })
    const about = { kind: 'parity', instruments: [...data.instruments], playbookId: 'trend' }
    expect(check).toMatchObject({ passed: true, differences: [], run: about })
    const old = await lab.ask('lab.run.check', { runId: await ran((await lab.ask('lab.parity.start', { sessionId: 'old' })).jobId) })
    expect(old).toMatchObject({ passed: true, compared: check.compared })
    expect(old.run.playbookId).toContain('trend-adaptive')
    expect(check.run.toMs).toBeGreaterThan(check.run.fromMs + DAY_MS)
  })

  it('of a session that is not there, or is none, fail with one sentence', async () => {
    const ask = async (sessionId: string): Promise<string> =>
      (await lab.jobIn((await lab.ask('lab.parity.start', { sessionId })).jobId)).message
    expect(await ask('nope')).toContain('there is no recorded session "nope"')
    expect(await ask('../market')).toContain('there is no recorded session')
  })
})

describe('runs', () => {
  it('can be noted and deleted', async () => {
    const runId = await run(backtest(6, 7))
    await lab.ask('lab.run.note', { runId, note: 'a first look' })
    expect((await lab.ask('lab.run.report', { runId })).run.note).toBe('a first look')
    await lab.ask('lab.run.delete', { runId })
    await expect(lab.ask('lab.run.report', { runId })).rejects.toThrow('not_found')
    expect(() => existingJournalFile(data.dataDir, runId)).toThrow('there is no journal')
  })
})

describe('the export to MLflow', () => {
  const exported = (folder: string): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /^\w+\/\w+\/meta\.yaml$/.test(name))

  it('is a job that tells how far it is, and at its end where the files are', async () => {
    await run(backtest(6, 7))
    const { jobId, folder } = await lab.ask('lab.mlflow.start', {})
    expect(path.dirname(path.dirname(folder))).toBe(data.dataDir)
    const { state, message, done, total, unit, runId } = await lab.jobIn(jobId)
    expect(state).toBe('done')
    expect(message).toMatch(/^\d+ runs? and [\d,]+ trials? are in /)
    expect(message).toContain(folder)
    expect({ done, unit, runId }).toEqual({ done: total, unit: 'runs', runId: null })
    expect(total).toBeGreaterThan(0)
    expect(exported(folder).length).toBeGreaterThanOrEqual(total)
  })

  it('stops when asked, leaves what it wrote whole, and goes on from there', async () => {
    await run(backtest(6, 7))
    await run(backtest(6, 8))
    const folder = path.join(data.dataDir, 'stopped')
    const stop = new AbortController()
    const context = { options: { dataDir: data.dataDir }, signal: stop.signal } as JobContext
    const progress = ({ done }: JobProgress): void => (done === 1 ? stop.abort() : undefined)
    const task = { kind: 'mlflow', folder } as const
    await expect(runMlflow({ ...context, progress }, task)).rejects.toThrow(JobCanceled)
    const first = exported(folder).length
    expect(first).toBeGreaterThan(0)
    await runMlflow({ ...context, signal: new AbortController().signal, progress: () => undefined }, task)
    expect(exported(folder).length).toBeGreaterThan(first)
  })

  it('fails with a sentence where its folder cannot be', async () => {
    const file = path.join(data.dataDir, 'in-the-way')
    writeFileSync(file, '')
    const context = { options: { dataDir: data.dataDir }, signal: new AbortController().signal } as JobContext
    await expect(runMlflow({ ...context, progress: () => undefined }, { kind: 'mlflow', folder: file })).rejects.toThrow(LabStoreError)
  })
})

describe('a file', () => {
  const MINUTES = 3 * 1_440
  const FROM_MS = Date.UTC(2025, 0, 1)
  const klines = (rows: number): string =>
    Array.from({ length: rows }, (_, n) => {
      const openMs = FROM_MS + n * 60_000
      const price = 100 + Math.sin(n / 100)
      return [openMs, price, price + 1, price - 1, price, 5, openMs + 59_999, 500, 3, 2, 200, 0].join(',')
    }).join('\n')

  async function upload(fileName: string, text: string): Promise<string> {
    const bytes = Buffer.from(text)
    const { uploadId } = await lab.ask('lab.upload.begin', { fileName, bytes: bytes.length })
    for (let offset = 0; offset < bytes.length; offset += UPLOAD_CHUNK_BYTES) {
      await lab.ask('lab.upload.chunk', {
        uploadId,
        offset,
        base64: bytes.subarray(offset, offset + UPLOAD_CHUNK_BYTES).toString('base64'),
      })
    }
    return uploadId
  }
  const wanted = {
    format: 'binance-klines',
    venue: 'binanceusdm',
    instrumentId: 'SOL/USDT:USDT',
    kind: 'candles',
    timeframe: '1m',
    columns: null,
  } as const
  const left = (): readonly string[] => readdirSync(path.join(data.dataDir, 'lab', 'uploads'))

  it('is sent in pieces, looked at, imported, and gone afterwards', async () => {
    const uploadId = await upload('SOLUSDT-1m-2025-01.csv', klines(MINUTES))
    const preview = await lab.ask('lab.upload.preview', { uploadId })
    expect(preview).toMatchObject({ format: 'binance-klines', kind: 'candles', timeframe: '1m', instrumentId: 'SOL/USDT:USDT' })
    expect(preview.sample.length).toBeGreaterThan(0)
    const { jobId } = await lab.ask('lab.import.start', { ...wanted, uploadId })
    const job = await lab.jobIn(jobId)
    expect(job).toMatchObject({ kind: 'import', state: 'done', title: 'SOLUSDT-1m-2025-01.csv', unit: 'bytes' })
    expect(job.message).toContain('binanceusdm|SOL/USDT:USDT|candles|1m now has 4,320 rows from 2025-01-01 00:00 to 2025-01-03 23:59')
    const series = (await lab.ask('lab.series.list', {})).find(({ instrumentId }) => instrumentId === 'SOL/USDT:USDT')
    expect(series).toMatchObject({ rows: MINUTES, missing: 0, sources: [{ kind: 'file', name: 'SOLUSDT-1m-2025-01.csv' }] })
    expect(left()).toEqual([])
    await expect(lab.ask('lab.import.start', { ...wanted, uploadId })).rejects.toThrow('not_found')
    await lab.ask('lab.series.delete', { id: series?.id ?? '' })
  })

  it('that is broken fails with its line, and leaves the store as it was', async () => {
    const before = await lab.ask('lab.series.list', {})
    const uploadId = await upload('SOLUSDT-1m-2025-01.csv', `${klines(2_000)}\n1735809600000,1,2`)
    const job = await lab.jobIn((await lab.ask('lab.import.start', { ...wanted, uploadId })).jobId)
    expect(job).toMatchObject({ state: 'failed', resumable: false, message: expect.stringContaining('line 2001') })
    expect(await lab.ask('lab.series.list', {})).toEqual(before)
    expect(left()).toEqual([])
  })

  it('that is given up leaves nothing, at once', async () => {
    const uploadId = await upload('SOLUSDT-1m-2025-01.csv', klines(10))
    const before = left().length
    await lab.ask('lab.upload.cancel', { uploadId })
    expect(left()).toHaveLength(before - 1)
    await expect(lab.ask('lab.upload.preview', { uploadId })).rejects.toThrow('not_found')
    await lab.ask('lab.upload.cancel', { uploadId })
  })

  it('that no reader understands is refused when it is looked at', async () => {
    const uploadId = await upload('empty.zip', 'PK\u0003\u0004')
    await expect(lab.ask('lab.upload.preview', { uploadId })).rejects.toThrow(/refused: .*empty\.zip/)
  })
})

describe('market data', () => {
  it('is listed with what it takes, shown in longer bars, and deleted', async () => {
    const series = await lab.ask('lab.series.list', {})
    expect(series).toHaveLength(6)
    for (const { bytes, rows } of series) expect(Math.min(bytes, rows)).toBeGreaterThan(0)
    const [instrumentId = ''] = data.instruments
    const asked = { venue: data.venue, instrumentId, limit: 50 } as const
    const minutes = await lab.ask('lab.series.candles', { ...asked, timeframe: '1m', beforeMs: null })
    expect(minutes.openTimeMs.at(-1)).toBe(data.endMs - 60_000)
    expect(minutes).toMatchObject({ more: true })
    const bars = await lab.ask('lab.series.candles', { ...asked, timeframe: '15m', beforeMs: data.startMs + DAY_MS })
    expect(bars.openTimeMs).toHaveLength(50)
    expect(bars.openTimeMs.every((ms) => ms % 900_000 === 0)).toBe(true)
    const first = bars.openTimeMs[0] ?? NaN
    const parts = await lab.ask('lab.series.candles', { ...asked, limit: 15, timeframe: '1m', beforeMs: first + 900_000 })
    expect([bars.open[0], bars.high[0], bars.close[0]]).toEqual([parts.open[0], Math.max(...parts.high), parts.close.at(-1)])
    // The oldest page says that nothing is older.
    const oldest = await lab.ask('lab.series.candles', { ...asked, timeframe: '1m', beforeMs: data.startMs + 30 * 60_000 })
    expect(oldest).toMatchObject({ more: false })
    expect(oldest.openTimeMs).toHaveLength(30)
    await expect(lab.ask('lab.series.delete', { id: 'nope' })).rejects.toThrow('not_found')
    const id = series.find(({ kind }) => kind === 'funding')?.id ?? ''
    await lab.ask('lab.series.delete', { id })
    expect((await lab.ask('lab.series.list', {})).map((each) => each.id)).not.toContain(id)
  })

  it('strategy files are read with what they declare, or why they cannot be used', async () => {
    mkdirSync(path.join(data.dataDir, 'strategies'))
    writeFileSync(path.join(data.dataDir, 'strategies', 'broken.ts'), 'export default {')
    const files = await lab.ask('lab.files', {})
    expect(files).toEqual([{ name: 'broken.ts', source: 'export default {', fault: expect.stringContaining('broken.ts'), strategy: null }])
  })
})
