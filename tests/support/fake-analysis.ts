// What the fake engine says about candles beside indicators: their regimes, their volume by price, and the list of features.
import type { Input, Output } from '../../src-shared/bridge/contract.ts'
import type { Bars } from './fake-market.ts'

const REGIMES = {
  'imba-3': ['trend', 'flat', 'volatile'],
  'flow-5': ['trend_up', 'trend_down', 'range', 'compression', 'expansion'],
} as const

/** Runs of 30 bars and a run nobody knows at the start. */
export function fakeRegimes(input: Input<'candles.regimes'>, bars: Bars): Output<'candles.regimes'> {
  const regimes = [...REGIMES[input.classifier]]
  const index = bars.openTimeMs.map((ms, i) =>
    i < 5 ? -1 : Math.abs(Math.floor(Math.sin(Math.floor(ms / 9_000_000)) * 97)) % regimes.length,
  )
  return { regimes, openTimeMs: bars.openTimeMs, index }
}

/** The volume of each bar spread evenly over its range; the value area grows from the fullest bin to 70 %. */
export function fakeProfile(input: Input<'candles.profile'>, bars: Bars): Output<'candles.profile'> {
  if (bars.openTimeMs.length === 0) return null
  const low = Math.min(...bars.low)
  const step = (Math.max(...bars.high) - low) / input.bins || 1
  const volumes = Array.from({ length: input.bins }, () => 0)
  const binOf = (price: number) => Math.min(input.bins - 1, Math.max(0, Math.floor((price - low) / step)))
  for (const [i, volume] of bars.volume.entries()) {
    const [from, to] = [binOf(bars.low[i] ?? low), binOf(bars.high[i] ?? low)]
    for (let bin = from; bin <= to; bin++) volumes[bin] = (volumes[bin] ?? 0) + volume / (to - from + 1)
  }
  const total = volumes.reduce((a, b) => a + b, 0)
  const fullest = volumes.indexOf(Math.max(...volumes))
  let [from, to, held] = [fullest, fullest, volumes[fullest] ?? 0]
  while (held < 0.7 * total) {
    const up = (volumes[to + 1] ?? -1) >= (volumes[from - 1] ?? -1)
    if (up) to += 1
    else from -= 1
    held += volumes[up ? to : from] ?? 0
  }
  return {
    fromMs: input.fromMs,
    toMs: input.toMs,
    low,
    step,
    volumes,
    pointOfControl: low + (fullest + 0.5) * step,
    valueHigh: low + (to + 1) * step,
    valueLow: low + from * step,
  }
}

const feature = (name: string, unit: string, definition: string): Output<'features.catalogue'>[number] => ({
  name,
  version: 1,
  unit,
  warmupCandles: 200,
  inputs: ['close'],
  definition,
})

export const fakeCatalogue = (): Output<'features.catalogue'> => [
  feature('ema_21', 'price', 'Exponential mean of the close over 21 candles, α = 2 ÷ 22'),
  feature('ema_55', 'price', 'Exponential mean of the close over 55 candles, α = 2 ÷ 56'),
  feature('ema_200', 'price', 'Exponential mean of the close over 200 candles, α = 2 ÷ 201'),
  feature('bollinger_upper_20', 'price', 'Mean of the close over 20 candles plus two standard deviations'),
  feature('bollinger_lower_20', 'price', 'Mean of the close over 20 candles minus two standard deviations'),
  feature('macd_line', 'price', 'EMA(12) of the close − EMA(26) of the close'),
  feature('rsi_14', 'index_0_100', 'Relative strength over 14 candles (Wilder 1978)'),
  feature('supertrend_10_3', 'price', 'Trailing band of 3 average ranges over 10 candles'),
  feature('vwap_day', 'price', 'Volume-weighted mean price since 00:00 UTC'),
]
