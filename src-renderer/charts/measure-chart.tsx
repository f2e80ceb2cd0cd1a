// The history of one measure with its axes: a stepped line, because a value stands until the next one.
import { AreaSeries, ColorType, type IChartApi, type ISeriesApi, LineType, type UTCTimestamp, createChart } from 'lightweight-charts'
import { useEffect, useMemo } from 'react'
import type { ChartTheme } from './candle-chart-theme.ts'
import { chartTime } from './candle-chart-window.ts'
import type { MeasurePoint } from './measure-path.ts'
import { useDrawing } from './use-drawing.ts'

type Drawing = { readonly chart: IChartApi; readonly series: ISeriesApi<'Area'> }
type Props = {
  readonly points: readonly MeasurePoint[]
  /** How the axis writes a value. */
  readonly format: (value: number) => string
  /** Canvas charts say nothing to a screen reader: this is what it hears instead. */
  readonly summary: string
}

export function MeasureChart({ points, format, summary }: Props) {
  const { container, drawing } = useDrawing({ draw, paint })
  const samples = useMemo(() => toSamples(points), [points])

  useEffect(() => {
    drawing.current?.series.applyOptions({ priceFormat: { type: 'custom', minMove: 1e-8, formatter: format } })
  }, [drawing, format])
  useEffect(() => {
    drawing.current?.series.setData([...samples])
    drawing.current?.chart.timeScale().fitContent()
  }, [drawing, samples])

  return <div ref={container} role="img" aria-label={summary} className="tw-isolate h-full w-full" />
}

/** The chart wants rising whole seconds: of several values in one second the newest stays. */
function toSamples(points: readonly MeasurePoint[]): readonly { readonly time: UTCTimestamp; readonly value: number }[] {
  const bySecond = new Map<UTCTimestamp, number>()
  for (const { tsMs, value } of points) bySecond.set(chartTime(tsMs), value)
  return [...bySecond].toSorted(([a], [b]) => a - b).map(([time, value]) => ({ time, value }))
}

function draw(container: HTMLElement): Drawing {
  const chart = createChart(container, {
    autoSize: true,
    layout: { attributionLogo: false, fontSize: 10 },
    rightPriceScale: { scaleMargins: { top: 0.1, bottom: 0.1 } },
    timeScale: { timeVisible: true, secondsVisible: false, minBarSpacing: 0.02 },
    handleScroll: { mouseWheel: false },
    handleScale: { mouseWheel: false, axisPressedMouseMove: false },
    localization: { locale: 'en-GB' },
  })
  return { chart, series: chart.addSeries(AreaSeries, { lineWidth: 1, lineType: LineType.WithSteps, priceLineVisible: false }) }
}

function paint({ chart, series }: Drawing, theme: ChartTheme): void {
  chart.applyOptions({
    layout: { background: { type: ColorType.Solid, color: theme.background }, textColor: theme.muted, fontFamily: theme.fontFamily },
    grid: { vertLines: { color: theme.grid }, horzLines: { color: theme.grid } },
    rightPriceScale: { borderColor: theme.grid },
    timeScale: { borderColor: theme.grid },
    crosshair: {
      vertLine: { color: theme.edge, labelBackgroundColor: theme.edge },
      horzLine: { color: theme.edge, labelBackgroundColor: theme.edge },
    },
  })
  series.applyOptions({ lineColor: theme.line1, topColor: theme.grid, bottomColor: theme.background })
}
