// The honesty checks as jobs: what they find becomes a run that can be looked at.
import path from 'node:path'
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import type { Result } from '../../../src-shared/domain/result.ts'
import { type BacktestPlan, planBacktest } from '../backtest/backtest-plan.ts'
import { CheckCanceled, type CheckHooks, type CheckOutcome } from '../checks/check.ts'
import { checkLookAhead } from '../checks/look-ahead.ts'
import { checkParity } from '../checks/parity.ts'
import { checkWarmUp, warmUpSpec } from '../checks/warm-up.ts'
import { readSession } from '../service/recorded-sessions.ts'
import type { NewRun } from '../../adapters/lab-store/rows.ts'
import { JobCanceled, type JobContext, JobFailure } from './job-context.ts'
import { type Finished, newRun, withRun } from './job-run.ts'
import { loadData } from './load-data.ts'
import type { TaskOf } from './task.ts'

/** Whether the backtest's decisions knew the future. */
export async function runLookAhead(context: JobContext, { spec, cuts, seed, runId }: TaskOf<'look_ahead'>): Promise<string> {
  const data = loadData(context, spec)
  const begin = newRun(context, spec, { kind: 'look_ahead', spec: { backtest: spec, cuts }, seed, passports: data.passports })
  const hooks = hooksOf(context, 'cuts')
  const { message } = await withRun(context, { runId, begin }, () =>
    withPlan(spec, (plan) => finished(checkLookAhead(() => plan, data, { cuts, seed, hooks }))),
  )
  return message
}

/** Whether the indicators were warm when trading began. */
export async function runWarmUp(context: JobContext, { spec, runId }: TaskOf<'warm_up'>): Promise<string> {
  const data = loadData(context, warmUpSpec(spec))
  const begin = newRun(context, spec, { kind: 'warm_up', spec: { backtest: spec }, passports: data.passports })
  const hooks = hooksOf(context, 'looks')
  const { message } = await withRun(context, { runId, begin }, () => withPlan(spec, (plan) => finished(checkWarmUp(plan, data, hooks))))
  return message
}

/** Whether a recorded paper session comes out the same as a backtest. */
export async function runParity(context: JobContext, { sessionId, runId }: TaskOf<'parity'>): Promise<string> {
  const session = await readSession(context.options.dataDir, sessionId)
  if (!session.ok) throw new JobFailure(session.error)
  const { file, startedMs, endedMs, playbook, strategies, instruments, timeframe } = session.value
  const begin = {
    kind: 'parity' as const,
    parentId: null,
    title: `Parity of ${path.basename(file, '.jsonl')}`,
    playbookId: playbook?.id ?? clipped(strategies.join(', '), 64),
    instruments: [...instruments],
    timeframe,
    fromMs: startedMs,
    toMs: endedMs,
    codeVersion: context.options.version,
    seed: 0,
    spec: { sessionId },
    passports: [],
  } satisfies NewRun
  const hooks = hooksOf(context, 'readings')
  const { message } = await withRun(context, { runId, begin }, async () => finished(await mapCanceled(() => checkParity(file, hooks))))
  return message
}

async function withPlan(spec: BacktestSpec, check: (plan: BacktestPlan) => Finished): Promise<Finished> {
  const plan = await planBacktest(spec)
  if (!plan.ok) throw new JobFailure(plan.error)
  try {
    return await mapCanceled(() => Promise.resolve(check(plan.value)))
  } finally {
    plan.value.close()
  }
}

async function mapCanceled<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw cause instanceof CheckCanceled ? new JobCanceled(cause.message) : cause
  }
}

const hooksOf = (context: JobContext, unit: string): CheckHooks => ({
  onProgress: (done, total) => context.progress({ done, total, unit, message: 'comparing' }),
  isCanceled: () => context.stopRequested,
})

function finished(outcome: Result<CheckOutcome, string>): Finished {
  if (!outcome.ok) throw new JobFailure(outcome.error)
  const { passed, summary } = outcome.value
  return { passed, artefacts: { check: outcome.value }, message: summary }
}
