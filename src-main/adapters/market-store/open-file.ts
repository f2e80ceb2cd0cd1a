// The market store's file. Its one writer removes what an import left behind when its process died: a second writer would take the first one's
// unfinished imports for leftovers.
import { type Database, openReadOnly } from '../sqlite/database.ts'
import { checkSchema, schemaVersionOf } from '../sqlite/migrations.ts'
import { type FileKind, type FileOptions, type OpenedFile, openWritable } from '../sqlite/writable-file.ts'
import { catalogueFault } from './catalogue-check.ts'
import { MarketStoreError, toMarketStoreError } from './market-store-error.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './schema.ts'

/** Opens, checks, sets aside and migrates as needed. Throws MarketStoreError; then nothing is held and nothing was lost. */
export function openStoreFile(file: string, options: FileOptions): OpenedFile {
  let opened: OpenedFile | null = null
  try {
    opened = openWritable(file, MARKET_STORE, options)
    removeUnfinished(opened.db)
    return opened
  } catch (error) {
    opened?.close()
    throw toMarketStoreError(error, file, 'opening market store')
  }
}

/** Opens for reading beside a writer. Throws MarketStoreError `cannot_open` when there is no such file. */
export function openStoreFileReadOnly(file: string): Database {
  let db: Database | null = null
  try {
    db = openReadOnly(file)
    checkSchema(db, `market store ${file}`, MIGRATIONS)
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

const MARKET_STORE: FileKind = {
  name: 'market store',
  migrations: MIGRATIONS,
  // Chunks carry checksums of their own and are checked when they are read: reading gigabytes at each start would prove little more.
  faultOf: (db) => (schemaVersionOf(db) === 0 ? null : catalogueFault(db)),
  damageWarning: (damage, aside) =>
    `The market data was damaged (${damage}). It was set aside as ${aside} and an empty store was begun; import the data again.`,
  configure,
}

function configure(db: Database): void {
  // Before the first table: what is deleted can then be given back to the disk.
  db.pragma('auto_vacuum = INCREMENTAL')
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.pragma('wal_autocheckpoint = 4000')
  db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`)
  db.pragma('cache_size = -32000')
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
