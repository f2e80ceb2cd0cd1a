// Months in rows of years, with the year's own result at the end of each row.
import type { Month } from '../views.ts'

export const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

export type YearRow = {
  readonly year: number
  /** January first; null for a month that the run did not see. */
  readonly months: readonly (Month | null)[]
  /** The months' returns compounded. */
  readonly totalReturn: number
  readonly netPnl: number
  readonly trades: number
}

export function yearRows(months: readonly Month[]): readonly YearRow[] {
  const years = [...new Set(months.map(({ year }) => year))].toSorted((a, b) => a - b)
  return years.map((year) => {
    const own = months.filter((month) => month.year === year)
    return {
      year,
      months: MONTH_NAMES.map((_, place) => own.find(({ month }) => month === place + 1) ?? null),
      totalReturn: own.reduce((product, { totalReturn }) => product * (1 + totalReturn), 1) - 1,
      netPnl: own.reduce((sum, { netPnl }) => sum + netPnl, 0),
      trades: own.reduce((sum, { trades }) => sum + trades, 0),
    }
  })
}

const STRENGTH_MAX = 38

/** CSS color behind a return: the further from zero beside the largest one, the stronger. The figure itself carries the sign. */
export function heatOf(value: number, largest: number): string {
  if (value === 0 || largest === 0) return 'transparent'
  const strength = Math.round(6 + (STRENGTH_MAX - 6) * Math.min(1, Math.abs(value) / largest))
  return `color-mix(in srgb, var(${value > 0 ? '--candle-up' : '--candle-down'}) ${strength}%, var(--panel))`
}
