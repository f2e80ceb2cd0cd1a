// Numbered, checksummed steps from an empty file to the present tables.
import { hash } from 'node:crypto'
import { type Database, pragmaNumber } from './database.ts'
import { FileError } from './file-error.ts'

/** In a list its position, counted from 1, is the schema version. A released step is never edited: a new one is added. */
export type Migration = { readonly name: string; readonly sql: string }

const checksumOf = (migration: Migration): string => hash('sha256', migration.sql, 'hex')

/** How many steps the file has taken; 0 for an empty one. */
export const schemaVersionOf = (db: Database): number => pragmaNumber(db, 'user_version')

/**
 * Throws FileError `newer_schema` for a file from a later version of the program, and `damaged` for one whose steps were not the ones known
 * under the same number. `named` is the file in sentences: "journal /data/journal.db".
 */
export function checkSchema(db: Database, named: string, known: readonly Migration[]): void {
  const version = schemaVersionOf(db)
  if (version > known.length)
    throw new FileError('newer_schema', `${named} has schema version ${version}, this program knows ${known.length}: use the newer program`)
  if (version === 0) return
  const applied = db.prepare<[], { name: string; checksum: string }>('SELECT name, checksum FROM schema_migrations ORDER BY version').all()
  for (const [index, migration] of known.slice(0, version).entries()) {
    const step = applied[index]
    if (step?.checksum === checksumOf(migration)) continue
    throw new FileError(
      'damaged',
      `${named}: schema step ${index + 1} is ${step?.name ?? 'missing'}, expected ${migration.name} as released`,
    )
  }
}

/** Brings a checked file to the present version, one transaction per step. Throws SqliteError; then the steps before it stand. */
export function migrate(db: Database, known: readonly Migration[]): void {
  const from = schemaVersionOf(db)
  if (from === 0)
    db.exec('CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT')
  for (const [index, migration] of known.entries()) {
    const version = index + 1
    if (version <= from) continue
    db.transaction(() => {
      db.exec(migration.sql)
      db.prepare('INSERT INTO schema_migrations VALUES (?, ?, ?)').run(version, migration.name, checksumOf(migration))
      db.pragma(`user_version = ${version}`)
    })()
  }
}
