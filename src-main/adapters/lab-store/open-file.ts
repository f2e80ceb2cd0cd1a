// From a path to a file that is safe to write: one writer, a known schema, checked integrity. What is damaged is set aside, never deleted.
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LabStoreError, toLabStoreError } from './lab-store-error.ts'
import { checkSchema, migrate } from './schema.ts'
import { type Database, SqliteError, openReadOnly, openReadWrite } from './sqlite.ts'

/** Of SQLite, unless a file says otherwise; files of this store never do. */
const PAGE_BYTES = 4096

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

export const labFile = (dataDir: string): string => join(dataDir, 'lab.db')

/** Opens, checks, sets aside and migrates as needed. Throws LabStoreError; then nothing is held and nothing was lost. */
export function openLabFile(file: string, options: FileOptions): OpenedFile {
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
    throw toLabStoreError(error, file, 'opening lab store')
  }
}

/** A copy of the file alone must be whole. What cannot be merged now (a full disk) is safe in the log. */
function wholeInOneFile(db: Database): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error
  }
}

/**
 * One writer: what was running when it opens the file belongs to nobody any more. The lock is SQLite's own file lock on an empty database
 * beside the store: the operating system releases it however the process ends, and readers do not need it.
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
    const failure = toLabStoreError(error, file, 'locking lab store')
    throw failure.code === 'locked'
      ? new LabStoreError('locked', `lab store ${file} is already open for writing in another process; stop that one first`, error)
      : failure
  }
}

/** Readable and writable by its owner alone. SQLite gives its side files the same mode. */
function createPrivately(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}

/** A folder of the owner alone, with those above it. */
export const makePrivateFolder = (folder: string): void => void mkdirSync(folder, { recursive: true, mode: 0o700 })

function prepareFile(file: string, options: FileOptions): string[] {
  if (!existsSync(file) || statSync(file).size === 0) return []
  const damage = damageOf(file)
  if (damage === null) return []
  const aside = setAside(file, options.nowMs())
  return [
    `The lab's store was damaged (${damage}). It was set aside as ${aside} and a new one was started; market data and folders of runs are as they were.`,
  ]
}

/** Looks through a read-only connection, so that a damaged file is set aside exactly as it was found. Throws for what is not damage. */
function damageOf(file: string): string | null {
  let db: Database | null = null
  try {
    db = openReadOnly(file)
    checkSchema(db, file)
    const verdict = db.pragma('quick_check(1)', { simple: true })
    return verdict === 'ok' ? null : `SQLite: ${String(verdict)}`
  } catch (error) {
    const failure = toLabStoreError(error, file, 'checking lab store')
    if (failure.code === 'damaged') return failure.message
    throw failure
  } finally {
    db?.close()
  }
}

/** Renames the file with its -wal and -shm. Returns the new path of the main file. */
function setAside(file: string, nowMs: number): string {
  const wanted = `${file}.damaged-${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}`
  let aside = wanted
  for (let attempt = 1; existsSync(aside); attempt += 1) aside = `${wanted}-${attempt}`
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix)
  return aside
}

function configure(db: Database, options: FileOptions): void {
  db.pragma('journal_mode = WAL')
  // Each commit waits for the disk: a trial takes a thousand times as long as that, and must not be lost.
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`)
  if (options.sizeMaxBytes !== null) db.pragma(`max_page_count = ${Math.max(1, Math.floor(options.sizeMaxBytes / PAGE_BYTES))}`)
}
