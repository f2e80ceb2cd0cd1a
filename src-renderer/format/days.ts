// Days of a form as text, UTC: what a date field holds, and the moments it means.
import { DAY_MS } from '../../src-shared/domain/time.ts'

/** "2025-05-04" for the UTC day of the moment. */
export const dayText = (tsMs: number): string => new Date(tsMs).toISOString().slice(0, 10)

/** First millisecond of the day, or null when the text is none. */
export function dayStartMs(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null
  const tsMs = Date.parse(`${text}T00:00:00Z`)
  // A 31st of April would become the 1st of May.
  return Number.isFinite(tsMs) && dayText(tsMs) === text ? tsMs : null
}

/** First millisecond of the day after, or null when the text is no day. */
export function dayEndMs(text: string): number | null {
  const startMs = dayStartMs(text)
  return startMs === null ? null : startMs + DAY_MS
}
