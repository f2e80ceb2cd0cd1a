// The journal's file, opened for its one writer: integrity of the file and of the newest records, and a copy before a migration.
import { type Database, openReadWrite, quickFault } from '../sqlite/database.ts'
import { schemaVersionOf } from '../sqlite/migrations.ts'
import { type FileKind, type FileOptions, type OpenedFile, fileTimestamp, openWritable, unusedName } from '../sqlite/writable-file.ts'
import { chainReader, tailFault } from './chain-check.ts'
import { toJournalError } from './journal-error.ts'
import { MIGRATIONS } from './schema.ts'

/** Newest records whose hashes are checked at each start; all of them are checked by verification. */
const TAIL_CHECK_RECORDS = 1_000

/**
 * Opens, checks, sets aside, backs up and migrates as needed. One writer, because two would each continue the chain from its own memory.
 * Throws JournalError; then nothing is held and nothing was lost.
 */
export function openJournalFile(file: string, options: FileOptions): OpenedFile {
  const kind: FileKind = {
    name: 'journal',
    migrations: MIGRATIONS,
    faultOf,
    damageWarning: (damage, aside) =>
      `The journal was damaged (${damage}). It was set aside as ${aside} and a new one was started; the venue will be asked what is open.`,
    configure,
    beforeMigration: (version) => backUpBeforeMigration(file, version, options.nowMs()),
  }
  try {
    return openWritable(file, kind, options)
  } catch (error) {
    throw toJournalError(error, file, 'opening journal')
  }
}

function faultOf(db: Database): string | null {
  const fault = quickFault(db)
  if (fault !== null || schemaVersionOf(db) === 0) return fault
  return tailFault(chainReader(db), TAIL_CHECK_RECORDS)
}

function backUpBeforeMigration(file: string, version: number, nowMs: number): void {
  const copy = unusedName(`${file}.v${version}-${fileTimestamp(nowMs)}.backup`)
  const db = openReadWrite(file)
  try {
    db.prepare('VACUUM INTO ?').run(copy)
  } finally {
    db.close()
  }
}

function configure(db: Database): void {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.pragma('foreign_keys = ON')
  // A checkpoint waits for the disk twice: every 16 MB rather than SQLite's 4 makes that a quarter as often.
  // After a burst the log is cut back to 64 MB.
  db.pragma('wal_autocheckpoint = 4000')
  db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`)
  db.pragma('cache_size = -32000')
}
