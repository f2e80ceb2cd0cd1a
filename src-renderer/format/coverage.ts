// Where a series has rows and where it has not, on a time axis. Pure: from a passport to shapes.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { TIMEFRAME_MS } from '../../src-shared/domain/time.ts'

export type Passport = Output<'lab.series.list'>[number]
export type TimeSpan = { readonly fromMs: number; readonly toMs: number }
/** Left and right edge, in units of the axis. */
export type Stretch = { readonly from: number; readonly to: number }
export type CoverageShape = {
  /** From the first row to the end of the last one. */
  readonly bar: Stretch
  /** What is missing within, merged where the eye could not part it. */
  readonly holes: readonly Stretch[]
}

type Series = Pick<Passport, 'kind' | 'timeframe' | 'rows' | 'missing' | 'fromMs' | 'toMs'>

/** How long one row of a series stands for; of funding the average, of trades nothing. */
export function rowLengthMs({ kind, timeframe, rows, missing, fromMs, toMs }: Series): number {
  if (timeframe !== null) return TIMEFRAME_MS[timeframe]
  return kind === 'funding' && rows > 1 ? (toMs - fromMs) / (rows + missing - 1) : 0
}

/** From the first row to the end of the last; null without rows. */
export const spanOf = (series: Series): TimeSpan | null =>
  series.rows === 0 ? null : { fromMs: series.fromMs, toMs: series.toMs + rowLengthMs(series) }

/** Holes narrower than this are drawn this wide, or nobody would see them. */
const HOLE_MIN = 2

/** The series on an axis of `width` units that shows `view`; null when nothing of it is in view. */
export function coverageShape(series: Passport, view: TimeSpan, width: number): CoverageShape | null {
  const span = spanOf(series)
  const perMs = width / Math.max(1, view.toMs - view.fromMs)
  if (span === null || span.toMs < view.fromMs || span.fromMs > view.toMs) return null
  const x = (ms: number) => Math.min(width, Math.max(0, (ms - view.fromMs) * perMs))
  const bar = { from: x(span.fromMs), to: Math.max(x(span.fromMs) + 1, x(span.toMs)) }
  const rowMs = rowLengthMs(series)
  const holes = series.gaps
    .filter((gap) => gap.toMs + rowMs >= view.fromMs && gap.fromMs <= view.toMs)
    .map((gap) => widened({ from: x(gap.fromMs), to: x(gap.toMs + rowMs) }))
    .toSorted((a, b) => a.from - b.from)
  return { bar, holes: merged(holes) }
}

const widened = ({ from, to }: Stretch): Stretch => ({ from, to: Math.max(to, from + HOLE_MIN) })

function merged(holes: readonly Stretch[]): readonly Stretch[] {
  const result: Stretch[] = []
  for (const hole of holes) {
    const last = result.at(-1)
    if (last !== undefined && hole.from <= last.to + 1) result[result.length - 1] = { from: last.from, to: Math.max(last.to, hole.to) }
    else result.push(hole)
  }
  return result
}

/** Rows that are missing between two moments, as far as the listed gaps tell. */
export function missingWithin(series: Passport, span: TimeSpan): number {
  const rowMs = rowLengthMs(series)
  return series.gaps.reduce((sum, gap) => {
    const from = Math.max(gap.fromMs, span.fromMs)
    const to = Math.min(gap.toMs + rowMs, span.toMs)
    return to <= from ? sum : sum + (rowMs > 0 ? Math.round((to - from) / rowMs) : gap.rows)
  }, 0)
}
