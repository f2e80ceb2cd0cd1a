// The folder of one run, for files that are too large or too foreign for the store, such as its journal.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LabStoreError } from './lab-store-error.ts'
import { makePrivateFolder } from './open-file.ts'

/** Throws LabStoreError `bad_value` for an id that could lead elsewhere. */
export function folderOf(dataDir: string, runId: string): string {
  if (!/^[A-Za-z0-9][\w-]{0,63}$/.test(runId)) throw new LabStoreError('bad_value', `run id "${runId}" cannot be the name of a folder`)
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
