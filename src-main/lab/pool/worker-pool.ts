// Trials on threads of this machine. Threads are started when they are needed, kept warm, watched, and replaced when they die or hang.
import { availableParallelism } from 'node:os'
import { PoolWorker, WorkerLost } from './pool-worker.ts'
import type { Trial, TrialResult, TrialRunner } from './trial-runner.ts'

export type PoolOptions = {
  /** The file that threads are started from; it must serve the role `trial`. */
  readonly entry: string
  /** Threads at most. */
  readonly size: number
  /** Handed to every thread; columns in SharedArrayBuffers are shared, not copied. */
  readonly data: unknown
  /** A running trial that gets nothing done for this long is taken for hung. */
  readonly hangMs?: number
  readonly onLog?: (message: string) => void
}

/** Long: years of history shown to the indicators before the first step are one call, in which nothing can be counted. */
const HANG_MS = 5 * 60_000
/** Looks at a thread per hang time. Ticks are counted, not time: a machine that slept is no thread that hangs. */
const TICKS_PER_HANG = 6
const ATTEMPTS_MAX = 2
/** So many threads in a row that end before they are ready mean that none will ever be. */
const FAILED_STARTS_MAX = 3

/** Threads for a search that asks for `wanted`; 0 is one less than the machine has cores, at least one. */
export const poolSize = (wanted: number): number => (wanted > 0 ? wanted : Math.max(1, availableParallelism() - 1))

export function openWorkerPool(options: PoolOptions): TrialRunner {
  return new WorkerPool(options)
}

class WorkerPool implements TrialRunner {
  readonly size: number
  readonly #options: PoolOptions
  readonly #idle: PoolWorker[] = []
  readonly #all = new Set<PoolWorker>()
  readonly #waiting: ((worker: PoolWorker | null) => void)[] = []
  readonly #closing = new AbortController()
  readonly #watch: NodeJS.Timeout
  #started = 0
  #failedStarts = 0

  constructor(options: PoolOptions) {
    this.size = options.size
    this.#options = options
    this.#watch = setInterval(() => this.#replaceStuck(), (options.hangMs ?? HANG_MS) / TICKS_PER_HANG)
    this.#watch.unref()
  }

  async run(trial: Trial, signal?: AbortSignal): Promise<TrialResult> {
    let reason = ''
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const worker = await this.#acquire(signal)
      if (worker === null) return canceled(trial)
      try {
        const result = await worker.run(trial, signal)
        this.#failedStarts = 0
        this.#release(worker)
        return result
      } catch (cause) {
        if (!(cause instanceof WorkerLost)) throw cause
        await this.#discard(worker)
        if (this.#closing.signal.aborted || signal?.aborted === true) return canceled(trial)
        reason = cause.message
        this.#countFailedStart(cause)
        this.#log(`the worker of trial ${trial.number} was lost (${reason})${attempt < ATTEMPTS_MAX ? '; it is run once more' : ''}`)
      }
    }
    return { ...canceled(trial), state: 'failed', message: `its worker was lost ${ATTEMPTS_MAX} times, last: ${reason}`.slice(0, 300) }
  }

  async close(): Promise<void> {
    clearInterval(this.#watch)
    this.#closing.abort()
    for (const resolve of this.#waiting.splice(0)) resolve(null)
    await Promise.all([...this.#all].map((worker) => worker.end('the pool was closed')))
    this.#all.clear()
    this.#idle.length = 0
  }

  /** A warm thread, or a new one, or the next that is given back; null when the wait was ended. */
  #acquire(signal: AbortSignal | undefined): Promise<PoolWorker | null> {
    if (this.#closing.signal.aborted || signal?.aborted === true) return Promise.resolve(null)
    const idle = this.#takeIdle()
    if (idle !== null) return Promise.resolve(idle)
    if (this.#all.size < this.size) return Promise.resolve(this.#start())
    return new Promise((resolve) => {
      const give = (worker: PoolWorker | null): void => {
        signal?.removeEventListener('abort', leave)
        resolve(worker)
      }
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(give), 1)
        resolve(null)
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(give)
    })
  }

  /** The one that was busy last: its code is the warmest. One that died meanwhile is forgotten. */
  #takeIdle(): PoolWorker | null {
    for (let worker = this.#idle.pop(); worker !== undefined; worker = this.#idle.pop()) {
      if (!worker.isLost) return worker
      this.#all.delete(worker)
    }
    return null
  }

  #start(): PoolWorker {
    this.#started += 1
    const worker = new PoolWorker(this.#options.entry, `worker ${this.#started}`, this.#options.data)
    this.#all.add(worker)
    return worker
  }

  #release(worker: PoolWorker): void {
    const next = this.#waiting.shift()
    if (next !== undefined) next(worker)
    else this.#idle.push(worker)
  }

  async #discard(worker: PoolWorker): Promise<void> {
    await worker.end('it was replaced')
    this.#all.delete(worker)
    if (this.#waiting.length > 0 && !this.#closing.signal.aborted) this.#release(this.#start())
  }

  /** Throws once no thread can be started. */
  #countFailedStart(lost: WorkerLost): void {
    this.#failedStarts = lost.wasReady ? 0 : this.#failedStarts + 1
    if (this.#failedStarts >= FAILED_STARTS_MAX) throw new Error(`workers cannot be started: ${lost.message}`)
  }

  #replaceStuck(): void {
    const seconds = (this.#options.hangMs ?? HANG_MS) / 1000
    for (const worker of this.#all) {
      if (worker.isStuck(TICKS_PER_HANG)) void worker.end(`it got nothing done for ${seconds} s`)
    }
  }

  #log(message: string): void {
    this.#options.onLog?.(message)
  }
}

const canceled = ({ number }: Trial): TrialResult => ({
  number,
  state: 'canceled',
  metrics: null,
  looks: [],
  dailyReturns: null,
  seconds: 0,
  worker: '',
  message: '',
})
