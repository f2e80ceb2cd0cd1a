// freqtrade's feather: an Arrow file of the columns date, open, high, low, close and volume, in batches of some thousand rows that are read one
// at a time.
import { type FileHandle, open } from 'node:fs/promises'
import { zstdDecompressSync } from 'node:zlib'
import lz4 from 'lz4js'
import {
  type BatchContents,
  type BatchPlace,
  type ColumnPlace,
  type FeatherContents,
  bytesAt,
  readBatch,
  readContents,
} from './feather-format.ts'
import type { FileToRead } from './file-bytes.ts'
import { FeatherFault, ImportFault, shown } from './import-fault.ts'
import { unpackLz4Frame } from './lz4-frame.ts'

/** Columns of one batch, times in milliseconds, NaN where there is no value; `firstRow` counts from 1. */
export type FeatherBatch = { readonly firstRow: number; readonly columns: readonly Float64Array[] }
export type FeatherFile = {
  readonly names: readonly string[]
  /** Throws ImportFault for a column that is not there, or of another type, and for damage. */
  batches(columns: readonly string[]): AsyncGenerator<FeatherBatch>
  close(): Promise<void>
}
type Reading = { readonly file: FileToRead; readonly handle: FileHandle; readonly contents: FeatherContents }

/** Throws ImportFault for a file that is none, or not whole. */
export async function openFeather(file: FileToRead): Promise<FeatherFile> {
  const handle = await open(file.path, 'r')
  try {
    const contents = await named(file.fileName, () => readContents(handle))
    return {
      names: contents.columns.map(({ name }) => name),
      batches: (columns) => readBatches({ file, handle, contents }, columns),
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** What cannot be read is the file's fault. */
async function named<T>(fileName: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ImportFault) throw error
    if (error instanceof FeatherFault) throw new ImportFault(`${fileName} ${error.message}`, error)
    throw new ImportFault(`${fileName} is no sound feather file: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

async function* readBatches(reading: Reading, wanted: readonly string[]): AsyncGenerator<FeatherBatch> {
  const { file, contents } = reading
  const places = wanted.map((name) => placeOf(contents, name, file.fileName))
  let firstRow = 1
  for (const batch of contents.batches) {
    const columns = await named(file.fileName, () => readColumns(reading, batch, places))
    file.onBytes?.(batch.offset + batch.metadataBytes + batch.bodyBytes)
    yield { firstRow, columns }
    firstRow += columns[0]?.length ?? 0
  }
}

function placeOf({ columns }: FeatherContents, name: string, fileName: string): ColumnPlace {
  const place = columns.find((column) => column.name === name)
  if (place === undefined)
    throw new ImportFault(`${fileName} has no column ${shown(name)}, expected date, open, high, low, close and volume`)
  const expected = name === 'date' ? 'timestamp' : 'float64'
  if (place.type?.kind !== expected)
    throw new ImportFault(`${fileName}: the column ${name} is of type ${place.typeName}, expected ${expected}`)
  return place
}

async function readColumns({ handle }: Reading, place: BatchPlace, columns: readonly ColumnPlace[]): Promise<readonly Float64Array[]> {
  const metadata = await bytesAt(handle, place.offset, place.metadataBytes)
  const batch = readBatch(metadata, place, Math.max(...columns.map(({ buffer }) => buffer + 2)))
  const body = await bytesAt(handle, place.offset + place.metadataBytes, place.bodyBytes)
  return columns.map((column) => columnOf(body, batch, column))
}

function columnOf(body: Uint8Array, batch: BatchContents, { name, type, buffer }: ColumnPlace): Float64Array {
  const { rows } = batch
  const bytes = bufferOf(body, batch, { number: buffer + 1, bytesMax: rows * 8 + 64 })
  if (bytes.length < rows * 8)
    throw new FeatherFault(`has ${bytes.length} bytes of ${name} in a batch, expected ${rows * 8}: it is damaged`)
  // A copy, because the values may begin at any byte.
  const aligned = new Uint8Array(bytes.subarray(0, rows * 8)).buffer
  const values = type?.kind === 'timestamp' ? toMilliseconds(new BigInt64Array(aligned), type.perMs) : new Float64Array(aligned)
  const isThere = bufferOf(body, batch, { number: buffer, bytesMax: rows / 8 + 128 })
  // No bits at all: every value is there.
  if (isThere.length * 8 >= rows)
    for (let row = 0; row < rows; row += 1) if ((((isThere[row >> 3] ?? 0) >> (row & 7)) & 1) === 0) values[row] = Number.NaN
  return values
}
/** Exact to the millisecond: of today's nanoseconds a float64 loses the last three digits. */
const toMilliseconds = (times: BigInt64Array, perMs: number): Float64Array =>
  Float64Array.from(times, (time) => Math.round(Number(time) / perMs))

/** The bytes of a buffer. A compressed one begins with how long it was, or −1 when it was left as it is. */
function bufferOf(
  body: Uint8Array,
  { bufferAt, compression }: BatchContents,
  { number, bytesMax }: { number: number; bytesMax: number },
): Uint8Array {
  const { offset, bytes } = bufferAt(number)
  const stored = body.subarray(offset, offset + bytes)
  if (compression === 'none' || bytes === 0) return stored
  const said = Number(new DataView(stored.buffer, stored.byteOffset, stored.byteLength).getBigInt64(0, true))
  const packed = stored.subarray(8)
  if (said === -1) return packed
  if (said < 0 || said > bytesMax)
    throw new FeatherFault(`has a column that unpacks to ${said} bytes, expected at most ${Math.floor(bytesMax)}: it is damaged`)
  const unpacked =
    compression === 'zstd'
      ? zstdDecompressSync(packed, { maxOutputLength: Math.max(1, said) })
      : unpackLz4Frame(lz4.decompressBlock, packed, said)
  if (unpacked.length !== said) throw new FeatherFault(`has a column of ${unpacked.length} bytes, expected ${said}: it is damaged`)
  return unpacked
}
