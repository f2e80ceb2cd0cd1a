// Proves over many settings that tests tile the end of the period, that nothing overlaps what it must not, and that nothing leaves the data.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { purgedFolds } from '../../src-shared/config/purged-folds.ts'
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

it('folds are equally long, whole days, in order, within the period, and as far apart as purge and embargo ask for', () => {
  let cut = 0
  fc.assert(
    fc.property(
      fc.tuple(fc.integer({ min: 0, max: 1000 * DAY_MS }), fc.integer({ min: 1, max: 900 })),
      fc.integer({ min: 2, max: 20 }),
      fc.record({ purgeDays: fc.double({ min: 0, max: 10, noNaN: true }), embargoFraction: fc.double({ min: 0, max: 0.1, noNaN: true }) }),
      ([fromMs, days], folds, gaps) => {
        const period = { fromMs, toMs: fromMs + days * DAY_MS }
        const found = purgedFolds(period, { kind: 'purged-k-fold', folds, ...gaps })
        if (!found.ok) return
        cut += 1
        const lengths = new Set(found.value.map((fold) => (fold.toMs - fold.fromMs) / DAY_MS))
        expect(lengths.size).toBe(1)
        const [length = 0] = lengths
        expect(Number.isInteger(length) && length >= 1).toBe(true)
        expect(found.value).toHaveLength(folds)
        const gapMs = (gaps.purgeDays + gaps.embargoFraction * days) * DAY_MS
        for (const [at, fold] of found.value.slice(1).entries()) {
          const apartMs = fold.fromMs - (found.value[at]?.toMs ?? 0)
          expect(apartMs).toBeGreaterThan(gapMs - 1)
          expect(apartMs).toBeLessThan(gapMs + DAY_MS)
        }
        const leftMs = (found.value[0]?.fromMs ?? -1) - fromMs
        expect(leftMs).toBeGreaterThanOrEqual(0)
        expect(leftMs).toBeLessThan(folds * DAY_MS)
        expect(found.value.at(-1)?.toMs).toBe(period.toMs)
      },
    ),
    { numRuns: 500 },
  )
  expect(cut).toBeGreaterThan(100)
})
