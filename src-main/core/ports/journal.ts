// Where everything is written down. One writer, in the engine.
import type { JournalRecord, RecoveredState } from '../../../src-shared/events/journal-record.ts'

export type JournalWriter = {
  /** Queues a record; bounded. Throws when the queue is full, which stops trading rather than losing a record. */
  append(record: JournalRecord): void
  /** Makes all queued records durable in one transaction. Returns how many. Throws JournalError when it cannot. */
  commit(): number
  /** What to go on from, or null for a journal without a session. */
  recover(): RecoveredState | null
  close(): void
}
