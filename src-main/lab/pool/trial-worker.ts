// The thread that runs trials, one after the other, over columns it shares with its siblings. It stays between trials: its code is warm.
import { performance } from 'node:perf_hooks'
import type { MessagePort } from 'node:worker_threads'
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import { type Result, err } from '../../../src-shared/domain/result.ts'
import type { BacktestKit, OpenedTrial } from '../ports.ts'
import { LOOKS, TrialWatch } from '../search/pruning.ts'
import { SharedFlags, Slices } from './slices.ts'
import type { Trial, TrialResult } from './trial-runner.ts'

/** What a trial's thread is started with. */
export type TrialWorkerData<Data> = {
  readonly role: 'trial'
  readonly name: string
  readonly data: Data
  readonly flags: SharedArrayBuffer
}
export type ToTrialWorker = { readonly t: 'trial'; readonly trial: Trial }
export type FromTrialWorker = { readonly t: 'ready' } | { readonly t: 'result'; readonly result: TrialResult }

const MESSAGE_MAX = 300

/** Serves trials until the thread is ended from outside. */
export function serveTrials<Data>(port: MessagePort, started: TrialWorkerData<Data>, kit: BacktestKit<Data>): void {
  const flags = new SharedFlags(started.flags)
  const post = (message: FromTrialWorker): void => port.postMessage(message)
  port.on('message', ({ trial }: ToTrialWorker) => {
    void runTrial(trial, { ...started, kit, flags }).then((result) => post({ t: 'result', result }))
  })
  post({ t: 'ready' })
}

type World<Data> = { readonly kit: BacktestKit<Data>; readonly data: Data; readonly name: string; readonly flags: SharedFlags }
type End = Pick<TrialResult, 'state' | 'metrics' | 'looks' | 'dailyReturns' | 'message'>
const NOTHING: Omit<End, 'state'> = { metrics: null, looks: [], dailyReturns: null, message: '' }
const failed = (message: string): End => ({ ...NOTHING, state: 'failed', message: message.slice(0, MESSAGE_MAX) })

/** Runs one trial where it is called. Never rejects: a strategy or a spec that throws fails its trial alone. */
export async function runTrial<Data>(trial: Trial, world: World<Data>): Promise<TrialResult> {
  const startMs = performance.now()
  const end = await attempt(trial, world).catch((cause: unknown) => failed(cause instanceof Error ? cause.message : String(cause)))
  return { number: trial.number, ...end, seconds: (performance.now() - startMs) / 1000, worker: world.name }
}

async function attempt<Data>(trial: Trial, { kit, data, flags }: World<Data>): Promise<End> {
  const spec = specOf(trial, kit)
  if (!spec.ok) return failed(spec.error)
  const opened = await kit.open(spec.value, data)
  if (!opened.ok) return failed(opened.error)
  try {
    return runToEnd(trial, opened.value, { kit, flags })
  } finally {
    opened.value.close()
  }
}

function runToEnd(
  { watch }: Trial,
  backtest: OpenedTrial,
  { kit, flags }: { kit: Pick<BacktestKit<never>, 'metrics' | 'dailyReturns'>; flags: SharedFlags },
): End {
  const slices = new Slices(backtest, flags)
  const watching = watch === null ? null : new TrialWatch(watch.objective, watch.thresholds)
  for (let step = 1; watching !== null && step < LOOKS; step += 1) {
    if (!slices.runUntil(Math.ceil((backtest.total * step) / LOOKS))) return { ...NOTHING, state: 'canceled' }
    const metrics = kit.metrics(backtest.record())
    if (watching.look(step, metrics)) return { ...NOTHING, state: 'pruned', metrics, looks: watching.looks }
  }
  if (!slices.runUntil(backtest.total)) return { ...NOTHING, state: 'canceled' }
  const record = backtest.record()
  const metrics = kit.metrics(record)
  watching?.look(LOOKS, metrics)
  return { ...NOTHING, state: 'done', metrics, looks: watching?.looks ?? [], dailyReturns: Float64Array.from(kit.dailyReturns(record)) }
}

function specOf<Data>({ spec, parameters, fromMs, toMs }: Trial, kit: BacktestKit<Data>): Result<BacktestSpec, string> {
  if (!(toMs > fromMs)) return err(`the trial ends at ${toMs}, expected a time after its beginning ${fromMs}`)
  const applied = kit.withParameters(spec, parameters)
  return applied.ok ? { ok: true, value: { ...applied.value, data: { ...applied.value.data, fromMs, toMs } } } : applied
}
