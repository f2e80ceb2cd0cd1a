// The stretch of time all coverage bars share: what it is at first, how it is zoomed and moved, and where its marks stand. Pure.
import type { TimeSpan } from '../../format/coverage.ts'
import { type Passport, spanOf } from '../../format/coverage.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src-shared/domain/time.ts'

/** Nobody needs to see less than this at once. */
const VIEW_MIN_MS = 30 * MINUTE_MS
const MARGIN = 0.01

/** Everything there is, with a little room on both sides; null without rows. */
export function fullView(series: readonly Passport[]): TimeSpan | null {
  const spans = series.map(spanOf).filter((span) => span !== null)
  if (spans.length === 0) return null
  const fromMs = spans.reduce((least, span) => Math.min(least, span.fromMs), Infinity)
  const toMs = spans.reduce((most, span) => Math.max(most, span.toMs), -Infinity)
  return padded({ fromMs, toMs })
}

/** A stretch with a little room on both sides, never shorter than can be told apart. */
export function padded({ fromMs, toMs }: TimeSpan): TimeSpan {
  const length = Math.max(VIEW_MIN_MS, toMs - fromMs)
  const middle = (fromMs + toMs) / 2
  const half = (length * (1 + 2 * MARGIN)) / 2
  return { fromMs: middle - half, toMs: middle + half }
}

/** `factor` below 1 zooms in; `atMs` stays where it is. Never beyond `limits`. */
export function zoomed(view: TimeSpan, { factor, atMs, limits }: { factor: number; atMs: number; limits: TimeSpan }): TimeSpan {
  const length = Math.min(limits.toMs - limits.fromMs, Math.max(VIEW_MIN_MS, (view.toMs - view.fromMs) * factor))
  const share = (atMs - view.fromMs) / (view.toMs - view.fromMs)
  return within({ fromMs: atMs - share * length, toMs: atMs + (1 - share) * length }, limits)
}

/** Moved by a share of its own length. */
export function moved(view: TimeSpan, share: number, limits: TimeSpan): TimeSpan {
  const by = (view.toMs - view.fromMs) * share
  return within({ fromMs: view.fromMs + by, toMs: view.toMs + by }, limits)
}

function within(view: TimeSpan, limits: TimeSpan): TimeSpan {
  const length = view.toMs - view.fromMs
  const fromMs = Math.max(limits.fromMs, Math.min(view.fromMs, limits.toMs - length))
  return { fromMs, toMs: Math.min(limits.toMs, fromMs + length) }
}

export type Mark = { readonly tsMs: number; readonly label: string }
const TWO = (value: number): string => String(value).padStart(2, '0')
/** Steps of whole days and less; longer ones are months. */
const STEPS_MS = [
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  5 * DAY_MS,
  10 * DAY_MS,
]
const STEPS_MONTHS = [1, 2, 3, 6, 12, 24, 60, 120]
const MONTH_MS = 30.4 * DAY_MS

/** At most `most` marks at round times of UTC. */
export function marksOf(view: TimeSpan, most: number): readonly Mark[] {
  const length = view.toMs - view.fromMs
  const stepMs = STEPS_MS.find((step) => length / step <= most)
  if (stepMs !== undefined) return evenMarks(view, stepMs)
  const months = STEPS_MONTHS.find((step) => length / (step * MONTH_MS) <= most) ?? 240
  return monthMarks(view, months)
}

function evenMarks({ fromMs, toMs }: TimeSpan, stepMs: number): readonly Mark[] {
  const first = Math.ceil(fromMs / stepMs) * stepMs
  const marks: Mark[] = []
  for (let tsMs = first; tsMs <= toMs; tsMs += stepMs) marks.push({ tsMs, label: shortLabel(tsMs) })
  return marks
}

/** "05-04" at midnight, else "12:00". */
function shortLabel(tsMs: number): string {
  const date = new Date(tsMs)
  if (tsMs % DAY_MS === 0) return `${TWO(date.getUTCMonth() + 1)}-${TWO(date.getUTCDate())}`
  return `${TWO(date.getUTCHours())}:${TWO(date.getUTCMinutes())}`
}

function monthMarks({ fromMs, toMs }: TimeSpan, months: number): readonly Mark[] {
  const start = new Date(fromMs)
  const firstMonth = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months
  const marks: Mark[] = []
  for (let month = firstMonth; ; month += months) {
    const tsMs = Date.UTC(Math.floor(month / 12), month % 12, 1)
    if (tsMs > toMs) return marks
    const label = month % 12 === 0 ? String(month / 12) : `${Math.floor(month / 12)}-${TWO((month % 12) + 1)}`
    if (tsMs >= fromMs) marks.push({ tsMs, label })
  }
}
