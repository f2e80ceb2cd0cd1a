// The lines of the switched-on indicators: fetched for the bars that are in the window, extended as bars close, never twice for the same bar.
import { HistogramSeries, type IChartApi, type ISeriesApi, LineSeries, LineStyle, type UTCTimestamp } from 'lightweight-charts'
import type { BridgeError, BridgeResult, Output } from '../../src-shared/bridge/contract.ts'
import { type Indicator, type IndicatorKey, type IndicatorLine, indicatorOf } from './candle-chart-indicators.ts'
import type { ChartTheme } from './candle-chart-theme.ts'
import { type Bar, chartTime } from './candle-chart-window.ts'

export type FetchIndicators = (range: {
  names: string[]
  fromMs: number
  toMs: number
}) => Promise<BridgeResult<Output<'candles.indicators'>>>

type Series = ISeriesApi<'Line'> | ISeriesApi<'Histogram'>
type Drawn = {
  readonly line: IndicatorLine
  readonly series: Series
  readonly values: Map<number, number | null>
  /** Time of the last point in the series: the library refuses to update an older one. */
  lastTime: number
}

/** Lines are extended at most this often while bars close quickly. */
const EXTEND_INTERVAL_MS = 250

/** The engine will not change its mind about these; anything else is tried again with the next bars. */
const FINAL_ERRORS: ReadonlySet<BridgeError['code']> = new Set(['bad_input', 'refused', 'not_found', 'unknown_command', 'forbidden'])

type Options = {
  readonly chart: Pick<IChartApi, 'addSeries' | 'removeSeries' | 'panes'>
  readonly fetch: FetchIndicators
  readonly theme: ChartTheme
  /** Told once per indicator that the engine refuses to compute. */
  readonly onRefused: (indicator: Indicator, error: BridgeError) => void
}

export class IndicatorLines {
  private readonly options: Options
  private readonly drawn = new Map<IndicatorKey, Drawn[]>()
  private readonly refused = new Set<IndicatorKey>()
  private theme: ChartTheme
  private bars: readonly Bar[] = []
  private timer: ReturnType<typeof setTimeout> | null = null
  private disposed = false

  constructor(options: Options) {
    this.options = options
    this.theme = options.theme
  }

  /** Shows exactly these indicators. */
  show(keys: readonly IndicatorKey[]): void {
    for (const key of this.drawn.keys()) if (!keys.includes(key)) this.remove(key)
    for (const key of this.refused) if (!keys.includes(key)) this.refused.delete(key)
    for (const key of keys) {
      const indicator = this.drawn.has(key) || this.refused.has(key) ? null : indicatorOf(key)
      if (indicator) this.add(indicator)
    }
  }

  /** The window holds other bars now; values that are known are kept. */
  setBars(bars: readonly Bar[]): void {
    this.bars = bars
    for (const lines of this.drawn.values()) for (const drawn of lines) this.redraw(drawn)
    void this.loadMissing()
  }

  /** Bars have closed at the end of the window: lines follow within a quarter of a second. */
  extend(bars: readonly Bar[]): void {
    this.bars = bars
    this.timer ??= setTimeout(() => {
      this.timer = null
      void this.loadMissing()
    }, EXTEND_INTERVAL_MS)
  }

  /** Forgets all values: another instrument or timeframe. */
  clear(): void {
    this.bars = []
    this.refused.clear()
    for (const lines of this.drawn.values())
      for (const drawn of lines) {
        drawn.values.clear()
        drawn.series.setData([])
        drawn.lastTime = 0
      }
  }

  setTheme(theme: ChartTheme): void {
    this.theme = theme
    for (const lines of this.drawn.values()) for (const { line, series } of lines) series.applyOptions({ color: theme[line.color] })
  }

  dispose(): void {
    this.disposed = true
    if (this.timer !== null) clearTimeout(this.timer)
  }

  private add(indicator: Indicator): void {
    const pane = indicator.pane === 'price' ? 0 : this.options.chart.panes().length
    const lines = indicator.lines.map((line, i): Drawn => ({
      line,
      series: this.addSeries(line, pane, i === 0 ? indicator.title : ''),
      values: new Map(),
      lastTime: 0,
    }))
    if (indicator.pane === 'own') this.options.chart.panes()[pane]?.setStretchFactor(0.5)
    this.drawn.set(indicator.key, lines)
    void this.loadMissing()
  }

  private addSeries(line: IndicatorLine, pane: number, title: string): Series {
    // Over the candles a label would cover prices; in a pane of its own the first line names the pane.
    const named = pane > 0 && title !== ''
    const shared = { color: this.theme[line.color], priceLineVisible: false, lastValueVisible: named, title: named ? title : '' }
    if (line.kind === 'histogram') return this.options.chart.addSeries(HistogramSeries, shared, pane)
    const lineStyle = line.dashed === true ? LineStyle.Dashed : LineStyle.Solid
    return this.options.chart.addSeries(LineSeries, { ...shared, lineWidth: line.width, lineStyle, crosshairMarkerVisible: false }, pane)
  }

  private remove(key: IndicatorKey): void {
    for (const { series } of this.drawn.get(key) ?? []) this.options.chart.removeSeries(series)
    this.drawn.delete(key)
  }

  private redraw(drawn: Drawn): void {
    const { series, values } = drawn
    const [first, last] = [this.bars[0]?.time ?? 0, this.bars.at(-1)?.time ?? 0]
    series.setData(this.bars.map((bar) => point(bar.time, values.get(bar.time))))
    drawn.lastTime = last
    if (values.size <= this.bars.length * 2) return
    for (const time of values.keys()) if (time < first || time > last) values.delete(time)
  }

  private async loadMissing(): Promise<void> {
    await Promise.all([...this.drawn.entries()].map(([key, lines]) => this.loadIndicator(key, lines)))
  }

  private async loadIndicator(key: IndicatorKey, lines: readonly Drawn[]): Promise<void> {
    const [leader] = lines
    const missing = this.bars.filter((bar) => leader !== undefined && !leader.values.has(bar.time))
    const [from, to] = [missing[0], missing.at(-1)]
    if (!from || !to) return
    // Marked as known at once, so that the same bars are not asked for twice; a failure takes the mark away again.
    for (const bar of missing) for (const drawn of lines) drawn.values.set(bar.time, null)
    const result = await this.options.fetch({ names: lines.map(({ line }) => line.name), fromMs: from.time * 1000, toMs: to.time * 1000 })
    if (this.disposed || this.drawn.get(key) !== lines) return
    if (result.ok) return this.adopt(lines, result.value, missing)
    if (FINAL_ERRORS.has(result.error.code)) return this.refuse(key, result.error)
    for (const bar of missing) for (const drawn of lines) drawn.values.delete(bar.time)
  }

  private adopt(lines: readonly Drawn[], history: Output<'candles.indicators'>, asked: readonly Bar[]): void {
    const known = new Set(history.openTimeMs.map((ms) => chartTime(ms)))
    for (const drawn of lines) {
      const column = history.series[drawn.line.name] ?? []
      for (const [i, ms] of history.openTimeMs.entries()) drawn.values.set(chartTime(ms), column[i] ?? null)
      // The forming bar has no value yet and must be asked for again.
      for (const bar of asked) if (!known.has(bar.time)) drawn.values.delete(bar.time)
      this.redrawAfter(drawn, asked)
    }
  }

  /** A few new bars at the end are added one by one; anything else sets the whole line. */
  private redrawAfter(drawn: Drawn, asked: readonly Bar[]): void {
    const tail = this.bars.slice(-asked.length)
    const [oldest] = tail
    const atEnd = asked.length <= 20 && tail.every((bar, i) => bar.time === asked[i]?.time)
    if (!atEnd || !oldest || oldest.time < drawn.lastTime) return this.redraw(drawn)
    for (const bar of tail) {
      if (!drawn.values.has(bar.time)) continue
      drawn.series.update(point(bar.time, drawn.values.get(bar.time)))
      drawn.lastTime = bar.time
    }
  }

  private refuse(key: IndicatorKey, error: BridgeError): void {
    const indicator = indicatorOf(key)
    this.remove(key)
    this.refused.add(key)
    if (indicator) this.options.onRefused(indicator, error)
  }
}

const point = (time: UTCTimestamp, value: number | null | undefined) => (value === null || value === undefined ? { time } : { time, value })
