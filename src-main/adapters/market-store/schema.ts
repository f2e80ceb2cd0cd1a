// Numbered, checksummed steps from an empty file to the present tables.
import { hash } from 'node:crypto'
import { MarketStoreError } from './market-store-error.ts'
import * as seriesAndChunks from './migrations/0001-series-and-chunks.ts'
import { type Database, pragmaNumber } from './sqlite.ts'

export type Migration = { readonly name: string; readonly sql: string }

/** In order; the position in this list, counted from 1, is the schema version. A released step is never edited: a new one is added. */
export const MIGRATIONS: readonly Migration[] = [seriesAndChunks]
export const SCHEMA_VERSION = MIGRATIONS.length

const checksumOf = (migration: Migration): string => hash('sha256', migration.sql, 'hex')

export const schemaVersionOf = (db: Database): number => pragmaNumber(db, 'user_version')

/**
 * Throws MarketStoreError `newer_schema` for a file from a later version of the program, and `corrupt` for one whose steps were not the ones
 * known here under the same number.
 */
export function checkSchema(db: Database, file: string, known: readonly Migration[] = MIGRATIONS): void {
  const version = schemaVersionOf(db)
  if (version > known.length) {
    throw new MarketStoreError(
      'newer_schema',
      `market store ${file} has schema version ${version}, this program knows ${known.length}: use the newer program`,
    )
  }
  if (version === 0) return
  const applied = db
    .prepare<[], { version: number; name: string; checksum: string }>(
      'SELECT version, name, checksum FROM schema_migrations ORDER BY version',
    )
    .all()
  for (const [index, migration] of known.slice(0, version).entries()) {
    const step = applied[index]
    if (step?.checksum !== checksumOf(migration)) {
      throw new MarketStoreError(
        'corrupt',
        `market store ${file}: schema step ${index + 1} is ${step?.name ?? 'missing'}, expected ${migration.name} as released`,
      )
    }
  }
}

/** Brings a checked file to the present version, one transaction per step. Returns how many steps were taken. */
export function migrate(db: Database, known: readonly Migration[] = MIGRATIONS): number {
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
  return known.length - from
}
