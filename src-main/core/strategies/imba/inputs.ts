// What the voters of IMBA read from the feature registry, and where each stands in the plugin's feature array.
import type { StrategyInput } from '../strategy.ts'

export const ATR = 0
export const BOLLINGER_UPPER = 1
export const BOLLINGER_LOWER = 2
export const KELTNER_UPPER = 3
export const KELTNER_LOWER = 4
export const DONCHIAN_MID = 5
export const DONCHIAN_UPPER = 6
export const DONCHIAN_LOWER = 7
export const SMA = 8
export const VWAP = 9
export const VWAP_SIGMA = 10
export const EMA_8 = 11
export const EMA_21 = 12
export const EMA_50 = 13
export const EMA_55 = 14
export const EMA_SPREAD_RANK = 15
export const VOLUME_SMA = 16
export const RSI = 17
export const SWING_HIGH = 18
export const SWING_HIGH_AGE = 19
export const SWING_LOW = 20
export const SWING_LOW_AGE = 21

/** In the order of the positions above. */
export const VOTER_FEATURES: readonly string[] = [
  'atr_14',
  'bollinger_upper_20_2',
  'bollinger_lower_20_2',
  'keltner_upper_20_1.5',
  'keltner_lower_20_1.5',
  'donchian_mid_20',
  'donchian_upper_20',
  'donchian_lower_20',
  'sma_20',
  'vwap_day',
  'vwap_day_sigma',
  'ema_8',
  'ema_21',
  'ema_50',
  'ema_55',
  'ema_spread_rank_8_21_55_100',
  'volume_sma_20',
  'rsi_14',
  'swing_high_5',
  'swing_high_age_5',
  'swing_low_5',
  'swing_low_age_5',
]

/** The value at one of the positions above; NaN while it warms up. */
export const at = (input: StrategyInput, position: number): number => input.features[position] ?? NaN
