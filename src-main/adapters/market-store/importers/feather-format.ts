// The tables of contents of an Arrow file, read with Arrow's own accessors. Its reader trusts every length it finds, so that one damaged byte can
// keep it busy for ever; here each length is looked at before it is used.
// https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
import type { FileHandle } from 'node:fs/promises'
import { CompressionType } from 'apache-arrow/fb/compression-type'
import type { Field } from 'apache-arrow/fb/field'
import { FloatingPoint } from 'apache-arrow/fb/floating-point'
import { Footer } from 'apache-arrow/fb/footer'
import { Message } from 'apache-arrow/fb/message'
import { Precision } from 'apache-arrow/fb/precision'
import { RecordBatch } from 'apache-arrow/fb/record-batch'
import { TimeUnit } from 'apache-arrow/fb/time-unit'
import { Timestamp } from 'apache-arrow/fb/timestamp'
import { Type } from 'apache-arrow/fb/type'
import { ByteBuffer } from 'flatbuffers'
import { FeatherFault } from './import-fault.ts'

export const FEATHER_MAGIC = 'ARROW1'

/** What a column holds, as far as it is read: float64, or times so many to the millisecond; null for anything else. */
export type ColumnType = { readonly kind: 'float64' } | { readonly kind: 'timestamp'; readonly perMs: number } | null
export type ColumnPlace = {
  readonly name: string
  readonly type: ColumnType
  /** Arrow's name of the type, for a sentence. */
  readonly typeName: string
  /** Number of its first buffer in every batch: the bits of what is there; the values follow. */
  readonly buffer: number
}
export type BatchPlace = { readonly offset: number; readonly metadataBytes: number; readonly bodyBytes: number }
export type FeatherContents = { readonly columns: readonly ColumnPlace[]; readonly batches: readonly BatchPlace[] }

export type BufferPlace = { readonly offset: number; readonly bytes: number }
export type BatchContents = {
  readonly rows: number
  readonly compression: 'none' | 'lz4' | 'zstd'
  /** By number of the buffer. Throws FeatherFault for one that is not in the body. */
  readonly bufferAt: (number: number) => BufferPlace
}

const FOOTER_BYTES_MAX = 16 * 1024 ** 2
const METADATA_BYTES_MAX = 16 * 1024 ** 2
const BODY_BYTES_MAX = 1024 ** 3
const COLUMNS_MAX = 1_000
const BATCHES_MAX = 1_000_000
/** A column of float64 is then 128 MiB. Batches have 65,536 rows unless somebody wanted otherwise. */
export const BATCH_ROWS_MAX = 16 * 1024 ** 2

/** Exactly these bytes. Throws FeatherFault when the file ends before them. */
export async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  const { bytesRead } = await handle.read(bytes, 0, length, position)
  if (bytesRead < length) throw new FeatherFault(`${length} bytes at ${position} are not there`)
  return bytes
}

/** Throws FeatherFault when it is not a whole file of version 2. */
export async function readContents(handle: FileHandle): Promise<FeatherContents> {
  const { size } = await handle.stat()
  const head = latin1(await bytesAt(handle, 0, Math.min(size, 8)))
  if (head.startsWith('FEA1')) throw new FeatherFault('is of feather version 1, expected version 2: write it again with a newer program')
  if (!head.startsWith(FEATHER_MAGIC)) throw new FeatherFault(`does not begin as a feather file does, with ${FEATHER_MAGIC}`)
  const tail = size < 32 ? new Uint8Array(10) : await bytesAt(handle, size - 10, 10)
  const footerBytes = new DataView(tail.buffer).getInt32(0, true)
  if (latin1(tail).slice(4) !== FEATHER_MAGIC || footerBytes <= 0 || footerBytes > Math.min(size - 18, FOOTER_BYTES_MAX))
    throw new FeatherFault(`does not end as a feather file does, with its table of contents and ${FEATHER_MAGIC}: it was cut off`)
  const footer = Footer.getRootAsFooter(new ByteBuffer(await bytesAt(handle, size - 10 - footerBytes, footerBytes)))
  return { columns: columnsOf(footer), batches: batchesOf(footer, size) }
}
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

function columnsOf(footer: Footer): readonly ColumnPlace[] {
  const schema = footer.schema()
  const count = schema?.fieldsLength() ?? 0
  if (schema === null || count < 1 || count > COLUMNS_MAX)
    throw new FeatherFault(`has ${count} columns, expected 1 to ${COLUMNS_MAX}: it is damaged`)
  const columns: ColumnPlace[] = []
  let buffer = 0
  for (let index = 0; index < count; index += 1) {
    const field = schema.fields(index)
    if (field === null) throw new FeatherFault(`has no column ${index + 1}: it is damaged`)
    const typeName = Type[field.typeType()] ?? `number ${field.typeType()}`
    columns.push({ name: field.name() ?? '', type: typeOf(field), typeName, buffer })
    buffer += buffersOf(field, typeName)
  }
  return columns
}

function typeOf(field: Field): ColumnType {
  if (field.dictionary() !== null) return null
  if (field.typeType() === Type.FloatingPoint) {
    const type = field.type(new FloatingPoint()) as FloatingPoint | null
    return type?.precision() === Precision.DOUBLE ? { kind: 'float64' } : null
  }
  if (field.typeType() !== Type.Timestamp) return null
  const type = field.type(new Timestamp()) as Timestamp | null
  const perMs = type === null ? undefined : TIMES_PER_MS[type.unit()]
  return perMs === undefined ? null : { kind: 'timestamp', perMs }
}
const TIMES_PER_MS: Readonly<Record<TimeUnit, number>> = {
  [TimeUnit.SECOND]: 1e-3,
  [TimeUnit.MILLISECOND]: 1,
  [TimeUnit.MICROSECOND]: 1e3,
  [TimeUnit.NANOSECOND]: 1e6,
}

/** How many buffers a column takes in each batch; the ones behind it are found by counting. */
function buffersOf(field: Field, typeName: string): number {
  if (field.dictionary() !== null) return 2
  switch (field.typeType()) {
    case Type.Null:
      return 0
    case Type.Int:
    case Type.FloatingPoint:
    case Type.Bool:
    case Type.Decimal:
    case Type.Date:
    case Type.Time:
    case Type.Timestamp:
    case Type.Duration:
    case Type.FixedSizeBinary:
      return 2
    case Type.Binary:
    case Type.Utf8:
    case Type.LargeBinary:
    case Type.LargeUtf8:
      return 3
    default:
      throw new FeatherFault(`has the column ${JSON.stringify(field.name())} of type ${typeName}, which is not read`)
  }
}

function batchesOf(footer: Footer, size: number): readonly BatchPlace[] {
  const count = footer.recordBatchesLength()
  if (count < 0 || count > BATCHES_MAX) throw new FeatherFault(`has ${count} batches of rows: it is damaged`)
  return Array.from({ length: count }, (_, index) => {
    const block = footer.recordBatches(index)
    const [offset, metadataBytes, bodyBytes] = [
      Number(block?.offset() ?? -1),
      block?.metaDataLength() ?? 0,
      Number(block?.bodyLength() ?? -1),
    ]
    const isThere = offset >= 8 && metadataBytes > 8 && bodyBytes >= 0 && offset + metadataBytes + bodyBytes <= size
    if (!isThere || metadataBytes > METADATA_BYTES_MAX || bodyBytes > BODY_BYTES_MAX)
      throw new FeatherFault(`has a batch of ${bodyBytes} bytes at ${offset}, which is not there: it is damaged`)
    return { offset, metadataBytes, bodyBytes }
  })
}

/** What a batch says of itself. Throws FeatherFault for one that says what cannot be. */
export function readBatch(metadata: Uint8Array, { bodyBytes }: BatchPlace, buffers: number): BatchContents {
  const view = new DataView(metadata.buffer, metadata.byteOffset, metadata.byteLength)
  // Files of before 2019 lack the first of the two words.
  const start = view.getInt32(0, true) === -1 ? 8 : 4
  const message = Message.getRootAsMessage(new ByteBuffer(metadata.subarray(start)))
  const batch = message.header(new RecordBatch()) as RecordBatch | null
  const rows = Number(batch?.length() ?? -1)
  if (batch === null || !(rows >= 0 && rows <= BATCH_ROWS_MAX))
    throw new FeatherFault(`has a batch of ${rows} rows, expected at most ${BATCH_ROWS_MAX}: it is damaged`)
  if (batch.buffersLength() < buffers)
    throw new FeatherFault(`has a batch of ${batch.buffersLength()} buffers, expected ${buffers}: it is damaged`)
  const bufferAt = (number: number): BufferPlace => {
    const buffer = batch.buffers(number)
    const [offset, bytes] = [Number(buffer?.offset() ?? -1), Number(buffer?.length() ?? -1)]
    if (offset < 0 || bytes < 0 || offset + bytes > bodyBytes)
      throw new FeatherFault(`has a column of ${bytes} bytes at ${offset}, beyond its batch: it is damaged`)
    return { offset, bytes }
  }
  return { rows, compression: compressionOf(batch), bufferAt }
}
function compressionOf(batch: RecordBatch): BatchContents['compression'] {
  const compression = batch.compression()
  if (compression === null) return 'none'
  switch (compression.codec()) {
    case CompressionType.LZ4_FRAME:
      return 'lz4'
    case CompressionType.ZSTD:
      return 'zstd'
    default:
      throw new FeatherFault(`is compressed in the unknown way ${String(compression.codec())}: it is damaged`)
  }
}
