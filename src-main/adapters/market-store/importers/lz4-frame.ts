// The frame around LZ4 blocks, as Arrow uses it: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
// The library unpacks blocks, but believes whatever a frame says of their sizes; here each one is looked at first.
import type { decompressBlock } from 'lz4js'
import { FeatherFault } from './import-fault.ts'

const MAGIC = 0x184d2204
const HAS_DICTIONARY = 0x01
const HAS_CONTENT_SIZE = 0x08
const HAS_BLOCK_CHECKSUMS = 0x10
const STORED_AS_IT_IS = 0x80000000
/** By the number in the header. */
const BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 65_536, 5: 262_144, 6: 1_048_576, 7: 4_194_304 }

type Block = { readonly at: number; readonly size: number; readonly isStored: boolean }
type Frame = { readonly blocks: readonly Block[]; readonly bytesMax: number; readonly contentBytes: number | null }

/** The content of one frame. Throws FeatherFault for a frame that is not whole, or holds more than `bytesMax`. */
export function unpackLz4Frame(decompress: typeof decompressBlock, data: Uint8Array, bytesMax: number): Uint8Array {
  const frame = readFrame(data)
  if (frame.contentBytes !== null && frame.contentBytes > bytesMax)
    throw new FeatherFault(`has ${frame.contentBytes} bytes in an LZ4 frame, expected at most ${bytesMax}: it is damaged`)
  const out = new Uint8Array(Math.min(frame.bytesMax, bytesMax))
  let end = 0
  for (const { at, size, isStored } of frame.blocks) {
    if (isStored) out.set(data.subarray(at, at + Math.min(size, out.length - end)), end)
    end = isStored ? end + size : decompress(data, out, at, size, end)
    if (!(end <= out.length)) throw new FeatherFault(`unpacks to more than ${out.length} bytes in an LZ4 frame: it is damaged`)
  }
  if (frame.contentBytes !== null && frame.contentBytes !== end)
    throw new FeatherFault(`has ${end} bytes in an LZ4 frame, expected ${frame.contentBytes}: it is damaged`)
  return out.subarray(0, end)
}

function readFrame(data: Uint8Array): Frame {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (view.getUint32(0, true) !== MAGIC) throw new FeatherFault('has an LZ4 frame that does not begin as one: it is damaged')
  const flags = view.getUint8(4)
  const blockBytes = BLOCK_BYTES[(view.getUint8(5) >> 4) & 7]
  if (flags >> 6 !== 1 || blockBytes === undefined || (flags & HAS_DICTIONARY) !== 0)
    throw new FeatherFault('has an LZ4 frame of an unknown kind')
  const hasContentSize = (flags & HAS_CONTENT_SIZE) !== 0
  const contentBytes = hasContentSize ? Number(view.getBigUint64(6, true)) : null
  const blocks: Block[] = []
  // Beyond the header's checksum.
  let at = hasContentSize ? 15 : 7
  for (let head = view.getUint32(at, true); head !== 0; head = view.getUint32(at, true)) {
    const size = head % STORED_AS_IT_IS
    if (size > blockBytes || at + 4 + size > data.length)
      throw new FeatherFault(`has an LZ4 block of ${size} bytes that is not there: it is damaged`)
    blocks.push({ at: at + 4, size, isStored: head >= STORED_AS_IT_IS })
    at += 4 + size + ((flags & HAS_BLOCK_CHECKSUMS) === 0 ? 0 : 4)
  }
  return { blocks, contentBytes, bytesMax: Math.min(blocks.length * blockBytes, contentBytes ?? Number.POSITIVE_INFINITY) }
}
