// Updates that arrive while a snapshot is awaited: a bounded queue of copies, contiguous by their ids.
import { BookUpdate } from './book-update.ts'

/** At ten updates a second more than a minute and a half; a snapshot that takes longer is too old anyway. */
const UPDATES_MAX = 1_000
/** Levels of all of them: 4 MiB. */
const LEVELS_MAX = 1 << 18

type Held = {
  readonly firstId: number
  readonly finalId: number
  readonly previousId: number
  readonly bids: number
  readonly asks: number
}

export class BookBuffer {
  #held: Held[] = []
  #levels = 0
  #ticks = new Float64Array(1 << 12)
  #quantities = new Float64Array(1 << 12)

  get length(): number {
    return this.#held.length
  }
  /** NaN on an empty buffer. */
  get finalId(): number {
    return this.#held.at(-1)?.finalId ?? Number.NaN
  }

  clear(): void {
    this.#held = []
    this.#levels = 0
  }

  /** Keeps a copy. False when there is no room: the buffer is empty then, and what was in it has to be covered by a later snapshot. */
  push(update: BookUpdate): boolean {
    const count = update.bidCount + update.askCount
    if (this.#held.length >= UPDATES_MAX || this.#levels + count > LEVELS_MAX) {
      this.clear()
      return false
    }
    this.#growTo(this.#levels + count)
    this.#ticks.set(update.ticks.subarray(0, count), this.#levels)
    this.#quantities.set(update.quantities.subarray(0, count), this.#levels)
    const { firstId, finalId, previousId, bidCount: bids, askCount: asks } = update
    this.#held.push({ firstId, finalId, previousId, bids, asks })
    this.#levels += count
    return true
  }

  /** Hands each update over, oldest first, and empties the buffer. The object given is the same each time. */
  drain(each: (update: BookUpdate) => void): void {
    const held = this.#held
    const update = new BookUpdate(held.reduce((most, { bids, asks }) => Math.max(most, bids + asks), 0))
    let from = 0
    this.clear()
    for (const { firstId, finalId, previousId, bids, asks } of held) {
      const to = from + bids + asks
      update.ticks.set(this.#ticks.subarray(from, to))
      update.quantities.set(this.#quantities.subarray(from, to))
      Object.assign(update, { firstId, finalId, previousId, bidCount: bids, askCount: asks })
      each(update)
      from = to
    }
  }

  #growTo(levels: number): void {
    if (levels <= this.#ticks.length) return
    const length = Math.min(LEVELS_MAX, Math.max(levels, this.#ticks.length * 2))
    const grown = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(length)
      larger.set(column)
      return larger
    }
    this.#ticks = grown(this.#ticks)
    this.#quantities = grown(this.#quantities)
  }
}
