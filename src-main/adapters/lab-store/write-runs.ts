// Runs from their beginning to their end, and the documents they leave behind.
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import type { Database } from '../sqlite/database.ts'
import { jsonOf, toDocument } from './documents.ts'
import { LabStoreError } from './lab-store-error.ts'
import { STATE, rowOf, runSeq } from './reader.ts'
import { type NewRun, type RunResult, type RunRow, checkedRun } from './rows.ts'
import { folderOf, makeRunFolder } from './run-folder.ts'
import { type WriteContext, commit } from './write-context.ts'

export const RUNS_MAX = 100_000
const ARTEFACTS_MAX = 64
const MESSAGE_MAX = 600
const ARTEFACT_NAME = /^[a-z][a-z0-9-]{0,39}$/
/** Written by calls of their own. */
const RESERVED: ReadonlySet<string> = new Set(['spec', 'passports', STATE])

export type RunWrites = {
  /** The run as it begins, under a new id. `not_found` when its parent does not exist. */
  createRun(run: NewRun): RunRow
  /** `wrong_state` unless it is running. */
  finishRun(runId: string, result: RunResult): void
  /** `message` is one sentence. `wrong_state` unless it is running. */
  failRun(runId: string, message: string): void
  /** Running again, to go on with what it has. `wrong_state` unless it has failed or was canceled. */
  reopenRun(runId: string): void
  /** Replaces what had this name: lower-case letters, digits and -, at most 40. */
  putArtefact(runId: string, name: string, value: unknown): void
  /** What a search or walk-forward needs to go on after the process has died. */
  saveState(runId: string, state: unknown): void
  note(runId: string, note: string): void
  /** The folder `lab/runs/<id>` of the data directory, made when it is missing. */
  makeRunFolder(runId: string): string
}

const BEGINNING = { state: 'running', note: '', seconds: null, metrics: {}, passed: null, hasJournal: false } as const

export function runWrites(context: WriteContext): RunWrites {
  const { queries, nowMs } = context
  const sql = prepareStatements(context.db)

  function create({ spec, passports, ...known }: NewRun): RunRow {
    const row = checkedRun({ ...known, ...BEGINNING, id: context.newId(), createdMs: nowMs() })
    folderOf(context.dataDir, row.id)
    const parentSeq = row.parentId === null ? null : runSeq(queries, row.parentId)
    if ((sql.runCount.get()?.count ?? 0) >= RUNS_MAX)
      throw new LabStoreError('full', `the lab holds ${RUNS_MAX} runs and takes no more: delete some first`)
    sql.insert.run({ ...row, instruments: jsonOf(row.instruments, 'instruments'), parentSeq, metrics: '{}', passed: null, hasJournal: 0 })
    put(row.id, 'spec', spec)
    put(row.id, 'passports', passports)
    return row
  }
  function finish(runId: string, { artefacts, ...result }: RunResult): void {
    const seq = inState(runId, ['running'])
    const { metrics, passed, hasJournal, ...row } = checkedRun({ ...rowOf(queries, runId).row, ...result })
    sql.end.run({
      seq,
      endedMs: nowMs(),
      state: row.state,
      seconds: row.seconds,
      metrics: jsonOf(metrics, 'metrics'),
      passed: passed === null ? null : Number(passed),
      hasJournal: Number(hasJournal),
    })
    for (const [name, value] of Object.entries(artefacts)) putNamed(runId, name, value)
  }
  /** The key of the run, which must be in one of these states. */
  function inState(runId: string, states: readonly RunRow['state'][]): number {
    const { state } = rowOf(queries, runId).row
    if (!states.includes(state)) throw new LabStoreError('wrong_state', `run ${runId} is ${state}, expected ${states.join(' or ')}`)
    return runSeq(queries, runId)
  }
  function put(runId: string, name: string, value: unknown): void {
    const seq = runSeq(queries, runId)
    const { encoding, body } = toDocument(value, `${name} of run ${runId}`)
    sql.putArtefact.run(seq, name, encoding, body)
    if ((sql.artefactCount.get(seq)?.count ?? 0) > ARTEFACTS_MAX)
      throw new LabStoreError('full', `run ${runId} has ${ARTEFACTS_MAX} artefacts and takes no more`)
  }
  function putNamed(runId: string, name: string, value: unknown): void {
    if (!ARTEFACT_NAME.test(name) || RESERVED.has(name)) {
      const others = [...RESERVED].join(', ')
      throw new LabStoreError('bad_value', `artefact "${name}": expected lower-case letters, digits and -, and none of ${others}`)
    }
    put(runId, name, value)
  }
  function takeNote(runId: string, note: string): void {
    checkedRun({ ...rowOf(queries, runId).row, note })
    sql.note.run(note, runSeq(queries, runId))
  }
  function fail(runId: string, message: string): void {
    sql.fail.run(clipped(message, MESSAGE_MAX), nowMs(), inState(runId, ['running']))
  }
  return {
    createRun: (run) => commit(context, 'creating a run', () => create(run)),
    finishRun: (runId, result) => commit(context, `finishing run ${runId}`, () => finish(runId, result)),
    failRun: (runId, message) => commit(context, `failing run ${runId}`, () => fail(runId, message)),
    reopenRun: (runId) => commit(context, `reopening run ${runId}`, () => void sql.reopen.run(inState(runId, ['failed', 'canceled']))),
    putArtefact: (runId, name, value) => commit(context, `writing ${name} of run ${runId}`, () => putNamed(runId, name, value)),
    saveState: (runId, state) => commit(context, `saving the state of run ${runId}`, () => put(runId, STATE, state)),
    note: (runId, note) => commit(context, `noting run ${runId}`, () => takeNote(runId, note)),
    makeRunFolder(runId) {
      runSeq(queries, runId)
      return makeRunFolder(context.dataDir, runId)
    },
  }
}

type Inserted = Omit<RunRow, 'instruments' | 'metrics' | 'passed' | 'hasJournal'> & {
  readonly instruments: string
  readonly parentSeq: number | null
  readonly metrics: string
  readonly passed: null
  readonly hasJournal: 0
}
type Ended = Pick<RunRow, 'state' | 'seconds'> & {
  readonly seq: number
  readonly endedMs: number
  readonly metrics: string
  readonly passed: number | null
  readonly hasJournal: number
}

function prepareStatements(db: Database) {
  return {
    runCount: db.prepare<[], { count: number }>('SELECT count(*) AS count FROM runs'),
    insert: db.prepare<[Inserted]>(
      `INSERT INTO runs (id, parent_seq, kind, state, title, note, playbook_id, instruments, timeframe, from_ms, to_ms, created_ms,
         code_version, seed, metrics)
       VALUES (@id, @parentSeq, @kind, @state, @title, @note, @playbookId, @instruments, @timeframe, @fromMs, @toMs, @createdMs,
         @codeVersion, @seed, @metrics)`,
    ),
    end: db.prepare<[Ended]>(
      `UPDATE runs SET state = @state, seconds = @seconds, metrics = @metrics, passed = @passed, has_journal = @hasJournal,
         ended_ms = @endedMs, message = '' WHERE seq = @seq`,
    ),
    fail: db.prepare<[string, number, number]>(`UPDATE runs SET state = 'failed', message = ?, ended_ms = ? WHERE seq = ?`),
    reopen: db.prepare<[number]>(`UPDATE runs SET state = 'running', message = '', ended_ms = NULL WHERE seq = ?`),
    note: db.prepare<[string, number]>('UPDATE runs SET note = ? WHERE seq = ?'),
    putArtefact: db.prepare<[number, string, number, Buffer]>(
      `INSERT INTO artefacts VALUES (?, ?, ?, ?)
       ON CONFLICT (run_seq, name) DO UPDATE SET encoding = excluded.encoding, body = excluded.body`,
    ),
    artefactCount: db.prepare<[number], { count: number }>('SELECT count(*) AS count FROM artefacts WHERE run_seq = ?'),
  }
}
