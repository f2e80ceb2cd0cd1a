// A copy of a journal that is being written to, proven before it is called a backup.
import { existsSync, renameSync, rmSync } from 'node:fs'
import { openReadOnly } from '../sqlite/database.ts'
import { checkSchema } from '../sqlite/migrations.ts'
import { JournalError, toJournalError } from './journal-error.ts'
import { MIGRATIONS } from './schema.ts'
import { type Verification, verifyJournal } from './verification.ts'

/**
 * Copies with SQLite's online backup, so the engine may go on writing, then checks the copy: SQLite's integrity and the whole chain.
 * `target` must not exist; it appears only when the copy is sound. Throws JournalError otherwise, and leaves nothing behind.
 */
export async function backUpJournal(file: string, target: string): Promise<Verification> {
  if (!existsSync(file)) throw new JournalError('cannot_open', `journal ${file} does not exist`)
  if (existsSync(target)) throw new JournalError('io', `backup ${target} exists already, expected the name of a new file`)
  const unproven = `${target}.unproven`
  try {
    await copy(file, unproven)
    const verification = prove(unproven)
    renameSync(unproven, target)
    return verification
  } catch (error) {
    throw toJournalError(error, target, 'backing up the journal to')
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(unproven + suffix, { force: true })
  }
}

async function copy(file: string, target: string): Promise<void> {
  const db = openReadOnly(file)
  try {
    checkSchema(db, `journal ${file}`, MIGRATIONS)
    await db.backup(target)
  } finally {
    db.close()
  }
}

function prove(file: string): Verification {
  const db = openReadOnly(file)
  try {
    const verdict = db.pragma('integrity_check(1)', { simple: true })
    if (verdict !== 'ok') throw new JournalError('damaged', `the copy ${file} is not sound: ${String(verdict)}`)
    const verification = verifyJournal(db)
    if (!verification.ok)
      throw new JournalError('damaged', `the journal does not verify, so its copy is no backup: ${verification.message}`)
    return verification
  } finally {
    db.close()
  }
}
