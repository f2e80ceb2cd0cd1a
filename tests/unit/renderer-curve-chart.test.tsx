// @vitest-environment jsdom
// Proves that the chart of curves takes away what it drew before it draws anew, touches nothing that is gone, scales as told, and writes what stands at
// the crosshair for every curve.
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CurveChart, type ShownCurve } from '../../src-renderer/charts/curve-chart.tsx'

type Move = (event: { logical?: number }) => void
const drawn = vi.hoisted(() => ({
  charts: 0,
  series: [] as { pane: number; points: number }[],
  mode: -1,
  moves: new Set<unknown>(),
  afterRemoval: [] as string[],
}))
vi.mock('lightweight-charts', () => {
  const chart = () => {
    let removed = false
    const guard = (name: string) => {
      if (removed) drawn.afterRemoval.push(name)
    }
    return {
      addSeries: (_kind: unknown, _options: unknown, pane: number) => {
        guard('addSeries')
        const one = { pane, points: 0 }
        drawn.series.push(one)
        return Object.assign(one, { setData: (data: readonly object[]) => (one.points = data.filter((point) => 'value' in point).length) })
      },
      removeSeries: (one: { pane: number; points: number }) => (
        guard('removeSeries'),
        (drawn.series = drawn.series.filter((other) => other !== one))
      ),
      applyOptions: () => guard('applyOptions'),
      priceScale: () => ({ applyOptions: ({ mode }: { mode: number }) => (guard('priceScale'), (drawn.mode = mode)) }),
      timeScale: () => ({ setVisibleLogicalRange: () => guard('timeScale') }),
      subscribeCrosshairMove: (listener: unknown) => (guard('subscribe'), drawn.moves.add(listener)),
      unsubscribeCrosshairMove: (listener: unknown) => (guard('unsubscribe'), drawn.moves.delete(listener)),
      panes: () => [],
      remove: () => ((removed = true), drawn.charts--),
    }
  }
  return {
    createChart: () => (drawn.charts++, chart()),
    ColorType: {},
    LineStyle: {},
    LineSeries: {},
    AreaSeries: {},
    PriceScaleMode: { Normal: 0, Logarithmic: 1 },
  }
})

beforeEach(() => Object.assign(drawn, { charts: 0, series: [], mode: -1, moves: new Set(), afterRemoval: [] }))
afterEach(cleanup)

const DAY = 86_400_000
const curve = (name: string, values: readonly number[]): ShownCurve => ({
  name,
  color: 'line1',
  tsMs: values.map((_, day) => day * DAY),
  values,
  format: (value) => value.toFixed(1),
})
const upper = [curve('Equity', [100, 110, 90])]
const lower = [curve('Drawdown', [0, 0, -18])]

describe('a chart of curves', () => {
  it('draws each curve once, drawdowns below, and replaces them', () => {
    const view = render(<CurveChart upper={upper} lower={lower} scale="linear" summary="Equity" />)
    expect(drawn.series.map(({ pane }) => pane)).toEqual([0, 1])
    expect(drawn.series.every(({ points }) => points > 3)).toBe(true)
    view.rerender(<CurveChart upper={[...upper, curve('Buy and hold', [100, 101, 102])]} lower={lower} scale="linear" summary="Equity" />)
    expect(drawn.series.map(({ pane }) => pane)).toEqual([0, 0, 1])
    expect(drawn.charts).toBe(1)
  })
  it('goes over to a log scale and back', () => {
    const view = render(<CurveChart upper={upper} lower={lower} scale="log" summary="Equity" />)
    expect(drawn.mode).toBe(1)
    view.rerender(<CurveChart upper={upper} lower={lower} scale="linear" summary="Equity" />)
    expect(drawn.mode).toBe(0)
  })
  it('writes the last values, and those at the crosshair of all curves in step', () => {
    const { container } = render(<CurveChart upper={upper} lower={lower} scale="linear" summary="Equity" />)
    const legend = () => container.querySelector('p')?.textContent
    expect(legend()).toBe('1970-01-03 00:00Equity90.0Drawdown−18.0'.replace('−', '-'))
    const [move] = [...drawn.moves] as Move[]
    act(() => move?.({ logical: 0 }))
    expect(legend()).toBe('1970-01-01 00:00Equity100.0Drawdown0.0')
    act(() => move?.({}))
    expect(legend()).toMatch(/^1970-01-03/)
  })
  it('says in words what it shows, and leaves nothing behind', () => {
    const view = render(<CurveChart upper={upper} lower={lower} scale="linear" summary="Equity from 100 to 90" />)
    expect(screen.getByRole('img', { name: 'Equity from 100 to 90' })).toBeDefined()
    view.unmount()
    expect(drawn).toMatchObject({ charts: 0, afterRemoval: [] })
  })
})
