// The jobs of the lab: which wait, which run, how far they are, how they ended. What a job does happens in a thread of its own.
import { randomUUID } from 'node:crypto'
import { Pace } from '../jobs/pace.ts'
import { type JobEnd, type JobKind, type JobProgress, type JobTask, type JobView, isResumable, isWorthRetrying } from '../jobs/task.ts'
import { JobAnnouncer, JOBS_SHOWN_MAX } from './job-announcer.ts'
import { Refusal } from './refusal.ts'

export type JobHandle = {
  /** Resolves once nothing of the job runs any more; never rejects. */
  readonly ended: Promise<JobEnd>
  /** Asks it to stop; it ends as canceled soon. */
  cancel(): void
  /** Ends its thread, whatever it does. */
  kill(): Promise<void>
}
export type JobListener = {
  onProgress(progress: JobProgress): void
  /** The run that was begun for it. */
  onRun(runId: string): void
}
/** What is kept of jobs. */
export type JobStore = {
  saveJob(view: JobView, resume?: unknown): void
  /** Those that have not ended, then those that ended last. */
  jobs(limit: number): readonly JobView[]
  /** What `saveJob` was given; throws when there is no such job. */
  job(jobId: string): { readonly view: JobView; readonly resume: unknown }
}
export type JobsOptions = {
  readonly store: JobStore
  readonly start: (task: JobTask, listener: JobListener) => JobHandle
  /** Gets the payload of the topic `lab`. */
  readonly announce: (json: string) => void
  readonly onLog: (level: 'info' | 'warn' | 'error', message: string) => void
  /** Called when a job will not go on: what was kept for it alone can be thrown away. */
  readonly onForgotten?: (task: JobTask) => void
  /** Wall clock. */
  readonly nowMs?: () => number
}

/** What only waits for a network or a disk goes beside what computes. */
type Lane = 'compute' | 'data'
const DATA_KINDS: readonly JobKind[] = ['import', 'download', 'mlflow']
const laneOf = (kind: JobKind): Lane => (DATA_KINDS.includes(kind) ? 'data' : 'compute')
const LANES: readonly Lane[] = ['compute', 'data']

const QUEUE_MAX = 20
/** A job that was asked to stop and has not after this long is ended by force. */
const CANCEL_GRACE_MS = 5_000
const CLOSE_GRACE_MS = 2_000
const MESSAGE_MAX = 600

type Job = { view: JobView; task: JobTask; pace: Pace; handle: JobHandle | null; pausing: boolean; killTimer: NodeJS.Timeout | null }

const hasEnded = ({ state }: JobView): boolean => state === 'done' || state === 'failed' || state === 'canceled'

export class Jobs {
  readonly #options: JobsOptions
  /** Those that have not ended, in the order in which they get their turn. */
  readonly #jobs = new Map<string, Job>()
  /** Those that ended, newest first. */
  #ended: readonly JobView[]
  readonly #announcer: JobAnnouncer
  readonly #nowMs: () => number
  #closing = false

  /** Takes over what an earlier program left unfinished: it is shown as paused. */
  constructor(options: JobsOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? Date.now
    this.#announcer = new JobAnnouncer(() => this.list(), options.announce)
    const known = options.store.jobs(JOBS_SHOWN_MAX)
    this.#ended = known.filter(hasEnded)
    for (const view of known) if (!hasEnded(view)) this.#takeOver(view.id)
  }

  /** Those that have not ended, newest first, then those that ended last; at most 100. */
  list(): readonly JobView[] {
    const nowMs = performance.now()
    const alive = [...this.#jobs.values()].map(({ view, pace }) =>
      view.state === 'running' ? { ...view, msLeft: roundedToSecond(pace.msLeft(nowMs, view.total)) } : view,
    )
    return [...alive.toReversed(), ...this.#ended].slice(0, JOBS_SHOWN_MAX)
  }

  /** A run is no more: no job points at it, and one that goes on begins another. */
  forgetRun(runId: string): void {
    this.#ended = this.#ended.map((view) => (view.runId === runId ? { ...view, runId: null } : view))
    for (const job of this.#jobs.values()) if (job.view.runId === runId) this.#change(job, { runId: null })
    this.#announcer.touch()
  }

  /** Puts a job into the queue; answers its id. Throws a Refusal when too many wait. */
  start(task: JobTask, title: string): string {
    this.#ensureRoom()
    const view: JobView = {
      id: randomUUID().replaceAll('-', ''),
      kind: task.kind,
      title: title.slice(0, 200),
      state: 'queued',
      done: 0,
      total: 0,
      unit: '',
      createdMs: this.#nowMs(),
      startedMs: null,
      endedMs: null,
      msLeft: null,
      message: 'waiting for its turn',
      runId: 'runId' in task ? task.runId : null,
      resumable: false,
    }
    this.#options.store.saveJob(view, task)
    this.#jobs.set(view.id, newJob(view, task))
    this.#next()
    return view.id
  }

  /** A job that runs ends a moment later. Throws a Refusal for one that has ended or does not exist. */
  cancel(jobId: string): void {
    const job = this.#jobs.get(jobId)
    if (job === undefined) throw this.#missing(jobId)
    if (job.handle === null) return this.#end(job, { state: 'canceled', message: 'canceled' })
    job.handle.cancel()
    this.#change(job, { message: 'stopping' })
    const { handle } = job
    job.killTimer ??= setTimeout(() => void handle.kill(), CANCEL_GRACE_MS)
  }

  /** Puts a job that was stopped back into the queue. Throws a Refusal for one that cannot go on. */
  resume(jobId: string): void {
    const job = this.#jobs.get(jobId) ?? this.#stored(jobId)
    const { runId } = this.#ended.find(({ id }) => id === jobId) ?? job.view
    if (!job.view.resumable) throw new Refusal('refused', `job "${job.view.title}" is ${job.view.state} and cannot go on`)
    this.#ensureRoom()
    this.#ended = this.#ended.filter(({ id }) => id !== jobId)
    job.view = { ...job.view, state: 'queued', endedMs: null, msLeft: null, message: 'waiting for its turn', resumable: false, runId }
    if ('runId' in job.task) job.task = { ...job.task, runId }
    // To the end of the queue.
    this.#jobs.delete(jobId)
    this.#jobs.set(jobId, newJob(job.view, job.task))
    this.#options.store.saveJob(job.view, job.task)
    this.#next()
  }

  /** Stops everything. What ran or waited is paused and can go on after the next start. Resolves when no job runs any more. */
  async close(): Promise<void> {
    this.#closing = true
    await Promise.all([...this.#jobs.values()].map((job) => this.#pause(job)))
    this.#announcer.close()
  }

  // ---- from here on: one job at a time per lane -------------------------------------------------------------------

  #next(): void {
    this.#announcer.touch()
    if (this.#closing) return
    for (const lane of LANES) {
      const inLane = [...this.#jobs.values()].filter(({ view }) => laneOf(view.kind) === lane)
      if (inLane.some(({ handle }) => handle !== null)) continue
      const first = inLane.find(({ view }) => view.state === 'queued')
      if (first !== undefined) this.#begin(first)
    }
  }

  #begin(job: Job): void {
    this.#change(job, { state: 'running', startedMs: this.#nowMs(), done: 0, total: 0, message: 'starting' })
    this.#save(job)
    const handle = this.#options.start(job.task, {
      onProgress: ({ done, total, unit, message }) => {
        job.pace.note(performance.now(), done)
        this.#change(job, { done, total, unit: unit.slice(0, 20), message: message.slice(0, MESSAGE_MAX) })
      },
      onRun: (runId) => {
        if ('runId' in job.task) job.task = { ...job.task, runId }
        this.#change(job, { runId })
        this.#save(job)
      },
    })
    job.handle = handle
    void handle.ended.then((end) => this.#afterEnd(job, end))
  }

  #afterEnd(job: Job, end: JobEnd): void {
    if (job.killTimer !== null) clearTimeout(job.killTimer)
    job.killTimer = null
    job.handle = null
    if (job.pausing && end.state === 'canceled' && isResumable(job.task)) this.#markPaused(job, 'stopped when the program ended')
    else this.#end(job, end)
    this.#next()
  }

  #end(job: Job, { state, message }: JobEnd): void {
    const resumable = (state === 'canceled' && isResumable(job.task)) || (state === 'failed' && isWorthRetrying(job.task))
    this.#change(job, { state, message: message.slice(0, MESSAGE_MAX), endedMs: this.#nowMs(), msLeft: null, resumable })
    this.#save(job)
    this.#jobs.delete(job.view.id)
    this.#ended = [job.view, ...this.#ended].slice(0, JOBS_SHOWN_MAX)
    if (!resumable) this.#options.onForgotten?.(job.task)
    this.#options.onLog(state === 'failed' ? 'warn' : 'info', `job ${job.view.id} (${job.view.title}) is ${state}: ${message}`)
  }

  #markPaused(job: Job, message: string): void {
    this.#change(job, { state: 'paused', message, msLeft: null, resumable: true })
    this.#save(job)
  }

  async #pause(job: Job): Promise<void> {
    const { handle } = job
    if (handle === null) {
      if (job.view.state === 'queued') this.#markPaused(job, 'waited when the program ended')
      return
    }
    job.pausing = true
    handle.cancel()
    const timer = setTimeout(() => void handle.kill(), CLOSE_GRACE_MS)
    await handle.ended
    clearTimeout(timer)
  }

  #takeOver(jobId: string): void {
    const { view, resume } = this.#options.store.job(jobId)
    const job = newJob(view, resume as JobTask)
    this.#jobs.set(jobId, job)
    if (isResumable(job.task)) this.#markPaused(job, view.state === 'paused' ? view.message : 'interrupted when the program ended')
    else this.#end(job, { state: 'failed', message: 'interrupted when the program ended; nothing of it was stored' })
  }

  #stored(jobId: string): Job {
    try {
      const { view, resume } = this.#options.store.job(jobId)
      return newJob(view, resume as JobTask)
    } catch (cause) {
      throw new Refusal('not_found', cause instanceof Error ? cause.message : String(cause))
    }
  }

  #missing(jobId: string): Refusal {
    const { view } = this.#stored(jobId)
    return new Refusal('refused', `job "${view.title}" has ended already (${view.state})`)
  }

  #ensureRoom(): void {
    if (this.#closing) throw new Refusal('refused', 'the lab is stopping')
    const waiting = [...this.#jobs.values()].filter(({ view }) => view.state === 'queued').length
    if (waiting >= QUEUE_MAX)
      throw new Refusal('refused', `${waiting} jobs are waiting already, expected fewer than ${QUEUE_MAX}; cancel one`)
  }

  #change(job: Job, change: Partial<JobView>): void {
    job.view = { ...job.view, ...change }
    this.#announcer.touch()
  }

  /** A job goes on though its state cannot be written down: what it makes has a place of its own. */
  #save(job: Job): void {
    try {
      this.#options.store.saveJob(job.view, job.task)
    } catch (cause) {
      this.#options.onLog(
        'error',
        `the state of job ${job.view.id} cannot be stored: ${cause instanceof Error ? cause.message : String(cause)}`,
      )
    }
  }
}

const newJob = (view: JobView, task: JobTask): Job => ({ view, task, pace: new Pace(), handle: null, pausing: false, killTimer: null })
const roundedToSecond = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 1000) * 1000)
