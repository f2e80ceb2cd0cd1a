// The SQLite library under names of our own, so that one file of the adapters knows how it is imported.
import SqliteDatabase from 'better-sqlite3'

export type Database = SqliteDatabase.Database
export const { SqliteError } = SqliteDatabase

/** Opens for reading only; the file must exist. Waits up to two seconds for a lock, as a checkpoint may hold one for a moment. */
export const openReadOnly = (file: string): Database => new SqliteDatabase(file, { readonly: true, fileMustExist: true, timeout: 2_000 })
/** Opens for reading and writing, and creates the file when it is missing. */
export const openReadWrite = (file: string): Database => new SqliteDatabase(file, { timeout: 2_000 })

/** One value of one pragma, as a number. */
export function pragmaNumber(db: Database, name: string): number {
  const value = db.pragma(name, { simple: true })
  if (typeof value !== 'number') throw new TypeError(`PRAGMA ${name}: expected a number, found ${String(value)}`)
  return value
}

/** An empty database that leaves no trace. */
export const openInMemory = (): Database => new SqliteDatabase(':memory:')

/** SQLite's own quick look at all pages: what it found first, or null when all is well. */
export function quickFault(db: Database): string | null {
  const verdict = db.pragma('quick_check(1)', { simple: true })
  return verdict === 'ok' ? null : `SQLite: ${String(verdict)}`
}
