// Indicators of the close alone: averages and momentum.
import { Sma, createEma, createRma } from './averages.ts'
import { type FeatureFamily, PERIOD, afterPeriod, first, outputs, parameterAt } from './family.ts'
import { Macd, Roc, Rsi } from './momentum.ts'

export const sma: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD],
  typical: [[20], [50], [200]],
  outputs: outputs(first, [{ base: 'sma', unit: 'price', definition: 'Mean of the last n closes (TA-Lib SMA)' }]),
  start(parameters, { cells, at }) {
    const average = new Sma(first(parameters))
    return (candle) => {
      cells[at] = average.update(candle.close)
    }
  },
}

export const ema: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD],
  typical: [[9], [21], [50], [55], [200]],
  outputs: outputs(first, [
    { base: 'ema', unit: 'price', definition: 'Exponential average of closes, weight 2 ÷ (n + 1), seeded with their mean (TA-Lib EMA)' },
  ]),
  start(parameters, { cells, at }) {
    const average = createEma(first(parameters))
    return (candle) => {
      cells[at] = average.update(candle.close)
    }
  },
}

export const rma: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD],
  typical: [[14]],
  outputs: outputs(first, [
    { base: 'rma', unit: 'price', definition: 'Exponential average of closes, weight 1 ÷ n, seeded with their mean (Wilder 1978)' },
  ]),
  start(parameters, { cells, at }) {
    const average = createRma(first(parameters))
    return (candle) => {
      cells[at] = average.update(candle.close)
    }
  },
}

export const rsi: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD],
  typical: [[14]],
  outputs: outputs(afterPeriod, [
    { base: 'rsi', unit: 'index_0_100', definition: 'Relative strength index of closes, Wilder smoothing (TA-Lib RSI)' },
  ]),
  start(parameters, { cells, at }) {
    const index = new Rsi(first(parameters))
    return (candle) => {
      cells[at] = index.update(candle.close)
    }
  },
}

const macdSlow = (parameters: readonly number[]): number => parameterAt(parameters, 1)
const macdWhole = (parameters: readonly number[]): number => macdSlow(parameters) + parameterAt(parameters, 2) - 1
export const macd: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [
    { ...PERIOD, name: 'fast period', default: 12 },
    { ...PERIOD, name: 'slow period', default: 26 },
    { ...PERIOD, name: 'signal period', default: 9 },
  ],
  typical: [[12, 26, 9]],
  outputs: [
    { base: 'macd_line', unit: 'price', definition: 'EMA(fast) − EMA(slow) of closes (TA-Lib MACD)', warmupCandles: macdSlow },
    { base: 'macd_signal', unit: 'price', definition: 'EMA of the MACD line (TA-Lib MACD)', warmupCandles: macdWhole },
    { base: 'macd_histogram', unit: 'price', definition: 'MACD line − its signal (TA-Lib MACD)', warmupCandles: macdWhole },
  ],
  refuse: (parameters) =>
    first(parameters) < macdSlow(parameters)
      ? null
      : `fast period ${first(parameters)}, expected less than the slow period ${macdSlow(parameters)}`,
  start(parameters, { cells, at }) {
    const indicator = new Macd(first(parameters), macdSlow(parameters), parameterAt(parameters, 2))
    return (candle) => {
      cells[at] = indicator.update(candle.close)
      cells[at + 1] = indicator.signal
      cells[at + 2] = indicator.histogram
    }
  },
}

export const roc: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [{ ...PERIOD, min: 1 }],
  typical: [[1], [12]],
  outputs: outputs(afterPeriod, [
    { base: 'roc', unit: 'percent', definition: 'Change of the close over n candles, in percent (TA-Lib ROC)' },
  ]),
  start(parameters, { cells, at }) {
    const change = new Roc(first(parameters))
    return (candle) => {
      cells[at] = change.update(candle.close)
    }
  },
}
