// Equal data has an equal hash, however it came in and however it is cut into chunks.
import { type Hash, createHash, hash } from 'node:crypto'
import type { SeriesKind } from '../../../src-shared/domain/series.ts'
import type { RowVisitor } from './series-scan.ts'
import type { Columns } from './series-columns.ts'

/**
 * SHA-256 of the text
 *
 *     kind \n SHA-256 of the first column in hex \n … \n SHA-256 of the last column in hex
 *
 * without the blanks, each column the little-endian float64 of its values in order, times first.
 */
export class ContentHash implements RowVisitor {
  readonly #kind: SeriesKind
  readonly #columns: readonly Hash[]

  constructor(kind: SeriesKind, columns: number) {
    this.#kind = kind
    this.#columns = Array.from({ length: columns }, () => createHash('sha256'))
  }
  visit(columns: Columns, rows: number): void {
    for (const [index, column] of columns.entries())
      this.#columns[index]?.update(new Uint8Array(column.buffer, column.byteOffset, rows * 8))
  }
  /** In hex. Call once. */
  digest(): string {
    return hash('sha256', [this.#kind, ...this.#columns.map((column) => column.digest('hex'))].join('\n'), 'hex')
  }
}
