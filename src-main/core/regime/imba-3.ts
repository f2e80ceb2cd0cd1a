// Three regimes of IMBA: volatile, trend or flat.
import { REGIME_UNKNOWN, type RegimeClassifier, regimeFromMargins } from './classifier.ts'

export const VOLATILE = 0
export const TREND = 1
export const FLAT = 2
const REGIMES = ['volatile', 'trend', 'flat'] as const

/** Positions in the declared features. */
const ATR_RANK = 0
const ADX = 1
/** Share of the last 500 bars whose ATR percent lies below this one's. */
const VOLATILE_RANK = 0.9
const TREND_ADX = 25
/** How far from its threshold a value must be to count as one step: a twentieth of all bars, five points of ADX. */
const RANK_STEP = 0.05
const ADX_STEP = 5

/** Volatile while ATR in percent of price is at or above its 90th percentile of 500 bars, else trend while ADX(14) is at least 25, else flat. */
export const imba3: RegimeClassifier = {
  id: 'imba-3',
  regimes: REGIMES,
  features: ['atr_percent_rank_14', 'adx_14'],
  warmupCandles: 514,
  codeOf,
  classify(values, at = 0) {
    const code = codeOf(values, at)
    if (code === REGIME_UNKNOWN) return null
    const wild = ((values[at + ATR_RANK] ?? NaN) - VOLATILE_RANK) / RANK_STEP
    const trending = ((values[at + ADX] ?? NaN) - TREND_ADX) / ADX_STEP
    return regimeFromMargins(imba3, code, [wild, Math.min(-wild, trending), Math.min(-wild, -trending)])
  },
}

function codeOf(values: Float64Array, at = 0): number {
  const rank = values[at + ATR_RANK] ?? NaN
  const adx = values[at + ADX] ?? NaN
  if (Number.isNaN(rank + adx)) return REGIME_UNKNOWN
  if (rank >= VOLATILE_RANK) return VOLATILE
  return adx >= TREND_ADX ? TREND : FLAT
}
