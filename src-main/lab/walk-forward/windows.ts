// The parts of a walk-forward.
import type { WalkForwardSpec } from '../../../src-shared/config/lab.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { DAY_MS } from '../../../src-shared/domain/time.ts'

/** Candles that open at `fromMs` or later and have closed by `toMs`: the next part may begin at the `toMs` of the one before. */
export type Period = { readonly fromMs: number; readonly toMs: number }

export type WalkForwardWindow = {
  /** From 0, oldest first. */
  readonly number: number
  readonly train: Period
  /** Null when nothing is validated. */
  readonly validate: Period | null
  readonly test: Period
}

/** As many as the screen shows. */
const WINDOWS_MAX = 500

/**
 * Windows of a walk-forward (Pardo, "The Evaluation and Optimization of Trading Strategies", 2008): parameters are chosen in training and
 * validation, and tested on what comes after. The next window lies `testDays` later, so the tests stand end to end:
 *
 * ```
 *  window 0  |--------- train ---------|p|-- validate --|p|-- test --|
 *  window 1               |--------- train ---------|p|-- validate --|p|-- test --|
 *  window 2                            |--------- train ---------|p|-- validate --|p|-- test --|
 *                                                         tests:     |-- test --|-- test --|-- test --|
 * ```
 *
 * - p, purge: `purgeDays` cut off the end of training, and of validation, so that no position held there, and no feature that looks back a
 *   little, reaches into the part that follows. A day that was cut off belongs to no part of that window.
 * - Embargo: a training that begins where an earlier test has ended begins `embargoDays` after that end, and is as much shorter; the days in
 *   between still show what the test has done (López de Prado, "Advances in Financial Machine Learning", 2018, section 7.4.2). That is a
 *   training whose beginning lies less than `embargoDays` after the end of a test of a window before it. In a walk-forward every training
 *   ends before its own test, so there is nothing else to leave out; an anchored training begins before all tests and is never shortened.
 * - Anchored: every training begins at the beginning of the data, and the later ones are longer.
 * - Days that do not fill another test are left over at the beginning, where an anchored training still uses them: the newest data is worth
 *   most. The last test ends with the last whole day of the period.
 *
 * The error is one sentence that says how many days are needed.
 */
export function windowsOf(spec: WalkForwardSpec): Result<readonly WalkForwardWindow[], string> {
  const { trainDays, validateDays, testDays } = spec
  const { fromMs, toMs } = spec.search.backtest.data
  const fault = gapFault(spec)
  if (fault !== null) return err(fault)
  const days = Math.floor((toMs - fromMs) / DAY_MS)
  const needed = trainDays + validateDays + testDays
  const count = Math.floor((days - trainDays - validateDays) / testDays)
  if (count < 1) {
    const parts = `${trainDays} to train, ${validateDays} to validate and ${testDays} to test`
    return err(`the period has ${days} whole days, a walk-forward needs at least ${needed}: ${parts}`)
  }
  if (count > WINDOWS_MAX) {
    return err(`${days} days make ${count} windows, expected at most ${WINDOWS_MAX}: test more than ${testDays} days at a time`)
  }
  const firstTestMs = fromMs + (days - count * testDays) * DAY_MS
  return ok(Array.from({ length: count }, (_, number) => windowOf(spec, firstTestMs, number)))
}

function gapFault({ trainDays, validateDays, testDays, purgeDays, embargoDays, mode }: WalkForwardSpec): string | null {
  const embargo = mode === 'rolling' ? embargoDays : 0
  // Otherwise the next test would have ended before the embargo of the one before is over, and no training could begin at all.
  if (embargo >= testDays) return `an embargo of ${embargo} days must be shorter than a test of ${testDays}`
  if (trainDays <= purgeDays + embargo) {
    return `nothing is left of ${trainDays} days of training after ${purgeDays} of purge and ${embargo} of embargo`
  }
  return validateDays > 0 && validateDays <= purgeDays
    ? `nothing is left of ${validateDays} days of validation after ${purgeDays} of purge`
    : null
}

function windowOf(spec: WalkForwardSpec, firstTestMs: number, number: number): WalkForwardWindow {
  const testFromMs = firstTestMs + number * spec.testDays * DAY_MS
  const trainEndMs = testFromMs - spec.validateDays * DAY_MS
  const purgeMs = Math.round(spec.purgeDays * DAY_MS)
  return {
    number,
    train: { fromMs: trainFromMs(spec, firstTestMs, trainEndMs - spec.trainDays * DAY_MS), toMs: trainEndMs - purgeMs },
    validate: spec.validateDays === 0 ? null : { fromMs: trainEndMs, toMs: testFromMs - purgeMs },
    test: { fromMs: testFromMs, toMs: testFromMs + spec.testDays * DAY_MS },
  }
}

function trainFromMs({ mode, search, testDays, embargoDays }: WalkForwardSpec, firstTestMs: number, wantedMs: number): number {
  if (mode === 'anchored') return search.backtest.data.fromMs
  const testMs = testDays * DAY_MS
  const endedTests = Math.floor((wantedMs - firstTestMs) / testMs)
  if (endedTests < 1) return wantedMs
  return Math.max(wantedMs, firstTestMs + endedTests * testMs + Math.round(embargoDays * DAY_MS))
}
