// The memory of the simulated venue, in a file of its own: it must survive a kill of the program as a real venue would.
import { hash } from 'node:crypto'
import { type Database, openReadWrite, pragmaNumber } from '../sqlite/database.ts'
import { createPrivately, setAside } from '../sqlite/writable-file.ts'
import { JournalError, toJournalError } from './journal-error.ts'

export type VenueStore = {
  /** The newest text that was saved whole, or null when there is none. */
  load(): string | null
  /** Replaces the text in one transaction, and keeps the one before it. Throws JournalError; then the old text stands. */
  save(text: string): void
  close(): void
  /** A sentence for the user when a damaged file was set aside. */
  readonly warning: string | null
}

const SCHEMA_VERSION = 1
/** Two slots, written in turn: the newest text, and the one before it should the newest not be readable. */
const SCHEMA = `
  CREATE TABLE states (
    slot INTEGER PRIMARY KEY CHECK (slot IN (0, 1)),
    revision INTEGER NOT NULL,
    text TEXT NOT NULL,
    sha256 TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};`

/** Opens or creates the file. Throws JournalError; a damaged file is set aside and a new one started, which `warning` tells. */
export function openVenueStore(file: string, nowMs: () => number = Date.now): VenueStore {
  try {
    return storeOver(openSound(file), file, null)
  } catch (error) {
    const failure = toJournalError(error, file, 'opening paper venue')
    if (failure.code !== 'damaged') throw failure
    return startAnew(file, nowMs())
  }
}

function startAnew(file: string, nowMs: number): VenueStore {
  try {
    const aside = setAside(file, nowMs)
    const warning = `The memory of the paper venue was damaged. It was set aside as ${aside} and a new one was started.`
    return storeOver(openSound(file), file, warning)
  } catch (error) {
    throw toJournalError(error, file, 'replacing paper venue')
  }
}

function openSound(file: string): Database {
  createPrivately(file)
  const db = openReadWrite(file)
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    const verdict = db.pragma('quick_check(1)', { simple: true })
    if (verdict !== 'ok') throw new JournalError('damaged', `paper venue ${file}: ${String(verdict)}`)
    const version = pragmaNumber(db, 'user_version')
    if (version > SCHEMA_VERSION)
      throw new JournalError('newer_schema', `paper venue ${file} has schema version ${version}, expected ${SCHEMA_VERSION}`)
    if (version === 0) db.transaction(() => db.exec(SCHEMA))()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

type State = { readonly revision: number; readonly text: string; readonly sha256: string }

function storeOver(db: Database, file: string, warning: string | null): VenueStore {
  const states = db.prepare<[], State>('SELECT revision, text, sha256 FROM states ORDER BY revision DESC')
  const write = db.prepare(`INSERT INTO states VALUES (?, ?, ?, ?)
    ON CONFLICT (slot) DO UPDATE SET revision = excluded.revision, text = excluded.text, sha256 = excluded.sha256`)
  let revision = states.get()?.revision ?? 0
  return {
    warning,
    load: () => states.all().find((state) => hash('sha256', state.text, 'hex') === state.sha256)?.text ?? null,
    save(text) {
      try {
        write.run((revision + 1) % 2, revision + 1, text, hash('sha256', text, 'hex'))
        revision += 1
      } catch (error) {
        throw toJournalError(error, file, 'saving paper venue to')
      }
    },
    close: () => {
      db.close()
    },
  }
}
