// Proves the lab's command as a person meets it: what it prints, what it writes, its exit status, that the page comes to the same, that Ctrl-C
// ends it cleanly, and that it leaves a running app alone.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openLabStoreReader } from '../../src-main/adapters/lab-store/reader.ts'
import { type LabDataDir, labDataDir } from '../support/lab-data-dir.ts'
import { LAB_ENTRY, openLab } from '../support/lab-in-process.ts'

// Many processes one after the other, each of which loads the lab.
vi.setConfig({ testTimeout: 120_000 })

const SCRIPT = fileURLToPath(new URL('../../scripts/lab.ts', import.meta.url))
let data: LabDataDir
let out: string
beforeAll(() => {
  data = labDataDir(12)
  out = path.join(data.dataDir, 'out')
})
afterAll(() => rmSync(data.dataDir, { recursive: true }))

const PERIOD = ['--from', '2025-05-10', '--to', '2025-05-13', '--symbols', 'BTCUSDT']
const LONG = [
  '--dimension',
  'trend-adaptive.stopMultiple=2:4',
  '--trials',
  '400',
  '--metric',
  'net_pnl',
  '--trades-min',
  '1',
  '--workers',
  '1',
]

function lab(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args, '--data-dir', data.dataDir], { encoding: 'utf8' })
  return { status, stdout, stderr }
}
const runIdIn = (text: string): string => /run ([0-9a-f]{32})/.exec(text)?.[1] ?? ''

describe('a backtest', () => {
  it('prints its figures, writes its files, and comes to what the page comes to', async () => {
    const command = lab('backtest', ...PERIOD, '--seed', '3', '--json', `${out}.json`, '--html', `${out}.html`, '--csv', `${out}.csv`)
    expect(command).toMatchObject({ status: 0, stderr: '' })
    expect(command.stdout).toMatch(/Net profit +[−\d]/)
    const written = JSON.parse(readFileSync(`${out}.json`, 'utf8'))
    expect(readFileSync(`${out}.html`, 'utf8')).toContain('<!doctype html>')
    expect(readFileSync(`${out}.csv`, 'utf8').split('\n').length).toBe(written.trades.length + 2)

    const page = await openLab(data.dataDir, LAB_ENTRY)
    const { jobId } = await page.ask('lab.backtest.start', { spec: written.report.spec })
    const { runId } = await page.jobIn(jobId, 'done')
    const exported = JSON.parse((await page.ask('lab.run.export', { runId: runId ?? '', format: 'json' })).text)
    await page.stop()
    // The run itself has an id and a time of its own; nothing else differs.
    const same = (file: typeof written): unknown => ({ ...file, report: { ...file.report, run: null } })
    expect(same(exported)).toEqual(same(written))
    expect(written.trades.length).toBeGreaterThan(3)
  })

  it('writes to standard output where told to, and nothing else there', () => {
    const { status, stdout, stderr } = lab('backtest', ...PERIOD, '--json', '-')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ format: 'tradewright-report' })
    expect(stderr).toContain('Net profit')
  })

  it('keeps a journal only when asked', () => {
    const without = runIdIn(lab('backtest', ...PERIOD).stdout)
    const kept = runIdIn(lab('backtest', ...PERIOD, '--journal').stdout)
    const runs = path.join(data.dataDir, 'lab', 'runs')
    expect(existsSync(path.join(runs, without))).toBe(false)
    expect(readdirSync(path.join(runs, kept))).toContain('journal.db')
  })

  it('that cannot be run ends with one line', () => {
    expect(lab('backtest', ...PERIOD, '--detail', '5m')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'lab: detail candles of 5m, expected shorter than the base candles of 1m\n',
    })
  })
})

describe('runs', () => {
  it('are listed, shown, compared and deleted', () => {
    const [a, b] = [runIdIn(lab('backtest', ...PERIOD).stdout), runIdIn(lab('backtest', ...PERIOD, '--leverage', '2').stdout)]
    expect(lab('runs', 'list', '--limit', '2').stdout.split('\n')[1]).toContain(b)
    expect(lab('runs', 'show', a).stdout).toMatch(/sharpe/)
    expect(lab('runs', 'show', a, '--json', '-').stdout).toContain(a)
    const compared = lab('runs', 'compare', a, b)
    expect(compared.stdout).toMatch(/leverage +5 +2/)
    expect(lab('runs', 'delete', a)).toEqual({ status: 0, stdout: `run ${a} was deleted\n`, stderr: '' })
    expect(lab('runs', 'show', a)).toEqual({ status: 1, stdout: '', stderr: `lab: there is no run ${a}\n` })
    const folder = path.join(data.dataDir, 'mlruns')
    expect(lab('mlflow', folder).stdout).toMatch(/\d+ runs/)
    expect(readdirSync(folder).length).toBeGreaterThan(0)
  })
})

describe('recorded sessions', () => {
  it('are listed with what they traded by, also those that do not name it', () => {
    const header = (more: object): string =>
      `${JSON.stringify({
        t: 'header',
        config: { startMs: Date.UTC(2025, 4, 3, 9), instruments: [], baseTimeframe: '1m' },
        strategies: [{ id: 'imba' }],
        ...more,
      })}\n{"t":"end","full":false}\n`
    mkdirSync(path.join(data.dataDir, 'recordings'))
    writeFileSync(path.join(data.dataDir, 'recordings', 'one.jsonl'), header({ playbook: { id: 'imba-v2', title: 'IMBA v2', version: 1 } }))
    writeFileSync(path.join(data.dataDir, 'recordings', 'old.jsonl'), header({}).replace('"full":false', '"full":true'))
    const [, ...rows] = lab('parity', 'list').stdout.trimEnd().split('\n')
    expect(rows.toSorted().map((row) => row.split(/ {2,}/))).toEqual([
      ['old', '2025-05-03 09:00', 'imba', '141 B', 'incomplete'],
      ['one', '2025-05-03 09:00', 'IMBA v2 (imba-v2)', 'imba', '200 B'],
    ])
  })
})

describe('data', () => {
  it('is imported as the file tells, verified, and deleted', () => {
    const minutes = Array.from(
      { length: 100 },
      (_, n) => `${1_735_689_600_000 + n * 60_000},10,11,9,10,5,${1_735_689_659_999 + n * 60_000},50,1,1,1,0`,
    )
    const file = path.join(data.dataDir, 'SOLUSDT-1m-2025-01.csv')
    writeFileSync(file, minutes.join('\n'))
    const id = 'binanceusdm|SOL/USDT:USDT|candles|1m'
    expect(lab('data', 'import', file)).toMatchObject({ status: 0, stdout: expect.stringContaining(`${id} now has 100 rows`) })
    // The file is the person's own.
    expect(existsSync(file)).toBe(true)
    const nameless = path.join(data.dataDir, 'minutes.csv')
    writeFileSync(nameless, minutes.join('\n'))
    expect(lab('data', 'import', nameless)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('minutes.csv does not tell its symbol: name it with --symbol'),
    })
    expect(lab('data', 'import', `${file}.none`)).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot be read') })
    expect(lab('data', 'list').stdout).toContain(id)
    expect(lab('data', 'verify')).toMatchObject({ status: 0, stdout: expect.stringContaining(`${id}: 100 rows as stored`) })
    // A byte of what is stored is not what it was.
    const db = new Database(path.join(data.dataDir, 'market.db'))
    const table = db.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE name = 'chunks'").get()
    expect(table?.name).toBe('chunks')
    const columns = db.prepare<[], { name: string; type: string }>('PRAGMA table_info(chunks)').all()
    const body = columns.find(({ type }) => type === 'BLOB')?.name ?? ''
    db.exec(`UPDATE chunks SET ${body} = zeroblob(length(${body})) WHERE rowid = (SELECT max(rowid) FROM chunks)`)
    db.close()
    expect(lab('data', 'verify')).toMatchObject({ status: 1, stdout: expect.stringContaining(`${id}: NOT VERIFIED`) })
    expect(lab('data', 'delete', id)).toEqual({ status: 0, stdout: `${id} was deleted\n`, stderr: '' })
    expect(lab('data', 'delete', id)).toMatchObject({ status: 1 })
    expect(lab('data', 'verify')).toMatchObject({ status: 0 })
  })
})

describe('checks', () => {
  it('say with their exit status whether they were passed', () => {
    expect(lab('check', 'look-ahead', ...PERIOD, '--cuts', '2')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('passed: 2 decision times'),
    })
    expect(lab('parity', 'nope')).toMatchObject({ status: 1, stderr: expect.stringContaining('there is no recorded session "nope"') })
  })
})

/** A command that is under way; `said` is what it has printed so far. */
function started(...args: readonly string[]): { child: ChildProcess; said: () => string; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [SCRIPT, ...args, '--data-dir', data.dataDir], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (said += text.toString()))
  return { child, said: () => said, ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))) }
}
async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 60_000
  while (!holds()) {
    if (performance.now() > endMs) throw new Error('not within a minute')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
/** Trials of the newest search that have ended. */
function trialsDone(): number {
  const store = openLabStoreReader(data.dataDir)
  try {
    const [newest] = store.runs({ limit: 1, offset: 0 }, { kind: 'search' }).rows
    return newest?.state === 'running'
      ? store.trials(newest.id, { limit: 500, offset: 0 }).rows.filter(({ state }) => state === 'done').length
      : 0
  } finally {
    store.close()
  }
}

describe('Ctrl-C', () => {
  it('stops a search in order; --resume goes on with what it has', async () => {
    const { child, said, ended } = started('search', ...PERIOD, ...LONG)
    await until(() => trialsDone() >= 2)
    child.kill('SIGINT')
    expect(await ended).toBe(1)
    expect(said()).toContain('Stopping; press Ctrl-C again to end at once.')
    const runId = /--resume ([0-9a-f]{32})/.exec(said())?.[1] ?? ''
    const store = openLabStoreReader(data.dataDir)
    const { row } = store.run(runId)
    const before = store.trials(runId, { limit: 500, offset: 0 }).rows.filter(({ state }) => state === 'done').length
    store.close()
    expect(row.state).toBe('canceled')
    expect(before).toBeGreaterThanOrEqual(2)

    expect(lab('search', '--resume', runId, '--trials', '5')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--trials goes with no --resume'),
    })
    const again = started('search', '--resume', runId)
    await until(() => trialsDone() > before)
    again.child.kill('SIGINT')
    // The second one does not wait for anything.
    again.child.kill('SIGINT')
    expect(await again.ended).toBe(1)
  })
})

describe('beside a running app', () => {
  it('reads, runs backtests that are not kept, and leaves the rest to the app', async () => {
    const known = runIdIn(lab('runs', 'list').stdout) || lab('runs', 'list').stdout.split('\n')[1]?.split(' ')[0]
    const app = await openLab(data.dataDir, LAB_ENTRY)
    try {
      expect(lab('runs', 'list')).toMatchObject({ status: 0, stdout: expect.stringContaining(known ?? '') })
      const temporary = (): number => readdirSync(tmpdir()).filter((name) => name.startsWith('tradewright-lab-')).length
      const before = temporary()
      const { status, stdout, stderr } = lab('backtest', ...PERIOD, '--json', `${out}-beside.json`)
      expect([status, stderr]).toEqual([0, 'A running Tradewright has the store of runs: this run is not kept.\n'])
      expect(JSON.parse(readFileSync(`${out}-beside.json`, 'utf8')).report.run.id).toBe(runIdIn(stdout))
      expect(temporary()).toBe(before)
      expect(lab('search', ...PERIOD, ...LONG)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('start this on its Lab page or stop it first'),
      })
      expect(lab('runs', 'delete', known ?? '')).toMatchObject({ status: 1 })
      expect((await app.ask('lab.runs', { limit: 500, offset: 0, kind: null, parentId: null })).rows.map(({ id }) => id)).not.toContain(
        runIdIn(stdout),
      )
    } finally {
      await app.stop()
    }
  })
})
