// Proves how coverage is drawn on an axis of time, how that axis is zoomed and marked, and what a passport says in plain words.
import { describe, expect, test } from 'vitest'
import { factsOf, shareText, verdictOf } from '../../src-renderer/features/data/passport-facts.ts'
import { BY_NAME, filterSeries, nextSort, problemsOf, sortSeries, sourceText } from '../../src-renderer/features/data/series-table.ts'
import { fullView, marksOf, moved, padded, zoomed } from '../../src-renderer/features/data/time-view.ts'
import { coverageShape, missingWithin, rowLengthMs, spanOf } from '../../src-renderer/format/coverage.ts'
import { dayEndMs, dayStartMs, dayText } from '../../src-renderer/format/days.ts'
import { jobProgress, jobTimeLeft } from '../../src-renderer/format/jobs.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { type FakePassport, fakePassport, fakePassports } from '../support/fake-lab-series.ts'

const FROM = Date.UTC(2025, 0, 1)
const hours = (over: Partial<FakePassport> = {}): FakePassport => ({
  ...fakePassport({ instrumentId: 'BTC/USDT:USDT', kind: 'candles', timeframe: '1h', seed: 3 }),
  fromMs: FROM,
  toMs: FROM + 99 * HOUR_MS,
  rows: 100,
  missing: 0,
  gaps: [],
  outliersMs: [],
  conflicts: 0,
  refused: 0,
  duplicates: 0,
  crossChecks: [],
  ...over,
})
const gap = (from: number, rows: number) => ({ fromMs: FROM + from * HOUR_MS, toMs: FROM + (from + rows - 1) * HOUR_MS, rows })
const view = { fromMs: FROM, toMs: FROM + 100 * HOUR_MS }

describe('coverage', () => {
  test('reaches to the end of the last row', () => {
    expect(spanOf(hours())).toEqual(view)
    expect(spanOf(hours({ rows: 0 }))).toBeNull()
    expect(coverageShape(hours(), view, 1000)).toEqual({ bar: { from: 0, to: 1000 }, holes: [] })
  })

  test('is cut to the view, and is nothing outside of it', () => {
    const later = { fromMs: FROM + 90 * HOUR_MS, toMs: FROM + 190 * HOUR_MS }
    expect(coverageShape(hours(), later, 1000)?.bar).toEqual({ from: 0, to: 100 })
    expect(coverageShape(hours(), { fromMs: FROM + 101 * HOUR_MS, toMs: FROM + 110 * HOUR_MS }, 1000)).toBeNull()
  })

  test('has holes where rows are missing, wide enough to be seen, in order of time', () => {
    const shape = coverageShape(hours({ gaps: [gap(50, 10), gap(20, 1)] }), view, 1000)
    expect(shape?.holes).toEqual([
      { from: 200, to: 210 },
      { from: 500, to: 600 },
    ])
    const narrow = coverageShape(hours({ gaps: [gap(20, 1)] }), { fromMs: FROM, toMs: FROM + 10_000 * HOUR_MS }, 1000)
    expect(narrow?.holes).toEqual([{ from: 2, to: 4 }])
  })

  test('merges holes the eye cannot part: two hundred gaps are a few shapes', () => {
    const gaps = Array.from({ length: 200 }, (_, at) => gap(at * 2, 1))
    const shape = coverageShape(hours({ gaps, toMs: FROM + 400 * HOUR_MS }), { fromMs: FROM, toMs: FROM + 40_000 * HOUR_MS }, 1000)
    expect(shape?.holes).toHaveLength(1)
  })

  test('knows how many rows are missing between two moments', () => {
    const series = hours({ gaps: [gap(50, 10), gap(20, 4)] })
    expect(missingWithin(series, view)).toBe(14)
    expect(missingWithin(series, { fromMs: FROM + 55 * HOUR_MS, toMs: FROM + 57 * HOUR_MS })).toBe(2)
    expect(missingWithin(series, { fromMs: FROM, toMs: FROM + 10 * HOUR_MS })).toBe(0)
  })

  test('takes the average distance for funding, and none for trades', () => {
    expect(rowLengthMs({ kind: 'funding', timeframe: null, rows: 10, missing: 0, fromMs: 0, toMs: 9 * 8 * HOUR_MS })).toBe(8 * HOUR_MS)
    expect(rowLengthMs({ kind: 'trades', timeframe: null, rows: 10, missing: 0, fromMs: 0, toMs: 900 })).toBe(0)
  })

  test('of forty rows in view with two hundred gaps each takes milliseconds', () => {
    const gaps = Array.from({ length: 200 }, (_, at) => gap(at * 7, 1 + (at % 3)))
    const series = Array.from({ length: 40 }, () => hours({ gaps, toMs: FROM + 2000 * HOUR_MS }))
    const startMs = performance.now()
    for (const one of series) coverageShape(one, { fromMs: FROM, toMs: FROM + 2000 * HOUR_MS }, 1000)
    expect(performance.now() - startMs).toBeLessThan(50)
  })
})

describe('the axis', () => {
  const limits = { fromMs: 0, toMs: 1000 * DAY_MS }

  test('shows everything at first, with a little room', () => {
    expect(fullView([])).toBeNull()
    const full = fullView([hours(), hours({ fromMs: FROM - 100 * HOUR_MS })])
    expect(full?.fromMs).toBeLessThan(FROM - 100 * HOUR_MS)
    expect(full?.toMs).toBeGreaterThan(FROM + 100 * HOUR_MS)
  })

  test('zooms around a moment and stays within its limits', () => {
    const at = { fromMs: 100 * DAY_MS, toMs: 300 * DAY_MS }
    expect(zoomed(at, { factor: 0.5, atMs: 150 * DAY_MS, limits })).toEqual({ fromMs: 125 * DAY_MS, toMs: 225 * DAY_MS })
    expect(zoomed(at, { factor: 100, atMs: 150 * DAY_MS, limits })).toEqual(limits)
    const closest = zoomed(at, { factor: 1e-9, atMs: 150 * DAY_MS, limits })
    expect(closest.toMs - closest.fromMs).toBe(30 * MINUTE_MS)
  })

  test('moves by a share of itself and stops at the ends', () => {
    expect(moved({ fromMs: 100, toMs: 200 }, 0.5, { fromMs: 0, toMs: 1000 })).toEqual({ fromMs: 150, toMs: 250 })
    expect(moved({ fromMs: 100, toMs: 200 }, -5, { fromMs: 0, toMs: 1000 })).toEqual({ fromMs: 0, toMs: 100 })
    expect(moved({ fromMs: 900, toMs: 1000 }, 0.5, { fromMs: 0, toMs: 1000 })).toEqual({ fromMs: 900, toMs: 1000 })
  })

  test('gives a single moment a width', () =>
    expect(padded({ fromMs: 5, toMs: 5 }).toMs - padded({ fromMs: 5, toMs: 5 }).fromMs).toBeGreaterThan(0))

  test.each([
    [3 * HOUR_MS, ['00:00', '01:00', '02:00', '03:00'].slice(1)],
    [4 * DAY_MS, ['01-02', '01-03', '01-04', '01-05']],
    [300 * DAY_MS, ['2025-03', '2025-05', '2025-07', '2025-09']],
    [1500 * DAY_MS, ['2026', '2027', '2028', '2029']],
  ])('over %d ms stands at round times', (length, labels) => {
    expect(marksOf({ fromMs: FROM + 1, toMs: FROM + length }, 5).map(({ label }) => label)).toEqual(labels)
  })

  test('never has more marks than fit', () => {
    for (let days = 1; days < 8000; days = Math.ceil(days * 1.4))
      expect(marksOf({ fromMs: FROM, toMs: FROM + days * DAY_MS }, 5).length).toBeLessThanOrEqual(6)
  })
})

describe('a passport in words', () => {
  test('says that all is well only when it is', () => {
    expect(verdictOf(hours())).toEqual({ tone: 'up', text: 'Complete: no row is missing and nothing contradicts anything.' })
    expect(verdictOf(hours({ rows: 0 })).text).toBe('There are no rows.')
    const crossChecks = [{ against: 'x', compared: 50, different: 2, examplesMs: [FROM] }]
    expect(verdictOf(hours({ missing: 4, conflicts: 1, refused: 2, outliersMs: [FROM], crossChecks }))).toEqual({
      tone: 'warn',
      text: '4 rows are missing (3.85%); 1 row came twice and did not say the same; 2 bars differ from a shorter series; 2 rows were refused as impossible; 1 price jumped away and came back.',
    })
  })

  test('never rounds what is missing to nothing', () => {
    expect(shareText(0, 100)).toBe('0%')
    expect(shareText(1, 10_000_000)).toBe('<0.01%')
    expect(shareText(1, 200)).toBe('0.50%')
  })

  test('tells when fees are only guessed', () => {
    const fact = factsOf(hours({ instrumentFrom: 'inferred' })).find(({ label }) => label === 'Tick, lot and fees')
    expect(fact).toMatchObject({ value: 'guessed from the prices', tone: 'warn' })
  })
})

describe('the table of series', () => {
  const all = fakePassports(40)

  test('finds every word anywhere', () => {
    expect(filterSeries(all, { text: 'btc 1H', kind: 'all' }).map(({ id }) => id)).toEqual(['binanceusdm|BTC/USDT:USDT|candles|1h'])
    expect(filterSeries(all, { text: '', kind: 'funding' }).every(({ kind }) => kind === 'funding')).toBe(true)
    expect(filterSeries(all, { text: 'btc nothing', kind: 'all' })).toEqual([])
  })

  test('sorts figures from the largest and names by the alphabet', () => {
    expect(nextSort(BY_NAME, 'rows')).toEqual({ column: 'rows', descending: true })
    expect(nextSort(BY_NAME, 'instrument')).toEqual({ column: 'instrument', descending: true })
    const rows = sortSeries(all, { column: 'rows', descending: true }).map((one) => one.rows)
    expect(rows).toEqual(rows.toSorted((a, b) => b - a))
    const frames = sortSeries(all, BY_NAME).filter(({ instrumentId, kind }) => instrumentId.startsWith('BTC/') && kind === 'candles')
    expect(frames.map(({ timeframe }) => timeframe)).toEqual(['1m', '15m', '1h', '1d'])
  })

  test('counts problems and names sources', () => {
    expect(problemsOf(hours())).toEqual([])
    const [source] = fakePassport({ instrumentId: 'BTC/USDT:USDT', kind: 'candles', timeframe: '1m', seed: 3 }).sources
    if (!source) throw new Error('a source is expected')
    expect(sourceText({ ...hours(), sources: [source, { ...source, name: 'newest.zip' }] })).toBe('newest.zip, 1 more')
    expect(sourceText({ ...hours(), sources: [] })).toBe('unknown')
  })
})

describe('days, jobs and figures', () => {
  test('days are those of UTC, and none that does not exist', () => {
    expect(dayText(Date.UTC(2025, 4, 4, 23, 59))).toBe('2025-05-04')
    expect(dayStartMs('2025-05-04')).toBe(Date.UTC(2025, 4, 4))
    expect(dayEndMs('2025-12-31')).toBe(Date.UTC(2026, 0, 1))
    for (const text of ['2025-02-29', '2025-13-01', '04.05.2025', '']) expect(dayStartMs(text), text).toBeNull()
  })

  test('a job without a known end claims no share', () => {
    expect(jobProgress({ done: 41, total: 120, unit: 'trials' })).toBe('34%, 41 of 120 trials')
    expect(jobProgress({ done: 2_400_000, total: 0, unit: 'rows' })).toBe('2.40M rows')
    expect(jobTimeLeft({ state: 'running', msLeft: null })).toBe('no estimate yet')
    expect(jobTimeLeft({ state: 'running', msLeft: 125_000 })).toBe('2m 05s left')
    expect(jobTimeLeft({ state: 'paused', msLeft: 1 })).toBe('paused')
  })
})
