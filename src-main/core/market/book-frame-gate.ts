// How often a screen is shown a book: at most four times a second, however fast the market or a replay of it runs.

const FRAME_GAP_MS = 250

export class BookFrameGate {
  #lastMs = Number.NEGATIVE_INFINITY

  /** True when a frame may be sent at this monotonic time; it then counts as sent. */
  take(monotonicMs: number): boolean {
    if (monotonicMs - this.#lastMs < FRAME_GAP_MS) return false
    this.#lastMs = monotonicMs
    return true
  }
}
