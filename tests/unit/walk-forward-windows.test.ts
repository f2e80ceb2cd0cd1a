// Proves where the windows of a walk-forward lie, day by day, and what is refused; and the splits of a purged k-fold.
import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { purgedKFold } from '../../src-main/lab/walk-forward/purged-k-fold.ts'
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

describe('a purged k-fold', () => {
  it('leaves out what overlaps each test, and the embargo after it', () => {
    expect(purgedKFold({ fromMs: 0, toMs: 100 }, 4, { purgeMs: 2, embargoMs: 3 })).toEqual({
      ok: true,
      value: [
        { test: { fromMs: 0, toMs: 25 }, train: [{ fromMs: 30, toMs: 100 }] },
        {
          test: { fromMs: 25, toMs: 50 },
          train: [
            { fromMs: 0, toMs: 23 },
            { fromMs: 55, toMs: 100 },
          ],
        },
        {
          test: { fromMs: 50, toMs: 75 },
          train: [
            { fromMs: 0, toMs: 48 },
            { fromMs: 80, toMs: 100 },
          ],
        },
        { test: { fromMs: 75, toMs: 100 }, train: [{ fromMs: 0, toMs: 73 }] },
      ],
    })
  })

  it('refuses a single fold, and gaps that leave nothing', () => {
    expect(purgedKFold({ fromMs: 0, toMs: 100 }, 1, { purgeMs: 0, embargoMs: 0 })).toEqual({
      ok: false,
      error: '1 folds, expected a whole number from 2',
    })
    expect(purgedKFold({ fromMs: 0, toMs: 100 }, 2, { purgeMs: 40, embargoMs: 10 })).toEqual({
      ok: false,
      error: 'fold 1 of 2 has nothing left to train on after a purge of 40 ms and an embargo of 10 ms',
    })
  })
})
