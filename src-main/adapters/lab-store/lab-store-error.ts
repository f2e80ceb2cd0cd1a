// Everything that can go wrong with the lab's store, sorted by what a person can do about it.
import { toFileError } from '../sqlite/file-error.ts'

export type LabStoreErrorCode =
  /** No run, trial parent or artefact of that name. */
  | 'not_found'
  /** The run is not in a state in which this can be done. */
  | 'wrong_state'
  /** A row that could not be shown again: a bug of the caller. */
  | 'bad_value'
  | 'too_large'
  /** No more runs or jobs are taken, or the disk is full. */
  | 'full'
  | 'read_only'
  | 'damaged'
  /** Written by a later version of the program. */
  | 'newer_schema'
  /** Written by an earlier version and not migrated yet; the writer does that at its start. */
  | 'older_schema'
  /** Another process has this store open for writing. */
  | 'locked'
  | 'cannot_open'
  | 'io'

export class LabStoreError extends Error {
  readonly code: LabStoreErrorCode
  constructor(code: LabStoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'LabStoreError'
    this.code = code
  }
}

/** Turns whatever SQLite or the file system threw into a LabStoreError that names the file. A LabStoreError passes unchanged. */
export function toLabStoreError(error: unknown, file: string, doing: string): LabStoreError {
  if (error instanceof LabStoreError) return error
  const { code, message, cause } = toFileError(error, file, doing)
  return new LabStoreError(code, message, cause)
}
