// From a path to a file that is safe to write: one writer, a known schema, checked integrity. What is damaged is set aside, never deleted.
import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs'
import { type Database, SqliteError, openReadOnly, openReadWrite } from './database.ts'
import { FileError, isFileTrouble, toFileError } from './file-error.ts'
import { type Migration, checkSchema, migrate, schemaVersionOf } from './migrations.ts'

/** Of SQLite, unless a file says otherwise; ours never do. */
const PAGE_BYTES = 4096

export type FileOptions = {
  /** Names files that are set aside or backed up. */
  readonly nowMs: () => number
  /** Upper bound of the main file; reaching it is the same as a full disk. Null for none. */
  readonly sizeMaxBytes: number | null
}
/** What an adapter keeps in its file, and how. */
export type FileKind = {
  /** In sentences: "journal". */
  readonly name: string
  readonly migrations: readonly Migration[]
  /** What is damaged, in one clause, or null. Reads only; the file may have no tables yet. */
  readonly faultOf: (db: Database) => string | null
  /** The sentence that tells the user what was damaged and where it was put. */
  readonly damageWarning: (damage: string, aside: string) => string
  /** Pragmas, before the first table is made. The log must be a WAL. */
  readonly configure: (db: Database) => void
  /** Called while nobody has the file open, when it has tables of this earlier version. */
  readonly beforeMigration?: (version: number) => void
}
export type OpenedFile = {
  readonly db: Database
  /** Sentences for the user, for example where a damaged file was put. */
  readonly warnings: readonly string[]
  /** Merges the log and lets the next writer in. Calling it again does nothing. */
  close(): void
}

/**
 * Opens, checks, sets aside and migrates as needed. Throws FileError, or what SQLite, the file system or `kind` threw; then nothing is held
 * and nothing was lost.
 */
export function openWritable(file: string, kind: FileKind, options: FileOptions): OpenedFile {
  const lock = lockForWriting(file, kind.name)
  let db: Database | null = null
  try {
    const warnings = prepareFile(file, kind, options.nowMs)
    createPrivately(file)
    db = openReadWrite(file)
    kind.configure(db)
    if (options.sizeMaxBytes !== null) db.pragma(`max_page_count = ${Math.max(1, Math.floor(options.sizeMaxBytes / PAGE_BYTES))}`)
    migrate(db, kind.migrations)
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
    throw error
  }
}

/**
 * SQLite merges the log into the file when the last connection closes, unless that one only reads, as the host's does: then a copy of the
 * file alone would lack the newest commits. What cannot be merged now (a full disk) is safe in the log.
 */
function wholeInOneFile(db: Database): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error
  }
}

/**
 * Two writers would each go on from its own memory, so only one may open the file. The lock is SQLite's own file lock on an empty database
 * beside it: the operating system releases it however the process ends, and readers do not need it.
 */
function lockForWriting(file: string, name: string): Database {
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
    const failure = toFileError(error, file, `locking ${name}`)
    throw failure.code === 'locked'
      ? new FileError('locked', `${name} ${file} is already open for writing in another process; stop that one first`, error)
      : failure
  }
}

/** Makes the file when it is missing, readable and writable by its owner alone. SQLite gives its side files the same mode. */
export function createPrivately(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}

function prepareFile(file: string, kind: FileKind, nowMs: () => number): string[] {
  if (!existsSync(file) || statSync(file).size === 0) return []
  const { version, damage } = inspect(file, kind)
  if (damage !== null) return [kind.damageWarning(damage, setAside(file, nowMs()))]
  if (version > 0 && version < kind.migrations.length) kind.beforeMigration?.(version)
  return []
}

/** Looks through a read-only connection, so that a damaged file is set aside exactly as it was found. Throws for what is not damage. */
function inspect(file: string, kind: FileKind): { readonly version: number; readonly damage: string | null } {
  let db: Database | null = null
  try {
    db = openReadOnly(file)
    checkSchema(db, `${kind.name} ${file}`, kind.migrations)
    return { version: schemaVersionOf(db), damage: kind.faultOf(db) }
  } catch (error) {
    if (!isFileTrouble(error)) throw error
    const failure = toFileError(error, file, `checking ${kind.name}`)
    if (failure.code === 'damaged') return { version: 0, damage: failure.message }
    throw failure
  } finally {
    db?.close()
  }
}

/** Renames the file with its -wal and -shm. Returns the new path of the main file. */
export function setAside(file: string, nowMs: number): string {
  const aside = unusedName(`${file}.damaged-${fileTimestamp(nowMs)}`)
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix)
  }
  return aside
}

/** As every file system takes it: 2026-11-20T08-00-00-000Z. */
export const fileTimestamp = (nowMs: number): string => new Date(nowMs).toISOString().replace(/[:.]/g, '-')

/** The name, or the name with the first number behind it that no file has. Throws FileError after a hundred. */
export function unusedName(wanted: string): string {
  for (let attempt = 0; attempt < 100; attempt++) {
    const name = attempt === 0 ? wanted : `${wanted}-${attempt}`
    if (!existsSync(name)) return name
  }
  throw new FileError('io', `no unused name left for ${wanted}`)
}
