// A study run to its end: asks for trials, has them run, tells what came of them, and writes each down as it begins and as it ends.
import type { TrialRunner } from '../pool/trial-runner.ts'
import type { Study, TrialRequest } from '../search/study.ts'
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

/** Resolves with the daily returns of all trials that are done, by number. Throws JobCanceled, and JobFailure when no trial can be run. */
export async function runStudy(context: JobContext, run: StudyRun): Promise<ReadonlyMap<number, Float64Array>> {
  const { study, runner } = run
  const returns = await storedReturns(context.store, run.runId)
  const underWay = new Set<Promise<void>>()
  const failure = new AbortController()
  const signal = AbortSignal.any([context.signal, failure.signal])
  try {
    for (;;) {
      throwIfStopped(context)
      while (underWay.size < runner.size) {
        const request = study.ask()
        if (request === 'wait' || request === null) break
        const trial: Promise<void> = runTrial(context.store, run, { request, returns, signal }).finally(() => underWay.delete(trial))
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

type Asked = { readonly request: TrialRequest; readonly returns: Map<number, Float64Array>; readonly signal: AbortSignal }

async function runTrial(
  store: JobContext['store'],
  { study, runId, runner, onTrial }: StudyRun,
  { request, returns, signal }: Asked,
): Promise<void> {
  const { number, parameters, thresholds } = request
  const { backtest, objective, pruner } = study.spec
  const asked = study.trials[number]
  if (asked !== undefined) await store.putTrial(runId, trialRow(asked, null))
  const { fromMs, toMs } = backtest.data
  const watch = pruner.kind === 'none' ? null : { objective, thresholds }
  const { state, dailyReturns, ...result } = await runner.run({ number, spec: backtest, parameters, fromMs, toMs, watch }, signal)
  if (state === 'canceled') {
    study.release(number)
    throw new JobCanceled()
  }
  const told = study.tell({ ...result, state })
  if (dailyReturns !== null) returns.set(number, dailyReturns)
  await store.putTrial(runId, trialRow(told, dailyReturns))
  onTrial(study.trials.filter((trial) => trial.state !== 'running').length)
}

function stopWhenAllFail({ trials }: Study): void {
  const failed = trials.filter(({ state }) => state === 'failed')
  const ended = trials.filter(({ state }) => state !== 'running')
  if (failed.length >= FAILURES_MAX && failed.length === ended.length)
    throw new JobFailure(`the first ${failed.length} trials all failed, the last one: ${failed.at(-1)?.message}`)
}
