// The SQLite library under names of our own, so that one file of this folder knows how it is imported.
import SqliteDatabase from 'better-sqlite3'

export type Database = SqliteDatabase.Database
export const { SqliteError } = SqliteDatabase

/** Opens for reading and writing, and creates the file when it is missing. Waits up to two seconds for a lock. */
export const openReadWrite = (file: string): Database => new SqliteDatabase(file, { timeout: 2_000 })
/** An empty database that leaves no trace. */
export const openInMemory = (): Database => new SqliteDatabase(':memory:')
