// A journal in a folder of its own, removed when the test is over.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type JournalOptions, type OpenedJournal, openJournal } from '../../src-main/adapters/journal/writer.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'journal-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
export const temporaryFile = (): string => path.join(temporaryFolder(), 'journal.db')

/** Writes the records in one commit and closes the journal again. */
export function writeJournal(file: string, records: readonly JournalRecord[], options: JournalOptions = {}): OpenedJournal {
  const opened = openJournal(file, options)
  for (const record of records) opened.journal.append(record)
  opened.journal.close()
  return opened
}
