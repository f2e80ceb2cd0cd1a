// Chunks in their table: where each one lies in time, its rows on demand.
import type { SeriesKind, SeriesRef } from '../../../src-shared/domain/series.ts'
import { TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { Database } from '../sqlite/database.ts'
import { decodeChunk, encodeChunk } from './chunk-codec.ts'
import { MarketStoreError } from './market-store-error.ts'
import { CHUNK_ROWS, type Columns, timesOf } from './series-columns.ts'

/** Where one chunk lies: times of its first and last row. */
export type ChunkEntry = { readonly id: number; readonly fromMs: number; readonly toMs: number; readonly rows: number }
export type Directory = readonly ChunkEntry[]

/** Rows of memory that any of these chunks fits into. */
export const rowsToHold = (directory: Directory): number => directory.reduce((largest, { rows }) => Math.max(largest, rows), CHUNK_ROWS)

type EntryRow = { readonly id: number; readonly from_ms: number; readonly to_ms: number; readonly rows: number }

export const unitMsOf = ({ timeframe }: Pick<SeriesRef, 'timeframe'>): number => (timeframe === null ? 1 : TIMEFRAME_MS[timeframe])

/** Reading side; statements live as long as the connection. */
export class ChunkTable {
  readonly #directory
  readonly #body

  constructor(db: Database) {
    this.#directory = db.prepare<[number], EntryRow>(
      'SELECT id, from_ms, to_ms, rows FROM chunks INDEXED BY chunks_by_time WHERE series_key = ? ORDER BY from_ms',
    )
    this.#body = db.prepare<[number], { body: Buffer }>('SELECT body FROM chunks WHERE id = ?')
  }

  /** All chunks of a series or an import, oldest first. */
  directory(seriesKey: number): Directory {
    return this.#directory.all(seriesKey).map(({ id, from_ms: fromMs, to_ms: toMs, rows }) => ({ id, fromMs, toMs, rows }))
  }

  /** Fills the first rows of `out`. Throws MarketStoreError `corrupt` for a chunk that is not what was written. */
  read(entry: ChunkEntry, kind: SeriesKind, out: Columns): void {
    const { id, rows } = entry
    const body = this.#body.get(id)?.body
    if (body === undefined) throw damaged(entry, 'it is not there')
    try {
      decodeChunk(body, out, { kind, rows })
    } catch (error) {
      throw damaged(entry, error instanceof Error ? error.message : String(error), error)
    }
  }
}

const damaged = ({ fromMs }: ChunkEntry, why: string, cause?: unknown): MarketStoreError =>
  new MarketStoreError(
    'corrupt',
    `the stored rows from ${new Date(fromMs).toISOString()} on are damaged (${why}): delete this series and import it again`,
    cause,
  )

/** Writing side. */
export class ChunkWriter {
  readonly #insert
  readonly #adopt
  readonly #remove
  readonly #removeAll

  constructor(db: Database) {
    this.#insert = db.prepare<[number, number, number, number, Buffer]>(
      'INSERT INTO chunks (series_key, from_ms, to_ms, rows, body) VALUES (?, ?, ?, ?, ?)',
    )
    this.#adopt = db.prepare<[number, number]>('UPDATE chunks SET series_key = ? WHERE series_key = ?')
    this.#remove = db.prepare<[number]>('DELETE FROM chunks WHERE id = ?')
    this.#removeAll = db.prepare<[number]>('DELETE FROM chunks WHERE series_key = ?')
  }

  /** The first `rows` rows of the columns as one chunk. */
  insert(seriesKey: number, columns: Columns, { ref, rows }: { ref: SeriesRef; rows: number }): void {
    const times = timesOf(columns)
    const body = encodeChunk(columns, rows, { kind: ref.kind, unitMs: unitMsOf(ref) })
    this.#insert.run(seriesKey, times[0] ?? 0, times[rows - 1] ?? 0, rows, body)
  }
  /** Gives all chunks of one to the other. */
  adopt(seriesKey: number, fromKey: number): void {
    this.#adopt.run(seriesKey, fromKey)
  }
  remove(entries: Directory): void {
    for (const { id } of entries) this.#remove.run(id)
  }
  removeAll(seriesKey: number): void {
    this.#removeAll.run(seriesKey)
  }
}
