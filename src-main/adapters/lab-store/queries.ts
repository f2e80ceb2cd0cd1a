// Every question to the tables. A run that is being deleted is not there.
import type { Database } from '../sqlite/database.ts'
import type { Document } from './documents.ts'
import { RUN_COLUMNS, type RawJob, type RawRun, type RawTrial, TRIAL_COLUMNS } from './rows.ts'

type Filter = { readonly kind: string | null; readonly anyParent: number; readonly parentSeq: number | null }
type RawStoredRun = RawRun & { readonly endedMs: number | null; readonly message: string }
export type RawStoredJob = RawJob & { readonly encoding: number | null; readonly resume: Buffer | null }

const RUNS = 'runs r LEFT JOIN runs p ON p.seq = r.parent_seq WHERE r.deleting = 0'
const FILTERED = `r.deleting = 0 AND (@kind IS NULL OR r.kind = @kind) AND (@anyParent OR r.parent_seq IS @parentSeq)`
const JOB_COLUMNS = 'id, run_id AS runId, view, encoding, resume'

export type Queries = ReturnType<typeof prepareQueries>

export function prepareQueries(db: Database) {
  return {
    seq: db.prepare<[string], { seq: number; state: string }>('SELECT seq, state FROM runs WHERE id = ? AND deleting = 0'),
    run: db.prepare<[string], RawStoredRun>(`SELECT ${RUN_COLUMNS}, r.ended_ms AS endedMs, r.message FROM ${RUNS} AND r.id = ?`),
    runs: db.prepare<[Filter & { limit: number; offset: number }], RawRun>(
      `SELECT ${RUN_COLUMNS} FROM runs r LEFT JOIN runs p ON p.seq = r.parent_seq WHERE ${FILTERED}
       ORDER BY r.seq DESC LIMIT @limit OFFSET @offset`,
    ),
    runCount: db.prepare<[Filter], { count: number }>(`SELECT count(*) AS count FROM runs r WHERE ${FILTERED}`),
    unfinishedRuns: db.prepare<[number], RawRun>(`SELECT ${RUN_COLUMNS} FROM ${RUNS} AND r.state = 'running' ORDER BY r.seq LIMIT ?`),
    artefact: db.prepare<[number, string], Document>('SELECT encoding, body FROM artefacts WHERE run_seq = ? AND name = ?'),
    artefactNames: db.prepare<[number], { name: string }>('SELECT name FROM artefacts WHERE run_seq = ? ORDER BY name'),
    trials: db.prepare<[number, number, number], RawTrial>(
      `SELECT ${TRIAL_COLUMNS} FROM trials WHERE run_seq = ? ORDER BY number LIMIT ? OFFSET ?`,
    ),
    trialCount: db.prepare<[number], { count: number }>('SELECT count(*) AS count FROM trials WHERE run_seq = ?'),
    dailyReturns: db.prepare<[number, number, number], { number: number; body: Buffer }>(
      `SELECT d.number, d.body FROM trial_returns d JOIN trials t ON t.run_seq = d.run_seq AND t.number = d.number
       WHERE d.run_seq = ? AND t.state = 'done' ORDER BY d.number LIMIT ? OFFSET ?`,
    ),
    job: db.prepare<[string], RawStoredJob>(`SELECT ${JOB_COLUMNS} FROM jobs WHERE id = ?`),
    unfinishedJobs: db.prepare<[number], RawStoredJob>(
      `SELECT ${JOB_COLUMNS} FROM jobs WHERE state IN ('queued', 'running', 'paused') ORDER BY seq LIMIT ?`,
    ),
    endedJobs: db.prepare<[number], RawStoredJob>(
      `SELECT ${JOB_COLUMNS} FROM jobs WHERE state IN ('done', 'failed', 'canceled') ORDER BY ended_ms DESC, seq DESC LIMIT ?`,
    ),
  }
}
