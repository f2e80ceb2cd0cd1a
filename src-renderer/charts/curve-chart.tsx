// Curves over time above, how far they were under water below, on one time axis and under one crosshair. What stands at the crosshair is written in
// the legend; without one, the last values.
import {
  AreaSeries,
  ColorType,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type MouseEventParams,
  PriceScaleMode,
  type UTCTimestamp,
  createChart,
} from 'lightweight-charts'
import { useEffect, useMemo, useRef, useState } from 'react'
import { formatUtc } from '../format/times.ts'
import type { ChartTheme } from './candle-chart-theme.ts'
import { type CurveGrid, onGrid } from './curve-grid.ts'
import { type CurveColor, CurveLegend, type LegendEntry } from './curve-legend.tsx'
import { useChartTheme } from './use-chart-theme.ts'

export type ShownCurve = {
  readonly name: string
  readonly color: CurveColor
  readonly dashed?: boolean
  /** A line in the background. */
  readonly thin?: boolean
  readonly tsMs: readonly number[]
  readonly values: readonly number[]
  /** How a value is written on the axis and in the legend. */
  readonly format: (value: number) => string
}
type CurveChartProps = {
  readonly upper: readonly ShownCurve[]
  /** Values of 0 and below. One is drawn as an area, several as lines. */
  readonly lower: readonly ShownCurve[]
  readonly scale: 'linear' | 'log'
  /** Canvas charts say nothing to a screen reader: this is what it hears instead. */
  readonly summary: string
}

export function CurveChart({ upper, lower, scale, summary }: CurveChartProps) {
  const container = useRef<HTMLDivElement>(null)
  const drawing = useRef<IChartApi | null>(null)
  const theme = useChartTheme()
  const grid = useMemo(() => onGrid([...upper, ...lower]), [upper, lower])
  const [place, setPlace] = useState<number | null>(null)

  useEffect(() => {
    if (!container.current) return
    const chart = draw(container.current)
    drawing.current = chart
    return () => {
      drawing.current = null
      chart.remove()
    }
  }, [])
  useEffect(() => {
    const chart = drawing.current
    if (!chart) return
    paint(chart, theme)
    const clear = show(chart, { upper, lower, grid, theme })
    // On leaving the page the chart goes first and takes its curves with it.
    return () => {
      if (drawing.current === chart) clear()
    }
  }, [upper, lower, grid, theme])
  useEffect(() => {
    const mode = scale === 'log' ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal
    drawing.current?.priceScale('right', 0).applyOptions({ mode })
  }, [scale, upper, theme])
  useEffect(() => {
    const chart = drawing.current
    if (!chart) return
    const onMove = ({ logical }: MouseEventParams) => setPlace(logical === undefined || grid.tsMs[logical] === undefined ? null : logical)
    chart.subscribeCrosshairMove(onMove)
    return () => {
      if (drawing.current === chart) chart.unsubscribeCrosshairMove(onMove)
    }
  }, [grid])

  return (
    <div className="flex h-full flex-col">
      <CurveLegend time={formatUtc(grid.tsMs[place ?? grid.tsMs.length - 1], 'minute')} {...legendAt({ place, upper, lower, grid })} />
      <div ref={container} role="img" aria-label={summary} className="tw-isolate min-h-0 w-full flex-1" />
    </div>
  )
}

type LegendSource = Pick<CurveChartProps, 'upper' | 'lower'> & { readonly place: number | null; readonly grid: CurveGrid }

function legendAt({ place, upper, lower, grid }: LegendSource) {
  const all = entriesAt(place, [...upper, ...lower], grid)
  return {
    entries: all.slice(0, upper.length),
    below: all.slice(upper.length),
    belowTitle: lower.length > 1 ? 'under water' : null,
  }
}

/** The value of every curve at a place of the grid; the last one that each has, without a place. */
export function entriesAt(place: number | null, curves: readonly ShownCurve[], { columns }: CurveGrid): readonly LegendEntry[] {
  return curves.map(({ name, color, dashed = false, format }, index) => {
    const column = columns[index] ?? []
    const value = place === null ? (column.findLast((one) => one !== null) ?? null) : (column[place] ?? null)
    return { name, color, dashed, value: value === null ? null : format(value) }
  })
}

function draw(container: HTMLElement): IChartApi {
  return createChart(container, {
    autoSize: true,
    layout: { attributionLogo: false, fontSize: 10, panes: { enableResize: false } },
    rightPriceScale: { scaleMargins: { top: 0.08, bottom: 0.06 }, entireTextOnly: true },
    timeScale: { timeVisible: true, secondsVisible: false, minBarSpacing: 0.02 },
    handleScroll: { mouseWheel: false },
    handleScale: { mouseWheel: false, axisPressedMouseMove: false },
    localization: { locale: 'en-GB' },
  })
}

const ROOM_SHARE = 0.015

type Shown = {
  readonly upper: readonly ShownCurve[]
  readonly lower: readonly ShownCurve[]
  readonly grid: CurveGrid
  readonly theme: ChartTheme
}

/** Draws the curves and returns what takes them away again. */
function show(chart: IChartApi, { upper, lower, grid, theme }: Shown): () => void {
  const series = [...upper, ...lower].map((curve, index) => {
    const pane = index < upper.length ? 0 : 1
    const one = pane === 1 && lower.length === 1 ? addArea(chart, { curve, theme }) : addLine(chart, { curve, theme, pane })
    const column = grid.columns[index] ?? []
    one.setData(grid.tsMs.map((ms, place) => sample(ms, column[place] ?? null)))
    return one
  })
  const [above, below] = chart.panes()
  above?.setStretchFactor(3)
  below?.setStretchFactor(1)
  // A little room at both ends, so that no text of the axis is cut off.
  const room = grid.tsMs.length * ROOM_SHARE
  chart.timeScale().setVisibleLogicalRange({ from: -room, to: grid.tsMs.length - 1 + room })
  return () => {
    for (const one of series) chart.removeSeries(one)
  }
}

function sample(ms: number, value: number | null) {
  const time = (ms / 1000) as UTCTimestamp // The library's brand for whole seconds.
  return value === null ? { time } : { time, value }
}

type Added = { readonly curve: ShownCurve; readonly theme: ChartTheme }
const priceFormat = ({ format }: ShownCurve) => ({ type: 'custom' as const, minMove: 1e-8, formatter: format })

function addLine(chart: IChartApi, { curve, theme, pane }: Added & { readonly pane: number }): ISeriesApi<'Line'> {
  const options = {
    color: theme[curve.color],
    lineWidth: curve.thin === true ? (1 as const) : (2 as const),
    lineStyle: curve.dashed ? LineStyle.Dashed : LineStyle.Solid,
    priceLineVisible: false,
    lastValueVisible: false,
    priceFormat: priceFormat(curve),
  }
  return chart.addSeries(LineSeries, options, pane)
}

function addArea(chart: IChartApi, { curve, theme }: Added): ISeriesApi<'Area'> {
  const options = {
    lineColor: theme[curve.color],
    topColor: theme.downVolume,
    bottomColor: theme.downVolume,
    lineWidth: 1 as const,
    invertFilledArea: true,
    priceLineVisible: false,
    lastValueVisible: false,
    priceFormat: priceFormat(curve),
  }
  return chart.addSeries(AreaSeries, options, 1)
}

function paint(chart: IChartApi, theme: ChartTheme): void {
  chart.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: theme.background },
      textColor: theme.muted,
      fontFamily: theme.fontFamily,
      panes: { separatorColor: theme.grid },
    },
    grid: { vertLines: { color: theme.grid }, horzLines: { color: theme.grid } },
    rightPriceScale: { borderColor: theme.grid },
    timeScale: { borderColor: theme.grid },
    crosshair: {
      vertLine: { color: theme.edge, labelBackgroundColor: theme.edge },
      horzLine: { color: theme.edge, labelBackgroundColor: theme.edge },
    },
  })
}
