// Everything that can go wrong with stored market data, sorted by what a person can do about it.
import { SqliteError } from './sqlite.ts'

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

type Advice = { readonly prefix: string; readonly code: MarketStoreErrorCode; readonly advice: string }

/** By start of SQLite's own code: https://www.sqlite.org/rescode.html. */
const ADVICE: readonly Advice[] = [
  { prefix: 'SQLITE_READONLY', code: 'read_only', advice: 'the file or its folder cannot be written; check permissions' },
  { prefix: 'SQLITE_FULL', code: 'full', advice: 'the disk is full, or the store has reached its size limit; free some space' },
  { prefix: 'SQLITE_CORRUPT', code: 'corrupt', advice: 'the file is damaged' },
  { prefix: 'SQLITE_NOTADB', code: 'corrupt', advice: 'the file is not a database' },
  { prefix: 'SQLITE_BUSY', code: 'busy', advice: 'another program holds the file' },
  {
    prefix: 'SQLITE_CANTOPEN',
    code: 'cannot_open',
    advice: 'the file cannot be opened; check that it exists and its folder can be written',
  },
  { prefix: 'SQLITE_PERM', code: 'read_only', advice: 'access is not permitted' },
]
const SYSTEM_ADVICE: ReadonlyMap<string, Omit<Advice, 'prefix'>> = new Map([
  ['EACCES', { code: 'read_only', advice: 'the file or its folder cannot be written; check permissions' }],
  ['EPERM', { code: 'read_only', advice: 'the file or its folder cannot be written; check permissions' }],
  ['EROFS', { code: 'read_only', advice: 'the file system is read-only' }],
  ['ENOSPC', { code: 'full', advice: 'the disk is full; free some space' }],
  ['ENOENT', { code: 'cannot_open', advice: 'the folder does not exist' }],
  ['ENOTDIR', { code: 'cannot_open', advice: 'the folder does not exist' }],
])

/** Turns whatever SQLite or the file system threw into a MarketStoreError that names the file. A MarketStoreError passes unchanged. */
export function toMarketStoreError(error: unknown, file: string, doing: string): MarketStoreError {
  if (error instanceof MarketStoreError) return error
  const code = error instanceof SqliteError ? error.code : codeOf(error)
  const known = ADVICE.find((entry) => code.startsWith(entry.prefix)) ?? SYSTEM_ADVICE.get(code)
  const detail = error instanceof Error ? error.message : String(error)
  return new MarketStoreError(known?.code ?? 'io', `${doing} ${file}: ${known?.advice ?? detail} (${code || 'no code'})`, error)
}
const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '')

/** What the file system or SQLite do; anything else is a bug and must not be renamed. */
export const isFileTrouble = (error: unknown): boolean => error instanceof SqliteError || (error instanceof Error && 'syscall' in error)
