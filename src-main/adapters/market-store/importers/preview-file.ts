// A look at a file before anything of it is stored: what it seems to be, its columns and its first rows.
import { stat } from 'node:fs/promises'
import type { z } from 'zod/mini'
import type { ImportPreview } from '../../../../src-shared/bridge/lab-views.ts'
import { type Result, err, ok } from '../../../../src-shared/domain/result.ts'
import type { SeriesKind } from '../../../../src-shared/domain/series.ts'
import { csvRows, isEmptyRow } from './csv-rows.ts'
import { openFeather } from './feather-rows.ts'
import { type ContentGuess, guessFromContent, guessFromName } from './file-format.ts'
import { type FileToRead, readBytes } from './file-bytes.ts'
import { type ColumnMap, columnNames, guessColumns, isHeaderRow } from './generic-csv.ts'
import { type ImportFailure, failureOf } from './import-file.ts'
import { ImportFault } from './import-fault.ts'
import { jsonRows } from './json-rows.ts'
import { FREQTRADE_COLUMNS } from './number-rows.ts'
import { textLines } from './text-lines.ts'

/** `columnMap` is a proposal for a CSV file of no known format; null otherwise. */
export type FilePreview = Omit<z.infer<typeof ImportPreview>, 'uploadId'> & { readonly columnMap: ColumnMap | null }

const BEGINNING_BYTES = 64 * 1024
const SAMPLE_ROWS = 10
const COLUMNS_MAX = 100
const CELL_MAX = 80

/** Reads the first 64 KiB. The error is why the file cannot be read at all. */
export async function previewFile(path: string, fileName: string): Promise<Result<FilePreview, ImportFailure>> {
  try {
    const { size: bytes } = await stat(path)
    if (bytes === 0) throw new ImportFault(`${fileName} is empty`)
    const seen = await look({ path, fileName })
    const name = guessFromName(fileName)
    const kind = seen.kind ?? name.kind
    const timeframe = kind === 'candles' || kind === null ? name.timeframe : null
    return ok({ fileName: fileName.slice(0, 200), bytes, ...seen, kind, instrumentId: name.instrumentId, timeframe })
  } catch (error) {
    return err(failureOf(error, fileName))
  }
}

type Seen = Pick<FilePreview, 'format' | 'kind' | 'columns' | 'sample' | 'columnMap'>

async function look(file: FileToRead): Promise<Seen> {
  const beginning = await beginningOf(file)
  if (beginning.length === 0) throw new ImportFault(`${file.fileName} is empty inside`)
  const guess = guessFromContent(beginning, null)
  if (guess.format === 'freqtrade-feather') return lookAtFeather(file, guess)
  if (guess.format === 'freqtrade-json') return lookAtJson(file, beginning)
  return lookAtCsv(file, beginning)
}

async function beginningOf(file: FileToRead): Promise<Buffer> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of readBytes(file)) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes >= BEGINNING_BYTES) break
  }
  return Buffer.concat(pieces).subarray(0, BEGINNING_BYTES)
}

async function lookAtCsv({ fileName }: FileToRead, beginning: Buffer): Promise<Seen> {
  const rows = await firstRows(fileName, beginning)
  const [first] = rows
  if (first === undefined) throw new ImportFault(`${fileName} holds no rows`)
  const guess = guessFromContent(beginning, first)
  const names = columnNames(first)
  const values = isHeaderRow(first) ? rows.slice(1) : rows
  const sample = values.slice(0, SAMPLE_ROWS).map(shortened)
  const columns = shortened(names)
  if (guess.format !== 'generic-csv') return { format: guess.format, kind: guess.kind, columns, sample, columnMap: null }
  const columnMap = guessColumns(names, values[0] ?? [])
  return { format: null, kind: columnMap === null ? null : kindOf(columnMap), columns, sample, columnMap }
}
/** The last line of the beginning is cut off, unless it is the file's own last. */
async function firstRows(fileName: string, beginning: Buffer): Promise<readonly (readonly string[])[]> {
  const whole = beginning.length < BEGINNING_BYTES ? beginning : beginning.subarray(0, beginning.lastIndexOf('\n') + 1)
  const rows: (readonly string[])[] = []
  for await (const batch of csvRows(textLines(once(whole.length > 0 ? whole : beginning), fileName), fileName))
    rows.push(...batch.rows.filter((cells) => !isEmptyRow(cells)))
  return rows
}
async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
function kindOf(map: ColumnMap): SeriesKind | null {
  if (map.open !== undefined && map.close !== undefined) return 'candles'
  if (map.rate !== undefined) return 'funding'
  return map.price !== undefined && map.quantity !== undefined ? 'trades' : null
}

async function lookAtJson({ fileName }: FileToRead, beginning: Buffer): Promise<Seen> {
  const end = beginning.lastIndexOf('],')
  const whole =
    beginning.length < BEGINNING_BYTES || end < 0 ? beginning : Buffer.concat([beginning.subarray(0, end + 1), Buffer.from(']')])
  const { kind, columns } = freqtradeOf(fileName)
  for await (const rows of jsonRows(once(whole), fileName)) {
    const sample = rows.slice(0, SAMPLE_ROWS).map(({ values }) => shortened(Array.isArray(values) ? values.map(String) : [String(values)]))
    return { format: 'freqtrade-json', kind, columns: [...columns], sample, columnMap: null }
  }
  throw new ImportFault(`${fileName} holds no rows`)
}

async function lookAtFeather(file: FileToRead, { format }: ContentGuess): Promise<Seen> {
  const feather = await openFeather(file)
  const { kind, columns: wanted } = freqtradeOf(file.fileName)
  try {
    const { value } = await feather.batches(wanted).next()
    const columns: readonly Float64Array[] = value?.columns ?? []
    const rows = Math.min(SAMPLE_ROWS, columns[0]?.length ?? 0)
    const sample = Array.from({ length: rows }, (_, row) => columns.map((column) => String(column[row])))
    return { format, kind, columns: shortened(feather.names), sample, columnMap: null }
  } finally {
    await feather.close()
  }
}
const freqtradeOf = (fileName: string) => {
  const kind = guessFromName(fileName).kind === 'funding' ? 'funding' : 'candles'
  return { kind, columns: FREQTRADE_COLUMNS[kind] } as const
}

const shortened = (cells: readonly string[]): string[] => cells.slice(0, COLUMNS_MAX).map((cell) => cell.slice(0, CELL_MAX))
