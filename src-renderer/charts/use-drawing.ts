// A chart's life within a component: made once, painted anew with each theme, removed with the component.
import type { IChartApi } from 'lightweight-charts'
import { type RefObject, useEffect, useRef } from 'react'
import type { ChartTheme } from './candle-chart-theme.ts'
import { useChartTheme } from './use-chart-theme.ts'

/** How a chart is made and colored. Both functions must stay the same from render to render. */
export type Drawer<D extends { readonly chart: IChartApi }> = {
  readonly draw: (container: HTMLElement) => D
  readonly paint: (drawing: D, theme: ChartTheme) => void
}

/** `container` goes on the element to draw in; `drawing.current` is null until that is mounted, and set before later effects run. */
export function useDrawing<D extends { readonly chart: IChartApi }>({ draw, paint }: Drawer<D>) {
  const container = useRef<HTMLDivElement>(null)
  const drawing: RefObject<D | null> = useRef<D | null>(null)
  const theme = useChartTheme()
  useEffect(() => {
    if (!container.current) return
    const made = draw(container.current)
    drawing.current = made
    return () => {
      drawing.current = null
      made.chart.remove()
    }
  }, [draw])
  useEffect(() => {
    if (drawing.current) paint(drawing.current, theme)
  }, [paint, theme])
  return { container, drawing }
}
