// Trials on other machines, over a real Redis on loopback: the same results as here, looks and pruning, cancel, a worker that is lost, a wrong password.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RunData } from '../../src-main/lab/backtest/run-data.ts'
import type { Trial, TrialResult, TrialRunner } from '../../src-main/lab/pool/trial-runner.ts'
import { TRIAL_KIT } from '../../src-main/lab/backtest/trial-kit.ts'
import { parseQueueUrl } from '../../src-main/lab/remote/connection.ts'
import { packRunData, unpackRunData } from '../../src-main/lab/remote/data-codec.ts'
import { openQueueRunner, seenWorkers } from '../../src-main/lab/remote/queue-runner.ts'
import { type QueueWorker, type QueueWorkerOptions, openQueueWorker } from '../../src-main/lab/remote/queue-worker.ts'
import { Objective } from '../../src-shared/config/lab.ts'
import { DAY_MS, SAMPLE, sampleData, sampleSpec } from '../support/lab-world.ts'
import { type RedisServer, hasRedis, startRedis } from '../support/redis-server.ts'

const spec = sampleSpec({ fromMs: SAMPLE.suggestedStartMs, days: 2 })
const data = sampleData(spec)
const VERSION = 'test-1'

const trialOf = (number: number, over: Partial<Trial> = {}): Trial => ({
  number,
  spec,
  parameters: {},
  fromMs: spec.data.fromMs,
  toMs: spec.data.fromMs + DAY_MS,
  watch: null,
  ...over,
})

/** Runs trials in this process: what a pool of threads does, without threads. */
class InProcessRunner implements TrialRunner {
  readonly size = 2
  readonly #data: RunData
  constructor(shared: RunData) {
    this.#data = shared
  }
  async run(trial: Trial, signal?: AbortSignal): Promise<TrialResult> {
    const { fromMs, toMs, watch, number } = trial
    const opened = await TRIAL_KIT.open({ ...trial.spec, data: { ...trial.spec.data, fromMs, toMs } }, this.#data)
    if (!opened.ok) return { ...canceledEnd(trial), state: 'failed', message: opened.error }
    const backtest = opened.value
    const end = (state: TrialResult['state']): TrialResult => {
      const record = backtest.record()
      const over = state === 'canceled'
      return {
        number,
        state,
        metrics: over ? null : TRIAL_KIT.metrics(record),
        looks: [],
        dailyReturns: over ? null : Float64Array.from(TRIAL_KIT.dailyReturns(record)),
        seconds: 0,
        worker: 'here',
        message: '',
      }
    }
    for (let step = 1; step <= 10; step += 1) {
      backtest.run(Math.ceil(backtest.total / 10))
      await new Promise((resolve) => setTimeout(resolve, 1))
      if (signal?.aborted === true) return end('canceled')
      if (step === 4 && watch !== null) return end('pruned')
    }
    return end('done')
  }
  async close(): Promise<void> {}
}

const canceledEnd = ({ number }: Trial): TrialResult => ({
  number,
  state: 'canceled',
  metrics: null,
  looks: [],
  dailyReturns: null,
  seconds: 0,
  worker: '',
  message: '',
})
const withoutWorker = ({ worker: _worker, seconds: _seconds, ...result }: TrialResult): Omit<TrialResult, 'worker' | 'seconds'> => result

describe('the address of a queue', () => {
  it('is read strictly, and never with a password in it', () => {
    expect(parseQueueUrl('redis://10.0.0.2:6380/3')).toEqual({ ok: true, value: { host: '10.0.0.2', port: 6380, database: 3, tls: false } })
    expect(parseQueueUrl('rediss://queue.example')).toMatchObject({ ok: true, value: { port: 6379, tls: true } })
    for (const bad of ['', 'queue:6379', 'http://x', 'redis://x/y'])
      expect(parseQueueUrl(bad)).toMatchObject({ ok: false, error: expect.stringContaining('expected redis://') })
    const secret = parseQueueUrl('redis://:hunter2@x:1')
    expect(secret).toMatchObject({ ok: false, error: expect.stringContaining('TRADEWRIGHT_QUEUE_PASSWORD') })
    if (!secret.ok) expect(secret.error).not.toContain('hunter2')
  })
})

describe('packed market data', () => {
  it('comes back to the last bit, into shared memory', () => {
    const packed = packRunData(data)
    const unpacked = unpackRunData(packed.bytes)
    expect(unpacked).toEqual({ ok: true, value: data })
    if (unpacked.ok) expect(unpacked.value.series[0]?.candles.close.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(packRunData(data).sha256).toBe(packed.sha256)
  })
  it('is refused with a sentence when it is cut short or something else', () => {
    const { bytes } = packRunData(data)
    expect(unpackRunData(bytes.subarray(0, bytes.length >> 1))).toMatchObject({
      ok: false,
      error: expect.stringContaining('cannot be unpacked'),
    })
    expect(unpackRunData(Buffer.from('hello'))).toMatchObject({ ok: false })
  })
})

describe.skipIf(!hasRedis)('trials through the shared queue', () => {
  let redis: RedisServer
  const toClose: { close(): Promise<void> }[] = []
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterEach(async () => {
    for (const each of toClose.splice(0).reverse()) await each.close()
  })
  afterAll(async () => redis.stop())

  async function runner(version = VERSION): Promise<TrialRunner> {
    const opened = await openQueueRunner({ address: redis.address, password: undefined, version, data })
    if (!opened.ok) throw new Error(opened.error)
    toClose.push(opened.value)
    return opened.value
  }
  async function worker(over: Partial<QueueWorkerOptions> = {}): Promise<QueueWorker> {
    const opened = await openQueueWorker({
      address: redis.address,
      password: undefined,
      version: VERSION,
      size: 2,
      openPool: (shared) => new InProcessRunner(shared),
      onLog: () => undefined,
      // All workers of a server share the rhythm in which they look for lost ones.
      lostMs: 1_000,
      ...over,
    })
    if (!opened.ok) throw new Error(opened.error)
    toClose.push(opened.value)
    return opened.value
  }

  it('give what they give here', async () => {
    const remote = await runner()
    await worker({ name: 'one' })
    await worker({ name: 'two' })
    const trials = [0, 1, 2, 3, 4].map((number) => trialOf(number, { toMs: spec.data.fromMs + ((number + 1) * DAY_MS) / 3 }))
    const local = new InProcessRunner(data)
    const [there, here] = await Promise.all([
      Promise.all(trials.map((trial) => remote.run(trial))),
      Promise.all(trials.map((trial) => local.run(trial))),
    ])
    expect(there.map(withoutWorker)).toEqual(here.map(withoutWorker))
    expect(there.every(({ state, metrics }) => state === 'done' && (metrics?.trades ?? 0) >= 0)).toBe(true)
    const seen = await seenWorkers(redis.address, undefined, Date.now() - 60_000)
    expect(seen).toMatchObject({ ok: true, value: [{ version: VERSION }, { version: VERSION }] })
  }, 30_000)

  it('carry what they are watched for, and what they showed', async () => {
    const remote = await runner()
    await worker()
    const watch = { objective: Objective.parse({ terms: [{ metric: 'sharpe' }] }), thresholds: Array.from({ length: 10 }, () => null) }
    expect(await remote.run(trialOf(7, { watch }))).toMatchObject({ number: 7, state: 'pruned' })
  }, 30_000)

  it('end when they are canceled, waiting or running', async () => {
    const remote = await runner()
    const waits = new AbortController()
    const waiting = remote.run(trialOf(1), waits.signal)
    waits.abort()
    expect(await waiting).toMatchObject({ state: 'canceled' })
    let ended: TrialResult['state'] | null = null
    const taker = await worker({
      openPool: (shared) => {
        const pool = new InProcessRunner(shared)
        return {
          size: 1,
          close: () => pool.close(),
          run: async (trial, signal) => {
            while (signal?.aborted !== true) await new Promise((resolve) => setTimeout(resolve, 5))
            const result = await pool.run(trial, signal)
            ended = result.state
            return result
          },
        }
      },
    })
    const runs = new AbortController()
    const running = remote.run(trialOf(2), runs.signal)
    await new Promise((resolve) => setTimeout(resolve, 200))
    runs.abort()
    expect(await running).toMatchObject({ state: 'canceled' })
    await expect.poll(() => ended, { timeout: 5_000 }).toBe('canceled')
    expect(taker.name).not.toBe('')
  }, 30_000)

  it('go to another worker when theirs is killed', async () => {
    const remote = await runner()
    const child = spawn(process.execPath, [
      join(import.meta.dirname, '../support/queue-worker-child.ts'),
      String(redis.address.port),
      VERSION,
    ])
    try {
      const result = remote.run(trialOf(3))
      await once(child.stdout, 'data')
      child.kill('SIGKILL')
      await worker({ name: 'alive', lostMs: 500 })
      expect(await result).toMatchObject({ number: 3, state: 'done', worker: 'alive here' })
    } finally {
      child.kill('SIGKILL')
    }
  }, 30_000)

  it('go to another worker when theirs is stopped', async () => {
    const remote = await runner()
    let taken = 0
    const stopped = await worker({
      name: 'stopped',
      openPool: () => ({
        size: 1,
        close: async () => undefined,
        run: (trial, signal) => {
          taken += 1
          const end = canceledEnd(trial)
          return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(end)))
        },
      }),
    })
    const result = remote.run(trialOf(4))
    await expect.poll(() => taken, { timeout: 5_000 }).toBe(1)
    toClose.splice(toClose.indexOf(stopped), 1)
    await stopped.close()
    await worker({ name: 'next' })
    expect(await result).toMatchObject({ number: 4, state: 'done', worker: 'next here' })
  }, 30_000)

  it('are not taken by workers of another version', async () => {
    const remote = await runner('test-2')
    await worker()
    const asked = remote.run(trialOf(1))
    const first = await Promise.race([asked, new Promise((resolve) => setTimeout(() => resolve('nobody'), 700))])
    expect(first).toBe('nobody')
  }, 30_000)
})

describe.skipIf(!hasRedis)('a queue that cannot be used', () => {
  it('says so: nobody there, wrong password', async () => {
    const nobody = await openQueueRunner({
      address: { host: '127.0.0.1', port: 1, database: 0, tls: false },
      password: undefined,
      version: VERSION,
      data,
    })
    expect(nobody).toMatchObject({ ok: false, error: expect.stringContaining('127.0.0.1:1 cannot be reached') })
    const redis = await startRedis({ password: 'right' })
    try {
      const wrong = await openQueueRunner({ address: redis.address, password: 'wrong-secret', version: VERSION, data })
      expect(wrong).toMatchObject({ ok: false, error: expect.stringContaining('cannot be used') })
      if (!wrong.ok) expect(wrong.error).not.toContain('wrong-secret')
    } finally {
      await redis.stop()
    }
  }, 30_000)
})
