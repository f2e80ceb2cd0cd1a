// Everything that can go wrong with the lab's store, sorted by what a person can do about it.
import { SqliteError } from './sqlite.ts'

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

type Advice = { readonly prefix: string; readonly code: LabStoreErrorCode; readonly advice: string }

const UNWRITABLE = 'the file or its folder cannot be written; check permissions'
const NO_FOLDER = 'the folder does not exist'

/** By start of SQLite's own code (https://www.sqlite.org/rescode.html), or of the operating system's. */
const ADVICE: readonly Advice[] = [
  { prefix: 'SQLITE_READONLY', code: 'read_only', advice: UNWRITABLE },
  { prefix: 'SQLITE_PERM', code: 'read_only', advice: UNWRITABLE },
  { prefix: 'SQLITE_FULL', code: 'full', advice: 'the disk is full; free some space' },
  { prefix: 'SQLITE_CORRUPT', code: 'damaged', advice: 'the file is damaged' },
  { prefix: 'SQLITE_NOTADB', code: 'damaged', advice: 'the file is not a database' },
  { prefix: 'SQLITE_BUSY', code: 'locked', advice: 'another program holds the file' },
  { prefix: 'SQLITE_CANTOPEN', code: 'cannot_open', advice: 'the file cannot be opened; check that the folder exists and can be written' },
  { prefix: 'EACCES', code: 'read_only', advice: UNWRITABLE },
  { prefix: 'EPERM', code: 'read_only', advice: UNWRITABLE },
  { prefix: 'EROFS', code: 'read_only', advice: 'the file system is read-only' },
  { prefix: 'ENOSPC', code: 'full', advice: 'the disk is full; free some space' },
  { prefix: 'ENOENT', code: 'cannot_open', advice: NO_FOLDER },
  { prefix: 'ENOTDIR', code: 'cannot_open', advice: NO_FOLDER },
]

/** Turns whatever SQLite or the file system threw into a LabStoreError that names the file. A LabStoreError passes unchanged. */
export function toLabStoreError(error: unknown, file: string, doing: string): LabStoreError {
  if (error instanceof LabStoreError) return error
  const code = error instanceof SqliteError || (error instanceof Error && 'code' in error) ? String(error.code) : ''
  const known = ADVICE.find(({ prefix }) => code.startsWith(prefix))
  const detail = error instanceof Error ? error.message : String(error)
  return new LabStoreError(known?.code ?? 'io', `${doing} ${file}: ${known?.advice ?? detail} (${code || 'no code'})`, error)
}
