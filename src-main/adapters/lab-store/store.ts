// The one writer of the lab's store. Each call is one commit that waits for the disk; a call that throws has written nothing.
import { randomUUID } from 'node:crypto'
import type { OpenedFile } from '../sqlite/writable-file.ts'
import { type Deleting, deleting } from './deleting.ts'
import { toLabStoreError } from './lab-store-error.ts'
import { labFile, openLabFile } from './open-file.ts'
import { prepareQueries } from './queries.ts'
import { type LabStoreReader, readerOver } from './reader.ts'
import { type WriteContext, commit } from './write-context.ts'
import { type JobWrites, jobWrites } from './write-jobs.ts'
import { type RunWrites, runWrites } from './write-runs.ts'
import { type TrialWrites, trialWrites } from './write-trials.ts'

export type LabStoreOptions = {
  readonly nowMs?: () => number
  /** Ids of runs, never one twice; 32 hexadecimal digits unless this says otherwise. */
  readonly newId?: () => string
  /** Upper bound of the file in bytes; reaching it is the same as a full disk. */
  readonly sizeMaxBytes?: number
}

/**
 * All calls throw LabStoreError: `not_found` for an unknown run, `bad_value` for what could not be shown again, `full` when the disk or a bound
 * of the store is reached.
 */
export type LabStore = LabStoreReader &
  RunWrites &
  TrialWrites &
  JobWrites &
  Pick<Deleting, 'deleteRun'> & {
    /** Sentences to show to the user; empty when all is well. */
    readonly warnings: readonly string[]
    /** Several calls as one commit: all of them, or none. Not for `deleteRun`. */
    atomically<T>(work: () => T): T
  }

/**
 * Opens or creates `lab.db` in the data directory, which must exist, for its one writer; finishes deletions that were cut short. Throws
 * LabStoreError; a damaged file is not an error but a warning, and is kept beside the new one.
 */
export function openLabStore(dataDir: string, options: LabStoreOptions = {}): LabStore {
  const file = labFile(dataDir)
  const nowMs = options.nowMs ?? Date.now
  const opened = openLabFile(file, { nowMs, sizeMaxBytes: options.sizeMaxBytes ?? null })
  try {
    const queries = prepareQueries(opened.db)
    const newId = options.newId ?? (() => randomUUID().replaceAll('-', ''))
    return storeOver({ db: opened.db, file, dataDir, queries, nowMs, newId }, opened)
  } catch (error) {
    opened.close()
    throw toLabStoreError(error, file, 'opening lab store')
  }
}

function storeOver(context: WriteContext, opened: OpenedFile): LabStore {
  const deletion = deleting(context)
  const left = deletion.sweep()
  const leftOver = `${left} deleted ${left === 1 ? 'run' : 'runs'} of the lab could not be removed from the disk: a file in the folder is held`
  return {
    ...readerOver(context),
    ...runWrites(context),
    ...trialWrites(context),
    ...jobWrites(context),
    deleteRun: (runId) => deletion.deleteRun(runId),
    warnings: left === 0 ? opened.warnings : [...opened.warnings, leftOver],
    atomically: (work) => commit(context, 'writing', work),
    close: () => opened.close(),
  }
}
