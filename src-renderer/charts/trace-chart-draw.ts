// The chart around a decision in the words of the chart library.
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
import { decimalsOf } from '../format/numbers.ts'
import type { ChartTheme } from './candle-chart-theme.ts'
import { PROFILE_SHARE } from './evidence-draw.ts'
import { EvidencePrimitive } from './evidence-primitive.ts'
import { evidenceRange, scaleWith } from './evidence-shapes.ts'
import type { TraceChartData, TraceLevel, TraceLine, TraceMarker, TraceOverlay } from './trace-chart-data.ts'

export type Drawing = {
  readonly chart: IChartApi
  readonly candles: ISeriesApi<'Candlestick'>
  readonly markers: ISeriesMarkersPluginApi<UTCTimestamp>
  readonly evidence: EvidencePrimitive
}

/** An empty chart in the container. The caller removes it. */
export function createDrawing(container: HTMLElement): Drawing {
  const chart = createChart(container, {
    autoSize: true,
    layout: { attributionLogo: false, fontSize: 10 },
    timeScale: { timeVisible: true, secondsVisible: false, minBarSpacing: 0.5 },
    handleScroll: { mouseWheel: false },
    handleScale: { mouseWheel: false },
  })
  const candles = chart.addSeries(CandlestickSeries, { priceLineVisible: false, lastValueVisible: false })
  const evidence = new EvidencePrimitive()
  candles.attachPrimitive(evidence)
  const markers = createSeriesMarkers<UTCTimestamp>(candles as ISeriesApi<'Candlestick', UTCTimestamp>, []) // Every time we hand over is one.
  return { chart, candles, markers, evidence }
}

/** Shows all candles, with room at the right for a profile and the names of the levels. */
export function fitContent({ chart }: Drawing, data: TraceChartData): void {
  const rightOffset = Math.ceil((data.candles.openTimeMs.length * PROFILE_SHARE) / (1 - PROFILE_SHARE))
  chart.timeScale().applyOptions({ rightOffset })
  chart.timeScale().fitContent()
}

const seconds = (ms: number): UTCTimestamp => Math.floor(ms / 1000) as UTCTimestamp // The library's brand for whole seconds.

/** Draws the data and returns what takes the lines away again, for the next data. */
export function fill(drawing: Drawing, data: TraceChartData, theme: ChartTheme): () => void {
  const { candles, markers } = drawing
  paint(drawing, theme)
  const precision = decimalsOf(data.tickSize)
  const { openTimeMs, open, high, low, close } = data.candles
  candles.applyOptions({ priceFormat: { type: 'price', precision, minMove: Number(data.tickSize) } })
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
  markers.setMarkers(data.markers.map((marker) => markerOf(marker, theme)).toSorted((a, b) => a.time - b.time))
  return () => {
    for (const line of priceLines) candles.removePriceLine(line)
  }
}

type OverlayInput = { readonly data: TraceChartData; readonly shown: TraceOverlay; readonly theme: ChartTheme }

/** Draws what the voters saw and returns what takes its lines away again. */
export function overlay({ chart, candles, evidence }: Drawing, { data, shown, theme }: OverlayInput): () => void {
  const { openTimeMs } = data.candles
  const range = evidenceRange(shown.groups)
  candles.applyOptions({
    autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => {
      // One voter's evidence is looked at closely: stop and targets would press it flat.
      const info = shown.alone ? original() : withLevels(original(), data.levels)
      if (!info?.priceRange) return info
      const { low, high } = scaleWith({ low: info.priceRange.minValue, high: info.priceRange.maxValue }, range, shown.alone)
      return { ...info, priceRange: { minValue: low, maxValue: high } }
    },
  })
  evidence.show({ groups: shown.groups, openTimeMs, theme })
  const series = shown.lines.map((line) => addLine(chart, { line, theme, times: openTimeMs, inScale: shown.alone }))
  return () => {
    for (const one of series) chart.removeSeries(one)
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
  exit: { token: 'muted', lineStyle: LineStyle.Solid },
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

type LineInput = { readonly line: TraceLine; readonly theme: ChartTheme; readonly times: readonly number[]; readonly inScale: boolean }

function addLine(chart: IChartApi, { line, theme, times, inScale }: LineInput): ISeriesApi<'Line'> {
  const series = chart.addSeries(LineSeries, {
    color: theme[line.color],
    lineWidth: 1,
    lineStyle: line.dashed ? LineStyle.Dashed : LineStyle.Solid,
    priceLineVisible: false,
    lastValueVisible: false,
    crosshairMarkerVisible: false,
    // The candles and the plan decide the scale, unless this voter alone is looked at.
    ...(inScale ? {} : { autoscaleInfoProvider: () => null }),
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
