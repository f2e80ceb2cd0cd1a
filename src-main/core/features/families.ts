// Every indicator in the registry, in the order of the catalogue. A new one is listed here and nowhere else.
import { ema, macd, rma, roc, rsi, sma } from './close-families.ts'
import type { FeatureFamily } from './family.ts'
import { atr, bollinger, chandelier, directionalMovement, donchian, realizedVolatility, supertrend, vwap } from './range-families.ts'

export const FAMILIES: readonly FeatureFamily[] = [
  sma,
  ema,
  rma,
  rsi,
  macd,
  roc,
  atr,
  directionalMovement,
  bollinger,
  donchian,
  supertrend,
  chandelier,
  realizedVolatility,
  vwap,
]
