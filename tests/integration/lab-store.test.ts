// Proves that the lab's store keeps runs, trials, artefacts and jobs as they were given, refuses what could not be shown again without writing
// anything, deletes whole families, sets damage aside, and lets one writer and many readers at the file. Real SQLite, real files.
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { LabStoreError } from '../../src-main/adapters/lab-store/lab-store-error.ts'
import { openLabStoreReader } from '../../src-main/adapters/lab-store/reader.ts'
import { openReadWrite } from '../../src-main/adapters/sqlite/database.ts'
import { openLabStore } from '../../src-main/adapters/lab-store/store.ts'
import { openTestStore, temporaryDataDir } from '../support/lab-store.ts'
import { START_MS, job, newRun, passport, result, trial } from '../support/lab-store-rows.ts'

const PAGE = { limit: 100, offset: 0 }
const failing = (code: string, message = ''): unknown => expect.objectContaining({ code, message: expect.stringContaining(message) })

describe('a run', () => {
  it('is there from its beginning, with its specification and the passports of its data', () => {
    const store = openTestStore(temporaryDataDir())
    const row = store.createRun(newRun())
    expect(row).toMatchObject({ id: 'run-1', state: 'running', createdMs: START_MS + 1_000, metrics: {}, seconds: null, note: '' })
    expect(store.run(row.id)).toEqual({ row, spec: newRun().spec, passports: [passport()], endedMs: null, message: '' })
    expect(store.unfinishedRuns()).toEqual([row])
  })

  it('ends with metrics and artefacts in one commit', () => {
    const store = openTestStore(temporaryDataDir())
    const { id } = store.createRun(newRun())
    const report = { equity: Array.from({ length: 5_000 }, (_, index) => index / 3) }
    store.finishRun(id, result({ passed: false, hasJournal: true, artefacts: { report } }))
    expect(store.run(id)).toMatchObject({
      row: { state: 'done', seconds: 1.5, metrics: { sharpe: 1.25, trades: 42, profit_factor: null }, passed: false, hasJournal: true },
      endedMs: START_MS + 2_000,
    })
    expect(store.artefact(id, 'report')).toEqual(report)
    expect(store.artefact(id, 'nothing')).toBeNull()
    expect(store.artefactNames(id)).toEqual(['passports', 'report', 'spec'])
    expect(store.unfinishedRuns()).toEqual([])
  })

  it('that failed says why, and can be opened again; one that is done cannot', () => {
    const store = openTestStore(temporaryDataDir())
    const { id } = store.createRun(newRun())
    store.failRun(id, 'the data ends before the run begins')
    expect(store.run(id)).toMatchObject({ row: { state: 'failed' }, message: 'the data ends before the run begins' })
    expect(() => store.finishRun(id, result())).toThrow(failing('wrong_state', 'run run-1 is failed, expected running'))
    store.reopenRun(id)
    store.finishRun(id, result())
    expect(() => store.reopenRun(id)).toThrow(failing('wrong_state', 'run run-1 is done, expected failed or canceled'))
    expect(() => store.failRun(id, 'x')).toThrow(failing('wrong_state'))
  })

  it.each([
    ["'; DROP TABLE runs; --", '<img src=x onerror=alert(1)>'],
    ['../../etc/passwd', '\u0000\u001B[31m\u202Eevil\u2028'],
    ['😀'.repeat(100), 'line\r\nbreak\t"quoted" \\ back'],
  ])('keeps the title %j and the note %j as they are', (title, note) => {
    const dataDir = temporaryDataDir()
    const store = openTestStore(dataDir)
    const { id } = store.createRun(newRun({ title }))
    store.note(id, note)
    store.close()
    const reader = openLabStoreReader(dataDir)
    expect(reader.run(id).row).toMatchObject({ title, note })
    expect(reader.runs(PAGE).total).toBe(1)
    reader.close()
  })

  it.each([
    ['a title that is too long', newRun({ title: 'x'.repeat(201) }), 'title'],
    ['a time that is none', newRun({ fromMs: Number.NaN }), 'fromMs'],
    ['a specification that JSON cannot say', newRun({ spec: { limit: 1n } }), 'spec of run run-1 is no JSON value'],
    ['no specification', newRun({ spec: undefined }), 'spec of run run-1 is undefined'],
  ])('with %s is refused, and nothing of it is kept', (_what, run, sentence) => {
    const store = openTestStore(temporaryDataDir())
    expect(() => store.createRun(run)).toThrow(failing('bad_value', sentence))
    expect(store.runs(PAGE)).toEqual({ total: 0, rows: [] })
  })

  it('is not finished by a result that could not be shown, nor by an artefact under a name that is taken', () => {
    const store = openTestStore(temporaryDataDir())
    const { id } = store.createRun(newRun())
    expect(() => store.finishRun(id, result({ metrics: { ['x'.repeat(41)]: 1 } }))).toThrow(failing('bad_value', 'metrics'))
    expect(() => store.finishRun(id, result({ artefacts: { report: {}, spec: {} } }))).toThrow(failing('bad_value', 'artefact "spec"'))
    expect(() => store.finishRun(id, result({ artefacts: { report: 'x'.repeat(65 * 1024 * 1024) } }))).toThrow(failing('too_large'))
    expect(() => store.note(id, 'x'.repeat(2001))).toThrow(failing('bad_value', 'note'))
    expect(store.run(id)).toMatchObject({ row: { state: 'running', note: '' } })
    expect(store.artefact(id, 'report')).toBeNull()
  })

  it('whose id could lead out of the data directory is refused', () => {
    const store = openTestStore(temporaryDataDir(), { newId: () => '../../outside' })
    expect(() => store.createRun(newRun())).toThrow(failing('bad_value', 'cannot be the name of a folder'))
  })

  it('that does not exist is named', () => {
    const store = openTestStore(temporaryDataDir())
    for (const ask of [
      () => store.run('nope'),
      () => store.trials('nope', PAGE),
      () => store.deleteRun('nope'),
      () => store.note('nope', ''),
    ])
      expect(ask).toThrow(failing('not_found', 'there is no run nope'))
    expect(() => store.createRun(newRun({ parentId: 'nope' }))).toThrow(failing('not_found', 'there is no run nope'))
  })
})

describe('the list of runs', () => {
  it('is newest first, paged, and filtered by kind and parent', () => {
    const store = openTestStore(temporaryDataDir())
    const study = store.createRun(newRun({ kind: 'search' }))
    for (let child = 0; child < 3; child += 1) store.createRun(newRun({ parentId: study.id }))
    store.createRun(newRun({ kind: 'parity' }))
    const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id)
    expect(ids(store.runs(PAGE).rows)).toEqual(['run-5', 'run-4', 'run-3', 'run-2', 'run-1'])
    expect(store.runs({ limit: 2, offset: 1 })).toMatchObject({ total: 5, rows: [{ id: 'run-4', parentId: 'run-1' }, { id: 'run-3' }] })
    expect(ids(store.runs(PAGE, { parentId: null }).rows)).toEqual(['run-5', 'run-1'])
    expect(store.runs({ limit: 1, offset: 0 }, { parentId: 'run-1' })).toMatchObject({ total: 3, rows: [{ id: 'run-4' }] })
    expect(ids(store.runs(PAGE, { kind: 'backtest', parentId: null }).rows)).toEqual([])
    expect(ids(store.runs(PAGE, { kind: 'parity' }).rows)).toEqual(['run-5'])
    expect(() => store.runs({ limit: 5_001, offset: 0 })).toThrow(failing('bad_value', 'page of 5001 from 0'))
    expect(() => store.runs({ limit: 1, offset: -1 })).toThrow(failing('bad_value'))
  })
})

describe('trials', () => {
  it('are replaced by number, keep their returns bit for bit, and come back in order', () => {
    const store = openTestStore(temporaryDataDir())
    const { id } = store.createRun(newRun({ kind: 'search' }))
    const returns = Float64Array.from({ length: 365 }, (_, day) => Math.sin(day) / 7)
    store.putTrial(id, trial(2, { state: 'running', objective: null }))
    store.putTrial(id, trial(1, { dailyReturns: returns }))
    store.putTrial(id, trial(2, { state: 'pruned', dailyReturns: new Float64Array([0.5]) }))
    // A later word without returns leaves those that are there.
    store.putTrial(id, trial(1, { objective: 9 }))
    const { dailyReturns: _, ...first } = trial(1, { objective: 9 })
    expect(store.trials(id, PAGE)).toMatchObject({ total: 2, rows: [first, { number: 2, state: 'pruned' }] })
    expect(store.trials(id, { limit: 1, offset: 1 }).rows).toMatchObject([{ number: 2 }])
    expect(store.dailyReturns(id, PAGE)).toEqual([{ number: 1, returns }])
  })

  it('with values that JSON cannot say, or numbers out of bounds, are refused whole', () => {
    const store = openTestStore(temporaryDataDir())
    const { id } = store.createRun(newRun({ kind: 'search' }))
    expect(() => store.putTrial(id, trial(-1))).toThrow(failing('bad_value', 'trial number is -1'))
    expect(() => store.putTrial(id, trial(1, { parameters: { a: Number.POSITIVE_INFINITY } }))).toThrow(
      failing('bad_value', 'parameters.a'),
    )
    expect(() => store.putTrial(id, trial(1, { dailyReturns: new Float64Array(40_001) }))).toThrow(failing('too_large'))
    expect(store.trials(id, PAGE).total).toBe(0)
  })

  it('and the state of the search are one commit, or none', () => {
    const store = openTestStore(temporaryDataDir())
    const { id } = store.createRun(newRun({ kind: 'search' }))
    expect(store.loadState(id)).toBeNull()
    store.atomically(() => {
      store.putTrial(id, trial(0))
      store.saveState(id, { drawn: 1, random: [1, 2, 3, 4] })
    })
    expect(() =>
      store.atomically(() => {
        store.putTrial(id, trial(1))
        store.saveState(id, { drawn: 2 })
        throw new RangeError('the study is wrong')
      }),
    ).toThrow('the study is wrong')
    expect(store.trials(id, PAGE).total).toBe(1)
    expect(store.loadState(id)).toEqual({ drawn: 1, random: [1, 2, 3, 4] })
  })
})

describe('jobs', () => {
  it('that have not ended are found with what they need to go on; those that ended last come after them', () => {
    const dataDir = temporaryDataDir()
    const store = openTestStore(dataDir)
    store.saveJob(job('a'), { spec: { trials: 100 } })
    store.saveJob(job('b', { state: 'queued' }))
    store.saveJob(job('a', { done: 40, state: 'paused' }))
    store.saveJob(job('c', { state: 'done', endedMs: START_MS + 2 }))
    store.saveJob(job('d', { state: 'failed', endedMs: START_MS + 1, message: 'no data' }))
    store.close()
    const again = openTestStore(dataDir)
    expect(again.unfinishedJobs()).toEqual([
      { view: job('a', { done: 40, state: 'paused' }), resume: { spec: { trials: 100 } } },
      { view: job('b', { state: 'queued' }), resume: null },
    ])
    expect(again.jobs(100).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
    expect(again.jobs(3).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(again.job('d').view.message).toBe('no data')
    expect(() => again.job('e')).toThrow(failing('not_found', 'there is no job e'))
  })

  it('are bounded: a thousand that wait, five hundred that have ended', () => {
    const store = openTestStore(temporaryDataDir())
    store.atomically(() => {
      for (let n = 0; n < 1_000; n += 1) store.saveJob(job(`waits-${n}`, { state: 'queued' }))
      for (let n = 0; n < 510; n += 1) store.saveJob(job(`ended-${n}`, { state: 'done', endedMs: START_MS + n }))
    })
    expect(() => store.saveJob(job('one more'))).toThrow(failing('full', '1000 jobs have not ended yet'))
    const ended = store.jobs(5_000).slice(1_000)
    expect(ended).toHaveLength(500)
    expect(ended.at(-1)?.id).toBe('ended-10')
  })
})

describe('deleting', () => {
  it('takes the run, all below it and their folders, and leaves everything else', () => {
    const dataDir = temporaryDataDir()
    const store = openTestStore(dataDir)
    const walk = store.createRun(newRun({ kind: 'walk_forward' }))
    const search = store.createRun(newRun({ kind: 'search', parentId: walk.id }))
    const best = store.createRun(newRun({ parentId: search.id }))
    const other = store.createRun(newRun())
    store.putTrial(search.id, trial(1, { dailyReturns: new Float64Array([0.1]) }))
    for (const { id } of [walk, search, best, other]) {
      writeFileSync(path.join(store.makeRunFolder(id), 'journal.db'), 'x')
      store.finishRun(id, result({ artefacts: { report: {} } }))
    }
    store.saveJob(job('j', { state: 'done', endedMs: 1, runId: best.id }))
    store.deleteRun(walk.id)
    expect(store.runs(PAGE)).toMatchObject({ total: 1, rows: [{ id: other.id }] })
    expect(readdirSync(path.join(dataDir, 'lab', 'runs'))).toEqual([other.id])
    expect(store.runFolder(other.id)).toBe(path.join(dataDir, 'lab', 'runs', other.id))
    expect(store.job('j').view.runId).toBeNull()
    store.close()
    const db = openReadWrite(path.join(dataDir, 'lab.db'))
    const count = (table: string): unknown => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
    expect([count('runs'), count('trials'), count('trial_returns'), count('artefacts')]).toEqual([1, 0, 0, 3])
    db.close()
  })

  it('is refused while one of the family is running', () => {
    const store = openTestStore(temporaryDataDir())
    const walk = store.createRun(newRun({ kind: 'walk_forward' }))
    const child = store.createRun(newRun({ parentId: walk.id }))
    store.finishRun(walk.id, result())
    expect(() => store.deleteRun(walk.id)).toThrow(failing('wrong_state', `run ${child.id} is running: cancel it before deleting it`))
    expect(store.runs(PAGE).total).toBe(2)
  })

  it.each([['with its folder'], ['without it']])('that was cut short is finished at the next start, %s', (how) => {
    const dataDir = temporaryDataDir()
    const store = openTestStore(dataDir)
    const { id } = store.createRun(newRun())
    if (how === 'with its folder') writeFileSync(path.join(store.makeRunFolder(id), 'journal.db'), 'x')
    store.finishRun(id, result())
    store.close()
    const db = openReadWrite(path.join(dataDir, 'lab.db'))
    db.exec('UPDATE runs SET deleting = 1')
    db.close()
    const reader = openLabStoreReader(dataDir)
    expect(reader.runs(PAGE).total).toBe(0)
    expect(() => reader.run(id)).toThrow(failing('not_found'))
    reader.close()
    const again = openTestStore(dataDir)
    expect(again.warnings).toEqual([])
    expect(existsSync(path.join(dataDir, 'lab', 'runs', id))).toBe(false)
    again.close()
    const swept = openReadWrite(path.join(dataDir, 'lab.db'))
    expect(swept.prepare('SELECT count(*) FROM runs').pluck().get()).toBe(0)
    swept.close()
  })

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('of a folder that cannot be removed is said, and tried again', () => {
    const dataDir = temporaryDataDir()
    const store = openTestStore(dataDir)
    const parent = store.createRun(newRun({ kind: 'search' }))
    const child = store.createRun(newRun({ parentId: parent.id }))
    const folder = store.makeRunFolder(child.id)
    writeFileSync(path.join(folder, 'journal.db'), 'x')
    for (const { id } of [parent, child]) store.finishRun(id, result())
    chmodSync(folder, 0o500)
    store.deleteRun(parent.id)
    expect(store.runs(PAGE).total).toBe(0)
    store.close()
    const again = openTestStore(dataDir)
    expect(again.warnings).toEqual([expect.stringContaining('2 deleted runs of the lab could not be removed')])
    again.close()
    chmodSync(folder, 0o700)
    expect(openTestStore(dataDir).warnings).toEqual([])
    expect(existsSync(folder)).toBe(false)
  })
})

describe('the file', () => {
  it('is its owner’s alone, and so are the folders', () => {
    const dataDir = temporaryDataDir()
    const store = openTestStore(dataDir)
    const folder = store.makeRunFolder(store.createRun(newRun()).id)
    expect(statSync(path.join(dataDir, 'lab.db')).mode & 0o077).toBe(0)
    expect(statSync(folder).mode & 0o077).toBe(0)
  })

  it('has one writer; readers see each commit at once', () => {
    const dataDir = temporaryDataDir()
    const store = openTestStore(dataDir)
    expect(() => openLabStore(dataDir)).toThrow(failing('locked', 'already open for writing in another process'))
    const reader = openLabStoreReader(dataDir)
    const { id } = store.createRun(newRun())
    expect(reader.runs(PAGE).total).toBe(1)
    store.finishRun(id, result())
    expect(reader.run(id).row.state).toBe('done')
    reader.close()
    store.close()
    openTestStore(dataDir)
  })

  it('that is damaged is set aside as it was, and a new one begun', () => {
    const dataDir = temporaryDataDir()
    const garbage = Buffer.alloc(8192, 'not a database ')
    writeFileSync(path.join(dataDir, 'lab.db'), garbage)
    const store = openTestStore(dataDir)
    expect(store.warnings).toEqual([expect.stringMatching(/^The lab's store was damaged .* set aside as .*lab\.db\.damaged-2026-01-01T/)])
    store.createRun(newRun())
    const aside = readdirSync(dataDir).find((name) => name.startsWith('lab.db.damaged-'))
    expect(readFileSync(path.join(dataDir, aside ?? ''))).toEqual(garbage)
  })

  it('whose rows are damaged names the run instead of inventing it', () => {
    const dataDir = temporaryDataDir()
    const store = openTestStore(dataDir)
    const { id } = store.createRun(newRun({ spec: { text: 'x'.repeat(5_000) } }))
    store.close()
    const db = openReadWrite(path.join(dataDir, 'lab.db'))
    db.exec(`UPDATE artefacts SET body = substr(body, 1, 20) WHERE name = 'spec'; UPDATE runs SET metrics = '{"sharpe": "high"}'`)
    db.close()
    const again = openTestStore(dataDir)
    expect(() => again.run(id)).toThrow(failing('damaged', 'metrics.sharpe'))
    expect(() => again.artefact(id, 'spec')).toThrow(failing('damaged', `spec of run ${id} cannot be read`))
  })

  it('of a later version is left alone', () => {
    const dataDir = temporaryDataDir()
    openTestStore(dataDir).close()
    const db = openReadWrite(path.join(dataDir, 'lab.db'))
    db.pragma('user_version = 99')
    db.close()
    expect(() => openLabStore(dataDir)).toThrow(failing('newer_schema', 'has schema version 99, this program knows 1'))
    expect(() => openLabStoreReader(dataDir)).toThrow(failing('newer_schema'))
    expect(readdirSync(dataDir).filter((name) => name.includes('damaged'))).toEqual([])
  })

  it('that does not exist, in a folder that does not, is said in one sentence', () => {
    const dataDir = temporaryDataDir()
    expect(() => openLabStoreReader(dataDir)).toThrow(failing('cannot_open', 'nothing was run yet'))
    expect(() => openLabStore(path.join(dataDir, 'nowhere'))).toThrow(failing('cannot_open', 'the folder does not exist'))
    mkdirSync(path.join(dataDir, 'lab.db'))
    expect(() => openLabStore(dataDir)).toThrow(LabStoreError)
  })

  it('that is full takes nothing more, keeps what it has, and can be deleted from', () => {
    const dataDir = temporaryDataDir()
    const store = openTestStore(dataDir, { sizeMaxBytes: 400 * 1024 })
    // Digits of a sine, which compress badly.
    const report = Array.from({ length: 2_000 }, (_, index) => Math.sin(index * index))
    const ids: string[] = []
    const fill = (): void => {
      for (let n = 0; n < 100; n += 1) {
        const { id } = store.createRun(newRun())
        ids.push(id)
        store.finishRun(id, result({ artefacts: { report } }))
      }
    }
    expect(fill).toThrow(failing('full', 'the disk is full; free some space'))
    const before = store.runs(PAGE)
    expect(before.total).toBeGreaterThan(5)
    expect(store.artefact('run-1', 'report')).toEqual(report)
    for (const id of ids.slice(0, 3)) store.deleteRun(id)
    expect(store.runs(PAGE).total).toBe(before.total - 3)
    expect(store.createRun(newRun()).state).toBe('running')
  })
})
