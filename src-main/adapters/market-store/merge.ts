// Several runs of rows, each in order, as one. Of rows with equal keys the first run's are kept; what the others say is compared and counted.
import type { SeriesKind } from '../../../src-shared/domain/series.ts'
import type { ChunkSink } from './chunk-sink.ts'
import { type ChunkTable, type Directory, rowsToHold } from './chunk-table.ts'
import { type Columns, type RowSpan, emptyColumns, keyOf, sameValues, timesOf } from './series-columns.ts'

/** A place in a run. Holds one chunk at a time. */
export class RunCursor {
  readonly #table: ChunkTable
  readonly #directory: Directory
  readonly #kind: SeriesKind
  #columns: Columns
  #chunk = -1
  #row = 0
  #rows = 0
  /** Key of the row it stands on; Infinity after the last. */
  key = Number.POSITIVE_INFINITY

  constructor(table: ChunkTable, directory: Directory, kind: SeriesKind) {
    this.#table = table
    this.#directory = directory
    this.#kind = kind
    this.#columns = emptyColumns(kind, rowsToHold(directory))
    this.#nextChunk()
  }

  /** Rows from here on whose keys are below `key`, within the chunk at hand. */
  below(key: number): RowSpan {
    let low = this.#row
    let high = this.#rows
    const times = timesOf(this.#columns)
    while (low < high) {
      const middle = (low + high) >>> 1
      if (keyOf(this.#kind, times[middle] as number) < key) low = middle + 1
      else high = middle
    }
    return { columns: this.#columns, from: this.#row, to: low }
  }
  /** Rows from here on that share this row's key: a chunk always holds all of them. */
  group(): RowSpan {
    const times = timesOf(this.#columns)
    let to = this.#row + 1
    while (to < this.#rows && keyOf(this.#kind, times[to] as number) === this.key) to += 1
    return { columns: this.#columns, from: this.#row, to }
  }
  /** Goes to this row of the chunk, or to the next chunk after its last. */
  moveTo(row: number): void {
    this.#row = row
    if (row < this.#rows) this.key = keyOf(this.#kind, timesOf(this.#columns)[row] as number)
    else this.#nextChunk()
  }

  #nextChunk(): void {
    this.#chunk += 1
    const entry = this.#directory[this.#chunk]
    if (entry === undefined) {
      this.key = Number.POSITIVE_INFINITY
      return
    }
    this.#table.read(entry, this.#kind, this.#columns)
    this.#rows = entry.rows
    this.moveTo(0)
  }
}

export type MergeCounts = { readonly duplicates: number; readonly conflicts: number }

/**
 * Pushes all rows into the sink. `together` keeps rows of equal keys side by side, as trades of one import that came in several runs; `first`
 * keeps those of the first run alone. Throws what the sink and the chunks throw.
 */
export function mergeRuns(cursors: readonly RunCursor[], sink: ChunkSink, equalKeys: 'together' | 'first'): MergeCounts {
  let duplicates = 0
  let conflicts = 0
  for (;;) {
    const lead = earliest(cursors)
    if (lead === null) return { duplicates, conflicts }
    const rivals = cursors.filter((cursor) => cursor !== lead)
    const nextKey = Math.min(...rivals.map(({ key }) => key))
    if (lead.key < nextKey) {
      const span = lead.below(nextKey)
      sink.push(span)
      lead.moveTo(span.to)
      continue
    }
    const { key } = lead
    const kept = lead.group()
    sink.push(kept)
    for (const rival of rivals) {
      if (rival.key !== key) continue
      const other = rival.group()
      if (equalKeys === 'together') sink.push(other)
      else {
        duplicates += other.to - other.from
        if (!sameValues(kept, other)) conflicts += other.to - other.from
      }
      rival.moveTo(other.to)
    }
    lead.moveTo(kept.to)
  }
}

/** The first of those that stand on the smallest key, or null when all are at their ends. */
function earliest(cursors: readonly RunCursor[]): RunCursor | null {
  let found: RunCursor | null = null
  for (const cursor of cursors) if (cursor.key < (found?.key ?? Number.POSITIVE_INFINITY)) found = cursor
  return found
}
