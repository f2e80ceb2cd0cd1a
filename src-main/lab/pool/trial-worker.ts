// The thread that runs trials, one after the other, over columns it shares with its siblings. It stays between trials: its code is warm.
import { performance } from 'node:perf_hooks'
import type { MessagePort } from 'node:worker_threads'
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import { ensure, err, unreachable, type Result } from '../../../src-shared/domain/result.ts'
import { TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { BacktestKit, RunningBacktest } from '../ports.ts'
import { SharedFlags, Slices } from './slices.ts'
import { LOOKS, type Trial, type TrialLook, type TrialResult } from './trial-runner.ts'

/** What a trial's thread is started with. */
export type TrialWorkerData<Data> = {
  readonly role: 'trial'
  readonly name: string
  readonly data: Data
  readonly flags: SharedArrayBuffer
}
export type ToTrialWorker =
  | { readonly t: 'trial'; readonly trial: Trial; readonly looks: boolean }
  | { readonly t: 'verdict'; readonly prune: boolean }
export type FromTrialWorker =
  | { readonly t: 'ready' }
  | { readonly t: 'look'; readonly look: TrialLook }
  | { readonly t: 'result'; readonly result: TrialResult }

const MESSAGE_MAX = 300

/** Serves trials until the thread is ended from outside. */
export function serveTrials<Data>(port: MessagePort, started: TrialWorkerData<Data>, kit: BacktestKit<Data>): void {
  const worker = new TrialWorker(port, started, kit)
  port.on('message', (message: ToTrialWorker) => worker.handle(message))
  port.postMessage({ t: 'ready' } satisfies FromTrialWorker)
}

type End = Pick<TrialResult, 'state' | 'metrics' | 'daily' | 'message'>
const ended = (state: TrialResult['state'], over: Partial<End> = {}): End => ({ state, metrics: null, daily: null, message: '', ...over })
const failed = (message: string): End => ended('failed', { message: message.slice(0, MESSAGE_MAX) })

class TrialWorker<Data> {
  readonly #port: MessagePort
  readonly #started: TrialWorkerData<Data>
  readonly #flags: SharedFlags
  readonly #kit: BacktestKit<Data>
  #onVerdict: ((prune: boolean) => void) | null = null

  constructor(port: MessagePort, started: TrialWorkerData<Data>, kit: BacktestKit<Data>) {
    this.#port = port
    this.#started = started
    this.#flags = new SharedFlags(started.flags)
    this.#kit = kit
  }

  handle(message: ToTrialWorker): void {
    switch (message.t) {
      case 'trial':
        void this.#serve(message.trial, message.looks)
        return
      case 'verdict':
        ensure(this.#onVerdict !== null, 'a verdict answers a look')
        return this.#onVerdict(message.prune)
      default:
        return unreachable(message, 'message to a trial worker')
    }
  }

  async #serve(trial: Trial, looks: boolean): Promise<void> {
    const startMs = performance.now()
    const end = await this.#attempt(trial, looks)
    this.#post({
      t: 'result',
      result: { number: trial.number, ...end, seconds: (performance.now() - startMs) / 1000, worker: this.#started.name },
    })
  }

  /** A strategy or a spec that throws fails its trial, not the thread. */
  async #attempt(trial: Trial, looks: boolean): Promise<End> {
    try {
      const spec = specOf(trial, this.#kit)
      if (!spec.ok) return failed(spec.error)
      const opened = await this.#kit.open(spec.value, this.#started.data, {})
      if (!opened.ok) return failed(opened.error)
      try {
        return await this.#run(opened.value, { number: trial.number, spec: spec.value, looks })
      } finally {
        opened.value.close()
      }
    } catch (cause) {
      return failed(cause instanceof Error ? cause.message : String(cause))
    }
  }

  async #run(backtest: RunningBacktest, { number, spec, looks }: { number: number; spec: BacktestSpec; looks: boolean }): Promise<End> {
    const slices = new Slices(backtest, this.#flags)
    for (let step = 1; step <= LOOKS; step += 1) {
      if (!slices.runUntil(stepsAtLook(backtest.total, spec, step))) return ended('canceled')
      if (!looks || step === LOOKS) continue
      const metrics = this.#kit.metrics(backtest.record())
      if (await this.#verdict({ number, step, metrics })) return ended('pruned', { metrics })
      if (this.#flags.stopRequested) return ended('canceled')
    }
    const record = backtest.record()
    return ended('done', { metrics: this.#kit.metrics(record), daily: this.#kit.daily(record) })
  }

  #verdict(look: TrialLook): Promise<boolean> {
    return new Promise((resolve) => {
      this.#onVerdict = (prune) => {
        this.#onVerdict = null
        resolve(prune)
      }
      this.#post({ t: 'look', look })
    })
  }

  #post(message: FromTrialWorker): void {
    this.#port.postMessage(message)
  }
}

function specOf<Data>(trial: Trial, kit: BacktestKit<Data>): Result<BacktestSpec, string> {
  const { fromMs, toMs } = trial
  if (!(toMs > fromMs)) return err(`the trial ends at ${toMs}, expected a time after its beginning ${fromMs}`)
  const spec = kit.withParameters(trial.spec, trial.parameters)
  return spec.ok ? { ok: true, value: { ...spec.value, data: { ...spec.value.data, fromMs, toMs } } } : spec
}

/** Steps until a look: equal parts of the time that is traded. The warm-up before it shows nothing. */
function stepsAtLook(total: number, { data }: BacktestSpec, step: number): number {
  if (step === LOOKS) return total
  const traded = Math.min(total, Math.ceil((data.toMs - data.fromMs) / TIMEFRAME_MS[data.timeframe]))
  return total - traded + Math.ceil((traded * step) / LOOKS)
}
