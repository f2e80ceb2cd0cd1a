// Cross-validation for data in order of time.
import { type Result, err, ok } from '../domain/result.ts'
import { DAY_MS } from '../domain/time.ts'
import type { PurgedKFoldSpec, SearchSpec } from './lab.ts'

type Period = { readonly fromMs: number; readonly toMs: number }

/**
 * Purged k-fold (López de Prado, "Advances in Financial Machine Learning", 2018, section 7.4): each fold is the test once, and the others are
 * what is chosen on, without what overlaps the test:
 *
 * ```
 *  |==== fold 1 ====|purge|embargo|==== fold 2 ====|purge|embargo|==== fold 3 ====|
 * ```
 *
 * - Purge: for so long after its opening a position may be held, so what happens at the end of a fold hangs on what follows.
 * - Embargo: what follows a test still resembles it, as indicators look back. A share of the whole period, as in the book.
 *
 * The book cuts both off the training, which is then another one for each test. Here every fold stands that far from the next one, whichever of
 * them is the test: so a trial runs once in each fold, and one score serves as test and as training. The days between belong to no fold.
 *
 * Folds are whole days and equally long; days that do not fill another are left over at the beginning. The error is one sentence that says what
 * is left of the days.
 */
export function purgedFolds(
  { fromMs, toMs }: Period,
  { folds, purgeDays, embargoFraction }: PurgedKFoldSpec,
): Result<readonly Period[], string> {
  const days = Math.floor((toMs - fromMs) / DAY_MS)
  // What a product of decimals is beside itself is no day.
  const gapDays = Math.ceil(Number((purgeDays + embargoFraction * days).toFixed(9)))
  const foldDays = Math.floor((days - (folds - 1) * gapDays) / folds)
  if (foldDays < 1) {
    const gaps = `${folds - 1} ${folds === 2 ? 'gap' : 'gaps'} of ${gapDays} days for purge and embargo`
    return err(`the period has ${days} whole days, expected at least ${folds + (folds - 1) * gapDays}: ${folds} folds and ${gaps}`)
  }
  const firstMs = fromMs + (days - folds * foldDays - (folds - 1) * gapDays) * DAY_MS
  return ok(
    Array.from({ length: folds }, (_, fold) => {
      const foldFromMs = firstMs + fold * (foldDays + gapDays) * DAY_MS
      return { fromMs: foldFromMs, toMs: foldFromMs + foldDays * DAY_MS }
    }),
  )
}

/** What a search runs each trial in: its folds, or its whole period at once. The error is that of {@link purgedFolds}. */
export function periodsOf({ backtest, validation }: SearchSpec): Result<readonly Period[], string> {
  const { fromMs, toMs } = backtest.data
  return validation.kind === 'none' ? ok([{ fromMs, toMs }]) : purgedFolds({ fromMs, toMs }, validation)
}
