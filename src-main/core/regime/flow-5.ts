// Five regimes by strength of trend, its direction, and how wide the bands are.
import { REGIME_UNKNOWN, type RegimeClassifier, regimeFromMargins } from './classifier.ts'

export const TREND_UP = 0
export const TREND_DOWN = 1
export const RANGE = 2
export const COMPRESSION = 3
export const EXPANSION = 4
const REGIMES = ['TREND_UP', 'TREND_DOWN', 'RANGE', 'COMPRESSION', 'EXPANSION'] as const

/** Positions in the declared features. */
const ADX = 0
const EMA_SLOPE = 1
const WIDTH_RANK = 2
const ATR_PERCENT = 3
const TREND_ADX = 25
/** Share of the last 500 bars whose Bollinger width is smaller: below the one the market is compressed, from the other on expanded. */
const NARROW_RANK = 0.15
const WIDE_RANK = 0.9
/** How far from its threshold a value must be to count as one step. The slope is measured in ATR per bar. */
const ADX_STEP = 5
const RANK_STEP = 0.05
const SLOPE_STEP = 0.05

/**
 * Compression while the Bollinger(20, 2) width is in the lowest 15 % of 500 bars; else a trend while ADX(14) is at least 25, up or down by the
 * sign of the slope of EMA(50), a level one counting as down; else expansion while the width is at or above its 90th percentile; else range.
 */
export const flow5: RegimeClassifier = {
  id: 'flow-5',
  regimes: REGIMES,
  features: ['adx_14', 'ema_slope_50', 'bollinger_width_rank_20', 'atr_percent_14'],
  warmupCandles: 519,
  codeOf,
  classify(values, at = 0) {
    const code = codeOf(values, at)
    if (code === REGIME_UNKNOWN) return null
    const rank = values[at + WIDTH_RANK] ?? NaN
    const trend = ((values[at + ADX] ?? NaN) - TREND_ADX) / ADX_STEP
    const narrow = (NARROW_RANK - rank) / RANK_STEP
    const wide = (rank - WIDE_RANK) / RANK_STEP
    const up = slopeInAtr(values, at) / SLOPE_STEP
    return regimeFromMargins(flow5, code, [
      Math.min(-narrow, trend, up),
      Math.min(-narrow, trend, -up),
      Math.min(-narrow, -trend, -wide),
      narrow,
      Math.min(-narrow, -trend, wide),
    ])
  },
}

/** 0 for a market that has not moved at all. */
function slopeInAtr(values: Float64Array, at: number): number {
  const slope = values[at + EMA_SLOPE] ?? NaN
  return slope === 0 ? 0 : slope / (values[at + ATR_PERCENT] ?? NaN)
}

function codeOf(values: Float64Array, at = 0): number {
  const adx = values[at + ADX] ?? NaN
  const slope = values[at + EMA_SLOPE] ?? NaN
  const rank = values[at + WIDTH_RANK] ?? NaN
  if (Number.isNaN(adx + slope + rank + (values[at + ATR_PERCENT] ?? NaN))) return REGIME_UNKNOWN
  if (rank < NARROW_RANK) return COMPRESSION
  if (adx >= TREND_ADX) return slope > 0 ? TREND_UP : TREND_DOWN
  return rank >= WIDE_RANK ? EXPANSION : RANGE
}
