// Everything that can be asked of the lab's store, from any number of connections beside the one writer.
import { statSync } from 'node:fs'
import type { DataPassport } from '../../../src-shared/domain/series.ts'
import { type Database, openReadOnly } from '../sqlite/database.ts'
import { checkSchema, schemaVersionOf } from '../sqlite/migrations.ts'
import { fromDocument, unpackDoubles } from './documents.ts'
import { LabStoreError, toLabStoreError } from './lab-store-error.ts'
import { labFile } from './open-file.ts'
import { type Queries, type RawStoredJob, prepareQueries } from './queries.ts'
import {
  type JobView,
  type RunKind,
  type RunRow,
  type StoredJob,
  type StoredRun,
  type StoredTrial,
  type TrialReturns,
  toJobView,
  toRunRow,
  toStoredTrial,
} from './rows.ts'
import { existingRunFolder } from './run-folder.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './schema.ts'

export const PAGE_MAX = 5_000
/** Of jobs that have not ended; the writer takes no more. */
export const JOBS_UNFINISHED_MAX = 1_000
export type Page = { readonly limit: number; readonly offset: number }
/** What is left out does not matter. `parentId` null: only runs that belong to no other. */
export type RunFilter = { readonly kind?: RunKind; readonly parentId?: string | null }

/** Throws LabStoreError: `not_found` for an unknown run, `bad_value` for a page out of bounds, `damaged` for what cannot be read. */
export type LabStoreReader = {
  /** Newest first; `total` is how many there are without the page. */
  runs(page: Page, filter?: RunFilter): { readonly total: number; readonly rows: readonly RunRow[] }
  run(runId: string): StoredRun
  /** Those that have not ended, oldest first, at most 5,000: after a crash, what it interrupted. */
  unfinishedRuns(): readonly RunRow[]
  /** Null when the run has none of that name. */
  artefact(runId: string, name: string): unknown
  artefactNames(runId: string): readonly string[]
  /** What `saveState` wrote last, or null. */
  loadState(runId: string): unknown
  /** In order of number. */
  trials(runId: string, page: Page): { readonly total: number; readonly rows: readonly StoredTrial[] }
  /** Of the trials that are done and have them, in order of number. */
  dailyReturns(runId: string, page: Page): readonly TrialReturns[]
  /** Those that have not ended, oldest first, then those that ended last; at most `limit` together. */
  jobs(limit: number): readonly JobView[]
  job(jobId: string): StoredJob
  /** Queued, running or paused, oldest first, at most 1,000: after a crash, what it interrupted. */
  unfinishedJobs(): readonly StoredJob[]
  /** Null when nothing was put there. */
  runFolder(runId: string): string | null
  close(): void
}

export const STATE = 'state'

/**
 * Opens the store of a data directory for reading. Throws LabStoreError: `cannot_open` when there is none yet, `older_schema` until the
 * writer has been there.
 */
export function openLabStoreReader(dataDir: string): LabStoreReader {
  const file = labFile(dataDir)
  if (!statSync(file, { throwIfNoEntry: false }))
    throw new LabStoreError('cannot_open', `lab store ${file} does not exist: nothing was run yet`)
  let db: Database | null = null
  try {
    db = openReadOnly(file)
    checkSchema(db, `lab store ${file}`, MIGRATIONS)
    const version = schemaVersionOf(db)
    if (version < SCHEMA_VERSION)
      throw new LabStoreError(
        'older_schema',
        `lab store ${file} has schema version ${version}, expected ${SCHEMA_VERSION}: start the lab once`,
      )
    return readerOver({ db, file, dataDir, queries: prepareQueries(db) })
  } catch (error) {
    db?.close()
    throw toLabStoreError(error, file, 'opening lab store')
  }
}

type ReadContext = { readonly db: Database; readonly file: string; readonly dataDir: string; readonly queries: Queries }

/** Reads through this connection, which it closes. */
export function readerOver({ db, file, dataDir, queries }: ReadContext): LabStoreReader {
  /** The same question, with what SQLite throws turned into a LabStoreError. */
  const asked =
    <A extends readonly unknown[], T>(question: (...input: A) => T) =>
    (...input: A): T => {
      try {
        return question(...input)
      } catch (error) {
        throw toLabStoreError(error, file, 'reading lab store')
      }
    }
  const document = asked((runId: string, name: string): unknown => {
    const found = queries.artefact.get(runSeq(queries, runId), name)
    return found === undefined ? null : fromDocument(found, `${name} of run ${runId}`)
  })
  return {
    runs: asked((page, filter = {}) => listRuns(queries, bounded(page), filter)),
    run: asked((runId) => {
      const passports = document(runId, 'passports')
      return {
        ...rowOf(queries, runId),
        spec: document(runId, 'spec'),
        // Written by `createRun`, which takes nothing else.
        passports: Array.isArray(passports) ? (passports as readonly DataPassport[]) : [],
      }
    }),
    unfinishedRuns: asked(() => queries.unfinishedRuns.all(PAGE_MAX).map(toRunRow)),
    artefact: document,
    artefactNames: asked((runId) => queries.artefactNames.all(runSeq(queries, runId)).map(({ name }) => name)),
    loadState: (runId) => document(runId, STATE),
    trials: asked((runId, page) => listTrials(queries, runSeq(queries, runId), bounded(page))),
    dailyReturns: asked((runId, page) => {
      const { limit, offset } = bounded(page)
      const rows = queries.dailyReturns.all(runSeq(queries, runId), limit, offset)
      return rows.map(({ number, body }) => ({ number, returns: unpackDoubles(body, `returns of trial ${number} of run ${runId}`) }))
    }),
    jobs: asked((limit) => listJobs(queries, bounded({ limit, offset: 0 }).limit)),
    job: asked((jobId) => {
      const found = queries.job.get(jobId)
      if (found === undefined) throw new LabStoreError('not_found', `there is no job ${jobId}`)
      return toStoredJob(found)
    }),
    unfinishedJobs: asked(() => queries.unfinishedJobs.all(JOBS_UNFINISHED_MAX).map(toStoredJob)),
    runFolder: asked((runId) => {
      runSeq(queries, runId)
      return existingRunFolder(dataDir, runId)
    }),
    close: () => void db.close(),
  }
}

const noRun = (runId: string): LabStoreError => new LabStoreError('not_found', `there is no run ${runId}`)

/** Throws LabStoreError `not_found`. */
export function runSeq(queries: Queries, runId: string): number {
  const found = queries.seq.get(runId)
  if (found === undefined) throw noRun(runId)
  return found.seq
}

/** Throws LabStoreError `not_found`. */
export function rowOf(queries: Queries, runId: string): Pick<StoredRun, 'row' | 'endedMs' | 'message'> {
  const raw = queries.run.get(runId)
  if (raw === undefined) throw noRun(runId)
  const { endedMs, message, ...row } = raw
  return { row: toRunRow(row), endedMs, message }
}

function bounded({ limit, offset }: Page): Page {
  if (!Number.isSafeInteger(limit) || limit < 0 || limit > PAGE_MAX || !Number.isSafeInteger(offset) || offset < 0)
    throw new LabStoreError('bad_value', `page of ${limit} from ${offset}: expected at most ${PAGE_MAX} rows from 0 or more`)
  return { limit, offset }
}

function listRuns(queries: Queries, { limit, offset }: Page, { kind, parentId }: RunFilter): ReturnType<LabStoreReader['runs']> {
  const filter = {
    kind: kind ?? null,
    anyParent: parentId === undefined ? 1 : 0,
    parentSeq: typeof parentId === 'string' ? runSeq(queries, parentId) : null,
  }
  return { total: queries.runCount.get(filter)?.count ?? 0, rows: queries.runs.all({ ...filter, limit, offset }).map(toRunRow) }
}

const listTrials = (queries: Queries, runKey: number, { limit, offset }: Page): ReturnType<LabStoreReader['trials']> => ({
  total: queries.trialCount.get(runKey)?.count ?? 0,
  rows: queries.trials.all(runKey, limit, offset).map(toStoredTrial),
})

function listJobs(queries: Queries, limit: number): readonly JobView[] {
  const unfinished = queries.unfinishedJobs.all(limit)
  return [...unfinished, ...queries.endedJobs.all(limit - unfinished.length)].map(toJobView)
}

const toStoredJob = ({ encoding, resume, ...raw }: RawStoredJob): StoredJob => ({
  view: toJobView(raw),
  resume: resume === null || encoding === null ? null : fromDocument({ encoding, body: resume }, `what job ${raw.id} needs to go on`),
})
