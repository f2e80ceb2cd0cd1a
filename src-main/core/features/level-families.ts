// Prices at which the market turned.
import { type FeatureFamily, first, outputs, parameterAt } from './family.ts'
import { LevelClusters } from './levels.ts'
import { SwingPivots } from './swing.ts'

const NO_SWING = 'no swing of that kind has been confirmed yet'

export const swing: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low'],
  parameters: [{ name: 'reach', min: 1, max: 100, whole: true, default: null }],
  typical: [[5]],
  outputs: outputs(
    (parameters) => 2 * first(parameters) + 1,
    [
      {
        base: 'swing_high',
        unit: 'price',
        unknownWhen: NO_SWING,
        definition: 'Last high above those of the n candles after it and not below the n before it (Williams, fractals)',
      },
      {
        base: 'swing_high_age',
        unit: 'candles',
        unknownWhen: NO_SWING,
        definition: 'Candles since the last confirmed swing high (Williams, fractals)',
      },
      {
        base: 'swing_low',
        unit: 'price',
        unknownWhen: NO_SWING,
        definition: 'Last low below those of the n candles after it and not above the n before it (Williams, fractals)',
      },
      {
        base: 'swing_low_age',
        unit: 'candles',
        unknownWhen: NO_SWING,
        definition: 'Candles since the last confirmed swing low (Williams, fractals)',
      },
    ],
  ),
  start(parameters, { cells, at }) {
    const pivots = new SwingPivots(first(parameters))
    return (candle) => {
      cells[at] = pivots.update(candle.high, candle.low)
      cells[at + 1] = pivots.highAge
      cells[at + 2] = pivots.low
      cells[at + 3] = pivots.lowAge
    }
  },
}

const NO_LEVEL = 'there is no level on that side'

export const levels: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close'],
  parameters: [
    { name: 'reach', min: 1, max: 100, whole: true, default: null },
    { name: 'pivots', min: 2, max: 200, whole: true, default: 20 },
    { name: 'tolerance', min: 0.01, max: 10, whole: false, default: 0.5 },
  ],
  typical: [[5, 20, 0.5]],
  outputs: outputs(
    (parameters) => Math.max(15, 2 * first(parameters) + 1),
    [
      {
        base: 'support',
        unit: 'price',
        unknownWhen: NO_LEVEL,
        definition: 'Nearest cluster of swing highs and lows at or below the close: neighbours within tolerance × ATR(14) are one level',
      },
      { base: 'support_touches', unit: 'count', unknownWhen: NO_LEVEL, definition: 'Swings that form the support' },
      { base: 'resistance', unit: 'price', unknownWhen: NO_LEVEL, definition: 'Nearest cluster of swing highs and lows above the close' },
      { base: 'resistance_touches', unit: 'count', unknownWhen: NO_LEVEL, definition: 'Swings that form the resistance' },
    ],
  ),
  start(parameters, { cells, at }) {
    const clusters = new LevelClusters({
      reach: first(parameters),
      pivotCount: parameterAt(parameters, 1),
      tolerance: parameterAt(parameters, 2),
    })
    return (candle) => {
      cells[at] = clusters.update(candle.high, candle.low, candle.close)
      cells[at + 1] = clusters.supportTouches
      cells[at + 2] = clusters.resistance
      cells[at + 3] = clusters.resistanceTouches
    }
  },
}
