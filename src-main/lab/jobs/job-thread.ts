// One job as whoever started it sees it: a thread that is told to begin, answered when it asks the store, and gone when it has ended.
import { Worker } from 'node:worker_threads'
import { unreachable } from '../../../src-shared/domain/result.ts'
import type { LabOptions } from '../../engine/options.ts'
import { SharedFlags } from '../pool/slices.ts'
import type { FromJobWorker, JobWorkerData, ToJobWorker } from './job-worker.ts'
import { type RunStore, type StoreCall, answerCall } from './run-store.ts'
import type { JobEnd, JobProgress, JobTask } from './task.ts'

const HEAP_LIMIT_MB = 4096

export type JobThreadOptions = {
  /** The file that the thread is started from; it must serve the role `job`. */
  readonly entry: string
  readonly options: LabOptions
  readonly store: RunStore
  readonly onLog: (level: 'info' | 'warn' | 'error', message: string) => void
}
export type JobThreadListener = {
  onProgress(progress: JobProgress): void
  /** The run that was begun for it; those it begins below that one are not told. */
  onRun(runId: string): void
}

export class JobThread {
  readonly #given: JobThreadOptions
  readonly #listener: JobThreadListener
  readonly #flags = new SharedFlags()
  readonly #worker: Worker
  /** Resolves once the thread is gone; never rejects. */
  readonly ended: Promise<JobEnd>
  #end: JobEnd | null = null
  #lastError = ''
  #killed = false
  /** Runs that it began or took up again and has not ended. */
  readonly #openRuns = new Set<string>()

  constructor(given: JobThreadOptions, task: JobTask, listener: JobThreadListener) {
    this.#given = given
    this.#listener = listener
    const workerData: JobWorkerData = { role: 'job', options: given.options, task, flags: this.#flags.memory }
    this.#worker = new Worker(given.entry, {
      workerData,
      name: `job ${task.kind}`,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
    })
    this.#worker.on('message', (message: FromJobWorker) => this.#handle(message))
    this.#worker.on('error', (error) => (this.#lastError = error instanceof Error ? error.message : String(error)))
    this.ended = new Promise((resolve) => this.#worker.once('exit', (code) => resolve(this.#afterExit(code))))
  }

  cancel(): void {
    this.#flags.requestStop(true)
    this.#worker.postMessage({ t: 'cancel' } satisfies ToJobWorker)
  }

  async kill(): Promise<void> {
    this.#killed = true
    await this.#worker.terminate()
  }

  #handle(message: FromJobWorker): void {
    switch (message.t) {
      case 'call':
        return this.#answer(message)
      case 'progress':
        return this.#listener.onProgress(message.progress)
      case 'log':
        return this.#given.onLog(message.level, message.message)
      case 'end':
        this.#end = message.end
        // Whatever it may have left running ends with it.
        void this.#worker.terminate()
        return
      default:
        return unreachable(message, 'message of a job')
    }
  }

  #answer(call: StoreCall): void {
    const answer = answerCall(this.#given.store, call)
    if (answer.ok) this.#followRuns(call, answer.value)
    this.#worker.postMessage(answer satisfies ToJobWorker)
  }

  /** A run must not stay "running" when its thread dies. */
  #followRuns({ method, args }: StoreCall, value: unknown): void {
    if (method === 'createRun') {
      const { id, parentId } = value as ReturnType<RunStore['createRun']>
      this.#openRuns.add(id)
      if (parentId === null) this.#listener.onRun(id)
    }
    if (method === 'reopenRun') this.#openRuns.add(String(args[0]))
    if (method === 'finishRun' || method === 'failRun') this.#openRuns.delete(String(args[0]))
  }

  #afterExit(code: number): JobEnd {
    const end = this.#end ?? this.#endWithoutWord(code)
    for (const runId of this.#openRuns) this.#failRun(runId, end.message)
    return end
  }

  #endWithoutWord(code: number): JobEnd {
    if (this.#killed) return { state: 'canceled', message: 'it did not stop when asked and was ended' }
    return { state: 'failed', message: `its thread died: ${this.#lastError || `exit code ${code}`}` }
  }

  #failRun(runId: string, message: string): void {
    try {
      this.#given.store.failRun(runId, message)
    } catch (cause) {
      this.#given.onLog('error', `run ${runId}: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
  }
}
