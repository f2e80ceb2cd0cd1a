// Proves the lab's worker around its jobs: it answers while they compute, survives what they do, stops them for good, and finds after a kill what
// was interrupted. The threads are real; what they do is asked for by the test.
import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands, isCommand } from '../../src-shared/bridge/contract.ts'
import type { BacktestInput } from '../../src-shared/config/lab.ts'
import { openLabStore } from '../../src-main/adapters/lab-store/store.ts'
import { HANDLERS } from '../../src-main/lab/service/handlers.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { ASSETS_DIR } from '../support/lab-data-dir.ts'
import { FAKE_LAB_ENTRY, type LabInProcess, openLab } from '../support/lab-in-process.ts'
import { temporaryDir } from '../support/temporary-dir.ts'
import { threadCount } from '../support/threads.ts'

let dataDir: string
let lab: LabInProcess
let threadsBefore: number | null
beforeEach(async () => {
  dataDir = temporaryDir()
  threadsBefore = threadCount()
  lab = await openLab(dataDir, FAKE_LAB_ENTRY)
})
afterEach(async () => {
  await lab.stop()
  rmSync(dataDir, { recursive: true })
})

const FROM_MS = Date.UTC(2025, 0, 1)
const spec = (parameters: Record<string, number>): BacktestInput => ({
  playbook: { version: 1, id: 'fake', title: 'Fake', description: '', strategies: [{ id: 'fake', parameters }] },
  data: { instruments: ['BTC/USDT:USDT'], fromMs: FROM_MS, toMs: FROM_MS + DAY_MS },
})
const start = async (parameters: Record<string, number>): Promise<string> =>
  (await lab.ask('lab.backtest.start', { spec: spec(parameters) })).jobId
const settled = (): Promise<void> => lab.until('all threads have ended', () => threadCount() === threadsBefore)

describe('the commands', () => {
  it('all have an answer', () => {
    const ofLab = Object.keys(commands).filter((name) => isCommand(name) && commands[name].by === 'lab')
    expect(Object.keys(HANDLERS).toSorted()).toEqual(ofLab.toSorted())
    expect(ofLab.length).toBeGreaterThan(30)
  })

  it('know the market data that comes with the program, from the first start on', async () => {
    const fresh = temporaryDir()
    const first = await openLab(fresh, FAKE_LAB_ENTRY, ASSETS_DIR)
    const series = await first.ask('lab.series.list', {})
    expect(series.map(({ timeframe }) => timeframe)).toEqual(expect.arrayContaining(['1m', '5m', '1h', null]))
    await first.ask('lab.series.delete', { id: series[0]?.id ?? '' })
    await first.stop()
    // What somebody deleted does not come back.
    const second = await openLab(fresh, FAKE_LAB_ENTRY, ASSETS_DIR)
    expect(await second.ask('lab.series.list', {})).toHaveLength(series.length - 1)
    await second.stop()
    rmSync(fresh, { recursive: true })
  })

  it('of a lab that has done nothing answer with nothing', async () => {
    expect(await lab.ask('lab.jobs', {})).toEqual([])
    expect(await lab.ask('lab.series.list', {})).toEqual([])
    expect(await lab.ask('lab.runs', { limit: 10, offset: 0, kind: null, parentId: null })).toEqual({ total: 0, rows: [] })
    expect(await lab.ask('lab.sessions', {})).toEqual([])
    expect(await lab.ask('lab.files', {})).toEqual([])
    expect(await lab.ask('lab.queue', {})).toMatchObject({ mode: 'local' })
    expect(await lab.ask('lab.pace', {})).toEqual({ threads: expect.any(Number), paces: [] })
    expect((await lab.ask('lab.playbooks', {})).map(({ id }) => id)).toContain('imba')
  })

  it('refuse with a code and one sentence', async () => {
    const run = { runId: 'nope' }
    await expect(lab.ask('lab.run.report', run)).rejects.toThrow('not_found: there is no run nope')
    await expect(lab.ask('lab.run.study', run)).rejects.toThrow('not_found')
    await expect(lab.ask('lab.run.delete', run)).rejects.toThrow('not_found')
    await expect(lab.ask('lab.job.cancel', { jobId: 'nope' })).rejects.toThrow('not_found: there is no job nope')
    await expect(lab.ask('lab.upload.preview', { uploadId: 'nope' })).rejects.toThrow('not_found')
    const candles = { venue: 'v', instrumentId: 'BTC/USDT:USDT', timeframe: '1m', beforeMs: null, limit: 1 } as const
    await expect(lab.ask('lab.series.candles', candles)).rejects.toThrow('not_found: there are no candles of BTC/USDT:USDT from v')
    await expect(lab.ask('lab.series.candles', { ...candles, instrumentId: 'i' })).rejects.toThrow('bad_input: instrument "i"')
    await expect(lab.ask('lab.backtest.start', { spec: {} })).rejects.toThrow('bad_input: playbook is missing, expected object')
    const bad = { ...spec({}), leverage: 0 }
    await expect(lab.ask('lab.backtest.start', { spec: bad })).rejects.toThrow('bad_input: leverage is 0, expected at least 1')
    await expect(lab.ask('lab.backtest.start', { spec: { ...spec({}), leverge: 2 } })).rejects.toThrow(
      'leverge is not a part of a specification',
    )
    await expect(lab.ask('lab.runs', { limit: 1, offset: 0, kind: 'odd', parentId: null })).rejects.toThrow('bad_input: kind is "odd"')
    const nothing = { venue: 'v', instrumentId: 'odd!', kind: 'funding', timeframe: null, fromMs: 0, toMs: 1 } as const
    await expect(lab.ask('lab.download.start', nothing)).rejects.toThrow('bad_input: instrument "odd!" is not a unified symbol')
    await expect(lab.ask('desk.snapshot', {})).rejects.toThrow('refused: the lab does not answer "desk.snapshot"')
    expect(await lab.ask('lab.jobs', {})).toEqual([])
  })
})

describe('a job', () => {
  it('runs in a thread, tells how far it is, and makes a run', async () => {
    const jobId = await start({ steps: 60 })
    await lab.until('it is told how far it is', () => lab.jobs().some(({ done, total }) => done > 10 && total === 60))
    const job = await lab.jobIn(jobId)
    expect(job).toMatchObject({
      state: 'done',
      kind: 'backtest',
      title: 'Fake, BTC/USDT, 2025-01-01 to 2025-01-02',
      message: 'done as asked',
    })
    const { total, rows } = await lab.ask('lab.runs', { limit: 10, offset: 0, kind: null, parentId: null })
    expect(total).toBe(1)
    expect(rows[0]).toMatchObject({ id: job.runId, state: 'done', metrics: { trades: 1 }, codeVersion: 'test' })
    await settled()
  })

  it('that computes without a pause does not keep the lab from answering', async () => {
    await start({ hang: 1 })
    await lab.until('it runs', () => lab.jobs().some(({ runId }) => runId !== null))
    for (let n = 1; n <= 20; n += 1) {
      const startMs = performance.now()
      lab.send({ t: 'ping', n })
      expect(lab.messages.at(-1)).toEqual({ t: 'pong', n })
      await lab.ask('lab.jobs', {})
      expect(performance.now() - startMs).toBeLessThan(250)
    }
  })

  it.each([
    ['is refused', { refuse: 1 }, 'the store has no 1m candles of it', 0],
    ['has a bug', { throw: 1 }, 'a bug in a job', 1],
    ['dies', { die: 1 }, 'its thread died: exit code 9', 1],
  ])('that %s fails alone, and so does its run', async (_name, parameters, message, runs) => {
    const [bad, good] = [await start(parameters), await start({ steps: 2 })]
    expect(await lab.jobIn(bad)).toMatchObject({ state: 'failed', message })
    expect(await lab.jobIn(good)).toMatchObject({ state: 'done' })
    const { rows } = await lab.ask('lab.runs', { limit: 10, offset: 0, kind: null, parentId: null })
    expect(rows.map(({ state }) => state)).toEqual(['done', ...Array.from({ length: runs }, () => 'failed')])
    // A bug is told with its stack; what a person can mend is not.
    const logged = lab.messages.some(
      (each) => each.t === 'log' && each.level === 'error' && each.message.includes('TypeError: a bug in a job\n'),
    )
    expect(logged).toBe(parameters === undefined ? false : 'throw' in parameters)
    await settled()
  })

  it('that is canceled leaves no thread, and goes on with its run when it is resumed', async () => {
    const jobId = await start({ steps: 200 })
    await lab.until('it runs', () => lab.jobs().some(({ done }) => done > 5))
    await lab.ask('lab.job.cancel', { jobId })
    const canceled = await lab.jobIn(jobId)
    expect(canceled).toMatchObject({
      state: 'canceled',
      message: expect.stringMatching(/canceled after \d+ of 200 steps/),
      resumable: true,
    })
    await settled()
    expect((await lab.ask('lab.runs', { limit: 1, offset: 0, kind: null, parentId: null })).rows[0]).toMatchObject({ state: 'canceled' })
    await lab.ask('lab.job.resume', { jobId })
    const done = await lab.jobIn(jobId, 'done')
    expect(done.runId).toBe(canceled.runId)
    expect((await lab.ask('lab.runs', { limit: 9, offset: 0, kind: null, parentId: null })).total).toBe(1)
  })

  it('with a pool below it leaves no thread when it is canceled', async () => {
    const jobId = await start({ trials: 40 })
    if (threadsBefore !== null) await lab.until('the pool runs', () => (threadCount() ?? 0) >= (threadsBefore ?? 0) + 3)
    await lab.ask('lab.job.cancel', { jobId })
    expect(await lab.jobIn(jobId)).toMatchObject({ state: 'canceled' })
    await settled()
  })
})

describe('the end of the worker', () => {
  it('stops everything, also what does not listen, and shows it as paused afterwards', async () => {
    const [hanging, waiting] = [await start({ hang: 1 }), await start({ steps: 3 })]
    await lab.until('it runs', () => lab.jobs().some(({ runId }) => runId !== null))
    const startMs = performance.now()
    await lab.stop()
    expect(performance.now() - startMs).toBeLessThan(4_000)
    await settled()
    lab = await openLab(dataDir, FAKE_LAB_ENTRY)
    expect(await lab.jobIn(hanging, 'paused')).toMatchObject({ resumable: true })
    expect(await lab.jobIn(waiting, 'paused')).toMatchObject({ resumable: true })
    await lab.ask('lab.job.resume', { jobId: waiting })
    expect(await lab.jobIn(waiting)).toMatchObject({ state: 'done' })
  })

  it('refuses what comes meanwhile', async () => {
    lab.send({ t: 'shutdown' })
    await expect(start({})).rejects.toThrow('refused: the lab is stopping')
  })

  it('by a kill leaves a run and a job that the next one finds', async () => {
    await lab.stop()
    // What a killed process leaves: a run that runs and a job that runs, of nobody.
    const store = openLabStore(dataDir)
    const row = store.createRun({
      kind: 'backtest',
      parentId: null,
      title: 't',
      playbookId: 'fake',
      instruments: ['BTC/USDT:USDT'],
      timeframe: '1m',
      fromMs: 0,
      toMs: 1,
      codeVersion: 'x',
      seed: 1,
      spec: {},
      passports: [],
    })
    store.close()
    lab = await openLab(dataDir, FAKE_LAB_ENTRY)
    expect((await lab.ask('lab.runs', { limit: 1, offset: 0, kind: null, parentId: null })).rows[0]).toMatchObject({
      id: row.id,
      state: 'failed',
    })
    await expect(lab.ask('lab.run.report', { runId: row.id })).rejects.toThrow('interrupted when the program ended')
  })

  it('cannot be had twice: the second says who has the store', async () => {
    const second = await openLab(dataDir, FAKE_LAB_ENTRY)
    expect(second.messages).toEqual([{ t: 'fatal', message: expect.stringContaining('already open for writing in another process') }])
    expect(await lab.ask('lab.jobs', {})).toEqual([])
  })
})
