// Bins of a distribution as bars on an axis.
import type { Bin } from '../views.ts'

/** Which of the outermost bins hold everything beyond their edge. */
export type OpenEnds = 'none' | 'low' | 'high' | 'both'
export type HistogramBar = {
  /** Edges in values. */
  readonly from: number
  readonly to: number
  /** Edges on the axis: the values themselves, or places where the bins are of several widths and would say nothing side by side. */
  readonly left: number
  readonly right: number
  readonly isByPlace: boolean
  readonly count: number
  /** "+0.5 to +1", or "+5 and more" */
  readonly label: string
}

/** Bins that are empty at either end are left out: they would only press the others together. */
export function histogramBars(bins: readonly Bin[], open: OpenEnds, format: (value: number) => string): readonly HistogramBar[] {
  const first = bins.findIndex(({ count }) => count > 0)
  if (first < 0) return []
  const last = bins.findLastIndex(({ count }) => count > 0)
  const shown = bins.slice(first, last + 1)
  const widths = shown.map(({ from, to }) => to - from)
  const isByPlace = widths.some((width) => Math.abs(width - (widths[0] ?? 0)) > Math.abs(width) * 1e-6)
  return shown.map(({ from, to, count }, place) => {
    const isLow = first + place === 0 && (open === 'low' || open === 'both')
    const isHigh = first + place === bins.length - 1 && (open === 'high' || open === 'both')
    const label = isLow ? `${format(to)} and less` : isHigh ? `${format(from)} and more` : `${format(from)} to ${format(to)}`
    return { from, to, count, label, isByPlace, left: isByPlace ? place : from, right: isByPlace ? place + 1 : to }
  })
}
