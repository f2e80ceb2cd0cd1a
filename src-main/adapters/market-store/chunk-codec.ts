// A chunk of rows as bytes and back, bit for bit. Market data lives on decimal grids, so values become whole numbers of their finest step,
// then differences, then byte planes, then zstd. Values on no such grid stay the float64 they are. Nothing is taken for granted: what was
// packed is unpacked and compared, bit for bit, before it is stored.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ensure } from '../../../src-shared/domain/result.ts'
import type { SeriesKind } from '../../../src-shared/domain/series.ts'
import {
  type Cursor,
  bytesMax,
  cursorOn,
  putBars,
  putDecimals,
  putRaw,
  putTimes,
  takeBars,
  takeDecimals,
  takeTimes,
} from './column-encoding.ts'
import { CHUNK_ROWS, type Columns, columnAt, emptyColumns, timesOf } from './series-columns.ts'

const FORMAT = 1
const HEADER_BYTES = 5
/** Level 1 with a checksum: higher levels gain 2 % for five times the work (`npm run bench -- store`). */
const ZSTD = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
}

/** Reused from chunk to chunk. */
let packed = new Uint8Array(0)
let proof: Columns = []

export type ChunkSpec = {
  readonly kind: SeriesKind
  /** Step of the times where there is one: the length of a candle. */
  readonly unitMs: number
}

/**
 * Packs the first `rows` rows, at least one. Throws when they do not come back as they were: packing is undone and compared before zstd, whose own
 * checksum is looked at whenever a chunk is read, first for the passport of its import.
 */
export function encodeChunk(columns: Columns, rows: number, spec: ChunkSpec): Buffer {
  const wanted = { ...spec, rows }
  const bytes = packedBytes(columns, rows, (cursor) => putColumns(cursor, columns, wanted))
  if (isFaithful(bytes, columns, wanted)) return compressed(bytes)
  // Such as −0, which no whole number is.
  const raw = packedBytes(columns, rows, (cursor) => {
    for (const column of columns) putRaw(cursor, column, rows)
  })
  ensure(isFaithful(raw, columns, wanted), () => `${rows} rows of ${spec.kind} do not come back as they were packed`)
  return compressed(raw)
}

/** Overwritten by the next call. */
function packedBytes(columns: Columns, rows: number, put: (cursor: Cursor) => void): Uint8Array {
  const size = HEADER_BYTES + bytesMax(columns, rows)
  if (packed.length < size) packed = new Uint8Array(size)
  const cursor = cursorOn(packed)
  cursor.view.setUint8(0, FORMAT)
  cursor.view.setUint32(1, rows, true)
  cursor.at = HEADER_BYTES
  put(cursor)
  return packed.subarray(0, cursor.at)
}
/** In one piece, because nothing becomes much longer under zstd. */
const compressed = (bytes: Uint8Array): Buffer => zstdCompressSync(bytes, { ...ZSTD, chunkSize: Math.max(1024, bytes.length) })

type Wanted = ChunkSpec & { readonly rows: number }

function putColumns(cursor: Cursor, columns: Columns, { kind, unitMs, rows }: Wanted): void {
  putTimes(cursor, timesOf(columns), { rows, unitMs })
  switch (kind) {
    case 'candles':
      putBars(cursor, columns.slice(1, 5), rows)
      putDecimals(cursor, columnAt(columns, 5), { rows, differences: false })
      return
    case 'funding':
      putDecimals(cursor, columnAt(columns, 1), { rows, differences: false })
      return
    case 'trades':
      putDecimals(cursor, columnAt(columns, 1), { rows, differences: true })
      putDecimals(cursor, columnAt(columns, 2), { rows, differences: false })
      putDecimals(cursor, columnAt(columns, 3), { rows, differences: false })
  }
}

/**
 * Fills the first `rows` values of the columns. Throws RangeError, or zlib's error, for bytes that are no such chunk: a damaged one is never
 * taken for data, because zstd checks a checksum.
 */
export function decodeChunk(bytes: Uint8Array, out: Columns, { kind, rows }: { kind: SeriesKind; rows: number }): void {
  const unpacked = zstdDecompressSync(bytes, {
    maxOutputLength: HEADER_BYTES + bytesMax(out, rows),
    // What a row of packed columns takes, so that zlib needs one piece of memory and no larger one than that.
    chunkSize: Math.max(1024, rows * 12),
  })
  takeColumns(unpacked, out, { kind, rows })
}

function takeColumns(unpacked: Uint8Array, out: Columns, { kind, rows }: { kind: SeriesKind; rows: number }): void {
  const cursor = cursorOn(unpacked)
  const [format, found] = [cursor.view.getUint8(0), cursor.view.getUint32(1, true)]
  if (format !== FORMAT || found !== rows)
    throw new RangeError(`a chunk of format ${format} with ${found} rows, expected ${FORMAT} with ${rows}`)
  cursor.at = HEADER_BYTES
  takeTimes(cursor, timesOf(out), rows)
  switch (kind) {
    case 'candles':
      takeBars(cursor, out.slice(1, 5), rows)
      takeDecimals(cursor, columnAt(out, 5), { rows, differences: false })
      return
    case 'funding':
      takeDecimals(cursor, columnAt(out, 1), { rows, differences: false })
      return
    case 'trades':
      takeDecimals(cursor, columnAt(out, 1), { rows, differences: true })
      takeDecimals(cursor, columnAt(out, 2), { rows, differences: false })
      takeDecimals(cursor, columnAt(out, 3), { rows, differences: false })
  }
}

function isFaithful(bytes: Uint8Array, columns: Columns, { kind, rows }: Wanted): boolean {
  if (proof.length !== columns.length || timesOf(proof).length < rows) proof = emptyColumns(kind, Math.max(rows, CHUNK_ROWS))
  takeColumns(bytes, proof, { kind, rows })
  return columns.every((column, index) => Buffer.compare(bytesOf(column, rows), bytesOf(columnAt(proof, index), rows)) === 0)
}
const bytesOf = (column: Float64Array, rows: number): Buffer => Buffer.from(column.buffer, column.byteOffset, rows * 8)
