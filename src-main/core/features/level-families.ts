// Prices at which the market turned.
import { type FeatureFamily, first, outputs } from './family.ts'
import { SwingPivots } from './swing.ts'

const NO_SWING = 'no candle of that kind has been confirmed yet'

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
