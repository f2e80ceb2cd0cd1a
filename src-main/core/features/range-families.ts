// Indicators of the whole candle, and of how far the price moves.
import { Donchian } from './channel.ts'
import { type FamilyParameter, type FeatureFamily, PERIOD, afterPeriod, first, outputs, parameterAt } from './family.ts'
import { Chandelier, DirectionalMovement, SuperTrend } from './trend.ts'
import { Atr, Bollinger, RealizedVolatility } from './volatility.ts'
import { DayVwap } from './vwap.ts'

const multiple = (defaultValue: number): FamilyParameter => ({ name: 'multiple', min: 0.1, max: 20, whole: false, default: defaultValue })
const period = (defaultValue: number): FamilyParameter => ({ ...PERIOD, default: defaultValue })

export const atr: FeatureFamily = {
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

export const directionalMovement: FeatureFamily = {
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

export const bollinger: FeatureFamily = {
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

export const donchian: FeatureFamily = {
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

export const supertrend: FeatureFamily = {
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

export const chandelier: FeatureFamily = {
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

export const realizedVolatility: FeatureFamily = {
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

export const vwap: FeatureFamily = {
  version: 1,
  inputs: ['openTimeMs', 'high', 'low', 'close', 'volume'],
  parameters: [],
  typical: [[]],
  outputs: outputs(
    () => 1,
    [
      {
        base: 'vwap_day',
        unit: 'price',
        definition: 'Volume-weighted typical price since 00:00 UTC; NaN before the first day that is seen from its start',
      },
    ],
  ),
  start(_parameters, { cells, at }) {
    const average = new DayVwap()
    return (candle) => {
      cells[at] = average.update(candle.openTimeMs, (candle.high + candle.low + candle.close) / 3, candle.volume)
    }
  },
}
