// Rows of any kind of series as columns of float64, time first: what is sorted, merged, packed and hashed is the same for all three kinds.
import type { SeriesKind } from '../../../src-shared/domain/series.ts'

/** Columns of equal length; the first holds times in milliseconds. Trades keep their side as 1 or −1. */
export type Columns = readonly Float64Array[]

/** Rows of one stored chunk. A group of rows that share a time is never torn apart, so a chunk of trades may hold more. */
export const CHUNK_ROWS = 8_192
/** More rows than this at one time are no market data. */
export const GROUP_ROWS_MAX = 65_536

const COLUMN_COUNT: Readonly<Record<SeriesKind, number>> = { candles: 6, funding: 2, trades: 4 }

/** Columns of zeros, in one piece of memory. */
export function emptyColumns(kind: SeriesKind, rows: number): Columns {
  const count = COLUMN_COUNT[kind]
  const memory = new ArrayBuffer(count * rows * 8)
  return Array.from({ length: count }, (_, index) => new Float64Array(memory, index * rows * 8, rows))
}

/** The column at this position. Throws for one that the kind does not have. */
export function columnAt(columns: Columns, index: number): Float64Array {
  const column = columns[index]
  if (column === undefined) throw new RangeError(`column ${index} of ${columns.length}`)
  return column
}
export const timesOf = (columns: Columns): Float64Array => columnAt(columns, 0)
export const sliceColumns = (columns: Columns, from: number, to: number): Columns => columns.map((column) => column.subarray(from, to))

/** A venue stamps a payment some milliseconds after its time, and sources differ in how many: the minute names the payment. */
const FUNDING_KEY_MS = 60_000
/** What names a row: rows with equal keys are the same candle, the same payment, or the trades of one millisecond. */
export const keyOf = (kind: SeriesKind, timeMs: number): number => (kind === 'funding' ? Math.round(timeMs / FUNDING_KEY_MS) : timeMs)

/** The row of the first time at or after `timeMs`, in a column that never falls. */
export function firstRowFrom(times: Float64Array, timeMs: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? Number.POSITIVE_INFINITY) < timeMs) low = middle + 1
    else high = middle
  }
  return low
}

export type RowSpan = { readonly columns: Columns; readonly from: number; readonly to: number }

/** Whether two spans hold the same values in the same order, times left out. */
export function sameValues(a: RowSpan, b: RowSpan): boolean {
  const rows = a.to - a.from
  if (rows !== b.to - b.from) return false
  for (let index = 1; index < a.columns.length; index += 1) {
    const [left, right] = [columnAt(a.columns, index), columnAt(b.columns, index)]
    for (let row = 0; row < rows; row += 1) if (left[a.from + row] !== right[b.from + row]) return false
  }
  return true
}
