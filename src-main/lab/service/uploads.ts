// Files on their way in: in pieces, in order, into the data directory, so that they are on the disk they will be stored on. Bounded in every way.
import { randomUUID } from 'node:crypto'
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import path from 'node:path'
import { UPLOAD_CHUNK_BYTES } from '../../../src-shared/bridge/lab-contract.ts'
import { Refusal } from './refusal.ts'

/** Of all uploads together, and how many there may be. */
const BYTES_MAX = 8 * 1024 ** 3
const UPLOADS_MAX = 8
const EXPIRY_MS = 10 * 60_000
/** A disk is not filled to the brim: the journal of the desk lies on it too. */
const DISK_LEFT_MIN = 512 * 1024 ** 2
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export type Upload = { readonly id: string; readonly fileName: string; readonly bytes: number; readonly file: string }
type Open = Upload & { readonly descriptor: number; received: number; touchedMs: number; isClosed: boolean }

export type UploadsOptions = {
  /** Emptied at the start: nothing in it outlives the program. */
  readonly dir: string
  /** Clock that never jumps. */
  readonly nowMs?: () => number
  /** Free bytes of the disk. */
  readonly freeBytes?: (dir: string) => number
}

export class Uploads {
  readonly #dir: string
  readonly #nowMs: () => number
  readonly #freeBytes: (dir: string) => number
  readonly #open = new Map<string, Open>()
  readonly #sweep: NodeJS.Timeout

  constructor({ dir, nowMs = () => performance.now(), freeBytes = freeBytesOf }: UploadsOptions) {
    this.#dir = dir
    this.#nowMs = nowMs
    this.#freeBytes = freeBytes
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    this.#sweep = setInterval(() => this.#expire(), EXPIRY_MS / 10)
    this.#sweep.unref()
  }

  /** Answers the id of a new upload. Throws a Refusal when there is no room for it. */
  begin(fileName: string, bytes: number): string {
    this.#expire()
    if (this.#open.size >= UPLOADS_MAX)
      throw refused(`${this.#open.size} files are being uploaded already, expected fewer than ${UPLOADS_MAX}`)
    const promised = [...this.#open.values()].reduce((sum, upload) => sum + upload.bytes, 0)
    if (promised + bytes > BYTES_MAX)
      throw refused(`${fileName} has ${bytes} bytes, expected at most ${BYTES_MAX - promised} beside the other uploads`)
    const missing = [...this.#open.values()].reduce((sum, upload) => sum + upload.bytes - upload.received, 0)
    const free = this.#freeBytes(this.#dir) - missing - DISK_LEFT_MIN
    if (bytes > free) throw refused(`${fileName} has ${bytes} bytes, and the disk has room for ${Math.max(0, free)}`)
    const id = randomUUID().replaceAll('-', '')
    const file = path.join(this.#dir, `${id}.part`)
    const descriptor = openSync(file, 'wx', 0o600)
    this.#open.set(id, {
      id,
      fileName: path.basename(fileName),
      bytes,
      file,
      descriptor,
      received: 0,
      touchedMs: this.#nowMs(),
      isClosed: false,
    })
    return id
  }

  /** Takes the next piece. Throws a Refusal for one that is not the next, too large, or no base64; then nothing of it was taken. */
  chunk(id: string, offset: number, base64: string): void {
    const upload = this.#find(id)
    if (offset !== upload.received) throw badInput(`the piece begins at byte ${offset} of ${upload.fileName}, expected ${upload.received}`)
    if (!BASE64.test(base64)) throw badInput(`the piece at byte ${offset} of ${upload.fileName} is not base64`)
    const bytes = Buffer.from(base64, 'base64')
    const room = Math.min(UPLOAD_CHUNK_BYTES, upload.bytes - offset)
    if (bytes.length === 0 || bytes.length > room)
      throw badInput(`the piece at byte ${offset} of ${upload.fileName} has ${bytes.length} bytes, expected 1 to ${room}`)
    writeWhole(upload, bytes)
    upload.received += bytes.length
    upload.touchedMs = this.#nowMs()
  }

  /** The whole file, still kept here. Throws a Refusal while pieces are missing. */
  complete(id: string): Upload {
    const upload = this.#find(id)
    if (upload.received !== upload.bytes)
      throw refused(`${upload.received} of ${upload.bytes} bytes of ${upload.fileName} have arrived; send the rest first`)
    upload.touchedMs = this.#nowMs()
    closeOnce(upload)
    return upload
  }

  /** Hands the whole file over: it does not expire any more, and whoever takes it removes it. Throws a Refusal while pieces are missing. */
  take(id: string): Upload {
    const upload = this.complete(id)
    this.#open.delete(id)
    return upload
  }

  /** Gives an upload up, whatever has come of it. One that is gone already, or was taken, is left alone. */
  cancel(id: string): void {
    const upload = this.#open.get(id)
    if (upload !== undefined) this.#remove(upload)
  }

  close(): void {
    clearInterval(this.#sweep)
    for (const upload of this.#open.values()) closeOnce(upload)
    this.#open.clear()
    rmSync(this.#dir, { recursive: true, force: true })
  }

  #find(id: string): Open {
    const upload = this.#open.get(id)
    if (upload === undefined)
      throw new Refusal(
        'not_found',
        `there is no upload ${id}: it was never begun, was given up, is being imported, or nothing came for ten minutes`,
      )
    return upload
  }

  #expire(): void {
    for (const upload of this.#open.values()) {
      if (this.#nowMs() - upload.touchedMs >= EXPIRY_MS) this.#remove(upload)
    }
  }

  #remove(upload: Open): void {
    this.#open.delete(upload.id)
    closeOnce(upload)
    rmSync(upload.file, { force: true })
  }
}

/** At its place whatever was written before: a piece that failed halfway is sent again. */
function writeWhole(upload: Open, bytes: Buffer): void {
  try {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(upload.descriptor, bytes, done, bytes.length - done, upload.received + done)
    }
  } catch (cause) {
    throw refused(`${upload.fileName} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

function closeOnce(upload: Open): void {
  if (!upload.isClosed) closeSync(upload.descriptor)
  upload.isClosed = true
}

function freeBytesOf(dir: string): number {
  const { bavail, bsize } = statfsSync(dir)
  return bavail * bsize
}

const refused = (message: string): Refusal => new Refusal('refused', message)
const badInput = (message: string): Refusal => new Refusal('bad_input', message)
