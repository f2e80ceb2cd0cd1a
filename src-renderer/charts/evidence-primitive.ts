// Hangs the evidence of voters onto the candles of a chart: the library asks it to draw whenever the view changes.
import type {
  IChartApiBase,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  Logical,
  PrimitivePaneViewZOrder,
  SeriesAttachedParameter,
  SeriesType,
  Time,
} from 'lightweight-charts'
import type { ChartTheme } from './candle-chart-theme.ts'
import { drawAreas, drawLines, type PaneScale } from './evidence-draw.ts'
import { candleIndexAt, type EvidenceGroup } from './evidence-shapes.ts'

export type EvidenceDrawing = {
  readonly groups: readonly EvidenceGroup[]
  /** Of all candles on the chart, in order. */
  readonly openTimeMs: readonly number[]
  readonly theme: ChartTheme
}
type Attached = {
  readonly chart: IChartApiBase
  readonly series: ISeriesApi<SeriesType>
  readonly requestUpdate: () => void
}

export class EvidencePrimitive implements ISeriesPrimitive<Time> {
  private drawing: EvidenceDrawing | null = null
  private on: Attached | null = null
  private readonly views: readonly IPrimitivePaneView[] = [this.view('bottom', drawAreas), this.view('top', drawLines)]

  attached({ chart, series, requestUpdate }: SeriesAttachedParameter): void {
    this.on = { chart, series, requestUpdate }
  }

  detached(): void {
    this.on = null
  }

  /** Draws this instead of what was drawn before. */
  show(drawing: EvidenceDrawing): void {
    this.drawing = drawing
    this.on?.requestUpdate()
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views
  }

  private view(zOrder: PrimitivePaneViewZOrder, draw: typeof drawAreas): IPrimitivePaneView {
    return {
      zOrder: () => zOrder,
      renderer: () => ({
        draw: (target) =>
          target.useMediaCoordinateSpace(({ context, mediaSize }) => {
            if (this.drawing === null || this.on === null) return
            const { groups, theme } = this.drawing
            draw(groups, { context, theme, scale: scaleOf(this.on, this.drawing.openTimeMs, mediaSize) })
          }),
      }),
    }
  }
}

function scaleOf({ chart, series }: Attached, openTimeMs: readonly number[], size: { width: number; height: number }): PaneScale {
  const at = (index: number) => chart.timeScale().logicalToCoordinate(index as Logical) // The library's brand for a place on its scale.
  return {
    ...size,
    halfBar: ((at(1) ?? 0) - (at(0) ?? 0)) / 2,
    x: (ms) => {
      const index = candleIndexAt(openTimeMs, ms)
      // The library places whole candles; a time within one lies on it.
      return index === null ? null : at(Math.floor(index))
    },
    y: (price) => series.priceToCoordinate(price),
  }
}
