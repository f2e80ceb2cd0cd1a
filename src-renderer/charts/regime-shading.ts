// Regimes as bands behind the candles, each with its name on top where it fits.
import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  ITimeScaleApi,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts'
import type { ChartTheme } from './candle-chart-theme.ts'
import { chartTime } from './candle-chart-window.ts'
import { type RegimeRun, regimeColor, regimeTitle } from './regime-runs.ts'

const BAND_ALPHA = 0.1
/** Below the line with open, high, low and close. */
const TITLE_TOP_PX = 34
const TITLE_FONT_PX = 10
type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]
type Scale = Pick<ITimeScaleApi<Time>, 'timeToIndex' | 'logicalToCoordinate' | 'options'>
type Band = { readonly left: number; readonly right: number; readonly regime: string }

/** Where the runs lie now, in pixels, from the left edge of their first candle to the right edge of their last. */
export function bandsOf(runs: readonly RegimeRun[], scale: Scale): readonly Band[] {
  const half = scale.options().barSpacing / 2
  const middleOf = (ms: number): number | null => {
    const index = scale.timeToIndex(chartTime(ms), true)
    // The library brands both kinds of index; the place of a bar is the same number in either.
    return index === null ? null : scale.logicalToCoordinate(Number(index) as Logical)
  }
  return runs.flatMap(({ regime, fromMs, toMs }) => {
    const [first, last] = [middleOf(fromMs), middleOf(toMs)]
    return first === null || last === null ? [] : [{ left: first - half, right: last + half, regime }]
  })
}

/** Attach it to the candles, then `show` runs; it draws itself with every repaint of the chart. */
export class RegimeShading implements ISeriesPrimitive<Time> {
  private attachment: SeriesAttachedParameter<Time> | null = null
  private runs: readonly RegimeRun[] = []
  private theme: ChartTheme
  private readonly views: readonly IPrimitivePaneView[]

  constructor(theme: ChartTheme) {
    this.theme = theme
    const renderer: IPrimitivePaneRenderer = { draw: (target) => this.draw(target) }
    this.views = [{ zOrder: () => 'bottom', renderer: () => (this.runs.length === 0 ? null : renderer) }]
  }

  show(runs: readonly RegimeRun[]): void {
    this.runs = runs
    this.attachment?.requestUpdate()
  }
  setTheme(theme: ChartTheme): void {
    this.theme = theme
    this.attachment?.requestUpdate()
  }

  attached(attachment: SeriesAttachedParameter<Time>): void {
    this.attachment = attachment
  }
  detached(): void {
    this.attachment = null
  }
  paneViews(): readonly IPrimitivePaneView[] {
    return this.views
  }

  private draw(target: Target): void {
    const scale = this.attachment?.chart.timeScale()
    if (!scale) return
    const bands = bandsOf(this.runs, scale)
    target.useMediaCoordinateSpace(({ context, mediaSize: { width, height } }) => {
      context.font = `${TITLE_FONT_PX}px ${this.theme.fontFamily}`
      for (const { left, right, regime } of bands) {
        if (right < 0 || left > width) continue
        context.fillStyle = this.theme[regimeColor(regime)]
        context.globalAlpha = BAND_ALPHA
        context.fillRect(left, 0, right - left, height)
        context.globalAlpha = 1
        const title = regimeTitle(regime)
        const from = Math.max(left, 0)
        if (Math.min(right, width) - from > context.measureText(title).width + 8) context.fillText(title, from + 4, TITLE_TOP_PX)
      }
    })
  }
}
