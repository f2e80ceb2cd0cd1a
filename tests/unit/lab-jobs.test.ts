// Proves the life of jobs: the queue and its bound, one of a kind at a time, progress, cancel, resume, and what is found after a kill.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LabTopic } from '../../src-shared/bridge/lab-contract.ts'
import { BacktestSpec } from '../../src-shared/config/lab.ts'
import type { JobTask, JobView } from '../../src-main/lab/jobs/task.ts'
import { Jobs } from '../../src-main/lab/service/jobs.ts'
import { HandJob, MemoryJobStore } from '../support/lab-jobs.ts'

const spec = BacktestSpec.parse({
  playbook: { version: 1, id: 'fake', title: 'Fake', description: '', strategies: [{ id: 'fake' }] },
  data: { instruments: ['BTC/USDT:USDT'], fromMs: 0, toMs: 1 },
})
const BACKTEST: JobTask = { kind: 'backtest', spec, journal: false, runId: null }
const DOWNLOAD: JobTask = {
  kind: 'download',
  request: { venue: 'v', instrumentId: 'i', kind: 'candles', timeframe: '1m', fromMs: 0, toMs: 1 },
}
const IMPORT: JobTask = {
  kind: 'import',
  file: '/upload',
  fileName: 'a.csv',
  request: { format: 'generic-csv', venue: 'v', instrumentId: 'i', kind: 'candles', timeframe: '1m', columns: null },
}

let store: MemoryJobStore
let started: HandJob[]
let told: JobView[][]
let log: string[]
let forgotten: JobTask[]
let jobs: Jobs
function open(): Jobs {
  started = []
  told = []
  log = []
  forgotten = []
  return new Jobs({
    store,
    start: (task, listener) => {
      const job = new HandJob(task, listener)
      started.push(job)
      return job
    },
    // What does not fit the contract must not get past a test.
    announce: (json) => void told.push(LabTopic.parse(JSON.parse(json)).jobs),
    onLog: (_level, message) => log.push(message),
    onForgotten: (task) => forgotten.push(task),
  })
}
const job = (n: number): HandJob => {
  const found = started[n]
  if (found === undefined) throw new Error(`job ${n} was not started`)
  return found
}
const view = (id: string): JobView | undefined => jobs.list().find((each) => each.id === id)
const states = (): string[] => jobs.list().map(({ title, state }) => `${title} ${state}`)

beforeEach(() => {
  vi.useFakeTimers()
  store = new MemoryJobStore()
  jobs = open()
})
afterEach(() => vi.useRealTimers())
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined)

describe('the queue', () => {
  it('runs one that computes at a time, and imports and downloads beside it', async () => {
    jobs.start(BACKTEST, 'a')
    jobs.start(BACKTEST, 'b')
    jobs.start(DOWNLOAD, 'c')
    jobs.start(IMPORT, 'd')
    expect(started.map(({ task }) => task.kind)).toEqual(['backtest', 'download'])
    expect(states()).toEqual(['d queued', 'c running', 'b queued', 'a running'])
    job(1).end({ state: 'done', message: 'got it' })
    await settle()
    expect(started.map(({ task }) => task.kind)).toEqual(['backtest', 'download', 'import'])
    job(0).end({ state: 'done', message: 'fine' })
    await settle()
    expect(states()).toEqual(['d running', 'b running', 'a done', 'c done'])
  })

  it('is bounded', () => {
    for (let n = 0; n < 21; n += 1) jobs.start(BACKTEST, `${n}`)
    expect(() => jobs.start(BACKTEST, 'too many')).toThrow(/20 jobs are waiting already, expected fewer than 20/)
    expect(jobs.list()).toHaveLength(21)
    jobs.cancel(jobs.list()[0]?.id ?? '')
    jobs.start(BACKTEST, 'fits again')
  })

  it('refuses what cannot be written down, and goes on with what runs when its state cannot', async () => {
    store.broken = 'the disk is full'
    expect(() => jobs.start(BACKTEST, 'a')).toThrow('the disk is full')
    expect(jobs.list()).toEqual([])
    store.broken = null
    const id = jobs.start(BACKTEST, 'a')
    store.broken = 'the disk is full'
    job(0).end({ state: 'done', message: 'fine' })
    await settle()
    expect(view(id)).toMatchObject({ state: 'done' })
    expect(log.join()).toContain('cannot be stored: the disk is full')
  })
})

describe('a job', () => {
  it('tells how far it is and what it made, four times a second at most and only changes', async () => {
    const id = jobs.start(BACKTEST, 'a')
    job(0).listener.onRun('run1')
    for (let n = 1; n <= 100; n += 1) {
      job(0).listener.onProgress({ done: n, total: 200, unit: 'candles', message: 'running' })
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(view(id)).toMatchObject({ state: 'running', done: 100, total: 200, unit: 'candles', runId: 'run1', msLeft: 10_000 })
    expect(told.length).toBeGreaterThan(30)
    expect(told.length).toBeLessThanOrEqual(41)
    const before = told.length
    await vi.advanceTimersByTimeAsync(5_000)
    // Nothing happened: the clock alone is nothing to tell.
    expect(told.length).toBeLessThanOrEqual(before + 1)
  })

  it('that is done, or failed, says why and stays in the list', async () => {
    const [a, b] = [jobs.start(BACKTEST, 'a'), jobs.start(BACKTEST, 'b')]
    job(0).end({ state: 'done', message: 'net profit 5' })
    await settle()
    job(1).end({ state: 'failed', message: 'the store has no 1m candles' })
    await settle()
    expect(view(a)).toMatchObject({ state: 'done', message: 'net profit 5', resumable: false, endedMs: expect.any(Number) })
    expect(view(b)).toMatchObject({ state: 'failed', message: 'the store has no 1m candles', resumable: false })
    expect(forgotten).toEqual([BACKTEST, BACKTEST])
    // An earlier run of a job that is done cannot be canceled or resumed.
    expect(() => jobs.cancel(a)).toThrow(/has ended already \(done\)/)
    expect(() => jobs.resume(a)).toThrow(/is done and cannot go on/)
    expect(() => jobs.cancel('nope')).toThrow(expect.objectContaining({ code: 'not_found' }))
  })

  it('shows at most a hundred', async () => {
    for (let n = 0; n < 150; n += 1) {
      jobs.start(BACKTEST, `${n}`)
      job(n).end({ state: 'done', message: '' })
      await settle()
    }
    expect(jobs.list()).toHaveLength(100)
    expect(jobs.list()[0]?.title).toBe('149')
    await vi.advanceTimersByTimeAsync(300)
    expect(told.at(-1)).toHaveLength(100)
  })
})

describe('cancel and resume', () => {
  it('a waiting job ends at once, a running one when its thread has ended', async () => {
    const [a, b] = [jobs.start(BACKTEST, 'a'), jobs.start(BACKTEST, 'b')]
    jobs.cancel(b)
    expect(view(b)).toMatchObject({ state: 'canceled', resumable: true })
    jobs.cancel(a)
    expect(job(0).cancels).toBe(1)
    expect(view(a)).toMatchObject({ state: 'running', message: 'stopping' })
    job(0).end({ state: 'canceled', message: 'canceled at 10 of 20 candles' })
    await settle()
    expect(view(a)).toMatchObject({ state: 'canceled', message: 'canceled at 10 of 20 candles', resumable: true })
    expect(job(0).kills).toBe(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(job(0).kills).toBe(0)
  })

  it('ends a job by force that does not stop', async () => {
    const a = jobs.start(BACKTEST, 'a')
    jobs.cancel(a)
    jobs.cancel(a)
    await vi.advanceTimersByTimeAsync(5_100)
    expect(job(0).kills).toBe(1)
    expect(view(a)).toMatchObject({ state: 'canceled' })
  })

  it('goes on with the run that was begun, at the end of the queue', async () => {
    const a = jobs.start(BACKTEST, 'a')
    job(0).listener.onRun('run1')
    jobs.cancel(a)
    job(0).end({ state: 'canceled', message: 'canceled' })
    await settle()
    jobs.start(BACKTEST, 'b')
    jobs.start(BACKTEST, 'c')
    jobs.resume(a)
    expect(states()).toEqual(['a queued', 'c queued', 'b running'])
    for (const n of [1, 2]) {
      job(n).end({ state: 'done', message: '' })
      await settle()
    }
    expect(job(3).task).toEqual({ ...BACKTEST, runId: 'run1' })
    expect(() => jobs.resume(a)).toThrow(/is running and cannot go on/)
  })

  it('offers a search and a download that failed to go on, but no import whose file is gone', async () => {
    const a = jobs.start(DOWNLOAD, 'a')
    job(0).end({ state: 'failed', message: 'the venue did not answer' })
    await settle()
    expect(view(a)).toMatchObject({ state: 'failed', resumable: true })
    expect(forgotten).toEqual([])
    const b = jobs.start(IMPORT, 'b')
    jobs.cancel(b)
    job(1).end({ state: 'canceled', message: 'canceled' })
    await settle()
    expect(view(b)).toMatchObject({ state: 'canceled', resumable: false })
    expect(forgotten).toEqual([IMPORT])
  })

  it('begins another run when the one it had was deleted', async () => {
    const a = jobs.start(BACKTEST, 'a')
    job(0).listener.onRun('run1')
    jobs.cancel(a)
    job(0).end({ state: 'canceled', message: 'canceled' })
    await settle()
    jobs.forgetRun('run1')
    expect(view(a)).toMatchObject({ runId: null, resumable: true })
    jobs.resume(a)
    expect(job(1).task).toEqual(BACKTEST)
  })
})

describe('the end of the program', () => {
  it('stops what runs and shows it, and what waited, as paused after the next start', async () => {
    const [a, b, c] = [jobs.start(BACKTEST, 'a'), jobs.start(BACKTEST, 'b'), jobs.start(IMPORT, 'c')]
    job(0).listener.onRun('run1')
    const closed = jobs.close()
    for (const each of started) {
      expect(each.cancels).toBe(1)
      each.end({ state: 'canceled', message: 'canceled' })
    }
    await closed
    expect(told.at(-1)?.map(({ title, state }) => `${title} ${state}`)).toEqual(['b paused', 'a paused', 'c canceled'])
    expect(() => jobs.start(BACKTEST, 'd')).toThrow('the lab is stopping')
    expect(started).toHaveLength(2)

    jobs = open()
    expect(view(a)).toMatchObject({ state: 'paused', runId: 'run1', resumable: true })
    expect(view(b)).toMatchObject({ state: 'paused', resumable: true })
    expect(view(c)).toMatchObject({ state: 'canceled', resumable: false })
    expect(started).toEqual([])
    jobs.resume(a)
    expect(job(0).task).toEqual({ ...BACKTEST, runId: 'run1' })
  })

  it('does not wait for ever for one that does not stop', async () => {
    const a = jobs.start(BACKTEST, 'a')
    const closed = jobs.close()
    await vi.advanceTimersByTimeAsync(2_100)
    await closed
    expect(job(0).kills).toBe(1)
    expect(view(a)).toMatchObject({ state: 'paused', resumable: true })
  })

  it('by a kill leaves jobs that the next start finds: paused, or failed where nothing can go on', () => {
    const [a, b, c] = [jobs.start(BACKTEST, 'a'), jobs.start(BACKTEST, 'b'), jobs.start(IMPORT, 'c')]
    jobs = open()
    expect(view(a)).toMatchObject({ state: 'paused', resumable: true, message: expect.stringContaining('interrupted') })
    expect(view(b)).toMatchObject({ state: 'paused', resumable: true })
    expect(view(c)).toMatchObject({ state: 'failed', resumable: false, message: expect.stringContaining('nothing of it was stored') })
    expect(forgotten).toEqual([IMPORT])
    jobs.cancel(b)
    expect(view(b)).toMatchObject({ state: 'canceled', resumable: true })
  })
})
