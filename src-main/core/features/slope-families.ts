// Which way an average goes.
import { createEma } from './averages.ts'
import { type FeatureFamily, PERIOD, afterPeriod, first, outputs } from './family.ts'

export const emaSlope: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD],
  typical: [[50]],
  outputs: outputs(afterPeriod, [
    { base: 'ema_slope', unit: 'percent', definition: 'Change of the EMA of closes over one candle, in percent of the close (TA-Lib EMA)' },
  ]),
  start(parameters, { cells, at }) {
    const average = createEma(first(parameters))
    let previous = NaN
    return (candle) => {
      const value = average.update(candle.close)
      cells[at] = (100 * (value - previous)) / candle.close
      previous = value
    }
  },
}
