// Lines of CSV as rows of text. A row is a line: market data has no line feeds inside its fields, and a bound on lines is then a bound on rows.
import Papa from 'papaparse'
import { ImportFault, shown } from './import-fault.ts'
import type { LinePiece } from './text-lines.ts'

/** Rows of consecutive lines, the first of them `firstLine`; an empty line is a row of one empty cell. */
export type CsvBatch = { readonly firstLine: number; readonly rows: readonly (readonly string[])[] }

const DELIMITERS = [',', ';', '\t', '|']

export const isEmptyRow = (cells: readonly string[]): boolean => cells.length === 1 && cells[0] === ''

/** Rows in batches. The delimiter is found in the first lines. Throws ImportFault for quotes that never end. */
export async function* csvRows(pieces: AsyncIterable<LinePiece>, fileName: string): AsyncGenerator<CsvBatch> {
  let delimiter: string | null = null
  for await (const { text, firstLine } of pieces) {
    delimiter ??= delimiterOf(text)
    const { data, errors } = Papa.parse<string[]>(text, { delimiter, newline: '\n' })
    const [error] = errors
    if (error !== undefined) {
      const line = firstLine + (error.row ?? 0)
      throw new ImportFault(`${fileName} line ${line}: ${error.message} in ${shown(text.split('\n')[error.row ?? 0] ?? '')}`)
    }
    yield { firstLine, rows: data }
  }
}

/** The one that parts most of the first line; commas where none does. */
function delimiterOf(text: string): string {
  const first = text.slice(0, text.includes('\n') ? text.indexOf('\n') : undefined)
  const counts = DELIMITERS.map((delimiter) => first.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}
