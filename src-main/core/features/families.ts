// Every indicator in the registry. A new one is added here and nowhere else.
import { Ema, Rma, Sma } from './averages.ts'
import { Donchian } from './channel.ts'
import { type FamilyOutput, type FamilyParameter, type FeatureFamily, type Step, PERIOD, parameterAt } from './family.ts'
import type { CandleScalars, FeatureSpec } from './feature.ts'
import { Macd, Roc, Rsi } from './momentum.ts'
import { Chandelier, DirectionalMovement, SuperTrend } from './trend.ts'
import { Atr, Bollinger, RealizedVolatility } from './volatility.ts'
import { DayVwap } from './vwap.ts'

const first = (parameters: readonly number[]): number => parameterAt(parameters, 0)
const afterPeriod = (parameters: readonly number[]): number => first(parameters) + 1
const multiple = (defaultValue: number): FamilyParameter => ({ name: 'multiple', min: 0.1, max: 20, whole: false, default: defaultValue })
const period = (defaultValue: number): FamilyParameter => ({ ...PERIOD, default: defaultValue })

type OutputText = { readonly base: string; readonly unit: FeatureSpec['unit']; readonly definition: string }
const outputs = (warmupCandles: (parameters: readonly number[]) => number, texts: readonly OutputText[]): readonly FamilyOutput[] =>
  texts.map((text) => ({ ...text, warmupCandles }))

const sma: FeatureFamily = {
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

const ema: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD],
  typical: [[9], [21], [50], [55], [200]],
  outputs: outputs(first, [
    { base: 'ema', unit: 'price', definition: 'Exponential average of closes, weight 2 ÷ (n + 1), seeded with their mean (TA-Lib EMA)' },
  ]),
  start(parameters, { cells, at }) {
    const average = new Ema(first(parameters))
    return (candle) => {
      cells[at] = average.update(candle.close)
    }
  },
}

const rma: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD],
  typical: [[14]],
  outputs: outputs(first, [
    { base: 'rma', unit: 'price', definition: 'Exponential average of closes, weight 1 ÷ n, seeded with their mean (Wilder 1978)' },
  ]),
  start(parameters, { cells, at }) {
    const average = new Rma(first(parameters))
    return (candle) => {
      cells[at] = average.update(candle.close)
    }
  },
}

const rsi: FeatureFamily = {
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
const macd: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [
    { ...period(12), name: 'fast period' },
    { ...period(26), name: 'slow period' },
    { ...period(9), name: 'signal period' },
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

const roc: FeatureFamily = {
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

const atr: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close'],
  parameters: [PERIOD],
  typical: [[14], [100]],
  outputs: outputs(afterPeriod, [{ base: 'atr', unit: 'price', definition: 'Average true range, Wilder smoothing (TA-Lib ATR)' }]),
  start(parameters, { cells, at }) {
    const range = new Atr(first(parameters))
    return (candle) => {
      cells[at] = range.update(candle.high, candle.low, candle.close)
    }
  },
}

const directionalMovement: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close'],
  parameters: [PERIOD],
  typical: [[14]],
  outputs: [
    {
      base: 'adx',
      unit: 'index_0_100',
      definition: 'Average directional index (TA-Lib ADX)',
      warmupCandles: (parameters) => 2 * first(parameters),
    },
    {
      base: 'plus_di',
      unit: 'index_0_100',
      definition: 'Upward movement as a share of the true range (TA-Lib PLUS_DI)',
      warmupCandles: afterPeriod,
    },
    {
      base: 'minus_di',
      unit: 'index_0_100',
      definition: 'Downward movement as a share of the true range (TA-Lib MINUS_DI)',
      warmupCandles: afterPeriod,
    },
  ],
  start(parameters, { cells, at }) {
    const movement = new DirectionalMovement(first(parameters))
    return (candle) => {
      cells[at] = movement.update(candle.high, candle.low, candle.close)
      cells[at + 1] = movement.plusDi
      cells[at + 2] = movement.minusDi
    }
  },
}

const bollinger: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD, multiple(2)],
  typical: [[20, 2]],
  outputs: outputs(first, [
    { base: 'bollinger_mid', unit: 'price', definition: 'Mean of the last n closes (TA-Lib BBANDS)' },
    { base: 'bollinger_upper', unit: 'price', definition: 'Mid + multiple × population standard deviation (TA-Lib BBANDS)' },
    { base: 'bollinger_lower', unit: 'price', definition: 'Mid − multiple × population standard deviation (TA-Lib BBANDS)' },
    { base: 'bollinger_width', unit: 'ratio', definition: '(Upper − lower) ÷ mid (Bollinger, BandWidth)' },
  ]),
  start(parameters, { cells, at }) {
    const bands = new Bollinger(first(parameters), parameterAt(parameters, 1))
    return (candle) => {
      cells[at] = bands.update(candle.close)
      cells[at + 1] = bands.upper
      cells[at + 2] = bands.lower
      cells[at + 3] = bands.width
    }
  },
}

const donchian: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low'],
  parameters: [PERIOD],
  typical: [[20], [55]],
  outputs: outputs(first, [
    { base: 'donchian_mid', unit: 'price', definition: 'Middle of the Donchian channel' },
    { base: 'donchian_upper', unit: 'price', definition: 'Highest high of the last n candles, this one included (Donchian)' },
    { base: 'donchian_lower', unit: 'price', definition: 'Lowest low of the last n candles, this one included (Donchian)' },
  ]),
  start(parameters, { cells, at }) {
    const channel = new Donchian(first(parameters))
    return (candle) => {
      cells[at] = channel.update(candle.high, candle.low)
      cells[at + 1] = channel.upper
      cells[at + 2] = channel.lower
    }
  },
}

const supertrend: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close'],
  parameters: [period(10), multiple(3)],
  typical: [[10, 3]],
  outputs: outputs(afterPeriod, [
    { base: 'supertrend', unit: 'price', definition: 'SuperTrend line: the tightening ATR band on the protective side (Seban)' },
    { base: 'supertrend_direction', unit: 'ratio', definition: '1 while the close holds above the SuperTrend line, −1 below (Seban)' },
  ]),
  start(parameters, { cells, at }) {
    const trend = new SuperTrend(first(parameters), parameterAt(parameters, 1))
    return (candle) => {
      cells[at] = trend.update(candle.high, candle.low, candle.close)
      cells[at + 1] = trend.direction
    }
  },
}

const chandelier: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close'],
  parameters: [period(22), multiple(3)],
  typical: [[22, 3]],
  outputs: outputs(afterPeriod, [
    { base: 'chandelier_distance', unit: 'price', definition: 'Multiple × ATR(n) (LeBeau)' },
    { base: 'chandelier_long', unit: 'price', definition: 'Highest high of n candles − distance: exit of a long (LeBeau)' },
    { base: 'chandelier_short', unit: 'price', definition: 'Lowest low of n candles + distance: exit of a short (LeBeau)' },
  ]),
  start(parameters, { cells, at }) {
    const exit = new Chandelier(first(parameters), parameterAt(parameters, 1))
    return (candle) => {
      cells[at] = exit.update(candle.high, candle.low, candle.close)
      cells[at + 1] = exit.long
      cells[at + 2] = exit.short
    }
  },
}

const realizedVolatility: FeatureFamily = {
  version: 1,
  inputs: ['openTimeMs', 'close'],
  parameters: [PERIOD],
  typical: [[24], [48], [288]],
  outputs: outputs(afterPeriod, [
    {
      base: 'realized_volatility',
      unit: 'ratio',
      definition: 'Root mean squared log return of n candles, annualised over 365 days (Andersen et al. 2003)',
    },
  ]),
  start(parameters, { cells, at }) {
    const volatility = new RealizedVolatility(first(parameters))
    return (candle) => {
      cells[at] = volatility.update(candle.openTimeMs, candle.close)
    }
  },
}

const vwap: FeatureFamily = {
  version: 1,
  inputs: ['openTimeMs', 'high', 'low', 'close', 'volume'],
  parameters: [],
  typical: [[]],
  outputs: outputs(
    () => 1440,
    [
      {
        base: 'vwap_day',
        unit: 'price',
        definition:
          'Volume-weighted typical price since 00:00 UTC; NaN until the first day seen from its start (at most 1440 candles of 1m)',
      },
    ],
  ),
  start(_parameters, { cells, at }): Step {
    const average = new DayVwap()
    return (candle: CandleScalars) => {
      cells[at] = average.update(candle.openTimeMs, (candle.high + candle.low + candle.close) / 3, candle.volume)
    }
  },
}

/** In the order of the catalogue. */
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
