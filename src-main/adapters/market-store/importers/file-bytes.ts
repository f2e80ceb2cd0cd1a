// The bytes inside a file, unpacked as they come: plain, gzip, or the one data file of a zip. Never held as a whole, and never more of them
// than a file of this size can honestly unpack to.
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { crc32, createGunzip } from 'node:zlib'
import yauzl from 'yauzl'
import { ImportFault } from './import-fault.ts'

export type ByteProgress = (bytesRead: number) => void
export type FileToRead = {
  readonly path: string
  /** As the user knows it; names the file in sentences. */
  readonly fileName: string
  readonly signal?: AbortSignal
  /** Called with the bytes of the packed file that have been read so far. */
  readonly onBytes?: ByteProgress
}

const UNPACKED_BYTES_MAX = 64 * 1024 ** 3
/** Market data packs to a tenth at best. What unpacks to two hundred times its size was made to fill a disk. */
const RATIO_MAX = 200
const RATIO_FROM_BYTES = 64 * 1024 ** 2
const READ_BYTES = 256 * 1024

/** The first bytes of the file as it is, at most `count`. */
export async function firstBytesOf(path: string, count: number): Promise<Buffer> {
  const handle = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(count), 0, count, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

export type Container = 'zip' | 'gzip' | 'plain'
export function containerOf(firstBytes: Uint8Array): Container {
  if (firstBytes[0] === 0x1f && firstBytes[1] === 0x8b) return 'gzip'
  // Also the mark of an empty archive.
  if (firstBytes[0] === 0x50 && firstBytes[1] === 0x4b && (firstBytes[2] === 3 || firstBytes[2] === 5)) return 'zip'
  return 'plain'
}

/** A stream of unpacked bytes, and how much of the packed file stands behind so many of them. */
type Unpacked = {
  readonly stream: Readable
  readonly bytesRead: (unpacked: number) => number
  readonly close: () => void
  /** What the archive says of its content, which nobody else checks; null where somebody does. */
  readonly crc32: number | null
}

/** Unpacked bytes, piece by piece. Ends what it opened however it is left. Throws ImportFault, and the signal's reason. */
export async function* readBytes(file: FileToRead): AsyncGenerator<Buffer> {
  const { size } = await stat(file.path)
  const { stream, bytesRead, close, crc32: expectedCrc } = await openUnpacked(file, size)
  let unpacked = 0
  let crc = 0
  try {
    for await (const piece of stream) {
      file.signal?.throwIfAborted()
      const bytes = piece as Buffer
      unpacked += bytes.length
      if (expectedCrc !== null) crc = crc32(bytes, crc)
      refuseBomb(file.fileName, size, unpacked)
      file.onBytes?.(Math.min(size, bytesRead(unpacked)))
      yield bytes
    }
    if (expectedCrc !== null && crc !== expectedCrc)
      throw new ImportFault(`${file.fileName} is damaged: its content is not what its checksum says`)
  } catch (error) {
    throw file.signal?.aborted === true ? error : unpackingFault(file.fileName, error)
  } finally {
    close()
  }
}

function refuseBomb(fileName: string, size: number, unpacked: number): void {
  if (unpacked <= RATIO_FROM_BYTES || (unpacked <= UNPACKED_BYTES_MAX && unpacked <= RATIO_MAX * size)) return
  throw new ImportFault(
    `${fileName}: ${size} bytes unpack to more than ${unpacked} bytes, expected at most ${RATIO_MAX} times as many and at most 64 GiB: this is no market data`,
  )
}

async function openUnpacked(file: FileToRead, size: number): Promise<Unpacked> {
  const container = containerOf(await firstBytesOf(file.path, 4))
  if (container === 'zip') return openZipped(file, size)
  const source = createReadStream(file.path, { highWaterMark: READ_BYTES })
  const bytesRead = (): number => source.bytesRead
  if (container === 'plain') return { stream: source, bytesRead, close: () => source.destroy(), crc32: null }
  const unpacker = createGunzip({ chunkSize: READ_BYTES })
  source.on('error', (error) => unpacker.destroy(error))
  const close = (): void => {
    source.destroy()
    unpacker.destroy()
  }
  return { stream: source.pipe(unpacker), bytesRead, close, crc32: null }
}

/** What zlib, yauzl and the file system say, as a sentence. */
function unpackingFault(fileName: string, error: unknown): ImportFault {
  if (error instanceof ImportFault) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'Z_BUF_ERROR') return new ImportFault(`${fileName} ends in the middle of its packed data: it was cut off`, error)
  return new ImportFault(`${fileName} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error)
}

// ---- zip -----------------------------------------------------------------------------------------------------------

const DATA_FILE = /\.(csv|json)$/i
const ENTRIES_MAX = 1_000

/** The one data file of an archive. Throws ImportFault when there is none, or more than one. */
async function openZipped(file: FileToRead, size: number): Promise<Unpacked> {
  const archive = await openArchive(file)
  try {
    const entry = await oneDataEntry(archive, file.fileName)
    const stream = await openEntry(archive, entry, file.fileName)
    return {
      stream,
      bytesRead: (unpacked) => Math.round((size * unpacked) / Math.max(1, entry.uncompressedSize)),
      close: () => {
        stream.destroy()
        archive.close()
      },
      crc32: entry.crc32,
    }
  } catch (error) {
    archive.close()
    throw error
  }
}

async function oneDataEntry(archive: yauzl.ZipFile, fileName: string): Promise<yauzl.Entry> {
  const entries = await dataEntries(archive, fileName)
  const [entry] = entries
  if (entry !== undefined && entries.length === 1) return entry
  const names = entries.map((each) => each.fileName).slice(0, 5)
  throw new ImportFault(
    `${fileName} holds ${entries.length} data files${names.length > 0 ? ` (${names.join(', ')})` : ''}, expected one .csv or .json`,
  )
}
function openArchive({ path, fileName }: FileToRead): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, archive) =>
      error ? reject(zipFault(fileName, error)) : resolve(archive),
    )
  })
}
function dataEntries(archive: yauzl.ZipFile, fileName: string): Promise<yauzl.Entry[]> {
  return new Promise((resolve, reject) => {
    const found: yauzl.Entry[] = []
    if (archive.entryCount > ENTRIES_MAX)
      reject(new ImportFault(`${fileName} holds ${archive.entryCount} files, expected one .csv or .json`))
    archive.on('error', (error: Error) => reject(zipFault(fileName, error)))
    archive.on('end', () => resolve(found))
    archive.on('entry', (entry: yauzl.Entry) => {
      if (DATA_FILE.test(entry.fileName) && !entry.fileName.startsWith('__MACOSX/')) found.push(entry)
      archive.readEntry()
    })
    archive.readEntry()
  })
}
function openEntry(archive: yauzl.ZipFile, entry: yauzl.Entry, fileName: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    archive.openReadStream(entry, (error, stream) => {
      if (error) return reject(zipFault(fileName, error))
      stream.on('error', () => {})
      resolve(stream)
    })
  })
}
const zipFault = (fileName: string, error: Error): ImportFault =>
  new ImportFault(`${fileName} is not a whole zip archive (${error.message}): it was cut off, or it is something else`, error)
