// Which lines the chart can draw, by the engine's own names, and in which pane and colour.
import type { ChartTheme } from './candle-chart-theme.ts'

export type IndicatorKey = 'ema21' | 'ema55' | 'ema200' | 'bollinger' | 'supertrend' | 'vwap' | 'rsi' | 'macd'
export type IndicatorLine = {
  readonly name: string
  readonly color: keyof ChartTheme
  readonly kind: 'line' | 'histogram'
  readonly width: 1 | 2
  readonly dashed?: boolean
}
export type Indicator = {
  readonly key: IndicatorKey
  readonly title: string
  /** `price` draws over the candles, `own` in a pane below. */
  readonly pane: 'price' | 'own'
  readonly lines: readonly IndicatorLine[]
}

const line = (name: string, color: keyof ChartTheme, dashed = false): IndicatorLine => ({ name, color, kind: 'line', width: 1, dashed })

export const INDICATORS: readonly Indicator[] = [
  { key: 'ema21', title: 'EMA 21', pane: 'price', lines: [line('ema_21', 'line1')] },
  { key: 'ema55', title: 'EMA 55', pane: 'price', lines: [line('ema_55', 'line2')] },
  { key: 'ema200', title: 'EMA 200', pane: 'price', lines: [line('ema_200', 'line3')] },
  {
    key: 'bollinger',
    title: 'Bollinger 20',
    pane: 'price',
    lines: [line('bollinger_upper_20', 'line4'), line('bollinger_mid_20', 'line4', true), line('bollinger_lower_20', 'line4')],
  },
  { key: 'supertrend', title: 'SuperTrend 10, 3', pane: 'price', lines: [line('supertrend_10_3', 'line5')] },
  { key: 'vwap', title: 'VWAP (day)', pane: 'price', lines: [line('vwap_day', 'line6', true)] },
  { key: 'rsi', title: 'RSI 14', pane: 'own', lines: [line('rsi_14', 'line1')] },
  {
    key: 'macd',
    title: 'MACD 12, 26, 9',
    pane: 'own',
    lines: [
      { name: 'macd_histogram', color: 'muted', kind: 'histogram', width: 1 },
      line('macd_line', 'line1'),
      line('macd_signal', 'line2'),
    ],
  },
]
