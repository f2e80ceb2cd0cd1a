// Equity above, drawdown below, on one time axis.
import { AreaSeries, ColorType, type IChartApi, type ISeriesApi, type UTCTimestamp, createChart } from 'lightweight-charts'
import { useEffect, useMemo } from 'react'
import type { Output } from '../../src-shared/bridge/contract.ts'
import type { ChartTheme } from './candle-chart-theme.ts'
import { useDrawing } from './use-drawing.ts'

type EquityPoint = Pick<Output<'journal.equity'>[number], 'tsMs' | 'equity' | 'drawdown'>
type Sample = { readonly time: UTCTimestamp; readonly value: number }
type Samples = { readonly equity: readonly Sample[]; readonly drawdown: readonly Sample[] }
type Drawing = { readonly chart: IChartApi; readonly equity: ISeriesApi<'Area'>; readonly drawdown: ISeriesApi<'Area'> }

/** Canvas charts say nothing to a screen reader: `summary` is what it hears instead. */
export function EquityChart({ points, summary }: { readonly points: readonly EquityPoint[]; readonly summary: string }) {
  const { container, drawing } = useDrawing({ draw, paint })
  const samples = useMemo(() => toSamples(points), [points])

  useEffect(() => {
    if (!drawing.current) return
    show(drawing.current, samples)
  }, [drawing, samples])

  return <div ref={container} role="img" aria-label={summary} className="tw-isolate h-full w-full" />
}

function draw(container: HTMLElement): Drawing {
  const chart = createChart(container, {
    autoSize: true,
    layout: { attributionLogo: false, fontSize: 10, panes: { enableResize: false } },
    timeScale: { timeVisible: true, secondsVisible: false, minBarSpacing: 0.05 },
    handleScale: { axisPressedMouseMove: false },
  })
  const equity = chart.addSeries(
    AreaSeries,
    { lineWidth: 2, priceLineVisible: false, priceFormat: { type: 'price', precision: 2, minMove: 0.01 } },
    0,
  )
  const drawdown = chart.addSeries(
    AreaSeries,
    {
      lineWidth: 1,
      priceLineVisible: false,
      invertFilledArea: true,
      priceFormat: { type: 'custom', minMove: 0.01, formatter: formatDrawdown },
    },
    1,
  )
  const [upper, lower] = chart.panes()
  upper?.setStretchFactor(3)
  lower?.setStretchFactor(1)
  return { chart, equity, drawdown }
}

/** A person who has zoomed in keeps the view; otherwise the whole curve is shown. */
function show({ chart, equity, drawdown }: Drawing, samples: Samples): void {
  const view = chart.timeScale().getVisibleLogicalRange()
  const shownBefore = equity.data().length
  const zoomed = view !== null && shownBefore > 0 && (view.from > 0.5 || view.to < shownBefore - 1.5)
  equity.setData([...samples.equity])
  drawdown.setData([...samples.drawdown])
  if (!zoomed) chart.timeScale().fitContent()
}

const formatDrawdown = (percent: number): string => `${percent < 0 ? '−' : ''}${Math.abs(percent).toFixed(2)}%`

function paint({ chart, equity, drawdown }: Drawing, theme: ChartTheme): void {
  chart.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: theme.background },
      textColor: theme.muted,
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
  equity.applyOptions({ lineColor: theme.line1, topColor: theme.grid, bottomColor: theme.background })
  drawdown.applyOptions({ lineColor: theme.down, topColor: theme.downVolume, bottomColor: theme.downVolume })
}

/** The chart wants rising whole seconds: of several points in one second the newest stays. */
export function toSamples(points: readonly EquityPoint[]): Samples {
  const bySecond = new Map<number, EquityPoint>()
  for (const point of points) bySecond.set(Math.floor(point.tsMs / 1000), point)
  const rising = [...bySecond].toSorted(([a], [b]) => a - b)
  return {
    equity: rising.map(([second, point]) => ({ time: second as UTCTimestamp, value: point.equity })), // The library's brand for whole seconds.
    drawdown: rising.map(([second, point]) => ({ time: second as UTCTimestamp, value: -point.drawdown * 100 })),
  }
}
