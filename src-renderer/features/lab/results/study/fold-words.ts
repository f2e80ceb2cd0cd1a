// What the folds of a search say, in plain sentences.
import { formatNumber } from '../../../../format/numbers.ts'
import type { Said } from '../robust-words.ts'
import type { Study } from '../views.ts'

export type CrossValidation = NonNullable<Study['crossValidation']>

/** How many folds a trial was run in; null for a search without. */
export function foldCount(spec: Study['spec']): number | null {
  const validation: unknown = spec['validation']
  if (typeof validation !== 'object' || validation === null || !('folds' in validation)) return null
  return typeof validation.folds === 'number' ? validation.folds : null
}

const DIGITS = 3
const figure = (value: number): string => formatNumber(value, DIGITS)

/** What choosing by the other folds is worth in the one held out, beside what the best shows where it was chosen. */
export function crossValidatedSaid({ score, spread, inSample, folds }: CrossValidation): Said {
  if (score === null || inSample === null) {
    const sentence =
      'A fold could not be judged: it has too few days or trades for what is aimed at. Take fewer folds, or aim at another figure.'
    return { figure: '—', verdict: 'unknown', tone: 'muted', sentence }
  }
  const medians = folds.flatMap(({ median }) => median ?? [])
  const middle = medians.reduce((sum, one) => sum + one, 0) / medians.length
  const [verdict, tone] = score > middle ? (['above the middle', 'up'] as const) : (['not above the middle', 'down'] as const)
  return {
    figure: `${figure(score)}${spread === null ? '' : ` ± ${figure(spread)}`}`,
    verdict,
    tone,
    sentence: `For each fold the set that was best in the other${folds.length === 2 ? '' : ` ${folds.length - 1}`} was taken and scored in that fold, which had no part in choosing it. The best set shows ${figure(inSample)} where it was chosen; the set in the middle scores ${figure(middle)} without any choosing.`,
  }
}

/** A sampler that learns has seen every fold before it draws the next trial. */
export const samplerRemark = (spec: Study['spec']): string | null =>
  spec['method'] === 'tpe'
    ? 'TPE drew the trials by what earlier ones scored in all folds, so a little of each held-out fold is in them. Random or grid search has none of that.'
    : null
