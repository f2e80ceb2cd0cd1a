// Clocks and timers from outside, so that tests turn them by hand.

export type Scheduler = {
  /** Wall clock in milliseconds since the epoch. May jump. */
  nowMs(): number
  /** Milliseconds since some fixed moment. Never jumps; for pacing and ages. */
  monotonicMs(): number
  /** Calls back once after the delay; 0 means as soon as pending input and output have had their turn. Returns what cancels it. */
  schedule(delayMs: number, callback: () => void): () => void
}
