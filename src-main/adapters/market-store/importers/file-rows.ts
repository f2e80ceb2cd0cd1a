// The rows of a file, whatever its format, handed to a target one by one.
import type { FileFormat } from './file-format.ts'
import { type ArchiveKind, archiveKindOf, archiveReader, isArchiveHeader } from './binance-archive.ts'
import { csvRows, isEmptyRow } from './csv-rows.ts'
import { openFeather } from './feather-rows.ts'
import { type FileToRead, readBytes } from './file-bytes.ts'
import { type ColumnMap, columnNames, genericReader, isHeaderRow } from './generic-csv.ts'
import { ImportFault, shown } from './import-fault.ts'
import { jsonRows } from './json-rows.ts'
import { FREQTRADE_COLUMNS, numberRowFault } from './number-rows.ts'
import type { RowReader } from './row-reader.ts'
import type { RowTarget, TargetSpec } from './row-target.ts'
import { textLines } from './text-lines.ts'

export type RowsWanted = {
  readonly file: FileToRead
  readonly format: FileFormat
  readonly kind: TargetSpec['kind']
  /** Needed for a generic CSV file. */
  readonly columns: ColumnMap | null
}
/** Called now and then, between batches of rows. */
export type OnBatch = () => void

/** Throws ImportFault naming file and place, what the target throws, and the signal's reason. Never keeps more than a batch. */
export async function feedRows(wanted: RowsWanted, target: RowTarget, onBatch: OnBatch): Promise<void> {
  switch (wanted.format) {
    case 'freqtrade-json':
      return feedJson(wanted, target, onBatch)
    case 'freqtrade-feather':
      return feedFeather(wanted, target, onBatch)
    case 'binance-klines':
    case 'binance-funding':
    case 'binance-trades':
    case 'generic-csv':
      return feedCsv(wanted, target, onBatch)
  }
}

/** By what a line of text or a batch of numbers is counted in sentences. */
export const placeOf = (format: FileFormat): TargetSpec['place'] =>
  format === 'freqtrade-json' || format === 'freqtrade-feather' ? 'row' : 'line'

async function feedCsv(wanted: RowsWanted, target: RowTarget, onBatch: OnBatch): Promise<void> {
  const { fileName } = wanted.file
  const values: number[] = []
  let reader: RowReader | null = null
  for await (const { firstLine, rows } of csvRows(textLines(readBytes(wanted.file), fileName), fileName)) {
    for (const [index, cells] of rows.entries()) {
      if (isEmptyRow(cells)) continue
      const line = firstLine + index
      if (reader === null) {
        const first = firstRow(wanted, cells, line)
        reader = first.reader
        if (first.isHeader) continue
      }
      const fault = reader.read(cells, values)
      if (fault !== null) throw new ImportFault(`${fileName} line ${line}: ${fault}`)
      target.add(line, values)
    }
    onBatch()
  }
}

type FirstRow = { readonly reader: RowReader; readonly isHeader: boolean }

function firstRow(wanted: RowsWanted, cells: readonly string[], line: number): FirstRow {
  const found = wanted.format === 'generic-csv' ? genericFirst(wanted, cells) : archiveFirst(wanted, cells)
  if (typeof found === 'string') throw new ImportFault(`${wanted.file.fileName} line ${line} ${found}`)
  return found
}
function genericFirst({ columns, kind }: RowsWanted, cells: readonly string[]): FirstRow | string {
  if (columns === null) return 'needs to be told which column is what'
  const reader = genericReader(columnNames(cells), columns, kind)
  return typeof reader === 'string' ? reader : { reader, isHeader: isHeaderRow(cells) }
}
function archiveFirst({ format }: RowsWanted, cells: readonly string[]): FirstRow | string {
  const isHeader = isArchiveHeader(cells)
  const found = archiveKindOf(cells)
  const kinds = ARCHIVE_KINDS[format] ?? []
  const kind = found !== null && kinds.includes(found) ? found : kinds[0]
  if (kind === undefined) return `is not of the format ${format}`
  if (isHeader && found !== kind) return `has the header ${shown(cells.join(','))}, expected that of ${kinds.join(' or ')}`
  const reader = archiveReader(kind, cells.length)
  return typeof reader === 'string' ? reader : { reader, isHeader }
}
const ARCHIVE_KINDS: Readonly<Partial<Record<FileFormat, readonly ArchiveKind[]>>> = {
  'binance-klines': ['klines'],
  'binance-funding': ['funding'],
  'binance-trades': ['trades', 'aggTrades'],
}

async function feedJson({ file, kind }: RowsWanted, target: RowTarget, onBatch: OnBatch): Promise<void> {
  const { fileName } = file
  if (kind === 'trades') throw new ImportFault(`${fileName}: freqtrade's files of trades are not read`)
  for await (const rows of jsonRows(readBytes(file), fileName)) {
    for (const { row, values } of rows) {
      const fault = Array.isArray(values) ? numberRowFault(values, kind) : `is ${shown(JSON.stringify(values))}, expected an array`
      if (fault !== null) throw new ImportFault(`${fileName} row ${row}: ${fault}`)
      target.add(row, values as number[])
    }
    onBatch()
  }
}

async function feedFeather({ file, kind }: RowsWanted, target: RowTarget, onBatch: OnBatch): Promise<void> {
  const { fileName } = file
  if (kind === 'trades') throw new ImportFault(`${fileName}: freqtrade's files of trades are not read`)
  const feather = await openFeather(file)
  const values: number[] = []
  try {
    for await (const { firstRow: first, columns } of feather.batches(FREQTRADE_COLUMNS[kind])) {
      file.signal?.throwIfAborted()
      const rows = columns[0]?.length ?? 0
      for (let row = 0; row < rows; row += 1) {
        for (const [index, column] of columns.entries()) values[index] = column[row] as number
        const fault = numberRowFault(values, kind)
        if (fault !== null) throw new ImportFault(`${fileName} row ${first + row}: ${fault}`)
        target.add(first + row, values)
      }
      onBatch()
    }
  } finally {
    await feather.close()
  }
}
