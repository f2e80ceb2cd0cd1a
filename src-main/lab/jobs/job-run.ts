// A job's run in the store: begun or taken up again before the work, and ended after it, however that ends.
import { performance } from 'node:perf_hooks'
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import type { DataPassport } from '../../../src-shared/domain/series.ts'
import type { NewRun, RunResult } from '../../adapters/lab-store/rows.ts'
import { JobCanceled, type JobContext } from './job-context.ts'

/** What the work of a run leaves behind. */
export type Finished = Partial<Pick<RunResult, 'metrics' | 'passed' | 'hasJournal' | 'artefacts'>> & {
  /** One sentence for whoever waits for the job. */
  readonly message: string
}
export type RunOfJob = {
  /** The run to go on with; null begins one. */
  readonly runId: string | null
  readonly begin: NewRun
  /** What a run that is canceled leaves behind; nothing where left out. */
  readonly partly?: () => Omit<Finished, 'message'>
}

const resultOf = ({
  metrics = {},
  passed = null,
  hasJournal = false,
  artefacts = {},
}: Omit<Finished, 'message'>): Omit<RunResult, 'state' | 'seconds'> => ({
  metrics,
  passed,
  hasJournal,
  artefacts,
})

/** Resolves with what the work left. Rejects with what it threw, once the run has been ended. */
export async function withRun<T extends Finished>(context: JobContext, wanted: RunOfJob, work: (runId: string) => Promise<T>): Promise<T> {
  const { runId, secondsBefore } = await beginOrReopen(context, wanted)
  const startMs = performance.now()
  const seconds = (): number => secondsBefore + (performance.now() - startMs) / 1000
  try {
    const left = await work(runId)
    await context.store.finishRun(runId, { ...resultOf(left), state: 'done', seconds: seconds() })
    return left
  } catch (cause) {
    if (cause instanceof JobCanceled)
      await context.store.finishRun(runId, { ...resultOf(wanted.partly?.() ?? {}), state: 'canceled', seconds: seconds() })
    else await context.store.failRun(runId, cause instanceof Error ? cause.message : String(cause))
    throw cause
  }
}

async function beginOrReopen({ store }: JobContext, { runId, begin }: RunOfJob): Promise<{ runId: string; secondsBefore: number }> {
  if (runId === null) return { runId: (await store.createRun(begin)).id, secondsBefore: 0 }
  const { row } = await store.run(runId)
  // One that was left running by a program that was killed has been failed by the next one.
  await store.reopenRun(runId)
  return { runId, secondsBefore: row.seconds ?? 0 }
}

type AboutRun = {
  readonly kind: NewRun['kind']
  readonly parentId?: string | null
  readonly spec: unknown
  readonly seed?: number
  readonly title?: string
}

/** A run over what a backtest is about; `spec` is what it can be run again from. */
export function newRun(
  context: JobContext,
  backtest: BacktestSpec,
  about: AboutRun & { readonly passports: readonly DataPassport[] },
): NewRun {
  const { playbook, data, simulation } = backtest
  return {
    kind: about.kind,
    parentId: about.parentId ?? null,
    title: about.title ?? runTitle(backtest),
    playbookId: playbook.id,
    instruments: data.instruments,
    timeframe: data.timeframe,
    fromMs: data.fromMs,
    toMs: data.toMs,
    codeVersion: context.options.version,
    seed: about.seed ?? simulation.seed,
    spec: about.spec,
    passports: about.passports,
  }
}

/** Such as "IMBA, BTC/USDT, ETH/USDT and 2 more, 2025-05-10 to 2025-06-10". */
export function runTitle({ playbook, data: { instruments, fromMs, toMs } }: BacktestSpec): string {
  const named = instruments.slice(0, NAMED_MAX).map((id) => id.split(':')[0])
  const others = instruments.length > NAMED_MAX ? ` and ${instruments.length - NAMED_MAX} more` : ''
  return clipped(`${playbook.title}, ${named.join(', ')}${others}, ${day(fromMs)} to ${day(toMs)}`, 200)
}
const NAMED_MAX = 2
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
