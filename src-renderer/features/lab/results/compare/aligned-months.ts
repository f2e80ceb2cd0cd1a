// Months of several runs in common rows.
import type { ComparedRun } from './read-compared.ts'

export type MonthRow = {
  readonly year: number
  /** 1 is January. */
  readonly month: number
  /** In the order of the runs; null for a run that did not see the month. */
  readonly returns: readonly (number | null)[]
}

/** Every month that at least one run saw, oldest first. */
export function alignedMonths(runs: readonly Pick<ComparedRun, 'months'>[]): readonly MonthRow[] {
  const numbers = new Set(runs.flatMap(({ months }) => (months ?? []).map(({ year, month }) => year * 12 + month - 1)))
  return [...numbers]
    .toSorted((a, b) => a - b)
    .map((number) => {
      const [year, month] = [Math.floor(number / 12), (number % 12) + 1]
      const returns = runs.map(({ months }) => months?.find((one) => one.year === year && one.month === month)?.totalReturn ?? null)
      return { year, month, returns }
    })
}
