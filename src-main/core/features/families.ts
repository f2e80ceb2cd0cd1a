// Every indicator in the registry, in the order of the catalogue. A new one is listed here and nowhere else.
import { calendar } from './calendar-families.ts'
import { ema, emaSpread, emaSpreadRank, macd, rma, roc, rsi, sma } from './close-families.ts'
import type { FeatureFamily } from './family.ts'
import { levels, swing } from './level-families.ts'
import { MEASURE_FAMILIES } from './measure-families.ts'
import * as oscillators from './oscillator-families.ts'
import * as ranges from './range-families.ts'
import { emaSlope } from './slope-families.ts'
import * as statistics from './statistic-families.ts'
import * as volumes from './volume-families.ts'

export const FAMILIES: readonly FeatureFamily[] = [
  sma,
  ema,
  rma,
  oscillators.wma,
  oscillators.hma,
  emaSpread,
  emaSpreadRank,
  emaSlope,
  rsi,
  macd,
  roc,
  oscillators.stochastic,
  oscillators.stochRsi,
  oscillators.williamsR,
  oscillators.cci,
  oscillators.aroon,
  oscillators.trix,
  oscillators.linearRegression,
  ranges.atr,
  ranges.atrPercent,
  ranges.atrPercentRank,
  ranges.directionalMovement,
  ranges.bollinger,
  ranges.bollingerPercentB,
  ranges.bollingerWidthRank,
  ranges.keltner,
  ranges.donchian,
  oscillators.ichimoku,
  oscillators.ichimokuCloud,
  ranges.supertrend,
  oscillators.parabolicSar,
  ranges.chandelier,
  volumes.vwap,
  volumes.rollingVwap,
  volumes.volumeSma,
  volumes.volumeRatio,
  volumes.mfi,
  volumes.obv,
  volumes.cmf,
  volumes.amihud,
  volumes.volumeProfile,
  swing,
  levels,
  statistics.logReturn,
  statistics.realizedVolatility,
  statistics.parkinsonVolatility,
  statistics.garmanKlassVolatility,
  statistics.volatilityOfVolatility,
  statistics.skewness,
  statistics.kurtosis,
  statistics.hurst,
  statistics.entropy,
  statistics.autocorrelation,
  statistics.zScore,
  statistics.volumeZScore,
  statistics.closeRank,
  calendar,
  ...MEASURE_FAMILIES,
]
