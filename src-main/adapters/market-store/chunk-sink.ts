// Rows in order, cut into chunks. A cut never falls between rows of the same time.
import type { SeriesRef } from '../../../src-shared/domain/series.ts'
import type { ChunkWriter } from './chunk-table.ts'
import { MarketStoreError } from './market-store-error.ts'
import { CHUNK_ROWS, type Columns, GROUP_ROWS_MAX, type RowSpan, columnAt, emptyColumns, keyOf, timesOf } from './series-columns.ts'

export class ChunkSink {
  readonly seriesKey: number
  readonly #writer: ChunkWriter
  readonly #ref: SeriesRef
  #columns: Columns
  #rows = 0
  #lastKey = Number.NEGATIVE_INFINITY

  constructor(writer: ChunkWriter, seriesKey: number, ref: SeriesRef) {
    this.#writer = writer
    this.seriesKey = seriesKey
    this.#ref = ref
    this.#columns = emptyColumns(ref.kind, CHUNK_ROWS)
  }

  /** Key of the newest row; −Infinity before the first. */
  get lastKey(): number {
    return this.#lastKey
  }

  /** Takes rows that are in order and none of which comes before the newest one. Throws MarketStoreError `too_much` and what SQLite throws. */
  push({ columns, from, to }: RowSpan): void {
    const times = timesOf(columns)
    for (let row = from; row < to;) {
      const key = keyOf(this.#ref.kind, times[row] as number)
      if (this.#rows >= CHUNK_ROWS && key !== this.#lastKey) this.flush()
      // Beyond a full chunk only rows of the time it ends with are added.
      const taken = Math.min(to - row, Math.max(1, CHUNK_ROWS - this.#rows))
      this.#copy({ columns, from: row, to: row + taken })
      row += taken
      this.#lastKey = keyOf(this.#ref.kind, times[row - 1] as number)
    }
  }

  /** Writes what has not been written yet. */
  flush(): void {
    if (this.#rows === 0) return
    this.#writer.insert(this.seriesKey, this.#columns, { ref: this.#ref, rows: this.#rows })
    this.#rows = 0
  }

  #copy({ columns, from, to }: RowSpan): void {
    const end = this.#rows + to - from
    if (end > timesOf(this.#columns).length) this.#grow()
    for (const [index, column] of this.#columns.entries()) column.set(columnAt(columns, index).subarray(from, to), this.#rows)
    this.#rows = end
  }
  #grow(): void {
    if (this.#rows >= GROUP_ROWS_MAX) {
      const atMs = timesOf(this.#columns)[this.#rows - 1] ?? 0
      throw new MarketStoreError('too_much', `${this.#rows} rows have the time ${atMs}, expected at most ${GROUP_ROWS_MAX}`)
    }
    const larger = emptyColumns(this.#ref.kind, this.#rows * 2)
    for (const [index, column] of this.#columns.entries()) columnAt(larger, index).set(column)
    this.#columns = larger
  }
}
