// Proves what the journal page computes itself: exact text, order, filters, periods, the words of the statistics and of the bins.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Money, toText } from '../../src-shared/domain/decimal.ts'
import { toSamples } from '../../src-renderer/charts/equity-chart.tsx'
import { NEWEST_FIRST, nextSort, sortRoundTrips } from '../../src-renderer/components/round-trip-sort.ts'
import { histogramBars } from '../../src-renderer/features/journal/r-histogram-bins.ts'
import { readRoundTrips, ROUND_TRIPS_MAX } from '../../src-renderer/features/journal/read-round-trips.ts'
import { rangeOf } from '../../src-renderer/features/journal/round-trip-table.ts'
import { statisticsFigures } from '../../src-renderer/features/journal/statistics-figures.ts'
import { formatDecimal } from '../../src-renderer/format/decimal-text.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { roundTrips, statistics } from '../support/journal-views.ts'

describe('exact text', () => {
  it.each([
    ['-1204.5', { decimals: 2 }, '−1,204.50'],
    ['1204.5', { decimals: 2, sign: true }, '+1,204.50'],
    ['0.005', { decimals: 2 }, '0.00'],
    ['0.015', { decimals: 2 }, '0.02'],
    ['-0.001', { decimals: 2, sign: true }, '0.00'],
    ['123456789012345678.123456789012', {}, '123,456,789,012,345,678.123456789012'],
    ['2610', { decimalsMin: 2 }, '2,610.00'],
    ['2610.123', { decimalsMin: 2 }, '2,610.123'],
    ['1234.5', { decimals: 0 }, '1,234'],
    [null, {}, '—'],
  ])('writes %s with %o as %s', (text, format, expected) => {
    expect(formatDecimal(text, format)).toBe(expected)
  })
  it('refuses what is no plain decimal', () => {
    expect(() => formatDecimal('1e5')).toThrow(RangeError)
  })
  it('keeps every digit of every amount when it is not told to round', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (units) => {
        const text = toText(units as Money)
        expect(formatDecimal(text).replaceAll(',', '').replace('−', '-')).toBe(text)
      }),
    )
  })
})

describe('order of round trips', () => {
  it('compares amounts exactly, where floats would call them equal', () => {
    const [row] = roundTrips(1)
    if (!row) throw new Error('one round trip was asked for')
    const small = { ...row, positionId: 'small', netPnl: '9007199254740992.1' }
    const large = { ...row, positionId: 'large', netPnl: '9007199254740992.2' }
    const order = (descending: boolean) => sortRoundTrips([small, large], { column: 'netPnl', descending }).map((trip) => trip.positionId)
    expect(Number(small.netPnl)).toBe(Number(large.netPnl))
    expect(order(true)).toEqual(['large', 'small'])
    expect(order(false)).toEqual(['small', 'large'])
  })
  it('puts an unknown R last both ways and leaves the rows as they were', () => {
    const rows = roundTrips(40)
    for (const descending of [true, false]) {
      const sorted = sortRoundTrips(rows, { column: 'rMultiple', descending }).map((row) => row.rMultiple)
      const known = sorted.filter((r) => r !== null)
      expect(sorted.slice(known.length).every((r) => r === null)).toBe(true)
      expect(known).toEqual(known.toSorted((a, b) => (descending ? b - a : a - b)))
    }
    expect(rows).toEqual(roundTrips(40))
  })
  it('turns round on a second click and starts with the largest on a new column', () => {
    expect(nextSort(NEWEST_FIRST, 'closedMs')).toEqual({ column: 'closedMs', descending: false })
    expect(nextSort({ column: 'closedMs', descending: false }, 'netPnl')).toEqual({ column: 'netPnl', descending: true })
  })
})

describe('periods', () => {
  const marketMs = Date.UTC(2025, 4, 28, 13, 7)
  it.each([
    ['all', null],
    ['today', Date.UTC(2025, 4, 28)],
    ['7d', Date.UTC(2025, 4, 21)],
    ['30d', Date.UTC(2025, 3, 28)],
  ] as const)('%s begins at %s of the market’s own time', (preset, fromMs) => {
    expect(rangeOf(preset, marketMs)).toEqual({ fromMs, toMs: null })
  })
})

describe('reading the journal', () => {
  const everything = { fromMs: null, toMs: null, instrumentId: null, strategyId: null }
  const bridgeWith = (count: number) => {
    const bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
    const rows = roundTrips(count)
    bridge.answer('journal.roundTrips', ({ limit, offset }) => ({ total: count, rows: rows.slice(offset, offset + limit) }))
    return bridge
  }
  it('reads page after page until it has all', async () => {
    const read = await readRoundTrips(bridgeWith(1203), everything)
    expect(read.ok && read.value.rows.length).toBe(1203)
  })
  it('stops at its bound and still tells how many there are', async () => {
    const bridge = bridgeWith(ROUND_TRIPS_MAX + 700)
    const read = await readRoundTrips(bridge, everything)
    expect(read.ok && [read.value.rows.length, read.value.total]).toEqual([ROUND_TRIPS_MAX, ROUND_TRIPS_MAX + 700])
    expect(bridge.calls).toHaveLength(10)
  })
  it('holds a trip once that a newly closed one has pushed onto the next page', async () => {
    const bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
    const rows = roundTrips(900)
    bridge.answer('journal.roundTrips', ({ limit, offset }) => ({
      total: 900,
      rows: rows.slice(Math.max(0, offset - 1), Math.max(0, offset - 1) + limit),
    }))
    const read = await readRoundTrips(bridge, everything)
    if (!read.ok) throw new Error(read.error.message)
    expect(new Set(read.value.rows.map((row) => row.positionId)).size).toBe(read.value.rows.length)
  })
  it('ends with the first failure', async () => {
    const bridge = bridgeWith(10)
    bridge.fail('journal.roundTrips', { code: 'timeout', message: 'slow' })
    expect(await readRoundTrips(bridge, everything)).toEqual({ ok: false, error: { code: 'timeout', message: 'slow' } })
  })
})

describe('statistics', () => {
  const figure = (label: string, over = {}) => statisticsFigures(statistics(over)).find((one) => one.label === label)
  it('shows every figure of the contract but the histogram', () => {
    const { rHistogram, ...figures } = statistics()
    expect(rHistogram).not.toHaveLength(0)
    expect(statisticsFigures(statistics())).toHaveLength(Object.keys(figures).length)
  })
  it('shows what cannot be computed as a dash that says what it needs', () => {
    expect(figure('Sharpe', { sharpe: null })).toMatchObject({ text: '—', tone: 'muted', title: expect.stringContaining('needs 10 days') })
    expect(figure('Profit factor', { profitFactor: null })?.title).toContain('needs a losing round trip')
  })
  it('marks a gain and a loss by sign and tone, and neither for a plain amount', () => {
    expect(figure('Net P&L', { netPnl: -12.3 })).toMatchObject({ text: '−12.30', tone: 'down' })
    expect(figure('Net P&L', { netPnl: 12.3 })).toMatchObject({ text: '+12.30', tone: 'up' })
    expect(figure('Fees')).toMatchObject({ text: '198.49', tone: 'neutral' })
  })
})

describe('the R histogram', () => {
  const bars = histogramBars([
    { fromR: -3, count: 2 },
    { fromR: -0.5, count: 8 },
    { fromR: 0, count: 4 },
    { fromR: 5, count: 0 },
  ])
  it('names the open ends and the bins between', () => {
    expect(bars.map((bar) => bar.label)).toEqual(['below −2.5 R', '−0.5 to 0 R', '0 to +0.5 R', '+5 R and more'])
  })
  it('draws to the scale of the highest bar and tells losses from gains', () => {
    expect(bars.map((bar) => bar.height)).toEqual([0.25, 1, 0.5, 0])
    expect(bars.map((bar) => bar.loss)).toEqual([true, true, false, false])
  })
  it('draws nothing higher than nothing', () => {
    expect(histogramBars([{ fromR: -3, count: 0 }]).map((bar) => bar.height)).toEqual([0])
  })
})

describe('the equity curve', () => {
  it('gives the chart rising whole seconds, the newest of several in one, and drawdown below zero', () => {
    const point = (tsMs: number, equity: number) => ({ tsMs, equity, balance: equity, drawdown: 0.05 })
    const samples = toSamples([point(2500, 3), point(1000, 1), point(1900, 2)])
    expect(samples.equity).toEqual([
      { time: 1, value: 2 },
      { time: 2, value: 3 },
    ])
    expect(samples.drawdown.map((sample) => sample.value)).toEqual([-5, -5])
  })
})
