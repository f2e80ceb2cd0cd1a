// The tables of the market store, step by step.
import type { Migration } from '../sqlite/migrations.ts'
import * as seriesAndChunks from './migrations/0001-series-and-chunks.ts'

export const MIGRATIONS: readonly Migration[] = [seriesAndChunks]
export const SCHEMA_VERSION = MIGRATIONS.length
