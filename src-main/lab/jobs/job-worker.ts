// The thread of one job: it does the work, tells how far it is, and ends.
import { performance } from 'node:perf_hooks'
import type { MessagePort } from 'node:worker_threads'
import { unreachable } from '../../../src-shared/domain/result.ts'
import { LabStoreError } from '../../adapters/lab-store/lab-store-error.ts'
import { MarketStoreError } from '../../adapters/market-store/market-store-error.ts'
import type { LabOptions } from '../../engine/options.ts'
import { SharedFlags } from '../pool/slices.ts'
import { JobCanceled, type JobContext, JobFailure } from './job-context.ts'
import { type StoreAnswer, type StoreCall, StoreCaller } from './run-store.ts'
import type { JobEnd, JobProgress, JobTask } from './task.ts'

/** What a job's thread is started with. */
export type JobWorkerData = {
  readonly role: 'job'
  readonly options: LabOptions
  readonly task: JobTask
  readonly flags: SharedArrayBuffer
}
export type ToJobWorker = { readonly t: 'cancel' } | StoreAnswer
export type FromJobWorker =
  | StoreCall
  | { readonly t: 'progress'; readonly progress: JobProgress }
  | { readonly t: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly t: 'end'; readonly end: JobEnd }

/** Does what a task asks for; resolves with one sentence about what came of it. May throw JobCanceled and JobFailure. */
export type RunTask = (context: JobContext, task: JobTask) => Promise<string>

const PROGRESS_INTERVAL_MS = 100

/** `entry` is the file of this thread. Whoever started the thread ends it when the end was told. */
export async function serveJob(
  port: MessagePort,
  { started, entry }: { started: JobWorkerData; entry: string },
  run: RunTask,
): Promise<void> {
  const post = (message: FromJobWorker): void => port.postMessage(message)
  const context = new WorkerContext(started, entry, post)
  port.on('message', (message: ToJobWorker) => context.handle(message))
  const end = await endOf(run(context, started.task), context)
  context.flush()
  post({ t: 'end', end })
}

async function endOf(work: Promise<string>, context: WorkerContext): Promise<JobEnd> {
  try {
    return { state: 'done', message: await work }
  } catch (cause) {
    if (cause instanceof JobCanceled) return { state: 'canceled', message: cause.message }
    const message = cause instanceof Error ? cause.message : String(cause)
    const isForeseen = cause instanceof JobFailure || cause instanceof LabStoreError || cause instanceof MarketStoreError
    if (!isForeseen) context.log('error', cause instanceof Error ? (cause.stack ?? message) : message)
    return { state: 'failed', message }
  }
}

class WorkerContext implements JobContext {
  readonly options: LabOptions
  readonly entry: string
  readonly #post: (message: FromJobWorker) => void
  readonly #flags: SharedFlags
  readonly #caller: StoreCaller
  readonly #stop = new AbortController()
  #progress: JobProgress | null = null
  #toldMs = Number.NEGATIVE_INFINITY

  constructor({ options, flags }: JobWorkerData, entry: string, post: (message: FromJobWorker) => void) {
    this.options = options
    this.entry = entry
    this.#post = post
    this.#flags = new SharedFlags(flags)
    this.#caller = new StoreCaller(post)
  }

  get store(): JobContext['store'] {
    return this.#caller.store
  }
  get stopRequested(): boolean {
    return this.#flags.stopRequested
  }
  get signal(): AbortSignal {
    return this.#stop.signal
  }
  get flags(): SharedFlags {
    return this.#flags
  }

  progress(progress: JobProgress): void {
    this.#progress = progress
    if (performance.now() - this.#toldMs >= PROGRESS_INTERVAL_MS) this.flush()
  }
  /** Tells what was held back. */
  flush(): void {
    if (this.#progress === null) return
    this.#post({ t: 'progress', progress: this.#progress })
    this.#progress = null
    this.#toldMs = performance.now()
  }
  log(level: 'info' | 'warn' | 'error', message: string): void {
    this.#post({ t: 'log', level, message })
  }

  handle(message: ToJobWorker): void {
    switch (message.t) {
      case 'cancel':
        return this.#stop.abort()
      case 'answer':
        return this.#caller.onAnswer(message)
      default:
        return unreachable(message, 'message to a job')
    }
  }
}
