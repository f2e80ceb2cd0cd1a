// Rows of a finished import become part of a stored series. Chunks that the import does not touch stay as they are.
import type { SeriesRef } from '../../../src-shared/domain/series.ts'
import { ChunkSink } from './chunk-sink.ts'
import type { ChunkTable, ChunkWriter, Directory } from './chunk-table.ts'
import { type MergeCounts, RunCursor, mergeRuns } from './merge.ts'
import { CHUNK_ROWS, keyOf } from './series-columns.ts'

export type Absorbing = { readonly ref: SeriesRef; readonly seriesKey: number; readonly stagedKey: number }

/** Inside a transaction. What the series has is kept where both have it. Throws what reading and writing chunks throws. */
export function absorb(table: ChunkTable, chunks: ChunkWriter, { ref, seriesKey, stagedKey }: Absorbing): MergeCounts {
  const staged = table.directory(stagedKey)
  const touched = touchedBy(staged, table.directory(seriesKey), ref)
  if (touched.length === 0) {
    chunks.adopt(seriesKey, stagedKey)
    return { duplicates: 0, conflicts: 0 }
  }
  const sink = new ChunkSink(chunks, seriesKey, ref)
  const counts = mergeRuns([new RunCursor(table, touched, ref.kind), new RunCursor(table, staged, ref.kind)], sink, 'first')
  sink.flush()
  chunks.remove(touched)
  chunks.removeAll(stagedKey)
  return counts
}

/** Chunks of the series among which the import's rows lie, and the one right before them while it is not full. */
function touchedBy(staged: Directory, stored: Directory, { kind }: SeriesRef): Directory {
  const [first, last] = [staged[0], staged.at(-1)]
  if (first === undefined || last === undefined) return []
  const fromKey = keyOf(kind, first.fromMs)
  const toKey = keyOf(kind, last.toMs)
  let begin = stored.findIndex(({ toMs }) => keyOf(kind, toMs) >= fromKey)
  if (begin < 0) begin = stored.length
  let end = begin
  while (end < stored.length && keyOf(kind, (stored[end] ?? last).fromMs) <= toKey) end += 1
  const before = stored[begin - 1]
  if (before !== undefined && before.rows < CHUNK_ROWS) begin -= 1
  return stored.slice(begin, end)
}
