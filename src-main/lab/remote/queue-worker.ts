// A lab worker: takes trials from the shared queue and runs them on the threads of this machine, until it is told to stop. It needs no market data
// of its own: what a search is about comes through the queue, once.
import { hostname } from 'node:os'
import { type Job, UnrecoverableError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { type Result, ok } from '../../../src-shared/domain/result.ts'
import type { RunData } from '../backtest/run-data.ts'
import type { TrialResult, TrialRunner } from '../pool/trial-runner.ts'
import { type QueueAddress, connect, openRedis } from './connection.ts'
import { unpackRunData } from './data-codec.ts'
import { type Heartbeat, TrialMessage, endedTrial, keys, queueName, resultToJson } from './messages.ts'

export type QueueWorkerOptions = {
  readonly address: QueueAddress
  readonly password: string | undefined
  readonly version: string
  /** Trials at the same time. */
  readonly size: number
  /** Threads over this data; ended when another search's trials come. */
  readonly openPool: (data: RunData) => TrialRunner
  readonly onLog: (message: string) => void
  /** After this long without a sign of life of a worker its trial goes to another. */
  readonly lostMs?: number
  readonly name?: string
}
export type QueueWorker = { readonly name: string; close(): Promise<void> }

const LOST_MS = 30_000
const HEARTBEAT_MS = 5_000
/** How often a running trial looks whether it is still wanted. */
const CANCELED_LOOK_MS = 500
/** How many workers a trial may be lost with. */
const LOST_MAX = 3
/** Data of so many searches is kept open. */
const POOLS_MAX = 2

/** The error is one sentence. */
export async function openQueueWorker(options: QueueWorkerOptions): Promise<Result<QueueWorker, string>> {
  const client = openRedis(options.address, options.password)
  const connected = await connect(client, options.address)
  if (!connected.ok) {
    client.disconnect()
    return connected
  }
  return ok(new TrialTaker(client, options))
}

const STOPPED = 'the worker was stopped'

class TrialTaker implements QueueWorker {
  readonly name: string
  readonly #o: QueueWorkerOptions
  readonly #client: Redis
  /** BullMQ leaves connections open that it was given. */
  readonly #line: Redis
  readonly #worker: Worker
  readonly #heart: NodeJS.Timeout
  /** By key of the data; the one used last comes last. */
  readonly #pools = new Map<string, Promise<TrialRunner>>()
  readonly #closing = new AbortController()
  #trials = 0

  constructor(client: Redis, options: QueueWorkerOptions) {
    this.#o = options
    this.#client = client
    this.name = options.name ?? `${hostname()}-${process.pid}`
    const lostMs = options.lostMs ?? LOST_MS
    this.#line = openRedis(options.address, options.password)
    this.#worker = new Worker(queueName(options.version), (job) => this.#take(job), {
      connection: this.#line,
      concurrency: options.size,
      name: this.name,
      lockDuration: lostMs,
      stalledInterval: lostMs,
      maxStalledCount: LOST_MAX,
    })
    this.#worker.on('error', () => undefined)
    this.#worker.on('stalled', (jobId) => options.onLog(`trial ${jobId} was lost with its worker and is taken again`))
    this.#heart = setInterval(() => void this.#beat(), HEARTBEAT_MS)
    void this.#beat()
  }

  async close(): Promise<void> {
    clearInterval(this.#heart)
    this.#closing.abort()
    await this.#worker.close()
    for (const pool of this.#pools.values()) await (await pool).close()
    await this.#client.hdel(keys.workers, this.name).catch(() => 0)
    this.#client.disconnect()
    this.#line.disconnect()
  }

  /** A rejection gives the trial back to the queue; what it came to is always an answer. */
  async #take(job: Job): Promise<unknown> {
    const parsed = TrialMessage.safeParse(job.data)
    if (!parsed.success) throw new UnrecoverableError(`a trial that cannot be read: ${parsed.error.issues[0]?.message ?? ''}`)
    const jobId = job.id ?? ''
    const { trial, data } = parsed.data
    if (await this.#isUnwanted(jobId)) return resultToJson(endedTrial(trial, 'canceled', ''))
    const pool = await this.#pool(data)
    const result = await this.#watched(jobId, (signal) => pool.run(trial, signal))
    this.#trials += 1
    return resultToJson({ ...result, worker: `${this.name} ${result.worker}`.trim() })
  }

  /** Ends the trial when its search does not want it any more. */
  async #watched(jobId: string, run: (signal: AbortSignal) => Promise<TrialResult>): Promise<TrialResult> {
    if (this.#closing.signal.aborted) throw new Error(STOPPED)
    const unwanted = new AbortController()
    const watch = setInterval(() => {
      this.#isUnwanted(jobId).then(
        (isUnwanted) => isUnwanted && unwanted.abort(),
        () => undefined,
      )
    }, CANCELED_LOOK_MS)
    try {
      const result = await run(AbortSignal.any([unwanted.signal, this.#closing.signal]))
      // Given back, not answered: another worker takes it.
      if (this.#closing.signal.aborted && !unwanted.signal.aborted) throw new Error(STOPPED)
      return result
    } finally {
      clearInterval(watch)
    }
  }

  async #isUnwanted(jobId: string): Promise<boolean> {
    return (await this.#client.exists(keys.canceled(jobId))) > 0
  }

  #pool(sha256: string): Promise<TrialRunner> {
    const known = this.#pools.get(sha256)
    this.#pools.delete(sha256)
    const pool = known ?? this.#openPool(sha256)
    this.#pools.set(sha256, pool)
    // One that could not be opened is tried again with the next trial.
    pool.catch(() => this.#pools.delete(sha256))
    void this.#closeOldest()
    return pool
  }

  async #openPool(sha256: string): Promise<TrialRunner> {
    const bytes = await this.#client.getBuffer(keys.data(sha256))
    if (bytes === null) throw new UnrecoverableError('the market data of this search is not in the queue any more')
    const data = unpackRunData(bytes)
    if (!data.ok) throw new UnrecoverableError(data.error)
    this.#o.onLog(`market data of a search received: ${bytes.length} bytes`)
    return this.#o.openPool(data.value)
  }

  async #closeOldest(): Promise<void> {
    if (this.#pools.size <= POOLS_MAX) return
    const [oldest] = this.#pools
    if (oldest === undefined) return
    this.#pools.delete(oldest[0])
    const pool = await oldest[1].catch(() => null)
    await pool?.close()
  }

  async #beat(): Promise<void> {
    const beat: Heartbeat = { trials: this.#trials, seenMs: Date.now(), size: this.#o.size, version: this.#o.version }
    await this.#client.hset(keys.workers, this.name, JSON.stringify(beat)).catch(() => 0)
  }
}
