// Zip archives as tests need them: sound ones, and ones that lie. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
import { crc32, deflateRawSync } from 'node:zlib'

export type ZipEntry = {
  readonly name: string
  readonly data: Buffer
  /** What the archive says instead of the truth. */
  readonly saysBytes?: number
  readonly saysCrc?: number
}

const STAMP = 0x21_00_00_00

export function zipFile(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, data, saysBytes = data.length, saysCrc = crc32(data) } of entries) {
    const packed = deflateRawSync(data, { level: 9 })
    const nameBytes = Buffer.from(name)
    const shared = Buffer.alloc(26)
    for (const [at, value] of [
      [0, 20],
      [4, 8],
    ] as const)
      shared.writeUInt16LE(value, at)
    shared.writeUInt32LE(STAMP, 6)
    shared.writeUInt32LE(saysCrc, 10)
    shared.writeUInt32LE(packed.length, 14)
    shared.writeUInt32LE(saysBytes, 18)
    shared.writeUInt16LE(nameBytes.length, 22)
    parts.push(Buffer.from('PK\u0003\u0004', 'latin1'), shared, nameBytes, packed)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), shared, place, nameBytes)
    offset += 30 + nameBytes.length + packed.length
  }
  const table = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(table.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, table, Buffer.from('PK\u0005\u0006', 'latin1'), end])
}
