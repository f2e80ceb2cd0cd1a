// A walk-forward as a job: window by window it trains, validates and tests, and keeps where it is after each of them.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import type { BacktestSpec, SearchSpec, WalkForwardSpec } from '../../../src-shared/config/lab.ts'
import type { LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import { PAGE_MAX } from '../../adapters/lab-store/reader.ts'
import { equityCurve } from '../../core/analytics/run-equity.ts'
import { runMetrics } from '../../core/analytics/run-metrics.ts'
import type { RunRecord } from '../../core/analytics/run-record.ts'
import type { RunData } from '../backtest/run-data.ts'
import type { Trial, TrialRunner } from '../pool/trial-runner.ts'
import { Study } from '../search/study.ts'
import type { StudyTrial } from '../search/trial.ts'
import { stitchRecords } from '../walk-forward/stitch.ts'
import { WalkForward, type WalkForwardResult, type WalkForwardState, type WalkForwardTask } from '../walk-forward/walk-forward.ts'
import { type BacktestOutcome, runBacktest, summaryOf } from './backtest-run.ts'
import { JobCanceled, type JobContext, JobFailure, throwIfStopped } from './job-context.ts'
import { type Finished, newRun, withRun } from './job-run.ts'
import { loadData } from './load-data.ts'
import { decodeRecord, encodeRecord } from './record-codec.ts'
import { originOf } from './search-result.ts'
import { checkedSearch, openRunner } from './search-setup.ts'
import { runStudy } from './study-run.ts'
import type { TaskOf } from './task.ts'
import { storedTrials } from './trial-rows.ts'

/** What is kept to go on after the process has died: the windows, and the run of each training that has begun. */
export type WalkForwardKept = { readonly windows: WalkForwardState['windows']; readonly trainings: Readonly<Record<number, string>> }
/** The tests laid end to end, as far as they have got. */
export type Stitched = Pick<Output<'lab.run.walkForward'>, 'equity'> & { readonly metrics: LabMetricValues }

export async function runWalkForward(context: JobContext, { spec: asked, runId: known }: TaskOf<'walk_forward'>): Promise<string> {
  const spec: WalkForwardSpec = { ...asked, search: await checkedSearch(asked.search) }
  const { backtest } = spec.search
  const kept = known === null ? null : ((await context.store.loadState(known)) as WalkForwardKept | null)
  const restored = WalkForward.restore({ spec, windows: kept?.windows ?? [] })
  if (!restored.ok) throw new JobFailure(restored.error)
  const data = loadData(context, backtest)
  const begin = newRun(context, backtest, { kind: 'walk_forward', spec, seed: spec.search.seed, passports: data.passports })
  const { message } = await withRun(context, { runId: known, begin }, async (runId) => {
    const runner = await openRunner(context, spec.search, data)
    const job = new WalkForwardJob(context, { runId, data, runner, walkForward: restored.value, trainings: { ...kept?.trainings } })
    try {
      return await job.run()
    } finally {
      await runner.close()
    }
  })
  return message
}

type Parts = {
  readonly runId: string
  readonly data: RunData
  readonly runner: TrialRunner
  readonly walkForward: WalkForward
  readonly trainings: Record<number, string>
}
type TaskFor<K extends WalkForwardTask['kind']> = Extract<WalkForwardTask, { kind: K }>
type ResultOf<K extends WalkForwardResult['kind']> = Extract<WalkForwardResult, { kind: K }>

class WalkForwardJob {
  readonly #context: JobContext
  readonly #parts: Parts
  readonly #tests: RunRecord[] = []
  #stitched: Stitched | null = null
  /** What the test of a window must say about the search it came from. */
  readonly #trained = new Map<number, readonly StudyTrial[]>()

  constructor(context: JobContext, parts: Parts) {
    this.#context = context
    this.#parts = parts
  }

  async run(): Promise<Finished> {
    const { walkForward } = this.#parts
    await this.#readTests()
    this.#tell(0)
    for (let task = walkForward.next(); task !== null; task = walkForward.next()) {
      throwIfStopped(this.#context)
      walkForward.tell(await this.#do(task))
      await this.#keep()
      this.#tell(0)
    }
    const metrics = this.#stitched?.metrics
    const failed = walkForward.state.windows.filter(({ isFailed }) => isFailed)
    if (metrics === undefined) throw new JobFailure(`no window could be tested: ${failed[0]?.message ?? 'there is none'}`)
    const without = failed.length === 0 ? '' : `; ${failed.length} windows without a test`
    return { metrics: { ...metrics }, message: `out of sample: ${summaryOf(metrics)}${without}` }
  }

  async #do(task: WalkForwardTask): Promise<WalkForwardResult> {
    const { window } = task
    try {
      switch (task.kind) {
        case 'train':
          return await this.#train(task)
        case 'validate':
          return await this.#validate(task)
        case 'test':
          return await this.#test(task)
        default:
          return unreachable(task, 'task of a walk-forward')
      }
    } catch (cause) {
      // What is wrong with one window is said there, and the next one begins.
      if (cause instanceof JobFailure) return { kind: 'failed', window, message: cause.message }
      throw cause
    }
  }

  async #train({ window, spec }: TaskFor<'train'>): Promise<ResultOf<'train'>> {
    const { runId: parentId, runner, trainings } = this.#parts
    const known = trainings[window] ?? null
    const restored = Study.restore({ spec, trials: known === null ? [] : await storedTrials(this.#context.store, known) })
    if (!restored.ok) throw new JobFailure(restored.error)
    const study = restored.value
    const title = `Window ${window + 1}: training`
    const begin = newRun(this.#context, spec.backtest, { kind: 'search', parentId, title, spec, seed: spec.seed, passports: [] })
    const partly = (): Omit<Finished, 'message'> => ({ metrics: { ...study.best()?.metrics } })
    const isDone = known !== null && (await this.#context.store.run(known)).row.state === 'done'
    if (!isDone) {
      await withRun(this.#context, { runId: known, begin, partly }, async (runId) => {
        trainings[window] = runId
        await this.#keep()
        await runStudy(this.#context, { study, runId, runner, onTrial: (ended) => this.#tell(ended) })
        return { ...partly(), message: 'trained' }
      })
    }
    this.#trained.set(window, study.trials)
    return { kind: 'train', window, trials: study.trials }
  }

  async #validate({ window, specs }: TaskFor<'validate'>): Promise<ResultOf<'validate'>> {
    const trials = specs.map((spec, number): Trial => {
      const { fromMs, toMs } = spec.data
      return { number, spec, parameters: {}, fromMs, toMs, watch: null }
    })
    const results = await Promise.all(trials.map((trial) => this.#parts.runner.run(trial, this.#context.signal)))
    if (results.some(({ state }) => state === 'canceled')) throw new JobCanceled()
    return { kind: 'validate', window, metrics: results.map(({ metrics }) => metrics) }
  }

  async #test({ window, spec }: TaskFor<'test'>): Promise<ResultOf<'test'>> {
    const { runId, record, metrics } = await this.#tested(window, spec)
    this.#tests.push(record)
    await this.#stitch()
    return { kind: 'test', window, metrics, endBalance: record.steps.equity.at(-1) ?? record.initialBalance, runId }
  }

  async #tested(window: number, spec: BacktestSpec): Promise<Pick<BacktestOutcome, 'runId' | 'record' | 'metrics'>> {
    const { runId: parentId, data } = this.#parts
    const { store } = this.#context
    const title = `Window ${window + 1}: test`
    const { rows } = await store.runs({ limit: PAGE_MAX, offset: 0 }, { kind: 'backtest', parentId })
    const begun = rows.find((row) => row.title === title)
    if (begun?.state === 'done') {
      // The process died between the end of the test and the word about it.
      const record = decodeRecord(await store.artefact(begun.id, 'record'))
      return { runId: begun.id, record, metrics: runMetrics(record) }
    }
    return runBacktest(this.#context, {
      spec,
      data,
      runId: begun?.id ?? null,
      parentId,
      title,
      journal: false,
      closeOpen: true,
      search: this.#originOf(window),
      onSteps: () => undefined,
      keep: (run) => ({ record: encodeRecord(run) }),
    })
  }

  #originOf(window: number): ReturnType<typeof originOf> | null {
    const trials = this.#trained.get(window)
    const chosen = this.#parts.walkForward.state.windows[window]?.chosen
    const best = trials?.find(({ number }) => number === chosen?.trial)
    return trials === undefined || best === undefined ? null : originOf({ spec: this.#search, trials, best, inSample: false })
  }
  get #search(): SearchSpec {
    return this.#parts.walkForward.spec.search
  }

  /** Of windows that were tested before this program began. */
  async #readTests(): Promise<void> {
    for (const { test } of this.#parts.walkForward.state.windows) {
      if (test !== null) this.#tests.push(decodeRecord(await this.#context.store.artefact(test.runId, 'record')))
    }
    if (this.#tests.length > 0) await this.#stitch()
  }

  async #stitch(): Promise<void> {
    const whole = stitchRecords(this.#tests)
    if (!whole.ok) throw new JobFailure(whole.error)
    const { tsMs, equity, drawdown } = equityCurve(whole.value)
    this.#stitched = { equity: { tsMs: [...tsMs], equity: [...equity], drawdown: [...drawdown] }, metrics: runMetrics(whole.value) }
    await this.#context.store.putArtefact(this.#parts.runId, 'stitched', this.#stitched)
  }

  async #keep(): Promise<void> {
    const { runId, walkForward, trainings } = this.#parts
    await this.#context.store.saveState(runId, { windows: walkForward.state.windows, trainings } satisfies WalkForwardKept)
  }

  #tell(trialsOfWindow: number): void {
    const { walkForward } = this.#parts
    const { windows } = walkForward.state
    const ended = windows.filter(({ test, isFailed }) => test !== null || isFailed).length
    const current = windows[ended]
    const trained = current?.candidates === null ? trialsOfWindow : current === undefined ? 0 : this.#search.trials
    this.#context.progress({
      done: ended * this.#search.trials + trained,
      total: windows.length * this.#search.trials,
      unit: 'trials',
      message: ended === windows.length ? 'all windows have ended' : `window ${ended + 1} of ${windows.length}`,
    })
  }
}
