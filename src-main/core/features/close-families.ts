// Indicators of the close alone: averages and momentum.
import { Sma, createEma, createRma, emaWeight, fillSma, fillSmoothed, rmaWeight } from './averages.ts'
import { type FamilyParameter, type FeatureFamily, PERIOD, afterPeriod, columnAt, first, outputs, parameterAt, period } from './family.ts'
import { EmaSpread } from './ema-spread.ts'
import { Macd, Roc, Rsi, fillMacd, fillRsi } from './momentum.ts'
import { PercentileRank } from './rank.ts'

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
  fill(parameters, { close }, targets) {
    fillSma(close, columnAt(targets, 0), { period: first(parameters) })
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
  fill(parameters, { close }, targets) {
    fillSmoothed(close, columnAt(targets, 0), { period: first(parameters), weight: emaWeight(first(parameters)) })
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
  fill(parameters, { close }, targets) {
    fillSmoothed(close, columnAt(targets, 0), { period: first(parameters), weight: rmaWeight(first(parameters)) })
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
  fill(parameters, { close }, targets) {
    fillRsi(close, columnAt(targets, 0), first(parameters))
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
  fill(parameters, { close }, targets) {
    const out = { line: columnAt(targets, 0), signal: columnAt(targets, 1), histogram: columnAt(targets, 2) }
    fillMacd(close, out, { fast: first(parameters), slow: macdSlow(parameters), signal: parameterAt(parameters, 2) })
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

const SPREAD_PERIODS: readonly FamilyParameter[] = [period(8), period(21), period(55)]
const longestOfThree = (parameters: readonly number[]): number => Math.max(...parameters.slice(0, 3))
const emaSpreadOf = (parameters: readonly number[]): EmaSpread =>
  new EmaSpread([first(parameters), parameterAt(parameters, 1), parameterAt(parameters, 2)])

export const emaSpread: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: SPREAD_PERIODS,
  typical: [[8, 21, 55]],
  outputs: outputs(longestOfThree, [
    { base: 'ema_spread', unit: 'ratio', definition: '(highest − lowest of three EMAs of the close) ÷ close (TA-Lib EMA)' },
  ]),
  start(parameters, { cells, at }) {
    const spread = emaSpreadOf(parameters)
    return (candle) => {
      cells[at] = spread.update(candle.close)
    }
  },
}

export const emaSpreadRank: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [...SPREAD_PERIODS, { ...period(100), name: 'window' }],
  typical: [[8, 21, 55, 100]],
  outputs: outputs(
    (parameters) => longestOfThree(parameters) + parameterAt(parameters, 3) - 1,
    [{ base: 'ema_spread_rank', unit: 'ratio', definition: 'Percentile rank of the EMA spread in its last values, 0 to 1, ties half' }],
  ),
  start(parameters, { cells, at }) {
    const spread = emaSpreadOf(parameters)
    const rank = new PercentileRank(parameterAt(parameters, 3))
    return (candle) => {
      cells[at] = rank.update(spread.update(candle.close))
    }
  },
}
