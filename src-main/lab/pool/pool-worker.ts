// One thread of the pool as the pool sees it: started, given one trial at a time, watched, ended.
import { Worker } from 'node:worker_threads'
import { ensure, unreachable } from '../../../src-shared/domain/result.ts'
import { SharedFlags } from './slices.ts'
import type { Trial, TrialResult } from './trial-runner.ts'
import type { FromTrialWorker, ToTrialWorker, TrialWorkerData } from './trial-worker.ts'

/** JavaScript objects of one thread; the columns are shared and do not count. */
const HEAP_LIMIT_MB = 1024
/** A trial's garbage dies young: with more room for it threads are no faster, and each takes 120 MB more at its peak (npm run bench -- sweep). */
const YOUNG_LIMIT_MB = 48

/** The thread ended or was ended while it had something to do; one phrase for the sentence about it. */
export class WorkerLost extends Error {
  /** Whether it was ready for trials before. */
  readonly wasReady: boolean
  constructor(reason: string, wasReady: boolean) {
    super(reason)
    this.name = 'WorkerLost'
    this.wasReady = wasReady
  }
}

type Running = {
  readonly resolve: (result: TrialResult) => void
  readonly reject: (lost: WorkerLost) => void
  readonly release: () => void
}

export class PoolWorker {
  readonly #flags = new SharedFlags()
  readonly #worker: Worker
  readonly #exited: Promise<void>
  #running: Running | null = null
  #ready = false
  #lost: string | null = null
  #lastError = ''
  #beatsSeen = -1
  #quietTicks = 0

  constructor(entry: string, name: string, data: unknown) {
    const workerData: TrialWorkerData<unknown> = { role: 'trial', name, data, flags: this.#flags.memory }
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_LIMIT_MB, maxYoungGenerationSizeMb: YOUNG_LIMIT_MB }
    this.#worker = new Worker(entry, { workerData, name, resourceLimits })
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()))
    this.#worker.on('message', (message: FromTrialWorker) => this.#handle(message))
    this.#worker.on('error', (error) => (this.#lastError = error instanceof Error ? error.message : String(error)))
    this.#worker.once('exit', (code) => this.#gone(this.#lastError || `exit code ${code}`))
  }

  get isLost(): boolean {
    return this.#lost !== null
  }

  /** Rejects with WorkerLost when the thread ends before the trial has. */
  run(trial: Trial, signal: AbortSignal | undefined): Promise<TrialResult> {
    ensure(this.#running === null, 'a worker runs one trial at a time')
    if (this.#lost !== null) return Promise.reject(new WorkerLost(this.#lost, this.#ready))
    this.#flags.requestStop(signal?.aborted === true)
    this.#quietTicks = 0
    return new Promise((resolve, reject) => {
      const stop = (): void => this.#flags.requestStop(true)
      signal?.addEventListener('abort', stop)
      this.#running = { resolve, reject, release: () => signal?.removeEventListener('abort', stop) }
      this.#worker.postMessage({ t: 'trial', trial } satisfies ToTrialWorker)
    })
  }

  /** Called now and then: true when the thread has something to do and showed no sign of life in this many calls. */
  isStuck(ticksMax: number): boolean {
    const { beats } = this.#flags
    this.#quietTicks = this.#running !== null && beats === this.#beatsSeen ? this.#quietTicks + 1 : 0
    this.#beatsSeen = beats
    return this.#quietTicks >= ticksMax
  }

  /** Ends the thread, whatever it does. Resolves when it is gone; `reason` is for whoever waits for its trial. */
  async end(reason: string): Promise<void> {
    this.#gone(reason)
    await this.#worker.terminate()
    await this.#exited
  }

  #handle(message: FromTrialWorker): void {
    if (this.#lost !== null) return
    switch (message.t) {
      case 'ready':
        this.#ready = true
        return
      case 'result': {
        const running = this.#running
        ensure(running !== null, 'a worker answers the trial it was given')
        this.#running = null
        running.release()
        return running.resolve(message.result)
      }
      default:
        return unreachable(message, 'message of a trial worker')
    }
  }

  #gone(reason: string): void {
    if (this.#lost !== null) return
    this.#lost = reason
    const running = this.#running
    this.#running = null
    running?.release()
    running?.reject(new WorkerLost(reason, this.#ready))
  }
}
