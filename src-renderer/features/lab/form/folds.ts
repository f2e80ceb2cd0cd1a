// How the folds of a search lie in its time. Pure.
import type { PurgedKFoldSpec } from '../../../../src-shared/config/lab.ts'
import { purgedFolds } from '../../../../src-shared/config/purged-folds.ts'
import type { Result } from '../../../../src-shared/domain/result.ts'
import { DAY_MS } from '../../../../src-shared/domain/time.ts'
import type { TimeSpan } from '../../../format/coverage.ts'
import { formatNumber } from '../../../format/numbers.ts'
import { type LabForm, type Task, numberText } from './lab-form.ts'
import { NUMBER_FIELDS, type NumberKey } from './number-fields.ts'
import { faultOf, numberOf } from './number-text.ts'
import { RATIO_DAYS_MIN, aimsAtRatio } from './walk-windows.ts'

/** What the form says of folds; null without them, or while one of their numbers is none. */
function foldsOf(form: LabForm): PurgedKFoldSpec | null {
  if (form.validation === 'none') return null
  const at = (key: NumberKey) => {
    const field = NUMBER_FIELDS[key]
    const text = numberText(form, key)
    return faultOf(field.title, text, field) === null ? numberOf(text, field.percent) : null
  }
  const [folds, purgeDays, embargoFraction] = [at('folds'), at('foldPurgeDays'), at('embargoFraction')]
  if (folds === null || purgeDays === null || embargoFraction === null) return null
  return { kind: 'purged-k-fold', folds, purgeDays, embargoFraction }
}

/** What is cut into folds: the chosen time, or the shortest training of a walk-forward. */
function cutSpan(task: Task, form: LabForm, trading: TimeSpan): TimeSpan {
  if (task !== 'walk_forward') return trading
  const [train = 0, purge = 0, embargo = 0] = (['trainDays', 'purgeDays', 'embargoDays'] as const).map(
    (key) => numberOf(numberText(form, key)) ?? 0,
  )
  const days = train - purge - (form.walkMode === 'rolling' ? embargo : 0)
  return { fromMs: trading.fromMs, toMs: trading.fromMs + Math.max(0, days) * DAY_MS }
}

type Cut = { readonly form: LabForm; readonly task: Task; readonly trading: TimeSpan | null }

function cut({ form, task, trading }: Cut): Result<readonly TimeSpan[], string> | null {
  const spec = foldsOf(form)
  return spec === null || trading === null ? null : purgedFolds(cutSpan(task, form, trading), spec)
}

/** One sentence when the folds do not fit. */
export function foldFault(of: Cut): string | null {
  const folds = cut(of)
  return folds === null || folds.ok ? null : `Folds: ${folds.error}`
}

/** "5 folds of 6 days, 2 days between two of them"; empty while nobody can tell. */
export function foldsText(of: Cut): string {
  const folds = cut(of)
  if (folds === null || !folds.ok) return ''
  const [first, second] = folds.value
  if (first === undefined || second === undefined) return ''
  const fold = daysText(first.toMs - first.fromMs)
  return `${folds.value.length} folds of ${fold}, ${daysText(second.fromMs - first.toMs)} between two of them.`
}
const daysText = (ms: number): string => `${formatNumber(ms / DAY_MS, 0)} ${ms === DAY_MS ? 'day' : 'days'}`

/** What the length of the folds means for what is aimed at; null when there is nothing to say. */
export function foldRemark(of: Cut): string | null {
  const folds = cut(of)
  const [first] = folds?.ok === true ? folds.value : []
  if (first === undefined || !aimsAtRatio(of.form) || first.toMs - first.fromMs >= RATIO_DAYS_MIN * DAY_MS) return null
  return `A ratio of daily returns needs ${RATIO_DAYS_MIN} days: shorter folds cannot be judged by it. Aim at another figure, or take fewer folds.`
}
