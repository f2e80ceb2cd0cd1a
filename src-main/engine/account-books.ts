// The books of one account: its journal, and the queue in front of it.
import { type OpenedJournal, openJournal } from '../adapters/journal/writer.ts'
import { JournalSink, type JournalTrouble } from './journal-sink.ts'

export type AccountBooks = OpenedJournal & { readonly sink: JournalSink }

/** Throws JournalError. Close the journal when the session on it has ended. */
export function openAccountBooks(file: string, trouble: JournalTrouble): AccountBooks {
  const opened = openJournal(file)
  return { ...opened, sink: new JournalSink(opened.journal, trouble) }
}
