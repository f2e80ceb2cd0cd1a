// Keeps a book in step with the venue: snapshot first, then every update once and in order. Whatever breaks the row empties the book and asks for
// a new snapshot; a book is never read while it is out of step or crossed.
//
// The rules are Binance's ("How to manage a local order book correctly"): buffer updates, fetch a snapshot, drop what it contains already, begin
// with the update that spans it; then each update must continue the one before. Futures name the update before (`pu`), spot counts without holes.
import type { BookUpdate } from './book-update.ts'
import { BookBuffer } from './book-buffer.ts'
import type { OrderBook } from './order-book.ts'

export type BookState = 'syncing' | 'synced'
/** What became of an update. */
export type UpdateOutcome = 'applied' | 'buffered' | 'ignored' | 'resync'

/** Counted since the start. */
export type BookCounters = {
  applied: number
  /** Updates that came again, or after a later one. */
  repeated: number
  /** Holes in the row of updates. */
  gaps: number
  crossed: number
  /** Snapshots that were too old for the updates at hand, empty or crossed. */
  badSnapshots: number
  /** Times that the book was in step again after it had been lost. */
  resyncs: number
}

/** Applied updates after which earlier failures are forgiven. */
const FORGIVE_AFTER = 500
const DELAY_MS_MIN = 250
const DELAY_MS_MAX = 30_000

/** How long to wait before the snapshot of this attempt (0 is the first) is asked for, in milliseconds. `chance` is 0 to 1: half of it is jitter. */
export function snapshotDelayMs(attempt: number, chance: number): number {
  if (attempt === 0) return 0
  return Math.min(DELAY_MS_MAX, DELAY_MS_MIN * 2 ** Math.min(attempt, 20)) * (0.5 + chance / 2)
}

export class BookSync {
  readonly book: OrderBook
  state: BookState = 'syncing'
  /** Why the book is out of step, or what was last mended; one sentence. */
  detail = 'waiting for the first snapshot'
  readonly counters: BookCounters = { applied: 0, repeated: 0, gaps: 0, crossed: 0, badSnapshots: 0, resyncs: 0 }
  /** The last change the book contains; NaN out of step. */
  lastId = Number.NaN
  readonly #buffer = new BookBuffer()
  readonly #requestSnapshot: (attempt: number) => void
  /** Snapshots asked for in a row without lasting success. */
  #attempt = 0
  #appliedSince = 0
  /** What put the book out of step; null before the first snapshot. */
  #trouble: string | null = null
  /** The update after a snapshot has to span it, those after it only follow. */
  #mustSpan = false

  /** `requestSnapshot` is called each time that one is needed; whoever fetches it waits `snapshotDelayMs(attempt, …)` first. */
  constructor(book: OrderBook, requestSnapshot: (attempt: number) => void) {
    this.book = book
    this.#requestSnapshot = requestSnapshot
  }

  /** Asks for the first snapshot. */
  start(): void {
    this.#ask()
  }

  /** The connection was lost or the feed says that updates are missing. */
  lose(reason: string): void {
    this.#buffer.clear()
    this.#desync(reason)
  }

  /** One update. Its content is copied when it has to wait. */
  update(update: BookUpdate): UpdateOutcome {
    if (this.state === 'syncing') return this.#hold(update)
    if (this.#mustSpan && isContained(update, this.lastId)) return 'ignored'
    if (!this.#mustSpan && update.finalId <= this.lastId) {
      this.counters.repeated += 1
      return 'ignored'
    }
    if (!this.#continues(update)) {
      this.counters.gaps += 1
      this.#buffer.clear()
      this.#buffer.push(update)
      this.#desync(`updates are missing: ${rowText(update)} came after ${this.lastId}`)
      return 'resync'
    }
    this.#apply(update)
    return this.#refuseCrossed(update) ? 'resync' : 'applied'
  }

  /** The snapshot that was asked for; it counts only while out of step. False when it could not be used and another has been asked for. */
  snapshot(snapshot: BookUpdate): boolean {
    if (this.state === 'synced') return true
    this.book.clear()
    this.book.apply(snapshot)
    if (this.book.isEmpty || this.book.isCrossed) {
      return this.#refuseSnapshot(this.book.isEmpty ? 'one side of the snapshot is empty' : 'the snapshot is crossed')
    }
    this.lastId = snapshot.finalId
    this.#mustSpan = true
    this.#appliedSince = 0
    const hole = this.#applyHeld()
    if (hole !== null) return this.#refuseSnapshot(hole)
    if (this.book.isCrossed || this.book.isEmpty) return this.#refuseSnapshot('the snapshot and the updates after it make a crossed book')
    this.state = 'synced'
    if (this.#trouble !== null) this.counters.resyncs += 1
    this.detail = this.#trouble === null ? 'in step' : `rebuilt from a new snapshot, because ${this.#trouble}`
    return true
  }

  /** No snapshot could be had: asks again. */
  snapshotFailed(reason: string): void {
    if (this.state === 'synced') return
    this.detail = `no snapshot: ${reason}`
    this.#attempt += 1
    this.#ask()
  }

  #hold(update: BookUpdate): UpdateOutcome {
    const buffer = this.#buffer
    if (buffer.length > 0 && update.finalId <= buffer.finalId) {
      this.counters.repeated += 1
      return 'ignored'
    }
    // A hole in what is held makes everything before it useless: the snapshot has to be a later one.
    if (buffer.length > 0 && !follows(update, buffer.finalId)) buffer.clear()
    buffer.push(update)
    return 'buffered'
  }

  /** Null, or why what was held does not carry on from the snapshot. */
  #applyHeld(): string | null {
    let hole: string | null = null
    const kept = new BookBuffer()
    this.#buffer.drain((update) => {
      kept.push(update)
      if (hole !== null || isContained(update, this.lastId)) return
      if (this.#continues(update)) this.#apply(update)
      else hole = `the snapshot ends at ${this.lastId}, before the updates at hand (${rowText(update)})`
    })
    if (hole !== null) kept.drain((update) => this.#buffer.push(update))
    return hole
  }

  #continues(update: BookUpdate): boolean {
    if (this.#mustSpan) return spans(update, this.lastId)
    return follows(update, this.lastId)
  }

  #apply(update: BookUpdate): void {
    this.book.apply(update)
    this.lastId = update.finalId
    this.#mustSpan = false
    this.counters.applied += 1
    this.#appliedSince += 1
    if (this.#appliedSince === FORGIVE_AFTER) this.#attempt = 0
  }

  #refuseCrossed(update: BookUpdate): boolean {
    if (!this.book.isCrossed) return false
    this.counters.crossed += 1
    const sentence = `the book was crossed: best bid ${this.book.bidPrice} is not below best ask ${this.book.askPrice}`
    this.#buffer.clear()
    // It is part of the row all the same, should the snapshot be older.
    this.#buffer.push(update)
    this.#desync(sentence)
    return true
  }

  #refuseSnapshot(reason: string): boolean {
    this.counters.badSnapshots += 1
    this.book.clear()
    this.lastId = Number.NaN
    this.detail = reason
    this.#attempt += 1
    this.#ask()
    return false
  }

  #desync(reason: string): void {
    this.state = 'syncing'
    this.detail = reason
    this.#trouble = reason
    this.lastId = Number.NaN
    this.book.clear()
    this.#ask()
    this.#attempt += 1
  }
  #ask(): void {
    this.#requestSnapshot(this.#attempt)
  }
}

/** Everything in it is in the snapshot already. */
const isContained = (update: BookUpdate, lastId: number): boolean =>
  update.finalId < lastId || (isCounted(update) && update.finalId === lastId)
/** Ids without a hole instead of a name for the update before. */
const isCounted = (update: BookUpdate): boolean => Number.isNaN(update.previousId)

/** The first update after a snapshot: it begins at or before what the snapshot lacks, and ends at or after it. */
function spans(update: BookUpdate, lastId: number): boolean {
  if (isCounted(update)) return update.firstId <= lastId + 1 && update.finalId >= lastId + 1
  // The venue's rule is firstId ≤ lastId ≤ finalId. Ids between two updates belong to other instruments, so the end of the one before is enough.
  return Math.min(update.firstId, update.previousId) <= lastId && update.finalId >= lastId
}
const follows = (update: BookUpdate, lastId: number): boolean =>
  isCounted(update) ? update.firstId === lastId + 1 : update.previousId === lastId

const rowText = (update: BookUpdate): string =>
  isCounted(update) ? `${update.firstId} to ${update.finalId}` : `${update.firstId} to ${update.finalId} after ${update.previousId}`
