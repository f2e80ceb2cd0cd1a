// The journal's tables, step by step.
import type { Migration } from '../sqlite/migrations.ts'
import * as chainAndProjections from './migrations/0001-chain-and-projections.ts'
import * as researchTables from './migrations/0002-research-tables.ts'
import * as signals from './migrations/0003-signals.ts'

export const MIGRATIONS: readonly Migration[] = [chainAndProjections, researchTables, signals]
export const SCHEMA_VERSION = MIGRATIONS.length
