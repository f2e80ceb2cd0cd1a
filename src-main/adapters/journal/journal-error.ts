// Everything that can go wrong with the journal, sorted by what a person can do about it.
import { DecodeError } from './json-fields.ts'
import { SqliteError } from './sqlite.ts'

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

type Advice = { readonly prefix: string; readonly code: JournalErrorCode; readonly advice: string }

/** By start of SQLite's own code, longest first: https://www.sqlite.org/rescode.html. */
const ADVICE: readonly Advice[] = [
  { prefix: 'SQLITE_READONLY', code: 'read_only', advice: 'the file or its folder cannot be written; check permissions' },
  { prefix: 'SQLITE_FULL', code: 'disk_full', advice: 'the disk is full; free some space' },
  { prefix: 'SQLITE_CORRUPT', code: 'damaged', advice: 'the file is damaged' },
  { prefix: 'SQLITE_NOTADB', code: 'damaged', advice: 'the file is not a database' },
  { prefix: 'SQLITE_BUSY', code: 'locked', advice: 'another program holds the file' },
  { prefix: 'SQLITE_CANTOPEN', code: 'cannot_open', advice: 'the file cannot be opened; check that the folder exists and can be written' },
  { prefix: 'SQLITE_PERM', code: 'read_only', advice: 'access is not permitted' },
]

/** Turns whatever SQLite, the file system or a decoder threw into a JournalError that names the file. A JournalError passes unchanged. */
export function toJournalError(error: unknown, file: string, doing: string): JournalError {
  if (error instanceof JournalError) return error
  if (error instanceof DecodeError) return new JournalError('damaged', `${doing} ${file}: ${error.message}`, error)
  const code = error instanceof SqliteError ? error.code : codeOf(error)
  const known = ADVICE.find((entry) => code.startsWith(entry.prefix)) ?? SYSTEM_ADVICE.get(code)
  const detail = error instanceof Error ? error.message : String(error)
  return new JournalError(known?.code ?? 'io', `${doing} ${file}: ${known?.advice ?? detail} (${code || 'no code'})`, error)
}

const SYSTEM_ADVICE: ReadonlyMap<string, Omit<Advice, 'prefix'>> = new Map([
  ['EACCES', { code: 'read_only', advice: 'the file or its folder cannot be written; check permissions' }],
  ['EPERM', { code: 'read_only', advice: 'the file or its folder cannot be written; check permissions' }],
  ['EROFS', { code: 'read_only', advice: 'the file system is read-only' }],
  ['ENOSPC', { code: 'disk_full', advice: 'the disk is full; free some space' }],
  ['ENOENT', { code: 'cannot_open', advice: 'the folder does not exist' }],
  ['ENOTDIR', { code: 'cannot_open', advice: 'the folder does not exist' }],
])

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '')
