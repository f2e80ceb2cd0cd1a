// When to ask again: at the interval while answers come, ever more rarely while they do not, never before a server said it wants to be asked.

export type Attempt = {
  readonly intervalMs: number
  /** Tries in a row that failed; 0 after an answer. */
  readonly failures: number
  /** What the server asked for, or null. */
  readonly retryAfterMs: number | null
}

const FIRST_RETRY_MS = 5_000
const RETRY_MS_MAX = 3_600_000
/** A server may ask for more than a day, as Binance does of addresses that went on; nothing useful is longer than three. */
const RETRY_AFTER_MS_MAX = 3 * 86_400_000
/** Questions of many desks must not come in the same second. */
const INTERVAL_JITTER = 0.05

/**
 * Milliseconds until the next try. After n failures 5 s × 2^(n−1), at most an hour (or the interval, where that is longer), of which the upper
 * half is drawn by `random` (0 to 1), so that many that failed together do not come back together.
 */
export function nextDelayMs({ intervalMs, failures, retryAfterMs }: Attempt, random: number): number {
  if (failures === 0) return Math.round(intervalMs * (1 + INTERVAL_JITTER * random))
  const doubled = FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20)
  const delayMs = Math.min(doubled, Math.max(RETRY_MS_MAX, intervalMs)) * (0.5 + 0.5 * random)
  return Math.round(Math.max(delayMs, Math.min(retryAfterMs ?? 0, RETRY_AFTER_MS_MAX)))
}
