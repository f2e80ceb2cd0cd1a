// Everything that can go wrong with the journal, sorted by what a person can do about it.
import { toFileError } from '../sqlite/file-error.ts'
import { DecodeError } from './json-fields.ts'

export type JournalErrorCode =
  | 'read_only'
  | 'disk_full'
  | 'damaged'
  /** Written by a later version of the program. */
  | 'newer_schema'
  /** Written by an earlier version and not migrated yet; the writer does that at its start. */
  | 'older_schema'
  /** Another process has this journal open for writing. */
  | 'locked'
  | 'cannot_open'
  | 'queue_full'
  /** A record that cannot be written down: a bug of the caller. */
  | 'bad_record'
  | 'not_found'
  | 'too_large'
  | 'io'

export class JournalError extends Error {
  readonly code: JournalErrorCode
  constructor(code: JournalErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'JournalError'
    this.code = code
  }
}

/** Turns whatever SQLite, the file system or a decoder threw into a JournalError that names the file. A JournalError passes unchanged. */
export function toJournalError(error: unknown, file: string, doing: string): JournalError {
  if (error instanceof JournalError) return error
  if (error instanceof DecodeError) return new JournalError('damaged', `${doing} ${file}: ${error.message}`, error)
  const { code, message, cause } = toFileError(error, file, doing)
  return new JournalError(code === 'full' ? 'disk_full' : code, message, cause)
}
