// Indicators of the whole candle, and of how far the price moves.
import { Donchian, fillDonchian } from './channel.ts'
import { type FeatureFamily, PERIOD, afterPeriod, columnAt, first, multiple, outputs, parameterAt, period } from './family.ts'
import { Chandelier, DirectionalMovement, SuperTrend, fillAdx, fillDirectionalIndicators, fillSuperTrend } from './trend.ts'
import { Atr, Bollinger, fillAtr, fillBandWidth, fillBollinger } from './volatility.ts'
import { createEma } from './averages.ts'
import { PercentileRank } from './rank.ts'

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
  fill(parameters, columns, targets) {
    fillAtr(columns, columnAt(targets, 0), first(parameters))
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
  fill(parameters, columns, targets) {
    const [isAdxAsked, ...areOthersAsked] = targets.isAsked
    if (isAdxAsked) fillAdx(columns, columnAt(targets, 0), first(parameters))
    if (areOthersAsked.includes(true)) fillDirectionalIndicators(columns, [columnAt(targets, 1), columnAt(targets, 2)], first(parameters))
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
  fill(parameters, { close }, targets) {
    const out = { mid: columnAt(targets, 0), upper: columnAt(targets, 1), lower: columnAt(targets, 2) }
    fillBollinger(close, out, { period: first(parameters), multiple: parameterAt(parameters, 1) })
    if (targets.isAsked[3]) fillBandWidth(out, columnAt(targets, 3))
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
  fill(parameters, columns, targets) {
    const out = { mid: columnAt(targets, 0), upper: columnAt(targets, 1), lower: columnAt(targets, 2) }
    fillDonchian(columns, out, first(parameters))
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
  fill(parameters, columns, targets) {
    const out = [columnAt(targets, 0), columnAt(targets, 1)] as const
    fillSuperTrend(columns, out, { period: first(parameters), multiple: parameterAt(parameters, 1) })
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

export const atrPercent: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close'],
  parameters: [PERIOD],
  typical: [[14]],
  outputs: outputs(afterPeriod, [
    { base: 'atr_percent', unit: 'percent', definition: 'ATR(n) in percent of the close (TA-Lib ATR; Forman NATR, TASC 2006)' },
  ]),
  start(parameters, { cells, at }) {
    const range = new Atr(first(parameters))
    return (candle) => {
      cells[at] = (100 * range.update(candle.high, candle.low, candle.close)) / candle.close
    }
  },
}

export const atrPercentRank: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close'],
  parameters: [PERIOD, { ...period(500), name: 'window' }],
  typical: [[14, 500]],
  outputs: outputs(
    (parameters) => first(parameters) + parameterAt(parameters, 1),
    [{ base: 'atr_percent_rank', unit: 'ratio', definition: 'Percentile rank of ATR(n) ÷ close in its last values, 0 to 1, ties half' }],
  ),
  start(parameters, { cells, at }) {
    const range = new Atr(first(parameters))
    const rank = new PercentileRank(parameterAt(parameters, 1))
    return (candle) => {
      cells[at] = rank.update(range.update(candle.high, candle.low, candle.close) / candle.close)
    }
  },
}

export const bollingerWidthRank: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD, { ...period(500), name: 'window' }],
  typical: [[20, 500]],
  outputs: outputs(
    (parameters) => first(parameters) + parameterAt(parameters, 1) - 1,
    [
      {
        base: 'bollinger_width_rank',
        unit: 'ratio',
        definition: 'Percentile rank of the Bollinger width of n candles in its last values, 0 to 1, ties half',
      },
    ],
  ),
  start(parameters, { cells, at }) {
    const bands = new Bollinger(first(parameters), 1)
    const rank = new PercentileRank(parameterAt(parameters, 1))
    return (candle) => {
      bands.update(candle.close)
      cells[at] = rank.update(bands.width)
    }
  },
}

export const keltner: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close'],
  parameters: [PERIOD, multiple(1.5)],
  typical: [[20, 1.5]],
  outputs: outputs(afterPeriod, [
    { base: 'keltner_mid', unit: 'price', definition: 'EMA(n) of closes, from the candle on at which its bands exist (Keltner; Raschke)' },
    { base: 'keltner_upper', unit: 'price', definition: 'Mid + multiple × ATR(n) (Keltner 1960, in the form of Linda Raschke)' },
    { base: 'keltner_lower', unit: 'price', definition: 'Mid − multiple × ATR(n) (Keltner 1960, in the form of Linda Raschke)' },
  ]),
  start(parameters, { cells, at }) {
    const average = createEma(first(parameters))
    const range = new Atr(first(parameters))
    const times = parameterAt(parameters, 1)
    return (candle) => {
      const distance = times * range.update(candle.high, candle.low, candle.close)
      const mid = average.update(candle.close)
      cells[at] = Number.isNaN(distance) ? NaN : mid
      cells[at + 1] = mid + distance
      cells[at + 2] = mid - distance
    }
  },
}

export const bollingerPercentB: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD, multiple(2)],
  typical: [[20, 2]],
  outputs: outputs(first, [
    {
      base: 'bollinger_percent_b',
      unit: 'ratio',
      definition: '(Close − lower) ÷ (upper − lower); 0.5 while the bands have no width (Bollinger, %b)',
    },
  ]),
  start(parameters, { cells, at }) {
    const bands = new Bollinger(first(parameters), parameterAt(parameters, 1))
    return (candle) => {
      bands.update(candle.close)
      const height = bands.upper - bands.lower
      cells[at] = height === 0 ? 0.5 : (candle.close - bands.lower) / height
    }
  },
}
