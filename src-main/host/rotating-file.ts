// A log file that cannot fill the disk: `name`, `name.1` … up to a fixed count, each up to a fixed size.
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

export type RotatingFileOptions = { readonly file: string; readonly bytesMax: number; readonly filesMax: number }

const CLOSED = -1

export class RotatingFile {
  readonly #options: RotatingFileOptions
  #descriptor: number
  #bytes: number
  /** Lines that could not be written, for example on a full disk. A log must never stop the program. */
  lost = 0

  /** Throws when the file cannot be opened. */
  constructor(options: RotatingFileOptions) {
    this.#options = options
    this.#descriptor = openSync(options.file, 'a', 0o600)
    this.#bytes = fstatSync(this.#descriptor).size
  }

  write(line: string): void {
    try {
      if (this.#bytes > this.#options.bytesMax) this.#rotate()
      this.#bytes += writeSync(this.#descriptor, line)
    } catch {
      this.lost++
    }
  }

  /** What is written afterwards is lost. */
  close(): void {
    if (this.#descriptor === CLOSED) return
    closeSync(this.#descriptor)
    // The system gives the number to the next file opened: a late line must not land there.
    this.#descriptor = CLOSED
  }

  #rotate(): void {
    const { file, filesMax } = this.#options
    this.close()
    try {
      rmSync(`${file}.${filesMax - 1}`, { force: true })
      for (let n = filesMax - 2; n >= 1; n--) renameIfThere(`${file}.${n}`, `${file}.${n + 1}`)
      renameIfThere(file, `${file}.1`)
    } finally {
      this.#descriptor = openSync(file, 'a', 0o600)
      this.#bytes = 0
    }
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
