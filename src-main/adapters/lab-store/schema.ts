// The tables of the lab's store, step by step.
import type { Migration } from '../sqlite/migrations.ts'
import * as runsTrialsJobs from './migrations/0001-runs-trials-jobs.ts'

export const MIGRATIONS: readonly Migration[] = [runsTrialsJobs]
export const SCHEMA_VERSION = MIGRATIONS.length
