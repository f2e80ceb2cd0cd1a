// Values as they lie in the file: JSON text, compressed when that is worth it, and rows of doubles.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { LabStoreError } from './lab-store-error.ts'

/** Upper bound of one document as text. */
export const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024
/** Shorter ones are kept as they are. */
const COMPRESSED_FROM_BYTES = 1024
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

export type Document = { readonly encoding: number; readonly body: Buffer }

/** JSON of a value. Throws LabStoreError `bad_value` for what JSON cannot say, `too_large` beyond the bound; NaN and infinities become null. */
export function toDocument(value: unknown, what: string): Document {
  const plain = Buffer.from(jsonOf(value, what))
  if (plain.length > DOCUMENT_BYTES_MAX)
    throw new LabStoreError('too_large', `${what} has ${plain.length} bytes, expected at most ${DOCUMENT_BYTES_MAX}`)
  return plain.length < COMPRESSED_FROM_BYTES ? { encoding: 0, body: plain } : { encoding: 1, body: zstdCompressSync(plain, ZSTD) }
}

export function jsonOf(value: unknown, what: string): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    throw new LabStoreError('bad_value', `${what} is no JSON value: ${error instanceof Error ? error.message : String(error)}`, error)
  }
  if (text === undefined) throw new LabStoreError('bad_value', `${what} is ${typeof value}, expected a JSON value`)
  return text
}

/** Throws LabStoreError `damaged`, naming `what`. */
export function fromDocument({ encoding, body }: Document, what: string): unknown {
  try {
    const plain = encoding === 0 ? body : zstdDecompressSync(body, { maxOutputLength: DOCUMENT_BYTES_MAX })
    return JSON.parse(plain.toString('utf8'))
  } catch (error) {
    throw new LabStoreError('damaged', `${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

/** Throws LabStoreError `damaged`, naming `what`. */
export const parsedJson = (text: string, what: string): unknown => fromDocument({ encoding: 0, body: Buffer.from(text) }, what)

/** Bytes in the order of this machine: every one this program runs on is little-endian. */
export const packDoubles = (values: Float64Array): Buffer =>
  zstdCompressSync(Buffer.from(values.buffer, values.byteOffset, values.byteLength), ZSTD)

/** Throws LabStoreError `damaged`, naming `what`. */
export function unpackDoubles(body: Buffer, what: string): Float64Array {
  try {
    const plain = zstdDecompressSync(body, { maxOutputLength: DOCUMENT_BYTES_MAX })
    // Copied: a Buffer may begin anywhere in its memory, doubles must begin at a multiple of eight.
    return new Float64Array(Uint8Array.from(plain).buffer)
  } catch (error) {
    throw new LabStoreError('damaged', `${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}
