// Cross-validation for data in order of time.
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { Period } from './windows.ts'

export type KFoldSplit = {
  readonly test: Period
  /** What lies before the test and what lies after it, as far as something is left. */
  readonly train: readonly Period[]
}

export type KFoldGaps = {
  /** The longest time for which what happens at one moment depends on what follows: how long a position is held. */
  readonly purgeMs: number
  /** Left out after that on top, as what follows a test resembles it. */
  readonly embargoMs: number
}

/**
 * Purged k-fold (López de Prado, "Advances in Financial Machine Learning", 2018, chapter 7): the period is cut into equal folds, each is the
 * test once, and the rest is training without what overlaps the test:
 *
 * ```
 *  |------ train ------|purge|====== test ======|purge|embargo|------ train ------|
 * ```
 *
 * A position opened within the purge before the test may be held into it; one opened in the test may be held into the purge after it.
 * The error is one sentence: less than two folds, or a test that leaves nothing to train on.
 */
export function purgedKFold(
  { fromMs, toMs }: Period,
  folds: number,
  { purgeMs, embargoMs }: KFoldGaps,
): Result<readonly KFoldSplit[], string> {
  if (!Number.isInteger(folds) || folds < 2) return err(`${folds} folds, expected a whole number from 2`)
  const edge = (fold: number): number => fromMs + Math.round(((toMs - fromMs) * fold) / folds)
  const splits = Array.from({ length: folds }, (_, fold): KFoldSplit => {
    const test = { fromMs: edge(fold), toMs: edge(fold + 1) }
    const before = { fromMs, toMs: test.fromMs - purgeMs }
    const after = { fromMs: test.toMs + purgeMs + embargoMs, toMs }
    return { test, train: [before, after].filter((part) => part.toMs > part.fromMs) }
  })
  const bare = splits.findIndex(({ test, train }) => train.length === 0 || test.toMs <= test.fromMs)
  if (bare >= 0)
    return err(`fold ${bare + 1} of ${folds} has nothing left to train on after a purge of ${purgeMs} ms and an embargo of ${embargoMs} ms`)
  return ok(splits)
}
