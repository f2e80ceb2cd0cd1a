// One look at all rows of a series, chunk by chunk, for whoever wants to see them.
import type { SeriesKind } from '../../../src-shared/domain/series.ts'
import { type ChunkTable, type Directory, rowsToHold } from './chunk-table.ts'
import { type Columns, emptyColumns } from './series-columns.ts'

/** Called with the first `rows` rows of columns that are overwritten afterwards, oldest chunk first. */
export type RowVisitor = { visit(columns: Columns, rows: number): void }

/** Throws what reading chunks throws. */
export function scanSeries(table: ChunkTable, series: { kind: SeriesKind; directory: Directory }, visitors: readonly RowVisitor[]): void {
  const { kind, directory } = series
  const columns = emptyColumns(kind, rowsToHold(directory))
  for (const entry of directory) {
    table.read(entry, kind, columns)
    for (const visitor of visitors) visitor.visit(columns, entry.rows)
  }
}
