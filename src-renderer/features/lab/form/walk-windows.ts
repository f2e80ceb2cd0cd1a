// How many windows a walk-forward has. Pure.
import type { LabMetricId } from '../../../../src-shared/domain/lab-metric.ts'
import { DAY_MS } from '../../../../src-shared/domain/time.ts'
import type { TimeSpan } from '../../../format/coverage.ts'
import { formatNumber } from '../../../format/numbers.ts'
import { type LabForm, numberText } from './lab-form.ts'
import { numberOf } from './number-text.ts'

export type WindowDays = { readonly train: number; readonly validate: number; readonly test: number }

/** The three lengths, or null while one of them is no number. */
export function windowDays(form: LabForm): WindowDays | null {
  const [train, validate, test] = (['trainDays', 'validateDays', 'testDays'] as const).map((key) => numberOf(numberText(form, key)))
  return train == null || validate == null || test == null || test <= 0 ? null : { train, validate, test }
}

/** Each window begins one test later than the one before. */
export const windowCount = (days: number, { train, validate, test }: WindowDays): number =>
  Math.max(0, Math.floor((days - train - validate) / test))

export const daysOf = ({ fromMs, toMs }: TimeSpan): number => (toMs - fromMs) / DAY_MS

/** One sentence when not a single window fits. */
export function windowFault(form: LabForm, trading: TimeSpan | null): string | null {
  const lengths = windowDays(form)
  if (lengths === null || trading === null) return null
  const days = daysOf(trading)
  if (windowCount(days, lengths) > 0) return null
  const { train, validate, test } = lengths
  return `A window needs ${train + validate + test} days (${train} + ${validate} + ${test}), the chosen time has ${formatNumber(days, 0)}`
}

/** Fewer days have no ratio of daily returns. */
export const RATIO_DAYS_MIN = 10
const RATIOS: readonly string[] = ['sharpe', 'sortino'] satisfies readonly LabMetricId[]

export const aimsAtRatio = ({ terms }: Pick<LabForm, 'terms'>): boolean => terms.some(({ metric }) => RATIOS.includes(metric))

/** Whether every part of a window, without what is purged from its end, is long enough for ratios of daily returns. */
export const holdsRatios = ({ train, validate, test }: WindowDays, purgeDays: number): boolean =>
  train - purgeDays >= RATIO_DAYS_MIN && (validate === 0 || validate - purgeDays >= RATIO_DAYS_MIN) && test >= RATIO_DAYS_MIN

/** What the lengths mean for what is aimed at; null when there is nothing to say. */
export function windowRemark(form: LabForm): string | null {
  const lengths = windowDays(form)
  if (lengths === null || !aimsAtRatio(form)) return null
  if (holdsRatios(lengths, numberOf(numberText(form, 'purgeDays')) ?? 0)) return null
  return `A ratio of daily returns needs ${RATIO_DAYS_MIN} days after the purge: what is shorter cannot be judged by it. Aim at another figure.`
}

/** Lengths people use, in days; the first is the default. */
export const WINDOW_PRESETS: readonly (WindowDays & { readonly title: string })[] = [
  { title: '6 m / 1 m / 1 m', train: 180, validate: 30, test: 30 },
  { title: '3 m / 2 w / 2 w', train: 90, validate: 14, test: 14 },
  { title: '30 d / 7 d / 7 d', train: 30, validate: 7, test: 7 },
  { title: '14 d / 4 d / 4 d', train: 14, validate: 4, test: 4 },
]
