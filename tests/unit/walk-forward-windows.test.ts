// Proves where the windows of a walk-forward lie, day by day, and what is refused; and where the folds of a purged k-fold lie.
import { describe, expect, it } from 'vitest'
import { PurgedKFoldSpec } from '../../src-shared/config/lab.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { purgedFolds } from '../../src-shared/config/purged-folds.ts'
import { type Period, windowsOf } from '../../src-main/lab/walk-forward/windows.ts'
import { PERIOD_START_MS, walkForwardSpec } from '../support/walk-forward-specs.ts'

/** First and last edge in days since the beginning of the data. */
const days = (period: Period | null): readonly number[] | null =>
  period === null ? null : [(period.fromMs - PERIOD_START_MS) / DAY_MS, (period.toMs - PERIOD_START_MS) / DAY_MS]
const laidOut = (over: Parameters<typeof walkForwardSpec>[0]): unknown => {
  const windows = windowsOf(walkForwardSpec(over))
  return windows.ok ? windows.value.map(({ train, validate, test }) => [days(train), days(validate), days(test)]) : windows.error
}

describe('the windows', () => {
  it('roll on by a test, end with the data, and leave a day before each next part', () => {
    expect(laidOut({ days: 310 })).toEqual([
      [
        [10, 189],
        [190, 219],
        [220, 250],
      ],
      [
        [40, 219],
        [220, 249],
        [250, 280],
      ],
      [
        [70, 249],
        [250, 279],
        [280, 310],
      ],
    ])
  })

  it('keep their beginning when they are anchored, which also takes what is left over', () => {
    expect(laidOut({ days: 280, mode: 'anchored' })).toEqual([
      [
        [0, 189],
        [190, 219],
        [220, 250],
      ],
      [
        [0, 219],
        [220, 249],
        [250, 280],
      ],
    ])
  })

  it('have no validation when none is wanted', () => {
    expect(laidOut({ days: 210, validateDays: 0, purgeDays: 0.5 })).toEqual([[[0, 179.5], null, [180, 210]]])
  })

  it('begin to train only after the embargo where an earlier test has just ended', () => {
    // Tests of 10 days from day 20 on; training of 20 days. Window 4 would begin on day 40, where test 1 has ended.
    const windows = laidOut({ days: 80, trainDays: 20, validateDays: 0, testDays: 10, purgeDays: 1, embargoDays: 2 })
    expect(windows).toEqual([
      [[0, 19], null, [20, 30]],
      [[10, 29], null, [30, 40]],
      [[20, 39], null, [40, 50]],
      [[32, 49], null, [50, 60]],
      [[42, 59], null, [60, 70]],
      [[52, 69], null, [70, 80]],
    ])
    // Training that begins in the middle of an earlier test is farther from its end than the embargo.
    expect(laidOut({ days: 55, trainDays: 15, validateDays: 0, testDays: 10, purgeDays: 1, embargoDays: 2 })).toEqual([
      [[0, 14], null, [15, 25]],
      [[10, 24], null, [25, 35]],
      [[20, 34], null, [35, 45]],
      [[30, 44], null, [45, 55]],
    ])
  })

  it.each([
    [{ days: 239 }, 'the period has 239 whole days, a walk-forward needs at least 240: 180 to train, 30 to validate and 30 to test'],
    [{ days: 239.9 }, 'the period has 239 whole days, a walk-forward needs at least 240: 180 to train, 30 to validate and 30 to test'],
    [
      { days: 800, trainDays: 10, validateDays: 0, testDays: 1, embargoDays: 0 },
      '800 days make 790 windows, expected at most 500: test more than 1 days at a time',
    ],
    [{ trainDays: 10, purgeDays: 6, embargoDays: 4 }, 'nothing is left of 10 days of training after 6 of purge and 4 of embargo'],
    [
      { trainDays: 10, purgeDays: 10, mode: 'anchored' as const },
      'nothing is left of 10 days of training after 10 of purge and 0 of embargo',
    ],
    [{ validateDays: 3, purgeDays: 3 }, 'nothing is left of 3 days of validation after 3 of purge'],
  ])('are refused: %#', (over, error) => {
    expect(laidOut(over)).toBe(error)
  })
})

describe('purged folds', () => {
  const span = (fromDay: number, toDay: number) => ({ fromMs: fromDay * DAY_MS, toMs: toDay * DAY_MS })
  const folds = (period: Period, over: Partial<PurgedKFoldSpec> = {}) =>
    purgedFolds(period, { ...PurgedKFoldSpec.parse({ kind: 'purged-k-fold' }), ...over })

  it('stand as far apart as purge and embargo, and end with the data', () => {
    // Of 100 days an embargo of 2 % is two, with the purge three between two folds; two days are left over at the beginning.
    expect(folds(span(10, 110), { folds: 4, purgeDays: 1, embargoFraction: 0.02 })).toEqual({
      ok: true,
      value: [span(13, 35), span(38, 60), span(63, 85), span(88, 110)],
    })
  })

  it('stand end to end without purge and embargo, and keep a whole day for a part of one', () => {
    expect(folds(span(0, 9), { folds: 3, purgeDays: 0, embargoFraction: 0 })).toEqual({
      ok: true,
      value: [span(0, 3), span(3, 6), span(6, 9)],
    })
    expect(folds(span(0, 9), { folds: 2, purgeDays: 0.25, embargoFraction: 0 })).toEqual({ ok: true, value: [span(0, 4), span(5, 9)] })
    // 0.07 × 100 is a little more than 7 in binary.
    expect(folds(span(0, 100), { folds: 2, purgeDays: 0, embargoFraction: 0.07 })).toMatchObject({
      ok: true,
      value: [span(1, 47), span(54, 100)],
    })
  })

  it('are refused when less than a day is left for each', () => {
    expect(folds(span(0, 12), { folds: 5 })).toEqual({
      ok: false,
      error: 'the period has 12 whole days, expected at least 13: 5 folds and 4 gaps of 2 days for purge and embargo',
    })
  })
})
