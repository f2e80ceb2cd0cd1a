// The newest rows of an import, put in order before they are written. Half of them stay behind each time, so that rows which are out of order
// by less than that still make one run.
import type { SeriesKind } from '../../../src-shared/domain/series.ts'
import type { MergeCounts } from './merge.ts'
import { type Columns, type RowSpan, columnAt, emptyColumns, keyOf, sameValues, timesOf } from './series-columns.ts'

export const BUFFER_ROWS = 65_536
const NOTHING_MET: MergeCounts = { duplicates: 0, conflicts: 0 }

export class RowBuffer {
  readonly columns: Columns
  readonly #kind: SeriesKind
  #rows = 0

  constructor(kind: SeriesKind) {
    this.#kind = kind
    this.columns = emptyColumns(kind, BUFFER_ROWS)
  }

  get rows(): number {
    return this.#rows
  }
  get isFull(): boolean {
    return this.#rows === BUFFER_ROWS
  }
  /** How many rows it takes until it is full. */
  get room(): number {
    return BUFFER_ROWS - this.#rows
  }
  /** Puts rows behind the others; at most as many as there is room for. */
  append({ columns, from, to }: RowSpan): void {
    for (const [index, column] of this.columns.entries()) column.set(columnAt(columns, index).subarray(from, to), this.#rows)
    this.#rows += to - from
  }
  /** The row that has just been filled in behind the others counts from now on. */
  commitRow(): void {
    this.#rows += 1
  }

  /** Sorts by key, stable, and drops what came twice; trades may share their time. */
  settle(): MergeCounts {
    if (this.#isRising()) return NOTHING_MET
    this.#sort()
    return this.#kind === 'trades' ? NOTHING_MET : this.#dropRepeated()
  }
  /** The older half, or all; to be `forget`-ten once they are written. */
  oldest(share: 'half' | 'all'): RowSpan {
    return { columns: this.columns, from: 0, to: share === 'all' ? this.#rows : this.#rows >>> 1 }
  }
  /** Drops the first `count` rows. */
  forget(count: number): void {
    for (const column of this.columns) column.copyWithin(0, count, this.#rows)
    this.#rows -= count
  }

  /** As most files come: nothing is out of order and nothing came twice. */
  #isRising(): boolean {
    const times = timesOf(this.columns)
    let last = Number.NEGATIVE_INFINITY
    for (let row = 0; row < this.#rows; row += 1) {
      const key = keyOf(this.#kind, times[row] as number)
      if (key <= last) return false
      last = key
    }
    return true
  }
  #sort(): void {
    const times = timesOf(this.columns)
    const keys = new Float64Array(this.#rows)
    let isSorted = true
    for (let row = 0; row < this.#rows; row += 1) {
      keys[row] = keyOf(this.#kind, times[row] as number)
      if (row > 0 && (keys[row] as number) < (keys[row - 1] as number)) isSorted = false
    }
    if (isSorted) return
    const order = Uint32Array.from(keys, (_, row) => row).sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b)
    for (const column of this.columns) column.set(Float64Array.from(order, (row) => column[row] as number))
  }

  #dropRepeated(): MergeCounts {
    const times = timesOf(this.columns)
    let duplicates = 0
    let conflicts = 0
    let kept = 0
    for (let row = 0; row < this.#rows; row += 1) {
      if (kept > 0 && keyOf(this.#kind, times[row] as number) === keyOf(this.#kind, times[kept - 1] as number)) {
        duplicates += 1
        if (!sameValues(this.#rowAt(row), this.#rowAt(kept - 1))) conflicts += 1
        continue
      }
      if (kept < row) for (const column of this.columns) column[kept] = column[row] as number
      kept += 1
    }
    this.#rows = kept
    return { duplicates, conflicts }
  }
  #rowAt = (row: number): RowSpan => ({ columns: this.columns, from: row, to: row + 1 })
}
