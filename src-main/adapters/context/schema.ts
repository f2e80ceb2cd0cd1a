// Numbered steps from an empty file to the present tables.
import type { Database } from '../sqlite/database.ts'
import type { Migration } from '../sqlite/migrations.ts'
import * as valuesAndHeadlines from './migrations/0001-values-and-headlines.ts'

/** In order; the position in this list, counted from 1, is the schema version. A released step is never edited: a new one is added. */
export const MIGRATIONS: readonly Migration[] = [valuesAndHeadlines]

/** A file from a later version of the program, which this one must leave alone. */
export class NewerSchema extends Error {}

/** Brings the file to the present version, one transaction per step. Throws NewerSchema, and SqliteError for a file that is damaged. */
export function migrate(db: Database, known: readonly Migration[] = MIGRATIONS): void {
  const from = Number(db.pragma('user_version', { simple: true }))
  if (from > known.length) throw new NewerSchema(`it has schema version ${from}, this program knows ${known.length}`)
  for (const [index, migration] of known.entries()) {
    if (index < from) continue
    db.transaction(() => {
      db.exec(migration.sql)
      db.pragma(`user_version = ${index + 1}`)
    })()
  }
}
