// What a job has while it runs: its store, a way to say how far it is, and the question whether it should stop.
import type { LabOptions } from '../../engine/options.ts'
import type { RemoteRunStore } from './run-store.ts'
import type { JobProgress } from './task.ts'

export type JobContext = {
  readonly options: LabOptions
  /** The file that more threads can be started from. */
  readonly entry: string
  readonly store: RemoteRunStore
  /** Told as often as one likes; passed on a few times a second. */
  progress(progress: JobProgress): void
  log(level: 'info' | 'warn' | 'error', message: string): void
  /** Whether it was asked to stop; also changes while the thread is too busy for messages. */
  readonly stopRequested: boolean
  /** Aborted at the same time, once messages are read. */
  readonly signal: AbortSignal
}

/** Ends a job as canceled. */
export class JobCanceled extends Error {
  constructor(message = 'canceled') {
    super(message)
    this.name = 'JobCanceled'
  }
}
/** Ends a job as failed, with one sentence for the person who started it. Anything else that is thrown is a bug, and is logged as one. */
export class JobFailure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'JobFailure'
  }
}

export function throwIfStopped(context: JobContext): void {
  if (context.stopRequested) throw new JobCanceled()
}
