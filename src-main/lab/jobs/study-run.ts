// A study run to its end: asks for trials, has them run, tells what came of them, and writes each down as it begins and as it ends.
import { ensure } from '../../../src-shared/domain/result.ts'
import type { TrialResult, TrialRunner } from '../pool/trial-runner.ts'
import type { Study, TrialRequest } from '../search/study.ts'
import { periodsOf } from '../../../src-shared/config/purged-folds.ts'
import type { Period } from '../walk-forward/windows.ts'
import { runFolds } from './fold-run.ts'
import { JobCanceled, type JobContext, JobFailure, throwIfStopped } from './job-context.ts'
import { storedReturns, trialRow } from './trial-rows.ts'

export type StudyRun = {
  readonly study: Study
  /** Where its trials are written down. */
  readonly runId: string
  readonly runner: TrialRunner
  /** Called after each trial that ended, with how many have. */
  readonly onTrial: (ended: number) => void
}

/** So many trials that all failed mean that the rest would too. */
const FAILURES_MAX = 20

/**
 * Resolves with the daily returns of all trials that are done, by number. Throws JobCanceled, and JobFailure when no trial can be run or the
 * folds do not fit.
 */
export async function runStudy(context: JobContext, run: StudyRun): Promise<ReadonlyMap<number, Float64Array>> {
  const { study, runner } = run
  const periods = periodsOf(study.spec)
  if (!periods.ok) throw new JobFailure(periods.error)
  const atOnce = trialsAtOnce(runner.size, periods.value.length)
  const returns = await storedReturns(context.store, run.runId)
  const underWay = new Set<Promise<void>>()
  const failure = new AbortController()
  const signal = AbortSignal.any([context.signal, failure.signal])
  try {
    for (;;) {
      throwIfStopped(context)
      while (underWay.size < atOnce) {
        const request = study.ask()
        if (request === 'wait' || request === null) break
        const trial: Promise<void> = runTrial(context.store, run, { request, periods: periods.value, returns, signal }).finally(() =>
          underWay.delete(trial),
        )
        underWay.add(trial)
      }
      if (underWay.size === 0) return returns
      await Promise.race(underWay)
      stopWhenAllFail(study)
    }
  } catch (cause) {
    // The others are ended too, and nobody is left behind.
    failure.abort()
    await Promise.allSettled(underWay)
    throw cause
  }
}

/** With folds, one more than what fills the runner: nobody waits for the last fold of a trial. */
const trialsAtOnce = (size: number, folds: number): number => (folds === 1 ? size : Math.ceil(size / folds) + 1)

type Asked = {
  readonly request: TrialRequest
  readonly periods: readonly Period[]
  readonly returns: Map<number, Float64Array>
  readonly signal: AbortSignal
}

async function runTrial(store: JobContext['store'], { study, runId, runner, onTrial }: StudyRun, asking: Asked): Promise<void> {
  const { number } = asking.request
  const asked = study.trials[number]
  if (asked !== undefined) await store.putTrial(runId, trialRow(asked, null))
  const { state, dailyReturns, ...result } = await resultOf(study, runner, asking)
  if (state === 'canceled') {
    study.release(number)
    throw new JobCanceled()
  }
  const told = study.tell({ ...result, state })
  if (dailyReturns !== null) asking.returns.set(number, dailyReturns)
  await store.putTrial(runId, trialRow(told, dailyReturns))
  onTrial(study.trials.filter((trial) => trial.state !== 'running').length)
}

function resultOf({ spec }: Study, runner: TrialRunner, { request, periods, signal }: Asked): Promise<TrialResult> {
  const { backtest, objective, pruner } = spec
  const { number, parameters, thresholds } = request
  const trial = { number, spec: backtest, parameters }
  const [first] = periods
  ensure(first !== undefined, 'a search has a period')
  if (periods.length > 1) return runFolds(runner, { trial, folds: periods, objective }, signal)
  return runner.run({ ...trial, ...first, watch: pruner.kind === 'none' ? null : { objective, thresholds } }, signal)
}

function stopWhenAllFail({ trials }: Study): void {
  const failed = trials.filter(({ state }) => state === 'failed')
  const ended = trials.filter(({ state }) => state !== 'running')
  if (failed.length >= FAILURES_MAX && failed.length === ended.length)
    throw new JobFailure(`the first ${failed.length} trials all failed, the last one: ${failed.at(-1)?.message}`)
}
