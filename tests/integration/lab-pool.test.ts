// Proves the pool over real threads: columns are shared, threads stay warm, what dies or hangs is replaced, and closing leaves nothing running.
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { BacktestSpec } from '../../src-shared/config/lab.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { type PoolOptions, openWorkerPool } from '../../src-main/lab/pool/worker-pool.ts'
import type { Trial, TrialRunner } from '../../src-main/lab/pool/trial-runner.ts'
import { NO_THRESHOLDS } from '../../src-main/lab/search/pruning.ts'
import { COUNTERS, type FakeData, fakeData } from '../support/lab-fake-backtest.ts'
import { threadCount } from '../support/threads.ts'

const ENTRY = path.join(import.meta.dirname, '../support/lab-trial-worker.ts')
const FROM_MS = Date.UTC(2025, 0, 1)
const spec = BacktestSpec.parse({
  playbook: { version: 1, id: 'fake', title: 'Fake', description: '', strategies: [{ id: 'fake' }] },
  data: { instruments: ['BTC/USDT:USDT'], fromMs: FROM_MS, toMs: FROM_MS + DAY_MS },
})
const trial = (number: number, parameters: Record<string, number> = {}, days = 1): Trial => ({
  number,
  spec,
  parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`fake.${name}`, value])),
  fromMs: FROM_MS,
  toMs: FROM_MS + days * DAY_MS,
  watch: null,
})

let pool: TrialRunner | null = null
let data: FakeData
let log: string[]
function open(over: Partial<PoolOptions> = {}): TrialRunner {
  data = fakeData(1440)
  log = []
  pool = openWorkerPool({ entry: ENTRY, size: 2, data, onLog: (line) => log.push(line), ...over })
  return pool
}
const counter = (name: keyof typeof COUNTERS): number => Atomics.load(data.counters, COUNTERS[name])
afterEach(async () => {
  await pool?.close()
  pool = null
})

describe('a trial', () => {
  it('runs with its own parameters and times, and answers metrics and daily returns', async () => {
    const result = await open().run(trial(3, { edge: 0.01 }, 2))
    expect(result).toMatchObject({ number: 3, state: 'done', worker: 'worker 1', message: '' })
    expect(result.metrics?.total_return).toBeCloseTo(0.0202, 3)
    expect(result.dailyReturns).toHaveLength(2)
    expect(result.dailyReturns).toBeInstanceOf(Float64Array)
    expect(result.looks).toEqual([])
    expect(result.seconds).toBeGreaterThan(0)
  })

  it('gives the same whichever thread it is run on', async () => {
    const runner = open()
    const results = await Promise.all([1, 2, 3, 4].map((number) => runner.run(trial(number, { edge: 0.01 }))))
    expect(new Set(results.map(({ worker }) => worker))).toEqual(new Set(['worker 1', 'worker 2']))
    for (const { metrics, dailyReturns } of results) {
      expect(metrics).toEqual(results[0]?.metrics)
      expect(dailyReturns).toEqual(results[0]?.dailyReturns)
    }
  })

  it('that throws or is refused fails alone, with its sentence, on a thread that goes on', async () => {
    const runner = open({ size: 1 })
    expect(await runner.run(trial(1, { throw: 1 }))).toMatchObject({ state: 'failed', message: 'a fault in the strategy', metrics: null })
    expect(await runner.run(trial(2, { refuse: 1 }))).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('begins too late'),
    })
    expect(await runner.run({ ...trial(3), toMs: FROM_MS })).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('after its beginning'),
    })
    expect(await runner.run(trial(4))).toMatchObject({ state: 'done', worker: 'worker 1' })
    // What was opened was closed, also what threw.
    expect([counter('opened'), counter('closed')]).toEqual([3, 2])
  })
})

describe('looks', () => {
  const watch = (threshold: number | null, step: number): Trial['watch'] => ({
    objective: { terms: [{ metric: 'total_return', weight: 1 }], tradesMin: 0 },
    thresholds: NO_THRESHOLDS.map((none, at) => (at === step - 1 ? threshold : none)),
  })

  it('come at every tenth of the time, with the objective so far', async () => {
    const result = await open().run({ ...trial(1, { edge: 0.1 }), watch: watch(null, 1) })
    expect(result.state).toBe('done')
    expect(result.looks).toHaveLength(10)
    for (const [i, value] of result.looks.entries()) expect(value).toBeCloseTo(Math.exp((0.1 * (i + 1)) / 10) - 1, 3)
  })

  it('end a trial that shows less than its threshold', async () => {
    const runner = open()
    const [pruned, passed] = await Promise.all([
      runner.run({ ...trial(1, { edge: 0.1 }), watch: watch(0.04, 3) }),
      runner.run({ ...trial(2, { edge: 0.1 }), watch: watch(0.02, 3) }),
    ])
    expect(pruned).toMatchObject({ state: 'pruned', dailyReturns: null })
    expect(pruned.looks).toHaveLength(3)
    expect(pruned.metrics?.total_return).toBeCloseTo(Math.exp(0.03) - 1, 3)
    expect(passed).toMatchObject({ state: 'done' })
  })
})

describe('threads', () => {
  it('stay warm between trials and share the column', async () => {
    const runner = open()
    for (let number = 1; number <= 6; number += 1) expect(await runner.run(trial(number))).toMatchObject({ worker: 'worker 1' })
    // Written here, seen there: the same memory.
    const before = await runner.run(trial(7))
    data.closes.fill(500)
    const after = await runner.run(trial(8))
    expect(after.metrics?.total_return).toBeGreaterThan((before.metrics?.total_return ?? 0) + 0.1)
  })

  it('that die are replaced and the trial is run once more', async () => {
    const runner = open()
    expect(await runner.run(trial(1, { crashes: 1, edge: 0.01 }))).toMatchObject({ state: 'done', worker: 'worker 2' })
    expect(log).toEqual([expect.stringMatching(/trial 1 was lost \(exit code 7\); it is run once more/)])
    expect(await runner.run(trial(2))).toMatchObject({ state: 'done' })
  })

  it('that die twice fail the trial, and the others go on', async () => {
    const runner = open()
    const [bad, ...good] = await Promise.all([runner.run(trial(1, { crashes: 99 })), ...[2, 3, 4].map((n) => runner.run(trial(n)))])
    expect(bad).toMatchObject({ state: 'failed', message: 'its worker was lost 2 times, last: exit code 7' })
    expect(good.map(({ state }) => state)).toEqual(['done', 'done', 'done'])
  })

  it('that hang are replaced, and the trial fails after the second time', async () => {
    const runner = open({ hangMs: 400 })
    const [bad, slow] = await Promise.all([runner.run(trial(1, { hang: 1 })), runner.run(trial(2, { slow: 1 }))])
    expect(bad).toMatchObject({ state: 'failed', message: expect.stringContaining('got nothing done for 0.4 s') })
    // More than a second of work, but always something done.
    expect(slow).toMatchObject({ state: 'done' })
  })

  it('that cannot be started at all are said to be so, and not tried for ever', async () => {
    const runner = open({ entry: path.join(import.meta.dirname, 'no-such-file.ts') })
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => runner.run(trial(n))))
    expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0)
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { message: expect.stringContaining('workers cannot be started') },
    })
    expect(log.length).toBeLessThanOrEqual(8)
  })
})

describe('stopping', () => {
  it('one trial leaves the others and the threads as they are', async () => {
    const runner = open()
    const stop = new AbortController()
    const [first, second] = [runner.run(trial(1, { slow: 5 }), stop.signal), runner.run(trial(2, { slow: 1 }))]
    const waiting = runner.run(trial(3), stop.signal)
    setTimeout(() => stop.abort(), 200)
    expect(await first).toMatchObject({ state: 'canceled', metrics: null })
    expect(await waiting).toMatchObject({ state: 'canceled' })
    expect(await second).toMatchObject({ state: 'done' })
    expect(await runner.run(trial(4), stop.signal)).toMatchObject({ state: 'canceled' })
    expect(await runner.run(trial(5))).toMatchObject({ state: 'done' })
    expect(log).toEqual([])
  })

  it('closes every thread, also one that hangs, and answers every trial', async () => {
    const before = threadCount()
    const runner = open()
    const running = [runner.run(trial(1, { hang: 1 })), runner.run(trial(2, { slow: 50 })), runner.run(trial(3)), runner.run(trial(4))]
    await new Promise((resolve) => setTimeout(resolve, 300))
    if (before !== null) expect(threadCount()).toBeGreaterThan(before)
    const startMs = performance.now()
    await runner.close()
    expect(performance.now() - startMs).toBeLessThan(2_000)
    expect((await Promise.all(running)).map(({ state }) => state)).toEqual(['canceled', 'canceled', 'canceled', 'canceled'])
    expect(threadCount()).toBe(before)
    expect(await runner.run(trial(5))).toMatchObject({ state: 'canceled' })
  })
})
