// The lab's file, opened for its one writer: what was running when that one opens it belongs to nobody any more.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, quickFault } from '../sqlite/database.ts'
import { type FileKind, type FileOptions, type OpenedFile, openWritable } from '../sqlite/writable-file.ts'
import { toLabStoreError } from './lab-store-error.ts'
import { MIGRATIONS } from './schema.ts'

export const labFile = (dataDir: string): string => join(dataDir, 'lab.db')

/** Opens, checks, sets aside and migrates as needed. Throws LabStoreError; then nothing is held and nothing was lost. */
export function openLabFile(file: string, options: FileOptions): OpenedFile {
  try {
    return openWritable(file, LAB_STORE, options)
  } catch (error) {
    throw toLabStoreError(error, file, 'opening lab store')
  }
}

/** A folder of the owner alone, with those above it. */
export const makePrivateFolder = (folder: string): void => void mkdirSync(folder, { recursive: true, mode: 0o700 })

const LAB_STORE: FileKind = {
  name: 'lab store',
  migrations: MIGRATIONS,
  faultOf: quickFault,
  damageWarning: (damage, aside) =>
    `The lab's store was damaged (${damage}). It was set aside as ${aside} and a new one was started; market data and folders of runs are as they were.`,
  configure,
}

function configure(db: Database): void {
  db.pragma('journal_mode = WAL')
  // Each commit waits for the disk: a trial takes a thousand times as long as that, and must not be lost.
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`)
}
