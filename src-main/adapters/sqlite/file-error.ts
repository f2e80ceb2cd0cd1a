// What can go wrong with a SQLite file, sorted by what a person can do about it. Each adapter turns it into an error of its own.
import { SqliteError } from './database.ts'

export type FileErrorCode =
  | 'read_only'
  | 'full'
  | 'damaged'
  /** Written by a later version of the program. */
  | 'newer_schema'
  /** Another process has this file open for writing. */
  | 'locked'
  | 'cannot_open'
  | 'io'

export class FileError extends Error {
  readonly code: FileErrorCode
  constructor(code: FileErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'FileError'
    this.code = code
  }
}

type Advice = { readonly prefix: string; readonly code: FileErrorCode; readonly advice: string }

const UNWRITABLE = 'the file or its folder cannot be written; check permissions'
const FULL = 'the disk is full; free some space'
const NO_FOLDER = 'the folder does not exist'

/** By start of SQLite's own code (https://www.sqlite.org/rescode.html), or of the operating system's. */
const ADVICE: readonly Advice[] = [
  { prefix: 'SQLITE_READONLY', code: 'read_only', advice: UNWRITABLE },
  { prefix: 'SQLITE_PERM', code: 'read_only', advice: 'access is not permitted' },
  { prefix: 'SQLITE_FULL', code: 'full', advice: FULL },
  { prefix: 'SQLITE_CORRUPT', code: 'damaged', advice: 'the file is damaged' },
  { prefix: 'SQLITE_NOTADB', code: 'damaged', advice: 'the file is not a database' },
  { prefix: 'SQLITE_BUSY', code: 'locked', advice: 'another program holds the file' },
  {
    prefix: 'SQLITE_CANTOPEN',
    code: 'cannot_open',
    advice: 'the file cannot be opened; check that it exists and its folder can be written',
  },
  { prefix: 'EACCES', code: 'read_only', advice: UNWRITABLE },
  { prefix: 'EPERM', code: 'read_only', advice: UNWRITABLE },
  { prefix: 'EROFS', code: 'read_only', advice: 'the file system is read-only' },
  { prefix: 'ENOSPC', code: 'full', advice: FULL },
  { prefix: 'ENOENT', code: 'cannot_open', advice: NO_FOLDER },
  { prefix: 'ENOTDIR', code: 'cannot_open', advice: NO_FOLDER },
]

/** Turns whatever SQLite or the file system threw into a FileError: what was being done to which file, and what to do now. A FileError passes unchanged. */
export function toFileError(error: unknown, file: string, doing: string): FileError {
  if (error instanceof FileError) return error
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = ADVICE.find(({ prefix }) => code.startsWith(prefix))
  const detail = error instanceof Error ? error.message : String(error)
  return new FileError(known?.code ?? 'io', `${doing} ${file}: ${known?.advice ?? detail} (${code || 'no code'})`, error)
}

/** What the file system or SQLite do; anything else is a bug and must not be renamed. */
export const isFileTrouble = (error: unknown): error is Error =>
  error instanceof SqliteError || error instanceof FileError || (error instanceof Error && 'syscall' in error)
