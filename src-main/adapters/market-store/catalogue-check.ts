// Whether the catalogue and the chunks agree: a look at the index alone, quick however much is stored.
import type { Database } from '../sqlite/database.ts'
import { MarketStoreError } from './market-store-error.ts'
import { parsePassport } from './passport-json.ts'

type Row = { readonly id: string; readonly rows: number; readonly passport: string; readonly stored: number | null }

/** One clause saying what is wrong, or null. Throws SqliteError for what SQLite finds damaged itself. */
export function catalogueFault(db: Database): string | null {
  const rows = db
    .prepare<[], Row>(
      `SELECT id, rows, passport, (SELECT SUM(c.rows) FROM chunks c INDEXED BY chunks_by_time WHERE c.series_key = key) AS stored
       FROM series WHERE id IS NOT NULL ORDER BY key`,
    )
    .all()
  for (const { id, rows: expected, passport, stored } of rows) {
    if ((stored ?? 0) !== expected) return `${id} has ${stored ?? 0} rows, expected ${expected}`
    try {
      parsePassport(passport)
    } catch (error) {
      if (error instanceof MarketStoreError) return `${id}: ${error.message}`
      throw error
    }
  }
  return null
}
