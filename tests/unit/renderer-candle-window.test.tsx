// @vitest-environment jsdom
// Proves that the chart never holds more bars than its window, loses none inside it, and builds the forming bar from minutes and prices.
import { describe, expect, test } from 'vitest'
import { FormingBar } from '../../src-renderer/charts/candle-chart-forming.ts'
import { seriesMarkersOf } from '../../src-renderer/charts/candle-chart-markers.ts'
import { readChartTheme } from '../../src-renderer/charts/candle-chart-theme.ts'
import { BarWindow, barsOf, chartTime } from '../../src-renderer/charts/candle-chart-window.ts'
import { exitIdOf, markersOf, positionLinesOf } from '../../src-renderer/features/desk/chart-data.ts'
import { BTC, FakeBridge } from '../support/fake-bridge.ts'
import { exitView } from '../support/desk-views.ts'
import { FakeMarket } from '../support/fake-market.ts'

const START = Date.UTC(2025, 0, 1)
const MINUTE = 60_000
const THEME = readChartTheme()
const market = new FakeMarket({ startMs: START, minutes: 2000, seed: 3, firstPrice: 100, tick: 0.01 })
const history = (from: number, to: number) => ({
  instrumentId: BTC,
  timeframe: '1m' as const,
  ...market.history({ timeframe: '1m', beforeMs: START + to * MINUTE, limit: to - from, cursor: 2000 }),
})
const minutesOf = (window: BarWindow) => window.bars.map((bar) => (bar.time * 1000 - START) / MINUTE)
const isUnbroken = (minutes: readonly number[]) => minutes.every((minute, i) => i === 0 || minute === (minutes[i - 1] ?? 0) + 1)

describe('window', () => {
  test('starts with the newest bars up to its limit', () => {
    const window = new BarWindow(100)
    window.reset(history(500, 700))
    expect(minutesOf(window).at(0)).toBe(600)
    expect(minutesOf(window).at(-1)).toBe(699)
    expect(window.more).toBe(true)
  })

  test('takes older bars in front and lets the newest go', () => {
    const window = new BarWindow(100)
    window.reset(history(600, 700))
    expect(window.prepend(history(560, 600))).toBe(40)
    expect(minutesOf(window).at(0)).toBe(560)
    expect(minutesOf(window).at(-1)).toBe(659)
    expect(window.atTail).toBe(false)
    expect(isUnbroken(minutesOf(window))).toBe(true)
  })

  test('takes newer bars behind and lets the oldest go', () => {
    const window = new BarWindow(100)
    window.reset(history(600, 700))
    window.prepend(history(560, 600))
    expect(window.append(history(650, 700), true)).toBe(40)
    expect(minutesOf(window)).toEqual(Array.from({ length: 100 }, (_, i) => 600 + i))
    expect(window.atTail).toBe(true)
  })

  test('ignores bars it already holds', () => {
    const window = new BarWindow(100)
    window.reset(history(600, 650))
    expect(window.prepend(history(590, 620))).toBe(10)
    window.append(history(640, 660), true)
    expect(isUnbroken(minutesOf(window))).toBe(true)
    expect(window.bars).toHaveLength(70)
  })

  test('replaces the last bar, adds a new one, and refuses one from the past', () => {
    const window = new BarWindow(100)
    window.reset(history(600, 650))
    const bar = (minute: number, close: number) => ({ openTimeMs: START + minute * MINUTE, open: 1, high: 2, low: 1, close, volume: 0 })
    expect(window.update(bar(649, 1.5))).toBe(true)
    expect(window.bars).toHaveLength(50)
    expect(window.update(bar(650, 1.6))).toBe(true)
    expect(window.update(bar(640, 9))).toBe(false)
    expect(window.bars.map(({ close }) => close).slice(-2)).toEqual([1.5, 1.6])
  })

  test('trims only once it is well beyond its limit', () => {
    const window = new BarWindow(100)
    window.reset(history(600, 700))
    for (let minute = 700; minute < 720; minute++)
      for (const bar of barsOf(history(minute, minute + 1))) window.update({ ...bar, openTimeMs: bar.time * 1000 })
    expect(window.trim(50)).toBe(0)
    expect(window.trim(10)).toBe(20)
    expect(window.bars).toHaveLength(100)
  })

  test('leaves out rows that miss a column', () => {
    expect(barsOf({ ...history(0, 3), close: [1, 2] })).toHaveLength(2)
  })
})

describe('forming bar', () => {
  test('equals the closed bar once all its minutes are in', () => {
    const forming = new FormingBar('5m')
    const minutes = barsOf(history(100, 105))
    let bar = null
    for (const { time, ...rest } of minutes) bar = forming.addMinute({ ...rest, openTimeMs: time * 1000 })
    const [closed] = barsOf({
      instrumentId: BTC,
      timeframe: '5m',
      ...market.history({ timeframe: '5m', beforeMs: START + 105 * MINUTE, limit: 1, cursor: 2000 }),
    })
    expect(bar).toMatchObject({ open: closed?.open, high: closed?.high, low: closed?.low, close: closed?.close })
    expect(bar?.volume).toBeCloseTo(closed?.volume ?? 0, 2)
  })

  test('counts a minute once that comes twice', () => {
    const forming = new FormingBar('5m')
    const minute = { openTimeMs: START, open: 1, high: 2, low: 1, close: 2, volume: 7 }
    expect(forming.addMinute(minute)?.volume).toBe(7)
    expect(forming.addMinute(minute)).toBeNull()
    expect(forming.addMinute({ ...minute, openTimeMs: START + MINUTE })?.volume).toBe(14)
  })

  test('follows prices and ignores those of an older bar', () => {
    const forming = new FormingBar('1h')
    const at = (price: number, minute: number) => forming.addPrice({ instrumentId: BTC, price, tsMs: START + minute * MINUTE })
    at(100, 60)
    at(103, 61)
    expect(at(99, 62)).toMatchObject({ openTimeMs: START + 60 * MINUTE, open: 100, high: 103, low: 99, close: 99, volume: 0 })
    expect(at(50, 30)).toBeNull()
  })
})

describe('overlays', () => {
  const { snapshot } = new FakeBridge({ minutes: 3000, ahead: 500 })

  test('marks every executed and blocked decision of the instrument, and no other', () => {
    const markers = markersOf({ decisions: snapshot.decisions, exits: [] }, BTC)
    expect(markers).toHaveLength(snapshot.decisions.filter(({ instrumentId }) => instrumentId === BTC).length)
    const blocked = markersOf(
      { decisions: snapshot.decisions.map((decision) => ({ ...decision, outcome: 'blocked' as const })), exits: [] },
      BTC,
    )
    expect(new Set(blocked.map(({ kind }) => kind))).toEqual(new Set(['blocked']))
  })

  test('marks where positions were closed, as gain or loss, on the side of the order that closed them', () => {
    const exits = [
      exitView({ positionId: 'a', netPnl: '12', tsMs: 2 }),
      exitView({ positionId: 'b', netPnl: '-3', side: 'short', tsMs: 1 }),
      exitView({ instrumentId: 'X' }),
    ]
    const markers = markersOf({ decisions: [], exits }, BTC)
    expect(markers.map(({ kind, below }) => [kind, below])).toEqual([
      ['loss', true],
      ['gain', false],
    ])
    expect(markers.map(({ id }) => exitIdOf(id))).toEqual(['b', 'a'])
    expect(exitIdOf('a-decision')).toBeNull()
  })

  test('puts one mark on a bar for all decisions of a kind, with their number, and none outside of the bars', () => {
    const bar = (minute: number) => ({ time: chartTime(START + minute * MINUTE), open: 1, high: 1, low: 1, close: 1, volume: 0 })
    const marker = (id: string, minute: number, kind: 'buy' | 'blocked') => ({ id, tsMs: START + minute * MINUTE, kind, below: true })
    const markers = [
      marker('early', -5, 'buy'),
      marker('a', 61, 'buy'),
      marker('b', 90, 'buy'),
      marker('c', 95, 'blocked'),
      marker('d', 130, 'buy'),
      marker('late', 400, 'buy'),
    ]
    const marks = seriesMarkersOf({ markers, first: bar(0), last: bar(180), timeframe: '1h', theme: THEME })
    expect(marks.map(({ id, text, shape, time }) => [id, text, shape, time])).toEqual([
      ['b', '2', 'arrowUp', chartTime(START + 60 * MINUTE)],
      ['c', '', 'circle', chartTime(START + 60 * MINUTE)],
      ['d', '', 'arrowUp', chartTime(START + 120 * MINUTE)],
    ])
  })

  test('draws entry, stop and the targets that are not filled yet; only the stop can be dragged', () => {
    const lines = positionLinesOf(snapshot.positions, BTC)
    expect(lines.map(({ kind }) => kind)).toEqual(['entry', 'stop', 'target', 'target'])
    expect(lines.filter(({ positionId }) => positionId !== undefined).map(({ kind }) => kind)).toEqual(['stop'])
  })
})
