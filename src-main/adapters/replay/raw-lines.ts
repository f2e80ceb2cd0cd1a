// A recorded stream as its bytes: one message per line, "<receive time> <message as received>".

const NEWLINE = 0x0a
const SPACE = 0x20

/** Walks over the messages; the object is the range of the present one. Allocates nothing. */
export class RawLines {
  readonly bytes: Uint8Array
  /** The message without its receive time. */
  from = 0
  to = 0
  #next = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** Moves on to the next line that is not empty; false at the end. */
  next(): boolean {
    const { bytes } = this
    while (this.#next < bytes.length) {
      const start = this.#next
      const newline = bytes.indexOf(NEWLINE, start)
      const end = newline < 0 ? bytes.length : newline
      this.#next = end + 1
      if (end === start) continue
      const space = bytes.indexOf(SPACE, start)
      this.from = space < 0 || space >= end ? start : space + 1
      this.to = end
      return true
    }
    return false
  }
}
