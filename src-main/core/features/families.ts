// Every indicator in the registry, in the order of the catalogue. A new one is listed here and nowhere else.
import { ema, emaSpread, emaSpreadRank, macd, rma, roc, rsi, sma } from './close-families.ts'
import type { FeatureFamily } from './family.ts'
import { swing } from './level-families.ts'
import {
  atr,
  atrPercent,
  atrPercentRank,
  bollinger,
  bollingerWidthRank,
  chandelier,
  directionalMovement,
  donchian,
  keltner,
  realizedVolatility,
  supertrend,
} from './range-families.ts'
import { emaSlope } from './slope-families.ts'
import { rollingVwap, volumeProfile, volumeSma, vwap } from './volume-families.ts'

export const FAMILIES: readonly FeatureFamily[] = [
  sma,
  ema,
  rma,
  emaSpread,
  emaSpreadRank,
  emaSlope,
  rsi,
  macd,
  roc,
  atr,
  atrPercent,
  atrPercentRank,
  directionalMovement,
  bollinger,
  bollingerWidthRank,
  keltner,
  donchian,
  supertrend,
  chandelier,
  realizedVolatility,
  vwap,
  rollingVwap,
  volumeSma,
  volumeProfile,
  swing,
]
