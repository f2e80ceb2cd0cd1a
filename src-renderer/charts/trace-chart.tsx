// The candles around one decision, with what it planned (entry, stop, targets) and what it got (fills).
import {
  CandlestickSeries,
  ColorType,
  type IChartApi,
  type AutoscaleInfo,
  type CreatePriceLineOptions,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  type SeriesMarker,
  type UTCTimestamp,
  createChart,
  createSeriesMarkers,
} from 'lightweight-charts'
import { useEffect, useRef } from 'react'
import type { Output } from '../../src-shared/bridge/contract.ts'
import { decimalsOf } from '../format/numbers.ts'
import type { ChartTheme } from './candle-chart-theme.ts'
import { useChartTheme } from './use-chart-theme.ts'

export type TraceLevel = { readonly kind: 'entry' | 'stop' | 'target'; readonly price: number; readonly label: string }
/** A dot on the candle that holds its time. `side` puts buys below the candle and sells above it. */
export type TraceMarker = {
  readonly openTimeMs: number
  readonly side: 'buy' | 'sell'
  readonly kind: 'decision' | 'fill'
  readonly text: string
}
export type TraceLine = { readonly name: string; readonly values: readonly (number | null)[] }

export type TraceChartData = {
  readonly candles: Output<'candles.history'>
  /** One value per candle, in the candles' order. */
  readonly lines: readonly TraceLine[]
  readonly levels: readonly TraceLevel[]
  readonly markers: readonly TraceMarker[]
  readonly tickSize: string
}
type Drawing = {
  readonly chart: IChartApi
  readonly candles: ISeriesApi<'Candlestick'>
  readonly markers: ISeriesMarkersPluginApi<UTCTimestamp>
}

/** Canvas charts say nothing to a screen reader: `summary` is what it hears instead. */
export function TraceChart({ data, summary }: { readonly data: TraceChartData; readonly summary: string }) {
  const container = useRef<HTMLDivElement>(null)
  const drawing = useRef<Drawing | null>(null)
  const theme = useChartTheme()

  useEffect(() => {
    if (!container.current) return
    const made = draw(container.current)
    drawing.current = made
    return () => {
      drawing.current = null
      made.chart.remove()
    }
  }, [])
  useEffect(() => {
    const filled = drawing.current
    if (!filled) return
    const clear = fill(filled, data, theme)
    // On leaving the page the chart goes first and takes its lines with it.
    return () => {
      if (drawing.current === filled) clear()
    }
  }, [data, theme])

  return <div ref={container} role="img" aria-label={summary} className="tw-isolate h-full w-full" />
}

function draw(container: HTMLElement): Drawing {
  const chart = createChart(container, {
    autoSize: true,
    layout: { attributionLogo: false, fontSize: 10 },
    timeScale: { timeVisible: true, secondsVisible: false, minBarSpacing: 0.5, rightOffset: 14 },
    handleScroll: { mouseWheel: false },
    handleScale: { mouseWheel: false },
  })
  const candles = chart.addSeries(CandlestickSeries, { priceLineVisible: false, lastValueVisible: false })
  return { chart, candles, markers: createSeriesMarkers<UTCTimestamp>(candles as ISeriesApi<'Candlestick', UTCTimestamp>, []) } // Every time we hand over is one.
}

const seconds = (ms: number): UTCTimestamp => Math.floor(ms / 1000) as UTCTimestamp // The library's brand for whole seconds.

/** Draws the data and returns what takes the lines away again, for the next data. */
function fill(drawing: Drawing, data: TraceChartData, theme: ChartTheme): () => void {
  const { chart, candles, markers } = drawing
  paint(drawing, theme)
  const precision = decimalsOf(data.tickSize)
  const { openTimeMs, open, high, low, close } = data.candles
  candles.applyOptions({
    priceFormat: { type: 'price', precision, minMove: Number(data.tickSize) },
    autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => withLevels(original(), data.levels),
  })
  candles.setData(
    openTimeMs.map((ms, i) => ({
      time: seconds(ms),
      open: open[i] ?? Number.NaN,
      high: high[i] ?? Number.NaN,
      low: low[i] ?? Number.NaN,
      close: close[i] ?? Number.NaN,
    })),
  )
  const priceLines = data.levels.map((level) => candles.createPriceLine(priceLineOf(level, theme)))
  const lineSeries = data.lines.map((line, index) => addLine(chart, { line, color: lineColor(theme, index), times: openTimeMs }))
  markers.setMarkers(data.markers.map((marker) => markerOf(marker, theme)).toSorted((a, b) => a.time - b.time))
  chart.timeScale().fitContent()
  return () => {
    for (const line of priceLines) candles.removePriceLine(line)
    for (const series of lineSeries) chart.removeSeries(series)
  }
}

/** The scale holds entry, stop and the first target; farther targets would press the candles flat and show when the price nears them. */
function withLevels(info: AutoscaleInfo | null, levels: readonly TraceLevel[]): AutoscaleInfo | null {
  if (!info?.priceRange) return info
  const firstTarget = levels.find((level) => level.kind === 'target')
  const prices = levels.filter((level) => level.kind !== 'target' || level === firstTarget).map((level) => level.price)
  return {
    ...info,
    priceRange: { minValue: Math.min(info.priceRange.minValue, ...prices), maxValue: Math.max(info.priceRange.maxValue, ...prices) },
  }
}

const LEVEL_LOOK = {
  entry: { token: 'accent', lineStyle: LineStyle.Solid },
  stop: { token: 'down', lineStyle: LineStyle.Dashed },
  target: { token: 'up', lineStyle: LineStyle.Dotted },
} as const

function priceLineOf(level: TraceLevel, theme: ChartTheme): CreatePriceLineOptions {
  const { token, lineStyle } = LEVEL_LOOK[level.kind]
  const color = theme[token]
  return {
    price: level.price,
    title: level.label,
    color,
    lineStyle,
    lineWidth: 1,
    axisLabelVisible: true,
    axisLabelColor: color,
    axisLabelTextColor: theme.background,
  }
}

/** Colours that are not already those of a candle, a stop or a target. */
const LINES = ['line2', 'line1', 'line3', 'line6'] as const
const lineColor = (theme: ChartTheme, index: number): string => theme[LINES[index % LINES.length] ?? 'line1']
/** The CSS colour of the line at this place, for a legend. */
export const lineCss = (index: number): string => `var(--${(LINES[index % LINES.length] ?? 'line1').replace('line', 'line-')})`

function addLine(
  chart: IChartApi,
  { line, color, times }: { line: TraceLine; color: string; times: readonly number[] },
): ISeriesApi<'Line'> {
  const series = chart.addSeries(LineSeries, {
    color,
    lineWidth: 1,
    priceLineVisible: false,
    lastValueVisible: false,
    crosshairMarkerVisible: false,
    // The candles and the plan decide the scale.
    autoscaleInfoProvider: () => null,
  })
  series.setData(
    times.map((ms, index) => {
      const value = line.values[index] ?? null
      return value === null ? { time: seconds(ms) } : { time: seconds(ms), value }
    }),
  )
  return series
}

function markerOf(marker: TraceMarker, theme: ChartTheme): SeriesMarker<UTCTimestamp> {
  const below = marker.side === 'buy'
  return {
    time: seconds(marker.openTimeMs),
    position: below ? 'belowBar' : 'aboveBar',
    shape: marker.kind === 'fill' ? 'circle' : below ? 'arrowUp' : 'arrowDown',
    color: marker.kind === 'fill' ? theme.accent : below ? theme.up : theme.down,
    text: marker.text,
  }
}

function paint({ chart, candles }: Drawing, theme: ChartTheme): void {
  chart.applyOptions({
    layout: { background: { type: ColorType.Solid, color: theme.background }, textColor: theme.muted },
    grid: { vertLines: { color: theme.grid }, horzLines: { color: theme.grid } },
    rightPriceScale: { borderColor: theme.grid },
    timeScale: { borderColor: theme.grid },
    crosshair: {
      vertLine: { color: theme.edge, labelBackgroundColor: theme.edge },
      horzLine: { color: theme.edge, labelBackgroundColor: theme.edge },
    },
  })
  candles.applyOptions({
    upColor: theme.up,
    borderUpColor: theme.up,
    wickUpColor: theme.up,
    downColor: theme.down,
    borderDownColor: theme.down,
    wickDownColor: theme.down,
  })
}
