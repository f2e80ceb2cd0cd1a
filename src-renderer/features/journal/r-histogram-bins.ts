// The bins of the R histogram with their words and heights.
import type { Statistics } from './journal-views.ts'

export type Bar = {
  readonly fromR: number
  readonly label: string
  /** The lower edge, for the axis. */
  readonly axis: string
  readonly count: number
  /** Share of the highest bar, 0 to 1. */
  readonly height: number
  readonly loss: boolean
}

const BIN_R = 0.5
const signed = (r: number): string => `${r < 0 ? '−' : r > 0 ? '+' : ''}${Math.abs(r)}`

/** The first and the last bin are open: they hold everything beyond their edge. */
export function histogramBars(bins: Statistics['rHistogram']): readonly Bar[] {
  const highest = Math.max(1, ...bins.map((bin) => bin.count))
  return bins.map(({ fromR, count }, index) => {
    const toR = fromR + BIN_R
    const last = index === bins.length - 1
    const label = index === 0 ? `below ${signed(toR)} R` : last ? `${signed(fromR)} R and more` : `${signed(fromR)} to ${signed(toR)} R`
    return { fromR, label, axis: index === 0 ? '<' : signed(fromR), count, height: count / highest, loss: toR <= 0 }
  })
}
