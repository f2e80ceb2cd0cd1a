// From a path to a file that is safe to write: one writer, a known schema, checked integrity. What is damaged is set aside, never deleted.
import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs'
import { chainReader, tailFault } from './chain-check.ts'
import { JournalError, toJournalError } from './journal-error.ts'
import { SCHEMA_VERSION, checkSchema, migrate, schemaVersionOf } from './schema.ts'
import { type Database, SqliteError, openReadOnly, openReadWrite } from './sqlite.ts'

/** Newest records whose hashes are checked at each start; all of them are checked by verification. */
const TAIL_CHECK_RECORDS = 1_000

export type FileOptions = {
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

/** Opens, checks, sets aside, backs up and migrates as needed. Throws JournalError; then nothing is held and nothing was lost. */
export function openJournalFile(file: string, options: FileOptions): OpenedFile {
  const lock = lockForWriting(file)
  let db: Database | null = null
  try {
    const warnings = prepareFile(file, options)
    createPrivately(file)
    db = openReadWrite(file)
    configure(db, options)
    migrate(db)
    const opened = db
    return {
      db,
      warnings,
      close: () => {
        wholeInOneFile(opened)
        opened.close()
        lock.close()
      },
    }
  } catch (error) {
    db?.close()
    lock.close()
    throw toJournalError(error, file, 'opening journal')
  }
}

/**
 * SQLite merges the log into the file when the last connection closes, unless that one only reads, as the host's does: then a copy of the
 * file alone would lack the newest records. What cannot be merged now (a full disk) is safe in the log.
 */
function wholeInOneFile(db: Database): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error
  }
}

/**
 * Two writers would each continue the chain from its own memory, so only one may open the file. The lock is SQLite's own file lock on an
 * empty database next to the journal: the operating system releases it however the process ends, and readers do not need it.
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
    const failure = toJournalError(error, file, 'locking journal')
    throw failure.code === 'locked'
      ? new JournalError('locked', `journal ${file} is already open for writing in another process`, error)
      : failure
  }
}

/** The journal is nobody else's business: readable and writable by its owner alone. SQLite gives its side files the same mode. */
function createPrivately(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}

function prepareFile(file: string, options: FileOptions): string[] {
  if (!existsSync(file) || statSync(file).size === 0) return []
  const found = inspect(file)
  if (found.damage !== null) {
    const aside = setAside(file, options.nowMs())
    return [
      `The journal was damaged (${found.damage}). It was set aside as ${aside} and a new one was started; the venue will be asked what is open.`,
    ]
  }
  if (found.version > 0 && found.version < SCHEMA_VERSION) backUpBeforeMigration(file, found.version, options.nowMs())
  return []
}

type Inspection = { readonly version: number; readonly damage: string | null }

/** Looks through a read-only connection, so that a damaged file is set aside exactly as it was found. Throws for what is not damage. */
function inspect(file: string): Inspection {
  let db: Database | null = null
  try {
    db = openReadOnly(file)
    checkSchema(db, file)
    const version = schemaVersionOf(db)
    const verdict = db.pragma('quick_check(1)', { simple: true })
    if (verdict !== 'ok') return { version, damage: `SQLite: ${String(verdict)}` }
    return { version, damage: version === 0 ? null : tailFault(chainReader(db), TAIL_CHECK_RECORDS) }
  } catch (error) {
    const failure = toJournalError(error, file, 'checking journal')
    if (failure.code === 'damaged') return { version: 0, damage: failure.message }
    throw failure
  } finally {
    db?.close()
  }
}

const timestamp = (nowMs: number): string => new Date(nowMs).toISOString().replace(/[:.]/g, '-')

/** Renames the file with its -wal and -shm. Returns the new path of the main file. */
export function setAside(file: string, nowMs: number): string {
  const aside = unusedName(`${file}.damaged-${timestamp(nowMs)}`)
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix)
  }
  return aside
}

function backUpBeforeMigration(file: string, version: number, nowMs: number): void {
  const copy = unusedName(`${file}.v${version}-${timestamp(nowMs)}.backup`)
  const db = openReadWrite(file)
  try {
    db.prepare('VACUUM INTO ?').run(copy)
  } finally {
    db.close()
  }
}

function unusedName(wanted: string): string {
  for (let attempt = 0; attempt < 100; attempt++) {
    const name = attempt === 0 ? wanted : `${wanted}-${attempt}`
    if (!existsSync(name)) return name
  }
  throw new JournalError('io', `no unused name left for ${wanted}`)
}

function configure(db: Database, options: FileOptions): void {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.pragma('foreign_keys = ON')
  // A checkpoint waits for the disk twice: every 16 MB rather than SQLite's 4 makes that a quarter as often.
  // After a burst the log is cut back to 64 MB.
  db.pragma('wal_autocheckpoint = 4000')
  db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`)
  db.pragma('cache_size = -32000')
  if (options.sizeMaxBytes !== null) db.pragma(`max_page_count = ${Math.max(1, Math.floor(options.sizeMaxBytes / 4096))}`)
}
