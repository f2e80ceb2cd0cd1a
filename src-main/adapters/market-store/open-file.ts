// From a path to a store that is safe to write: one writer, a known schema, a catalogue that agrees with its chunks. What is damaged is set
// aside, never deleted; what an import left behind when its process died is removed.
import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs'
import { catalogueFault } from './catalogue-check.ts'
import { MarketStoreError, isFileTrouble, toMarketStoreError } from './market-store-error.ts'
import { SCHEMA_VERSION, checkSchema, migrate, schemaVersionOf } from './schema.ts'
import { type Database, SqliteError, openReadOnly, openReadWrite } from './sqlite.ts'

export type FileOptions = {
  /** Names files that are set aside. */
  readonly nowMs: () => number
  /** Upper bound of the main file; reaching it is the same as a full disk. Null for none. */
  readonly sizeMaxBytes: number | null
}
export type OpenedFile = {
  readonly db: Database
  /** Sentences for the user, for example where a damaged file was put. */
  readonly warnings: readonly string[]
  close(): void
}

/** Opens, checks, sets aside and migrates as needed. Throws MarketStoreError; then nothing is held and nothing was lost. */
export function openStoreFile(file: string, options: FileOptions): OpenedFile {
  const lock = lockForWriting(file)
  let db: Database | null = null
  try {
    const warnings = prepareFile(file, options)
    createPrivately(file)
    db = openReadWrite(file)
    configure(db, options)
    migrate(db)
    removeUnfinished(db)
    const opened = db
    return {
      db,
      warnings,
      close: () => {
        if (!opened.open) return
        wholeInOneFile(opened)
        opened.close()
        lock.close()
      },
    }
  } catch (error) {
    db?.close()
    lock.close()
    throw toMarketStoreError(error, file, 'opening market store')
  }
}

/** Opens for reading beside a writer. Throws MarketStoreError `cannot_open` when there is no such file. */
export function openStoreFileReadOnly(file: string): Database {
  let db: Database | null = null
  try {
    db = openReadOnly(file)
    checkSchema(db, file)
    const version = schemaVersionOf(db)
    if (version < SCHEMA_VERSION)
      throw new MarketStoreError(
        'older_schema',
        `market store ${file} has schema version ${version}, expected ${SCHEMA_VERSION}: open it for writing once`,
      )
    return db
  } catch (error) {
    db?.close()
    throw toMarketStoreError(error, file, 'opening market store')
  }
}

/** The log is merged when the last connection closes, unless that one only reads. What cannot be merged now is safe in the log. */
function wholeInOneFile(db: Database): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error
  }
}

/**
 * A second writer would take this one's unfinished imports for leftovers. The lock is SQLite's own file lock on an empty database beside the
 * store: the operating system releases it however the process ends, and readers do not need it.
 */
function lockForWriting(file: string): Database {
  const lockFile = `${file}.lock`
  let lock: Database | null = null
  try {
    createPrivately(lockFile)
    lock = openReadWrite(lockFile)
    lock.pragma('busy_timeout = 0')
    lock.pragma('journal_mode = MEMORY')
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    const failure = toMarketStoreError(error, file, 'locking market store')
    throw failure.code === 'busy'
      ? new MarketStoreError('busy', `market store ${file} is already open for writing in another process`, error)
      : failure
  }
}

function createPrivately(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}

function prepareFile(file: string, options: FileOptions): string[] {
  if (!existsSync(file) || statSync(file).size === 0) return []
  const damage = inspect(file)
  if (damage === null) return []
  const aside = setAside(file, options.nowMs())
  return [`The market data was damaged (${damage}). It was set aside as ${aside} and an empty store was begun; import the data again.`]
}

/**
 * Null, or what is damaged. Looks through a read-only connection, so that a damaged file is set aside exactly as it was found. Chunks carry checksums of their own and
 * are checked when they are read: reading gigabytes at each start would prove little more. Throws for what is not damage.
 */
function inspect(file: string): string | null {
  let db: Database | null = null
  try {
    db = openReadOnly(file)
    checkSchema(db, file)
    return schemaVersionOf(db) === 0 ? null : catalogueFault(db)
  } catch (error) {
    const failure = toMarketStoreError(error, file, 'checking market store')
    if (failure.code === 'corrupt') return failure.message
    throw isFileTrouble(error) ? failure : error
  } finally {
    db?.close()
  }
}

const timestamp = (nowMs: number): string => new Date(nowMs).toISOString().replace(/[:.]/g, '-')

/** Renames the file with its -wal and -shm. Returns the new path of the main file. */
function setAside(file: string, nowMs: number): string {
  const aside = unusedName(`${file}.damaged-${timestamp(nowMs)}`)
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix)
  }
  return aside
}

function unusedName(wanted: string): string {
  for (let attempt = 0; attempt < 100; attempt++) {
    const name = attempt === 0 ? wanted : `${wanted}-${attempt}`
    if (!existsSync(name)) return name
  }
  throw new MarketStoreError('io', `no unused name left for ${wanted}`)
}

function configure(db: Database, options: FileOptions): void {
  // Before the first table: what is deleted can then be given back to the disk.
  db.pragma('auto_vacuum = INCREMENTAL')
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.pragma('wal_autocheckpoint = 4000')
  db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`)
  db.pragma('cache_size = -32000')
  if (options.sizeMaxBytes !== null) db.pragma(`max_page_count = ${Math.max(1, Math.floor(options.sizeMaxBytes / 4096))}`)
}

/** Imports that were begun and never finished, because their process died. */
function removeUnfinished(db: Database): void {
  const unfinished = db.prepare<[], { count: number }>('SELECT COUNT(*) AS count FROM series WHERE id IS NULL').get()?.count ?? 0
  if (unfinished === 0) return
  db.transaction(() => {
    db.exec('DELETE FROM chunks WHERE series_key IN (SELECT key FROM series WHERE id IS NULL)')
    db.exec('DELETE FROM series WHERE id IS NULL')
  })()
  db.pragma('incremental_vacuum')
}
