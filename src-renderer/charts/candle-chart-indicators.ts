// Which lines the chart can draw, by the engine's own names, and in which pane and colour.
import type { ChartTheme } from './candle-chart-theme.ts'

/** Of a bundled indicator ("ema21"), or made of any feature of the catalogue by {@link featureKey}. */
export type IndicatorKey = string
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

/** Indicators on the chart at once; the engine answers for as many names in one question. */
export const INDICATORS_MAX = 12
/** Panes below the candles at once: with more, none of them could be read. */
export const OWN_PANES_MAX = 4

type Pane = Indicator['pane']
const FEATURE_KEY = /^feature:(price|own):([a-z][a-z0-9_.]{0,63})$/
const FEATURE_COLORS = ['line1', 'line2', 'line3', 'line5', 'line6', 'line4'] as const

/** The key of one feature in one pane. It holds all that is needed to draw the feature again without the catalogue. */
export const featureKey = (name: string, pane: Pane): IndicatorKey => `feature:${pane}:${name}`

/** What a key stands for; null for a key that nobody made. */
export function indicatorOf(key: IndicatorKey): Indicator | null {
  const bundled = INDICATORS.find((indicator) => indicator.key === key)
  if (bundled) return bundled
  const [, pane, name] = FEATURE_KEY.exec(key) ?? []
  if ((pane !== 'price' && pane !== 'own') || name === undefined) return null
  // The same feature has the same colour every time, whatever else is shown.
  let sum = 0
  for (let i = 0; i < name.length; i++) sum += name.charCodeAt(i)
  return { key, title: name, pane, lines: [line(name, FEATURE_COLORS[sum % FEATURE_COLORS.length] ?? 'line1')] }
}

/**
 * Over the candles belongs what is a price and lies where prices are. The unit alone does not tell: an average range and a MACD are in
 * units of price too, and would press the candles flat. An unknown value (still warming up) is believed to be a price.
 */
export function paneOf(feature: { readonly unit: string; readonly value: number | null; readonly price: number | null }): Pane {
  if (feature.unit !== 'price') return 'own'
  if (feature.value === null || feature.price === null || feature.price <= 0) return 'price'
  const times = feature.value / feature.price
  return times >= 0.5 && times <= 2 ? 'price' : 'own'
}

/** Why one more indicator cannot be shown, or null when it can. */
export function refusalOf(shown: readonly IndicatorKey[], added: IndicatorKey): string | null {
  if (shown.length >= INDICATORS_MAX) return `At most ${INDICATORS_MAX} indicators can be shown at once; hide one first.`
  const own = shown.filter((key) => indicatorOf(key)?.pane === 'own').length
  if (indicatorOf(added)?.pane === 'own' && own >= OWN_PANES_MAX)
    return `At most ${OWN_PANES_MAX} indicators can have a pane below the candles; hide one of them first.`
  return null
}
