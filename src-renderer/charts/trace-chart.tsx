// The candles around one decision, with what it planned (entry, stop, targets), what it got (fills), and what its voters saw.
import { useEffect, useRef } from 'react'
import type { TraceChartData, TraceOverlay } from './trace-chart-data.ts'
import { createDrawing, type Drawing, fill, fitContent, overlay } from './trace-chart-draw.ts'
import { useChartTheme } from './use-chart-theme.ts'

type TraceChartProps = { readonly data: TraceChartData; readonly shown: TraceOverlay; readonly summary: string }

/** Canvas charts say nothing to a screen reader: `summary` is what it hears instead. */
export function TraceChart({ data, shown, summary }: TraceChartProps) {
  const container = useRef<HTMLDivElement>(null)
  const drawing = useRef<Drawing | null>(null)
  const theme = useChartTheme()

  useEffect(() => {
    if (!container.current) return
    const made = createDrawing(container.current)
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
  useEffect(() => {
    const filled = drawing.current
    if (!filled) return
    const clear = overlay(filled, { data, shown, theme })
    return () => {
      if (drawing.current === filled) clear()
    }
  }, [data, shown, theme])
  // Another decision is seen whole; another choice of evidence leaves the view where the person has put it.
  useEffect(() => {
    if (drawing.current) fitContent(drawing.current, data)
  }, [data])

  return <div ref={container} role="img" aria-label={summary} className="tw-isolate h-full w-full" />
}
