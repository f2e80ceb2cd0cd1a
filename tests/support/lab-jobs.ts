// Jobs without threads: a store in memory and handles that the test turns by hand.
import type { JobEnd, JobTask, JobView } from '../../src-main/lab/jobs/task.ts'
import type { JobHandle, JobListener, JobStore } from '../../src-main/lab/service/jobs.ts'

/** Keeps what it is given as the real one does: as JSON. */
export class MemoryJobStore implements JobStore {
  readonly saved = new Map<string, string>()
  /** Sentence of the next failure; null for none. */
  broken: string | null = null

  saveJob(view: JobView, resume?: unknown): void {
    if (this.broken !== null) throw new Error(this.broken)
    const kept = resume === undefined ? this.#read(view.id)?.resume : resume
    this.saved.delete(view.id)
    this.saved.set(view.id, JSON.stringify({ view, resume: kept }))
  }
  jobs(limit: number): readonly JobView[] {
    return [...this.saved.keys()]
      .flatMap((id) => this.#read(id)?.view ?? [])
      .toReversed()
      .slice(0, limit)
  }
  job(jobId: string): { view: JobView; resume: unknown } {
    const found = this.#read(jobId)
    if (found === null) throw new Error(`there is no job ${jobId}`)
    return found
  }
  #read(jobId: string): { view: JobView; resume: unknown } | null {
    const text = this.saved.get(jobId)
    return text === undefined ? null : JSON.parse(text)
  }
}

export class HandJob implements JobHandle {
  readonly task: JobTask
  readonly listener: JobListener
  cancels = 0
  kills = 0
  readonly ended: Promise<JobEnd>
  #resolve: (end: JobEnd) => void = () => {}

  constructor(task: JobTask, listener: JobListener) {
    this.task = task
    this.listener = listener
    this.ended = new Promise((resolve) => (this.#resolve = resolve))
  }
  cancel(): void {
    this.cancels += 1
  }
  kill(): Promise<void> {
    this.kills += 1
    this.end({ state: 'canceled', message: 'stopped by force' })
    return Promise.resolve()
  }
  end(end: JobEnd): void {
    this.#resolve(end)
  }
}
