// The candle chart: lightweight-charts behind a window of a long history, driven from outside React.
// Whoever makes one calls reload() for the first bars, and dispose() at the end.
import {
  CandlestickSeries,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type MouseEventParams,
  type Time,
  createChart,
  createSeriesMarkers,
} from 'lightweight-charts'
import type { BridgeError, BridgeResult, Output } from '../../src-shared/bridge/contract.ts'
import { MINUTE_MS, TIMEFRAME_MS, type Timeframe, barOpenMs } from '../../src-shared/domain/time.ts'
import { formatNumber } from '../format/numbers.ts'
import type { MarketBatch } from '../stores/candle-bus.ts'
import { FormingBar } from './candle-chart-forming.ts'
import type { Indicator, IndicatorKey } from './candle-chart-indicators.ts'
import { type FetchIndicators, IndicatorLines } from './candle-chart-lines.ts'
import { type ChartMarker, seriesMarkersOf } from './candle-chart-markers.ts'
import { RIGHT_OFFSET_BARS, candleOptions, chartOptions } from './candle-chart-options.ts'
import { HistoryPager } from './candle-chart-pager.ts'
import { type ChartTheme, readChartTheme } from './candle-chart-theme.ts'
import { type Bar, BarWindow } from './candle-chart-window.ts'

export type HistoryRequest = { readonly timeframe: Timeframe; readonly beforeMs: number | null; readonly limit: number }
export type FetchHistory = (request: HistoryRequest) => Promise<BridgeResult<Output<'candles.history'>>>
export type Hover = { readonly bar: Bar | null; readonly markerId: string | null; readonly x: number; readonly y: number }

export type CandleChartOptions = {
  readonly host: HTMLElement
  readonly timeframe: Timeframe
  readonly decimals: number
  readonly tickSize: number
  readonly fetchHistory: FetchHistory
  readonly fetchIndicators: FetchIndicators
  readonly onHover: (hover: Hover) => void
  readonly onMarkerClick: (id: string) => void
  /** `loading` until the first bars are drawn; an error is final until reload(). */
  readonly onState: (
    state: { readonly kind: 'loading' | 'ready' | 'empty' } | { readonly kind: 'error'; readonly error: BridgeError },
  ) => void
  readonly onIndicatorRefused: (indicator: Indicator, error: BridgeError) => void
}

/** Bars in the chart at most: every update and every repaint grows with their number. */
const BARS_MAX = 4000
const FIRST_BARS = 1000
/** The window may grow this far beyond its limit before the oldest bars go. */
const SLACK_BARS = 1000
/** More new bars than this in one frame are set at once instead of one by one. */
const SINGLE_UPDATES_MAX = 12
/** Setting all bars is dear: while candles pour in, it happens at most this often. */
const REDRAW_INTERVAL_MS = 100

export class CandleChart {
  readonly chart: IChartApi
  readonly candles: ISeriesApi<'Candlestick'>
  private readonly volume: ISeriesApi<'Histogram'>
  private readonly markersPlugin: ISeriesMarkersPluginApi<Time>
  private readonly lines: IndicatorLines
  private readonly pager: HistoryPager
  private readonly options: CandleChartOptions
  private readonly window = new BarWindow(BARS_MAX)
  private forming: FormingBar
  private theme: ChartTheme
  private markers: readonly ChartMarker[] = []
  private generation = 0
  private redrawTimer: ReturnType<typeof setTimeout> | null = null
  private lastRedrawMs = 0

  constructor(options: CandleChartOptions) {
    this.options = options
    this.theme = readChartTheme()
    this.chart = createChart(options.host, { autoSize: true, ...chartOptions(this.theme) })
    const format = {
      type: 'custom' as const,
      minMove: options.tickSize,
      formatter: (price: number) => formatNumber(price, options.decimals),
    }
    this.candles = this.chart.addSeries(CandlestickSeries, { ...candleOptions(this.theme), priceFormat: format })
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.2 } })
    this.volume = this.chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      priceFormat: { type: 'volume' },
      lastValueVisible: false,
      priceLineVisible: false,
    })
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.85, bottom: 0 } })
    this.markersPlugin = createSeriesMarkers(this.candles, [])
    this.lines = new IndicatorLines({
      chart: this.chart,
      fetch: options.fetchIndicators,
      theme: this.theme,
      onRefused: options.onIndicatorRefused,
    })
    this.forming = new FormingBar(options.timeframe)
    this.chart.subscribeCrosshairMove(this.onCrosshair)
    this.chart.subscribeClick(this.onClick)
    this.pager = new HistoryPager({
      chart: this.chart,
      host: options.host,
      window: this.window,
      timeframe: options.timeframe,
      fetchHistory: options.fetchHistory,
      redraw: () => this.redraw(),
      onReachedPresent: () => void this.startForming(this.generation),
    })
  }

  /** Loads the newest bars again: at the start, after a gap, after an error. */
  async reload(): Promise<void> {
    this.generation += 1
    const generation = this.generation
    this.pager.pause()
    if (this.window.bars.length === 0) this.options.onState({ kind: 'loading' })
    const result = await this.options.fetchHistory({ timeframe: this.options.timeframe, beforeMs: null, limit: FIRST_BARS })
    if (generation !== this.generation) return
    this.pager.resume()
    if (!result.ok) return this.options.onState({ kind: 'error', error: result.error })
    const showAgain = this.rememberView()
    this.window.reset(result.value)
    this.lines.clear()
    this.redraw()
    showAgain()
    this.options.onState({ kind: this.window.bars.length > 0 ? 'ready' : 'empty' })
    await this.startForming(generation)
  }

  /** The minutes of the bar that is forming now, which history does not hold yet. */
  private async startForming(generation: number): Promise<void> {
    const last = this.window.last
    const lengthMs = TIMEFRAME_MS[this.options.timeframe]
    if (!last || lengthMs === MINUTE_MS) return
    const result = await this.options.fetchHistory({ timeframe: '1m', beforeMs: null, limit: lengthMs / MINUTE_MS })
    if (generation !== this.generation || !result.ok) return
    const { openTimeMs, open, high, low, close, volume } = result.value
    this.forming = new FormingBar(this.options.timeframe)
    const before = this.window.bars.length
    for (const [i, ms] of openTimeMs.entries()) {
      if (barOpenMs(ms, lengthMs) <= last.time * 1000) continue
      const bar = this.forming.addMinute({
        openTimeMs: ms,
        open: open[i] ?? 0,
        high: high[i] ?? 0,
        low: low[i] ?? 0,
        close: close[i] ?? 0,
        volume: volume[i] ?? 0,
      })
      if (bar) this.window.update(bar)
    }
    this.drawLast(this.window.bars.length - before + 1)
    // The newest marks may stand on this bar, and whoever shows the latest bar must hear of it: the market may be at rest.
    this.drawMarkers()
    this.options.onState({ kind: 'ready' })
  }

  /** Candles and prices of the last frame. Ignored while the view is back in history; they are loaded when it returns. */
  push(batch: MarketBatch): void {
    if (!this.window.atTail || this.window.bars.length === 0) return
    const before = this.window.bars.length
    let closed = 0
    for (const candle of batch.candles) {
      if (candle.timeframe === this.options.timeframe) closed += this.window.update(candle) ? 1 : 0
      else if (candle.timeframe === '1m') this.updateForming(this.forming.addMinute(candle))
    }
    for (const tick of batch.prices) this.updateForming(this.forming.addPrice(tick))
    const added = this.window.bars.length - before
    if (added > SINGLE_UPDATES_MAX || this.redrawTimer !== null) this.redrawSoon()
    else this.drawLast(added + 1)
    if (closed > 0) this.lines.extend(this.window.bars)
    if (this.window.trim(SLACK_BARS) > 0) this.redrawSoon()
  }

  private updateForming(bar: Parameters<BarWindow['update']>[0] | null): void {
    if (bar) this.window.update(bar)
  }

  showIndicators(keys: readonly IndicatorKey[]): void {
    this.lines.show(keys)
  }

  setMarkers(markers: readonly ChartMarker[]): void {
    this.markers = markers
    this.drawMarkers()
  }

  /** Colours changed: read the tokens again. */
  refreshTheme(): void {
    this.theme = readChartTheme()
    this.chart.applyOptions(chartOptions(this.theme))
    this.candles.applyOptions(candleOptions(this.theme))
    this.lines.setTheme(this.theme)
    this.redraw()
  }

  get colors(): ChartTheme {
    return this.theme
  }

  get latest(): Bar | undefined {
    return this.window.last
  }

  /** Scrolls to the newest bar, loading it first when the view is back in history. */
  goToLatest(): void {
    if (this.window.atTail) this.showLatest()
    else {
      this.window.bars = []
      void this.reload()
    }
  }

  /**
   * What to do with the view once the newest bars are loaded again: who followed the present keeps their distance to it, who
   * looked at bars that are still there keeps looking at them, anyone else sees the present.
   */
  private rememberView(): () => void {
    const scale = this.chart.timeScale()
    const [logical, times, length] = [scale.getVisibleLogicalRange(), scale.getVisibleRange(), this.window.bars.length]
    if (!logical || !times || length === 0) return () => this.showLatest()
    if (this.window.atTail && logical.to >= length - 1) {
      return () => {
        const moved = this.window.bars.length - length
        scale.setVisibleLogicalRange({ from: logical.from + moved, to: logical.to + moved })
      }
    }
    return () => {
      const { first, last } = this.window
      const stillThere = first && last && Number(times.from) >= first.time && Number(times.to) <= last.time
      if (stillThere) scale.setVisibleRange(times)
      else this.showLatest()
    }
  }

  private showLatest(): void {
    const length = this.window.bars.length
    const visible = Math.min(Math.round(this.options.host.clientWidth / 7), Math.max(60, length + 4))
    this.chart.timeScale().setVisibleLogicalRange({ from: length - visible, to: length + RIGHT_OFFSET_BARS })
  }

  dispose(): void {
    this.generation += 1
    if (this.redrawTimer !== null) clearTimeout(this.redrawTimer)
    this.pager.dispose()
    this.lines.dispose()
    this.chart.remove()
  }

  private redrawSoon(): void {
    const waitMs = Math.max(0, this.lastRedrawMs + REDRAW_INTERVAL_MS - performance.now())
    this.redrawTimer ??= setTimeout(() => {
      this.redrawTimer = null
      this.redraw()
    }, waitMs)
  }

  private redraw(): void {
    this.lastRedrawMs = performance.now()
    this.candles.setData(this.window.bars.slice())
    this.volume.setData(this.window.bars.map((bar) => this.volumePoint(bar)))
    this.lines.setBars(this.window.bars)
    this.drawMarkers()
  }

  private drawLast(count: number): void {
    for (const bar of this.window.bars.slice(-count)) {
      this.candles.update(bar)
      this.volume.update(this.volumePoint(bar))
    }
  }

  private volumePoint = (bar: Bar) => ({
    time: bar.time,
    value: bar.volume,
    color: bar.close >= bar.open ? this.theme.upVolume : this.theme.downVolume,
  })

  private drawMarkers(): void {
    const { first, last } = this.window
    const marks =
      first && last ? seriesMarkersOf({ markers: this.markers, first, last, timeframe: this.options.timeframe, theme: this.theme }) : []
    this.markersPlugin.setMarkers(marks)
  }

  private onCrosshair = (event: MouseEventParams): void => {
    const data = event.seriesData.get(this.candles)
    const bar = data && 'open' in data ? this.barAt(data.time) : null
    this.options.onHover({ bar, markerId: markerOf(event), x: event.point?.x ?? 0, y: event.point?.y ?? 0 })
  }

  private barAt(time: Time): Bar | null {
    const bars = this.window.bars
    let [low, high] = [0, bars.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const bar = bars[middle]
      if (bar === undefined) return null
      if (bar.time === time) return bar
      if (bar.time < Number(time)) low = middle + 1
      else high = middle - 1
    }
    return null
  }

  private onClick = (event: MouseEventParams): void => {
    const id = markerOf(event)
    if (id !== null) this.options.onMarkerClick(id)
  }
}

const markerOf = (event: MouseEventParams): string | null => {
  const id = event.hoveredInfo?.objectId
  return typeof id === 'string' ? id : null
}
