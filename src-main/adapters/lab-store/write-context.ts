// What every writing call needs: the connection, the clock, and one way to commit.
import type { Database } from '../sqlite/database.ts'
import { toLabStoreError } from './lab-store-error.ts'
import type { Queries } from './queries.ts'

export type WriteContext = {
  readonly db: Database
  readonly file: string
  readonly dataDir: string
  readonly queries: Queries
  readonly nowMs: () => number
  readonly newId: () => string
}

/** One transaction, or a part of the one that is under way. Throws LabStoreError; then nothing of it is written. */
export function commit<T>({ db, file }: WriteContext, doing: string, work: () => T): T {
  try {
    return db.transaction(work).immediate()
  } catch (error) {
    throw toLabStoreError(error, file, `${doing} in lab store`)
  }
}
