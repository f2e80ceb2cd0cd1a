// Proves over many settings that tests tile the end of the period, that nothing overlaps what it must not, and that nothing leaves the data.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { purgedKFold } from '../../src-main/lab/walk-forward/purged-k-fold.ts'
import { windowsOf } from '../../src-main/lab/walk-forward/windows.ts'
import { walkForwardSpec } from '../support/walk-forward-specs.ts'

const gapDays = fc.constantFrom(0, 0.25, 1, 2.5, 10)
const specs = fc
  .record({
    /** Beyond the shortest period that can be walked. */
    more: fc.tuple(fc.integer({ min: -20, max: 400 }), fc.constantFrom(0, 0.125, 0.5)).map(([whole, part]) => whole + part),
    trainDays: fc.integer({ min: 1, max: 200 }),
    validateDays: fc.integer({ min: 0, max: 40 }),
    testDays: fc.integer({ min: 2, max: 60 }),
    purgeDays: gapDays,
    embargoDays: gapDays,
    mode: fc.constantFrom('rolling' as const, 'anchored' as const),
  })
  .map(({ more, ...over }) => walkForwardSpec({ ...over, days: Math.max(1, over.trainDays + over.validateDays + over.testDays + more) }))

it('windows lie as their docstring draws them', () => {
  let laidOut = 0
  fc.assert(
    fc.property(specs, (spec) => {
      const { fromMs, toMs } = spec.search.backtest.data
      const windows = windowsOf(spec)
      if (!windows.ok) return
      laidOut += 1
      const purgeMs = spec.purgeDays * DAY_MS
      const tests = windows.value.map(({ test }) => test)
      // The tests tile what is left of the period behind the first training and validation, to its last whole day.
      for (const [at, test] of tests.entries()) {
        expect(test.toMs - test.fromMs).toBe(spec.testDays * DAY_MS)
        if (at > 0) expect(test.fromMs).toBe(tests[at - 1]?.toMs)
      }
      const endMs = tests.at(-1)?.toMs ?? Number.NaN
      expect(endMs).toBeLessThanOrEqual(toMs)
      expect(toMs - endMs).toBeLessThan(DAY_MS)
      const firstMs = tests[0]?.fromMs ?? Number.NaN
      const beforeDays = (firstMs - fromMs) / DAY_MS
      expect(beforeDays).toBeGreaterThanOrEqual(spec.trainDays + spec.validateDays)
      expect(beforeDays).toBeLessThan(spec.trainDays + spec.validateDays + spec.testDays)
      for (const { train, validate, test } of windows.value) {
        expect(train.fromMs).toBeGreaterThanOrEqual(fromMs)
        expect(train.toMs).toBeGreaterThan(train.fromMs)
        expect((validate ?? test).fromMs - train.toMs).toBe(purgeMs)
        if (validate !== null) {
          expect(test.fromMs - validate.toMs).toBe(purgeMs)
          expect(validate.toMs).toBeGreaterThan(validate.fromMs)
        }
        expect(train.toMs - train.fromMs).toBeGreaterThanOrEqual((spec.trainDays - spec.purgeDays - spec.embargoDays) * DAY_MS)
        if (spec.mode === 'anchored') expect(train.fromMs).toBe(fromMs)
        else expect(train.toMs - train.fromMs).toBeLessThanOrEqual((spec.trainDays - spec.purgeDays) * DAY_MS)
        for (const earlier of tests.filter((one) => one.toMs <= train.fromMs)) {
          expect(train.fromMs - earlier.toMs).toBeGreaterThanOrEqual(spec.embargoDays * DAY_MS)
        }
      }
    }),
    { numRuns: 500 },
  )
  expect(laidOut).toBeGreaterThan(150)
})

it('every moment of a period is tested in one fold, and is trained on or left out for a reason in all others', () => {
  fc.assert(
    fc.property(
      fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 100, max: 10_000 })),
      fc.integer({ min: 2, max: 12 }),
      fc.record({ purgeMs: fc.integer({ min: 0, max: 20 }), embargoMs: fc.integer({ min: 0, max: 20 }) }),
      ([fromMs, length], folds, gaps) => {
        const period = { fromMs, toMs: fromMs + length }
        const splits = purgedKFold(period, folds, gaps)
        if (!splits.ok) return
        for (const atMs of [0, 0.1, 0.25, 0.5, 0.77, 0.999].map((share) => fromMs + Math.floor(share * length))) {
          const inside = ({ fromMs: from, toMs: to }: typeof period): boolean => atMs >= from && atMs < to
          expect(splits.value.filter(({ test }) => inside(test)).length).toBe(1)
          for (const { test, train } of splits.value) {
            const near = atMs >= test.fromMs - gaps.purgeMs && atMs < test.toMs + gaps.purgeMs + gaps.embargoMs
            expect(train.some(inside)).toBe(!near)
          }
        }
      },
    ),
    { numRuns: 300 },
  )
})
