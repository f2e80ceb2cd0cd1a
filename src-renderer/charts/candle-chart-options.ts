// How the chart looks, in the library's words.
import { ColorType, CrosshairMode, LineStyle } from 'lightweight-charts'
import type { ChartTheme } from './candle-chart-theme.ts'

/** Room for the labels of a position's lines, so that they do not cover the newest candles. */
export const RIGHT_OFFSET_BARS = 14

/** Look of the chart as a whole. */
export function chartOptions(theme: ChartTheme) {
  return {
    layout: {
      background: { type: ColorType.Solid, color: theme.background } as const,
      textColor: theme.muted,
      fontSize: 11,
      fontFamily: theme.fontFamily,
      // The logo is drawn with innerHTML, which Trusted Types refuse; the notice stands in the status bar instead.
      attributionLogo: false,
      panes: { separatorColor: theme.grid, separatorHoverColor: theme.edge, enableResize: true },
    },
    grid: { vertLines: { color: theme.grid }, horzLines: { color: theme.grid } },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: { color: theme.muted, labelBackgroundColor: theme.edge },
      horzLine: { color: theme.muted, labelBackgroundColor: theme.edge },
    },
    rightPriceScale: { borderColor: theme.grid, minimumWidth: 76 },
    timeScale: {
      borderColor: theme.grid,
      timeVisible: true,
      secondsVisible: false,
      minBarSpacing: 0.6,
      rightOffset: RIGHT_OFFSET_BARS,
      lockVisibleTimeRangeOnResize: true,
    },
    localization: { locale: 'en-GB' },
  }
}

export const candleOptions = (theme: ChartTheme) => ({
  upColor: theme.up,
  downColor: theme.down,
  borderVisible: false,
  wickUpColor: theme.up,
  wickDownColor: theme.down,
  priceLineColor: theme.muted,
  priceLineStyle: LineStyle.LargeDashed,
})
