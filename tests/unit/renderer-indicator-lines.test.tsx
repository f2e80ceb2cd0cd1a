// @vitest-environment jsdom
// Proves that indicator lines are asked for once per bar, survive late answers, and never give the chart library a point older than its last.
import type { IChartApi } from 'lightweight-charts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { BridgeError } from '../../src-shared/bridge/contract.ts'
import { type FetchIndicators, IndicatorLines } from '../../src-renderer/charts/candle-chart-lines.ts'
import { readChartTheme } from '../../src-renderer/charts/candle-chart-theme.ts'
import { type Bar, chartTime } from '../../src-renderer/charts/candle-chart-window.ts'

type Point = { readonly time: number; readonly value?: number }
const MINUTE = 60_000
const bar = (minute: number): Bar => ({ time: chartTime(minute * MINUTE), open: 1, high: 1, low: 1, close: 1, volume: 0 })
const bars = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => bar(from + i))

/** As strict as the library: points in order, updates never older than the last point. */
class FakeSeries {
  points: Point[] = []
  setData(points: Point[]): void {
    if (points.some(({ time }, i) => i > 0 && time <= (points[i - 1]?.time ?? 0))) throw new Error('data must be ascending')
    this.points = [...points]
  }
  update(point: Point): void {
    const last = this.points.at(-1)
    if (last && point.time < last.time) throw new Error('Cannot update oldest data')
    if (last?.time === point.time) this.points.pop()
    this.points.push(point)
  }
  applyOptions(): void {}
}

let series: FakeSeries[]
let asked: { names: string[]; from: number; to: number }[]
let closedUntil: number
let release: (() => void)[]
let hold: boolean
let error: BridgeError | null
let refused: string[]
let lines: IndicatorLines

const fetch: FetchIndicators = async ({ names, fromMs, toMs }) => {
  asked.push({ names, from: fromMs / MINUTE, to: toMs / MINUTE })
  const known = closedUntil
  if (hold) await new Promise<void>((resolve) => release.push(resolve))
  if (error) return { ok: false, error }
  const openTimeMs = Array.from(
    { length: Math.max(0, Math.min(known, toMs / MINUTE + 1) - fromMs / MINUTE) },
    (_, i) => fromMs + i * MINUTE,
  )
  return { ok: true, value: { openTimeMs, series: Object.fromEntries(names.map((name) => [name, openTimeMs.map((ms) => ms / MINUTE)])) } }
}
const settle = async () => await vi.advanceTimersByTimeAsync(300)
const valueAt = (minute: number) => series[0]?.points.find(({ time }) => time === bar(minute).time)?.value

beforeEach(() => {
  vi.useFakeTimers()
  ;[series, asked, release, refused] = [[], [], [], []]
  ;[closedUntil, hold, error] = [100, false, null]
  const chart = {
    addSeries: () => {
      const made = new FakeSeries()
      series.push(made)
      return made
    },
    removeSeries: (gone: FakeSeries) => void (series = series.filter((other) => other !== gone)),
    panes: () => [],
  }
  // Only the three methods above are used; the library's own types cannot be built without a canvas.
  lines = new IndicatorLines({
    chart: chart as unknown as Pick<IChartApi, 'addSeries' | 'removeSeries' | 'panes'>,
    fetch,
    theme: readChartTheme(),
    onRefused: ({ title }) => void refused.push(title),
  })
})
afterEach(() => {
  lines.dispose()
  vi.useRealTimers()
})

test('asks for the bars of the window once and draws them', async () => {
  lines.show(['ema21'])
  lines.setBars(bars(0, 100))
  await settle()
  lines.setBars(bars(0, 100))
  await settle()
  expect(asked).toEqual([{ names: ['ema_21'], from: 0, to: 99 }])
  expect(valueAt(57)).toBe(57)
})

test('asks only for new bars as they close, and again for the one that was still forming', async () => {
  lines.show(['ema21'])
  lines.setBars(bars(0, 101))
  await settle()
  closedUntil = 101
  lines.extend(bars(0, 102))
  await settle()
  expect(asked.at(-1)).toMatchObject({ from: 100, to: 101 })
  expect(valueAt(100)).toBe(100)
})

test('survives an answer that comes after the window was drawn with newer bars', async () => {
  lines.show(['ema21'])
  lines.setBars(bars(0, 100))
  await settle()
  hold = true
  closedUntil = 101
  lines.extend(bars(0, 102))
  await settle()
  closedUntil = 103
  lines.setBars(bars(0, 103))
  for (const answer of release.splice(0)) answer()
  hold = false
  await settle()
  lines.extend(bars(0, 103))
  await settle()
  for (const answer of release.splice(0)) answer()
  await settle()
  expect([100, 101, 102].map(valueAt)).toEqual([100, 101, 102])
})

test('survives bars that appear in the line before their values are known', async () => {
  lines.show(['ema21'])
  lines.setBars(bars(0, 100))
  await settle()
  // Drawn with two forming bars as blanks, of which the first closes now.
  lines.setBars(bars(0, 102))
  await settle()
  closedUntil = 101
  lines.extend(bars(0, 102))
  await settle()
  expect(valueAt(100)).toBe(100)
  expect(valueAt(101)).toBeUndefined()
})

test('takes an indicator that the engine refuses off the chart and says so once', async () => {
  error = { code: 'bad_input', message: 'no such feature' }
  lines.show(['ema21', 'vwap'])
  lines.setBars(bars(0, 100))
  await settle()
  lines.setBars(bars(0, 100))
  await settle()
  expect(refused.toSorted()).toEqual(['EMA 21', 'VWAP (day)'])
  expect(series).toHaveLength(0)
})

test('tries again with the next bars after a failure that may pass', async () => {
  error = { code: 'timeout', message: 'slow' }
  lines.show(['ema21'])
  lines.setBars(bars(0, 100))
  await settle()
  error = null
  lines.extend(bars(0, 101))
  await settle()
  expect(refused).toEqual([])
  expect(valueAt(99)).toBe(99)
})

test('forgets everything for another market', async () => {
  lines.show(['ema21'])
  lines.setBars(bars(0, 100))
  await settle()
  lines.clear()
  lines.setBars(bars(0, 50))
  await settle()
  expect(asked).toHaveLength(2)
  expect(series[0]?.points).toHaveLength(50)
})
