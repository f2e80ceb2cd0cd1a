// @vitest-environment jsdom
// Proves that the charts of the pages never touch a chart that is gone, and take away what they drew before they draw anew.
import { cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EquityChart } from '../../src-renderer/charts/equity-chart.tsx'
import { TraceChart } from '../../src-renderer/charts/trace-chart.tsx'
import type { TraceChartData, TraceOverlay } from '../../src-renderer/charts/trace-chart-data.ts'

/** Stands for the chart library, which needs a canvas: counts what is drawn and refuses any call after removal, as the library does. */
const drawn = vi.hoisted(() => ({
  fits: 0,
  samples: 0,
  view: null as { from: number; to: number } | null,
  charts: 0,
  lines: 0,
  priceLines: 0,
  markers: 0,
  scale: null as ((original: () => unknown) => unknown) | null,
  primitives: [] as { paneViews: () => unknown[] }[],
  afterRemoval: [] as string[],
}))
vi.mock('lightweight-charts', () => {
  const chart = () => {
    let removed = false
    const guard = (name: string) => {
      if (removed) drawn.afterRemoval.push(name)
    }
    const series = () => ({
      applyOptions: (options: { autoscaleInfoProvider?: typeof drawn.scale }) => {
        guard('applyOptions')
        if (options.autoscaleInfoProvider) drawn.scale = options.autoscaleInfoProvider
      },
      attachPrimitive: (primitive: { paneViews: () => unknown[] }) => (guard('attachPrimitive'), drawn.primitives.push(primitive)),
      setData: (data: unknown[]) => (guard('setData'), (drawn.samples = data.length)),
      data: () => Array.from({ length: drawn.samples }),
      createPriceLine: () => (guard('createPriceLine'), drawn.priceLines++, {}),
      removePriceLine: () => (guard('removePriceLine'), drawn.priceLines--),
      setMarkers: (markers: unknown[]) => (guard('setMarkers'), (drawn.markers = markers.length)),
    })
    return {
      addSeries: () => (guard('addSeries'), drawn.lines++, series()),
      removeSeries: () => (guard('removeSeries'), drawn.lines--),
      applyOptions: () => guard('applyOptions'),
      timeScale: () => ({
        applyOptions: () => guard('timeScale'),
        fitContent: () => (guard('fitContent'), drawn.fits++),
        getVisibleLogicalRange: () => drawn.view,
      }),
      panes: () => [],
      remove: () => ((removed = true), drawn.charts--),
    }
  }
  return {
    createChart: () => (drawn.charts++, chart()),
    createSeriesMarkers: (series: unknown) => series,
    ColorType: {},
    LineStyle: {},
    CandlestickSeries: {},
    LineSeries: {},
    AreaSeries: {},
  }
})

beforeEach(() =>
  Object.assign(drawn, {
    fits: 0,
    samples: 0,
    view: null,
    charts: 0,
    lines: 0,
    priceLines: 0,
    markers: 0,
    scale: null,
    primitives: [],
    afterRemoval: [],
  }),
)
afterEach(cleanup)

const data = (levels: number): TraceChartData => ({
  candles: {
    instrumentId: 'BTC/USDT:USDT',
    timeframe: '5m',
    openTimeMs: [0],
    open: [1],
    high: [2],
    low: [1],
    close: [2],
    volume: [1],
    more: false,
  },
  levels: Array.from({ length: levels }, (_, i) => ({ kind: 'target' as const, price: i, label: `T${i}` })),
  markers: [{ openTimeMs: 0, side: 'buy', kind: 'decision', text: '' }],
  tickSize: '0.1',
})

const line = (name: string): TraceOverlay['lines'][number] => ({ name, color: 'line2', dashed: false, values: [1] })
const level = (price: number): TraceOverlay['groups'][number] => ({
  voter: 'sfp',
  color: 'line2',
  items: [{ kind: 'level', label: 'swing low', price, fromMs: 0 }],
})
const ALL: TraceOverlay = { groups: [], lines: [line('ema_21')], alone: false }

describe('the chart around a decision', () => {
  it('replaces its lines when the decision changes', () => {
    const view = render(<TraceChart data={data(3)} shown={ALL} summary="candles" />)
    expect(drawn).toMatchObject({ charts: 1, lines: 2, priceLines: 3 })
    view.rerender(<TraceChart data={data(1)} shown={ALL} summary="candles" />)
    expect(drawn).toMatchObject({ charts: 1, lines: 2, priceLines: 1, afterRemoval: [] })
  })
  it('leaves nothing behind and calls nothing on a chart that is gone', () => {
    render(<TraceChart data={data(3)} shown={ALL} summary="candles" />).unmount()
    expect(drawn).toMatchObject({ charts: 0, afterRemoval: [] })
  })
})

describe('what the voters saw', () => {
  const candles = () => ({ priceRange: { minValue: 100, maxValue: 110 } })

  it('is drawn anew when another voter is looked at, and the view stays where the person has put it', () => {
    const same = data(0)
    const view = render(<TraceChart data={same} shown={ALL} summary="candles" />)
    view.rerender(<TraceChart data={same} shown={{ groups: [level(1)], lines: [line('a'), line('b')], alone: true }} summary="candles" />)
    expect(drawn).toMatchObject({ charts: 1, lines: 3, fits: 1, afterRemoval: [] })
    expect(drawn.primitives).toHaveLength(1)
  })
  it('is held by the price scale whole when it is looked at alone, and without the stop far away', () => {
    const far = { ...data(0), levels: [{ kind: 'stop' as const, price: 50, label: 'stop' }] }
    const view = render(<TraceChart data={far} shown={{ groups: [level(160)], lines: [], alone: true }} summary="candles" />)
    expect(drawn.scale?.(candles)).toEqual({ priceRange: { minValue: 100, maxValue: 160 } })
    view.rerender(<TraceChart data={far} shown={{ groups: [level(200)], lines: [], alone: false }} summary="candles" />)
    expect(drawn.scale?.(candles)).toEqual({ priceRange: { minValue: 50, maxValue: 170 } })
  })
})

describe('the equity chart', () => {
  it('draws new points on the same chart and removes it on leaving', () => {
    const points = [0, 60_000].map((tsMs) => ({ tsMs, equity: 10_000, balance: 10_000, drawdown: 0 }))
    const view = render(<EquityChart points={points} summary="equity" />)
    view.rerender(<EquityChart points={points.slice(0, 1)} summary="equity" />)
    expect(drawn).toMatchObject({ charts: 1, lines: 2 })
    view.unmount()
    expect(drawn).toMatchObject({ charts: 0, afterRemoval: [] })
  })
  it('shows the whole curve as it grows, but leaves a view alone that a person has chosen', () => {
    const points = Array.from({ length: 100 }, (_, i) => ({ tsMs: i * 60_000, equity: 10_000, balance: 10_000, drawdown: 0 }))
    const view = render(<EquityChart points={points.slice(0, 50)} summary="equity" />)
    drawn.view = { from: -0.5, to: 49.5 }
    view.rerender(<EquityChart points={points.slice(0, 60)} summary="equity" />)
    expect(drawn.fits).toBe(2)
    drawn.view = { from: 20, to: 40 }
    view.rerender(<EquityChart points={points} summary="equity" />)
    expect(drawn.fits).toBe(2)
  })
})
