// Everything that can go wrong with stored market data, sorted by what a person can do about it.
import { type FileErrorCode, toFileError } from '../sqlite/file-error.ts'

export type MarketStoreErrorCode =
  /** No such series. */
  | 'not_found'
  /** The series is of another kind than was asked for, or the rows are. */
  | 'wrong_kind'
  /** Bytes that are not what was written: of one chunk, or of the file. */
  | 'corrupt'
  /** The disk is full, or the store has reached its size limit. */
  | 'full'
  /** Another process has this store open for writing. */
  | 'busy'
  | 'read_only'
  | 'cannot_open'
  /** Written by a later version of the program. */
  | 'newer_schema'
  /** Written by an earlier version and not migrated yet; the writer does that at its start. */
  | 'older_schema'
  /** More than the store takes, such as tens of thousands of trades in one millisecond. */
  | 'too_much'
  | 'io'

export class MarketStoreError extends Error {
  readonly code: MarketStoreErrorCode
  constructor(code: MarketStoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'MarketStoreError'
    this.code = code
  }
}

/** Turns whatever SQLite or the file system threw into a MarketStoreError that names the file. A MarketStoreError passes unchanged. */
export function toMarketStoreError(error: unknown, file: string, doing: string): MarketStoreError {
  if (error instanceof MarketStoreError) return error
  const { code, message, cause } = toFileError(error, file, doing)
  return new MarketStoreError(codeFor(code), message, cause)
}

function codeFor(code: FileErrorCode): MarketStoreErrorCode {
  if (code === 'damaged') return 'corrupt'
  return code === 'locked' ? 'busy' : code
}
