// Trials on other machines: the same contract as the local pool. The market data is published once, each trial is a job, and a
// trial whose worker is lost is taken by another (BullMQ's stalled jobs).
import { randomUUID } from 'node:crypto'
import { type Job, Queue, QueueEvents } from 'bullmq'
import type { Redis } from 'ioredis'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { RunData } from '../backtest/run-data.ts'
import type { Trial, TrialResult, TrialRunner } from '../pool/trial-runner.ts'
import { type QueueAddress, connect, openRedis } from './connection.ts'
import { packRunData } from './data-codec.ts'
import { type TrialMessage, endedTrial, heartbeatFromText, keys, queueName, resultFromJson } from './messages.ts'

export type QueueRunnerOptions = {
  readonly address: QueueAddress
  readonly password: string | undefined
  readonly version: string
  readonly data: RunData
  /** Trials in the queue at the same time. */
  readonly inFlight?: number
}

const IN_FLIGHT = 64
/** Market data is forgotten by the server this long after its last search began. */
const DATA_TTL_SECONDS = 7 * 86_400
/** An answer that nobody asks for any more. */
const ANSWER_TTL_SECONDS = 600
/** What a Redis server takes as one value. */
const VALUE_BYTES_MAX = 512 * 1024 * 1024
/** A server that does not come back within this ends the search, which can be resumed. */
const LOST_MS_MAX = 60_000

/** A worker that is stopped gives its trial back; so often at most. */
const ATTEMPTS_MAX = 5

type Waiting = {
  readonly trial: Trial
  readonly resolve: (result: TrialResult) => void
  readonly reject: (error: Error) => void
  /** Resolves when the queue has it. */
  added: Promise<unknown>
}

/** The error is one sentence: the server cannot be reached, or does not take the data. */
export async function openQueueRunner(options: QueueRunnerOptions): Promise<Result<TrialRunner, string>> {
  const client = openRedis(options.address, options.password)
  const connected = await connect(client, options.address)
  if (!connected.ok) {
    client.disconnect()
    return connected
  }
  const { bytes, sha256 } = packRunData(options.data)
  if (bytes.length > VALUE_BYTES_MAX) {
    client.disconnect()
    return err(`the market data takes ${bytes.length} bytes packed, a queue takes ${VALUE_BYTES_MAX} at most: choose a shorter period`)
  }
  await client.set(keys.data(sha256), bytes, 'EX', DATA_TTL_SECONDS)
  const runner = new QueueRunner(client, { ...options, sha256 })
  await runner.open()
  return ok(runner)
}

class QueueRunner implements TrialRunner {
  readonly size: number
  readonly #client: Redis
  /** BullMQ leaves connections open that it was given. */
  readonly #line: Redis
  readonly #sha256: string
  readonly #queue: Queue
  readonly #events: QueueEvents
  readonly #run = randomUUID()
  readonly #waiting = new Map<string, Waiting>()
  readonly #watch: NodeJS.Timeout
  #lostSinceMs: number | null = null
  #closed = false

  constructor(client: Redis, { address, password, version, sha256, inFlight = IN_FLIGHT }: QueueRunnerOptions & { sha256: string }) {
    this.size = inFlight
    this.#client = client
    this.#sha256 = sha256
    const name = queueName(version)
    this.#line = openRedis(address, password)
    this.#queue = new Queue(name, { connection: client })
    this.#events = new QueueEvents(name, { connection: this.#line })
    this.#events.on('completed', ({ jobId, returnvalue }) => this.#end(jobId, () => resultFromJson(returnvalue)))
    this.#events.on('failed', ({ jobId, failedReason }) => this.#end(jobId, (trial) => endedTrial(trial, 'failed', failedReason)))
    this.#events.on('error', () => undefined)
    this.#queue.on('error', () => undefined)
    this.#watch = setInterval(() => this.#checkLine(), 1_000)
    this.#watch.unref()
  }

  async open(): Promise<void> {
    await this.#events.waitUntilReady()
  }

  run(trial: Trial, signal?: AbortSignal): Promise<TrialResult> {
    if (this.#closed || signal?.aborted === true) return Promise.resolve(endedTrial(trial, 'canceled', ''))
    const jobId = `${this.#run}-${trial.number}`
    const message: TrialMessage = { trial, data: this.#sha256 }
    return new Promise((resolve, reject) => {
      const leave = (): void => this.#cancel(jobId)
      const done = (): void => signal?.removeEventListener('abort', leave)
      this.#waiting.set(jobId, {
        trial,
        resolve: (result) => (done(), resolve(result)),
        reject: (error) => (done(), reject(error)),
        added: Promise.resolve(),
      })
      signal?.addEventListener('abort', leave, { once: true })
      // What is over is kept for a while: its event may be read after the job has ended.
      const options = {
        jobId,
        attempts: ATTEMPTS_MAX,
        removeOnComplete: { age: ANSWER_TTL_SECONDS },
        removeOnFail: { age: ANSWER_TTL_SECONDS },
      }
      const added = this.#queue.add('trial', message, options)
      const waiting = this.#waiting.get(jobId)
      if (waiting !== undefined) waiting.added = added
      added.catch((cause: unknown) => this.#fail(jobId, cause))
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#watch)
    for (const jobId of this.#waiting.keys()) this.#cancel(jobId)
    await Promise.allSettled([this.#events.close(), this.#queue.close()])
    this.#client.disconnect()
    this.#line.disconnect()
  }

  #end(jobId: string, resultOf: (trial: Trial) => TrialResult): void {
    const waiting = this.#take(jobId)
    if (waiting === null) return
    try {
      waiting.resolve(resultOf(waiting.trial))
    } catch (cause) {
      waiting.resolve(
        endedTrial(
          waiting.trial,
          'failed',
          `its worker answered what cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
        ),
      )
    }
  }

  /** Whoever waits is told at once; the worker that has it finds out at its next look at the line. */
  #cancel(jobId: string): void {
    const waiting = this.#take(jobId)
    if (waiting === null) return
    waiting.resolve(endedTrial(waiting.trial, 'canceled', ''))
    const withdraw = async (): Promise<void> => {
      await waiting.added
      await this.#client.set(keys.canceled(jobId), '1', 'EX', ANSWER_TTL_SECONDS)
      const job: Job | undefined = await this.#queue.getJob(jobId)
      await job?.remove()
    }
    // One that is being worked on cannot be removed: the flag ends it.
    withdraw().catch(() => undefined)
  }

  #fail(jobId: string, cause: unknown): void {
    this.#take(jobId)?.reject(new Error(`the queue did not take a trial: ${cause instanceof Error ? cause.message : String(cause)}`))
  }

  #take(jobId: string): Waiting | null {
    const waiting = this.#waiting.get(jobId) ?? null
    this.#waiting.delete(jobId)
    return waiting
  }

  #checkLine(): void {
    if (this.#client.status === 'ready') {
      this.#lostSinceMs = null
      return
    }
    this.#lostSinceMs ??= performance.now()
    if (performance.now() - this.#lostSinceMs < LOST_MS_MAX) return
    for (const jobId of this.#waiting.keys()) this.#fail(jobId, new Error(`its server was not there for ${LOST_MS_MAX / 1000} s`))
  }
}

// ---- who is there --------------------------------------------------------------------------------------------------

export type SeenWorker = {
  readonly name: string
  readonly trials: number
  readonly seenMs: number
  readonly size: number
  readonly version: string
}

/** Workers that were heard of lately. The error is one sentence. */
export async function seenWorkers(
  address: QueueAddress,
  password: string | undefined,
  sinceMs: number,
): Promise<Result<readonly SeenWorker[], string>> {
  const client = openRedis(address, password)
  try {
    const connected = await connect(client, address)
    if (!connected.ok) return connected
    const all = Object.entries(await client.hgetall(keys.workers))
    return ok(
      all.flatMap(([name, text]) => {
        const beat = heartbeatFromText(text)
        return beat === null || beat.seenMs < sinceMs ? [] : [{ name, ...beat }]
      }),
    )
  } finally {
    client.disconnect()
  }
}
