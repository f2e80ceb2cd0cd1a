// What every job that searches needs before its first trial: dimensions that exist, and somewhere to run trials.
import type { BacktestSpec, SearchSpec } from '../../../src-shared/config/lab.ts'
import type { ParameterSpec } from '../../core/strategies/strategy.ts'
import { planBacktest } from '../backtest/backtest-plan.ts'
import type { RunData } from '../backtest/run-data.ts'
import type { TrialRunner } from '../pool/trial-runner.ts'
import { openWorkerPool, poolSize } from '../pool/worker-pool.ts'
import { PASSWORD_VARIABLE, parseQueueUrl } from '../remote/connection.ts'
import { checkDimensions } from '../search/dimensions.ts'
import { type JobContext, JobFailure } from './job-context.ts'

/**
 * The search with the strategy of each file named, so that trials know which file a parameter is for. Throws JobFailure for a strategy that
 * cannot be loaded, or a dimension that it does not have.
 */
export async function checkedSearch(spec: SearchSpec): Promise<SearchSpec> {
  const plan = await planBacktest(spec.backtest)
  if (!plan.ok) throw new JobFailure(plan.error)
  const declarations = plan.value.strategies.map(({ plugin }) => plugin.declaration)
  plan.value.close()
  const declared = new Map<string, readonly ParameterSpec[]>(declarations.map(({ id, parameters }) => [id, parameters]))
  const checked = checkDimensions(spec.dimensions, declared)
  if (!checked.ok) throw new JobFailure(checked.error)
  const ofFiles = declarations.slice(spec.backtest.playbook.strategies.length)
  return { ...spec, backtest: withStrategies(spec.backtest, ofFiles) }
}

/** Files stand behind the playbook's strategies in a plan, in their own order. */
const withStrategies = (backtest: BacktestSpec, ofFiles: readonly { readonly id: string }[]): BacktestSpec => ({
  ...backtest,
  files: backtest.files.map((file, at) => ({ ...file, strategyId: ofFiles[at]?.id ?? file.strategyId })),
})

/**
 * Where its trials run: the shared queue that the settings name, or threads of this machine. Ended at once when the job is asked to stop: a trial
 * may be in the middle of what cannot be interrupted. Throws JobFailure when the queue cannot be used.
 */
export async function openRunner(context: JobContext, spec: SearchSpec, data: RunData): Promise<TrialRunner> {
  const runner = await openedRunner(context, spec, data)
  if (context.signal.aborted) await runner.close()
  else context.signal.addEventListener('abort', () => void runner.close(), { once: true })
  return runner
}

async function openedRunner(context: JobContext, { workers }: SearchSpec, data: RunData): Promise<TrialRunner> {
  const { settings, version } = context.options
  if (settings.lab.queue === null) {
    return openWorkerPool({ entry: context.entry, size: poolSize(workers), data, onLog: (message) => context.log('warn', message) })
  }
  const address = parseQueueUrl(settings.lab.queue)
  if (!address.ok) throw new JobFailure(`lab.queue: ${address.error}`)
  // Loaded only where a queue is used.
  const { openQueueRunner } = await import('../remote/queue-runner.ts')
  const opened = await openQueueRunner({ address: address.value, password: process.env[PASSWORD_VARIABLE], version, data })
  if (!opened.ok) throw new JobFailure(opened.error)
  return opened.value
}
