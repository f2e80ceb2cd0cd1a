// Proves how the host holds the lab: started by its first command, apart from the engine, restarted when it dies, ended with the host.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openJournal } from '../../src-main/adapters/journal/writer.ts'
import { existingJournalFile } from '../../src-main/adapters/lab-store/run-folder.ts'
import { openLabStore } from '../../src-main/adapters/lab-store/store.ts'
import { openProgram } from '../../src-main/shells/common/open-program.ts'
import type { EngineTransport } from '../../src-main/host/transport.ts'
import { spawnChild, spawnThread } from '../../src-main/host/transport.ts'
import type { LabOptions } from '../../src-main/engine/options.ts'
import { LabTopic } from '../../src-shared/bridge/lab-contract.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { FAKE_ENGINE, type HostSetup, makeHost } from '../support/host.ts'
import { FAKE_LAB_ENTRY } from '../support/lab-in-process.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

type Made = ReturnType<typeof makeHost>
let made: Made
/** Real jobs on a busy machine: nothing here is about deadlines. */
const PATIENT = { heartbeatMs: 500, heartbeatMissesMax: 20, requestTimeoutMs: 20_000, shutdownTimeoutMs: 8_000 }
async function start(setup: HostSetup): Promise<Made> {
  made = makeHost({ supervisor: PATIENT, ...setup })
  made.host.start()
  await made.running()
  return made
}
const invoke = (command: unknown, input: unknown) => made.host.invoke(command, input, 'test')
afterEach(() => made.dispose())

const spec = (parameters: Record<string, number>) => ({
  playbook: { version: 1, id: 'fake', title: 'Fake', description: '', strategies: [{ id: 'fake', parameters }] },
  data: { instruments: ['BTC/USDT:USDT'], fromMs: 0, toMs: DAY_MS },
})

describe.each([
  ['a thread', spawnThread<LabOptions>],
  ['a child process', spawnChild<LabOptions>],
])('a lab in %s', (_name, spawn) => {
  it('starts with its first command, which waits for it, and ends with the host', async () => {
    await start({ spawnLab: spawn(FAKE_LAB_ENTRY) })
    expect(made.log.tail(100).filter(({ message }) => message.startsWith('lab '))).toEqual([])
    const [first, second] = await Promise.all([invoke('lab.jobs', {}), invoke('lab.playbooks', {})])
    expect(first).toEqual({ ok: true, value: [] })
    expect(second).toMatchObject({ ok: true })
    expect(made.log.tail(100).map(({ message }) => message)).toEqual(expect.arrayContaining(['lab starting', 'lab running']))
    expect(await made.host.stop()).toBe('clean')
    expect(await invoke('lab.jobs', {})).toMatchObject({ ok: false, error: { code: 'engine_down' } })
  })

  it('tells its jobs on its topic and answers what the contract allows', async () => {
    await start({ spawnLab: spawn(FAKE_LAB_ENTRY) })
    const told: string[] = []
    made.host.subscribe('lab', (json) => told.push(json))
    const started = await invoke('lab.backtest.start', { spec: spec({ steps: 3 }) })
    expect(started).toMatchObject({ ok: true, value: { jobId: expect.any(String) } })
    await vi.waitUntil(() => told.some((json) => LabTopic.parse(JSON.parse(json)).jobs[0]?.state === 'done'), { timeout: 20_000 })
    expect(await invoke('lab.backtest.start', { spec: {} })).toMatchObject({ ok: false, error: { code: 'bad_input' } })
    expect(await invoke('lab.run.report', { runId: 'nope' })).toMatchObject({ ok: false, error: { code: 'not_found' } })
    // Who changed what is written down, and nothing about reading.
    const audit = made.log.tail(100).filter(({ source }) => source === 'audit')
    expect(audit.map(({ message }) => message.split(' ').slice(0, 2).join(' '))).toEqual([
      'test lab.backtest.start',
      'test lab.backtest.start',
    ])
  })
})

describe('a lab that fails', () => {
  it('leaves the engine alone, comes back, and shows what it was doing as paused', async () => {
    let transport: EngineTransport | null = null
    await start({ spawnLab: (options) => (transport = spawnChild<LabOptions>(FAKE_LAB_ENTRY)(options)) })
    await invoke('lab.backtest.start', { spec: spec({ steps: 100_000 }) })
    await vi.waitUntil(async () => JSON.stringify(await invoke('lab.jobs', {})).includes('walking'), { timeout: 20_000 })
    await (transport as EngineTransport | null)?.kill()
    await vi.waitUntil(async () => JSON.stringify(await invoke('lab.jobs', {})).includes('"paused"'), { timeout: 20_000, interval: 50 })
    expect(made.host.status()).toMatchObject({ state: 'running', restarts: 0 })
    expect(await invoke('desk.snapshot', {})).toMatchObject({ ok: true })
  })

  it('for good says why', async () => {
    const dataDir = temporaryDir()
    const holder = openLabStore(dataDir)
    await start({ spawnLab: (options) => spawnThread<LabOptions>(FAKE_LAB_ENTRY)({ ...options, dataDir }) })
    const refused = await invoke('lab.jobs', {})
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'engine_down', message: expect.stringContaining('the lab is failed: lab store') },
    })
    expect(made.log.tail(20).find(({ message }) => message.startsWith('lab failed'))?.message).toContain('already open for writing')
    holder.close()
  })

  it('is no lab at all where a program has none', async () => {
    await start({})
    expect(await invoke('lab.jobs', {})).toEqual({
      ok: false,
      error: { code: 'refused', message: 'this program was started without a lab' },
    })
  })
})

describe('the journal of a run', () => {
  it('is found by the id of the run only, and one that has none is said to have none', async () => {
    made = makeHost({})
    const dataDir = temporaryDir()
    const opened = openProgram(
      { dataDir, market: 'recorded', recording: 'default', speed: 0 },
      { spawn: spawnThread(FAKE_ENGINE), spawnLab: spawnThread(FAKE_LAB_ENTRY), assetsDir: '' },
    )
    if (!opened.ok) throw new Error(opened.error)
    const { host, close } = opened.value
    const ask = (run: string | null) => host.invoke('journal.orders', { run, limit: 1, offset: 0 }, 'test')
    const folder = path.join(dataDir, 'lab', 'runs', 'a1')
    mkdirSync(folder, { recursive: true })
    expect(await ask('a1')).toEqual({ ok: false, error: { code: 'not_found', message: 'there is no journal of run "a1"' } })
    openJournal(path.join(folder, 'journal.db')).journal.close()
    expect(await ask('a1')).toEqual({ ok: true, value: { total: 0, rows: [] } })
    for (const run of ['../runs/a1', 'a1/', '.', '..', 'a 1', 'x'.repeat(64)]) {
      expect(await ask(run), run).toMatchObject({ ok: false, error: { code: 'not_found' } })
    }
    expect(() => existingJournalFile(dataDir, '../../x')).toThrow('there is no journal of run')
    // The desk's own is another one.
    expect(await ask(null)).toEqual({ ok: true, value: { total: 0, rows: [] } })
    await host.stop()
    close()
  })
})
