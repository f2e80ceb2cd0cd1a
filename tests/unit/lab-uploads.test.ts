// Proves that uploads take pieces in order only, stay within every bound, and leave nothing behind.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UPLOAD_CHUNK_BYTES } from '../../src-shared/bridge/lab-contract.ts'
import { Uploads } from '../../src-main/lab/service/uploads.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const GIB = 1024 ** 3
let root: string
let dir: string
let nowMs: number
let free: number
let uploads: Uploads
beforeEach(() => {
  root = temporaryDir()
  dir = path.join(root, 'lab', 'uploads')
  nowMs = 0
  free = 100 * GIB
  uploads = new Uploads({ dir, nowMs: () => nowMs, freeBytes: () => free })
})
afterEach(() => {
  uploads.close()
  rmSync(root, { recursive: true })
})
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const code = (code: string): unknown => expect.objectContaining({ code })

describe('an upload', () => {
  it('is put together from its pieces', () => {
    const id = uploads.begin('BTCUSDT-1m-2025-01.csv', 11)
    uploads.chunk(id, 0, base64('hello '))
    uploads.chunk(id, 6, base64('world'))
    const upload = uploads.complete(id)
    expect(upload).toMatchObject({ fileName: 'BTCUSDT-1m-2025-01.csv', bytes: 11 })
    expect(readFileSync(upload.file, 'utf8')).toBe('hello world')
    // Looked at as often as one likes, then taken once.
    expect(uploads.complete(id).file).toBe(upload.file)
    expect(uploads.take(id).file).toBe(upload.file)
    expect(() => uploads.take(id)).toThrow(code('not_found'))
    expect(readFileSync(upload.file, 'utf8')).toBe('hello world')
  })

  it('takes whole pieces of the largest size, byte for byte', () => {
    const bytes = Buffer.from(Array.from({ length: UPLOAD_CHUNK_BYTES + 7 }, (_, i) => i % 251))
    const id = uploads.begin('a.zip', bytes.length)
    uploads.chunk(id, 0, bytes.subarray(0, UPLOAD_CHUNK_BYTES).toString('base64'))
    uploads.chunk(id, UPLOAD_CHUNK_BYTES, bytes.subarray(UPLOAD_CHUNK_BYTES).toString('base64'))
    expect(readFileSync(uploads.complete(id).file).equals(bytes)).toBe(true)
  })

  it('refuses what is not the next piece, and goes on with the right one', () => {
    const id = uploads.begin('a.csv', 6)
    uploads.chunk(id, 0, base64('abc'))
    expect(() => uploads.chunk(id, 0, base64('abc'))).toThrow('the piece begins at byte 0 of a.csv, expected 3')
    expect(() => uploads.chunk(id, 4, base64('e'))).toThrow(code('bad_input'))
    expect(() => uploads.chunk(id, 3, 'no base64!')).toThrow('the piece at byte 3 of a.csv is not base64')
    expect(() => uploads.chunk(id, 3, '')).toThrow('has 0 bytes, expected 1 to 3')
    expect(() => uploads.chunk(id, 3, base64('defg'))).toThrow('has 4 bytes, expected 1 to 3')
    expect(() => uploads.complete(id)).toThrow('3 of 6 bytes of a.csv have arrived; send the rest first')
    uploads.chunk(id, 3, base64('def'))
    expect(readFileSync(uploads.complete(id).file, 'utf8')).toBe('abcdef')
    expect(() => uploads.chunk('nope', 0, base64('a'))).toThrow(code('not_found'))
  })

  it('keeps to its folder whatever the file is called', () => {
    const id = uploads.begin('../../../etc/passwd', 1)
    uploads.chunk(id, 0, base64('x'))
    expect(uploads.complete(id)).toMatchObject({ fileName: 'passwd', file: path.join(dir, `${id}.part`) })
  })
})

describe('the bounds', () => {
  it('hold for the number of uploads and for their bytes together', () => {
    uploads.begin('a', 4 * GIB)
    uploads.begin('b', 3 * GIB)
    expect(() => uploads.begin('c', 2 * GIB)).toThrow(`c has ${2 * GIB} bytes, expected at most ${GIB} beside the other uploads`)
    for (let n = 0; n < 6; n += 1) uploads.begin(`${n}`, 1)
    expect(() => uploads.begin('d', 1)).toThrow('8 files are being uploaded already')
  })

  it('leave room on the disk', () => {
    free = GIB
    expect(() => uploads.begin('a', GIB)).toThrow(`the disk has room for ${GIB / 2}`)
    uploads.begin('a', GIB / 4)
    expect(() => uploads.begin('b', GIB / 2)).toThrow(`the disk has room for ${GIB / 4}`)
  })

  it('throw an upload away after ten minutes without a piece, not before', () => {
    const [a, b] = [uploads.begin('a', 2), uploads.begin('b', 2)]
    nowMs = 9 * 60_000
    uploads.chunk(b, 0, base64('b'))
    nowMs = 11 * 60_000
    uploads.begin('c', 1)
    expect(() => uploads.chunk(a, 0, base64('a'))).toThrow(code('not_found'))
    uploads.chunk(b, 1, base64('b'))
    expect(readdirSync(dir)).toHaveLength(2)
  })
})

describe('an upload that is given up', () => {
  it('is gone at once, and makes room', () => {
    const ids = Array.from({ length: 8 }, (_, n) => uploads.begin(`${n}`, 2))
    const [a = '', b = ''] = ids
    uploads.chunk(a, 0, base64('a'))
    uploads.cancel(a)
    expect(readdirSync(dir)).toHaveLength(7)
    expect(() => uploads.chunk(a, 1, base64('a'))).toThrow(code('not_found'))
    // One that has all its pieces, and was looked at.
    uploads.chunk(b, 0, base64('bb'))
    uploads.complete(b)
    uploads.cancel(b)
    expect(readdirSync(dir)).toHaveLength(6)
    for (const name of ['c', 'd']) uploads.begin(name, 2)
  })

  it('is left alone once an import has it, and when it is gone already', () => {
    const id = uploads.begin('a', 1)
    uploads.chunk(id, 0, base64('a'))
    const { file } = uploads.take(id)
    uploads.cancel(id)
    uploads.cancel('nope')
    expect(readFileSync(file, 'utf8')).toBe('a')
  })

  it('by nobody’s word is thrown away by time alone', () => {
    vi.useFakeTimers()
    try {
      uploads.close()
      uploads = new Uploads({ dir, nowMs: () => nowMs, freeBytes: () => free })
      uploads.begin('a', 2)
      nowMs = 9 * 60_000
      vi.advanceTimersByTime(9 * 60_000)
      expect(readdirSync(dir)).toHaveLength(1)
      nowMs = 11 * 60_000
      vi.advanceTimersByTime(2 * 60_000)
      expect(readdirSync(dir)).toEqual([])
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('what is left', () => {
  it('is nothing: an earlier program’s pieces are removed at the start, and all at the end', () => {
    uploads.close()
    mkdirSync(dir, { recursive: true })
    writeFileSync(path.join(dir, 'old.part'), 'x')
    uploads = new Uploads({ dir })
    expect(readdirSync(dir)).toEqual([])
    uploads.chunk(uploads.begin('a', 5), 0, base64('a'))
    uploads.close()
    expect(readdirSync(path.dirname(dir))).toEqual([])
  })
})
