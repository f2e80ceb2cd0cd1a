// The folder of one run, for files that are too large or too foreign for the store, such as its journal.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LabStoreError } from './lab-store-error.ts'
import { makePrivateFolder } from './open-file.ts'

const SAFE_NAME = /^[A-Za-z0-9][\w-]{0,63}$/

/** Throws LabStoreError `bad_value` for an id that could lead elsewhere. */
export function folderOf(dataDir: string, runId: string): string {
  if (!SAFE_NAME.test(runId)) throw new LabStoreError('bad_value', `run id "${runId}" cannot be the name of a folder`)
  return join(dataDir, 'lab', 'runs', runId)
}

/** The folder, made when it is missing. */
export function makeRunFolder(dataDir: string, runId: string): string {
  const folder = folderOf(dataDir, runId)
  makePrivateFolder(folder)
  return folder
}

export const existingRunFolder = (dataDir: string, runId: string): string | null => {
  const folder = folderOf(dataDir, runId)
  return existsSync(folder) ? folder : null
}

/** The journal of a run within its folder, when it writes one. */
export const RUN_JOURNAL = 'journal.db'

/** The journal that a run has written. Throws LabStoreError `not_found` when there is none. */
export function existingJournalFile(dataDir: string, runId: string): string {
  const file = SAFE_NAME.test(runId) ? join(folderOf(dataDir, runId), RUN_JOURNAL) : null
  if (file !== null && existsSync(file)) return file
  throw new LabStoreError('not_found', `there is no journal of run "${runId}"`)
}

/** Whether the folder is gone afterwards; false when a file in it is held or may not be removed. */
export function removeRunFolder(dataDir: string, runId: string): boolean {
  const folder = folderOf(dataDir, runId)
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    return true
  } catch {
    return false
  }
}
