// Oscillators and averages of the newer kind.
import { type FamilyParameter, type FeatureFamily, PERIOD, afterPeriod, columnAt, first, outputs, parameterAt, period } from './family.ts'
import { Ichimoku, IchimokuCloud, type IchimokuPeriods, fillIchimoku } from './ichimoku.ts'
import { Aroon, Cci, StochRsi, Stochastic, Trix, WilliamsR, fillStochastic } from './oscillators.ts'
import { ParabolicSar } from './parabolic-sar.ts'
import { LinearRegression } from './regression.ts'
import { typicalPrice } from './vwap.ts'
import { Hma, Wma } from './weighted-averages.ts'

const smoothing = (name: string): FamilyParameter => ({ ...PERIOD, name, min: 1, default: 3 })

export const wma: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD],
  typical: [[20]],
  outputs: outputs(first, [
    { base: 'wma', unit: 'price', definition: 'Average of the last n closes with weights 1 to n, the newest has n (TA-Lib WMA)' },
  ]),
  start(parameters, { cells, at }) {
    const average = new Wma(first(parameters))
    return (candle) => {
      cells[at] = average.update(candle.close)
    }
  },
}

export const hma: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [{ ...PERIOD, min: 4 }],
  typical: [[20]],
  outputs: outputs(
    (parameters) => first(parameters) + Math.floor(Math.sqrt(first(parameters))) - 1,
    [{ base: 'hma', unit: 'price', definition: 'WMA over √n values of 2 × WMA(n ÷ 2) − WMA(n), rounded down (Hull 2005)' }],
  ),
  start(parameters, { cells, at }) {
    const average = new Hma(first(parameters))
    return (candle) => {
      cells[at] = average.update(candle.close)
    }
  },
}

const stochasticWarmup = (parameters: readonly number[]): number => first(parameters) + parameterAt(parameters, 1) - 1

export const stochastic: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close'],
  parameters: [period(14), smoothing('slowing'), smoothing('signal period')],
  typical: [[14, 3, 3]],
  outputs: [
    {
      base: 'stochastic_k',
      unit: 'index_0_100',
      definition: 'Place of the close in the range of n candles, averaged over some (TA-Lib STOCH, slow %K)',
      warmupCandles: stochasticWarmup,
    },
    {
      base: 'stochastic_d',
      unit: 'index_0_100',
      definition: 'Mean of the last values of %K (TA-Lib STOCH, slow %D)',
      warmupCandles: (parameters) => stochasticWarmup(parameters) + parameterAt(parameters, 2) - 1,
    },
  ],
  start(parameters, { cells, at }) {
    const oscillator = new Stochastic({
      period: first(parameters),
      slowing: parameterAt(parameters, 1),
      signal: parameterAt(parameters, 2),
    })
    return (candle) => {
      cells[at] = oscillator.update(candle.high, candle.low, candle.close)
      cells[at + 1] = oscillator.d
    }
  },
  fill(parameters, columns, targets) {
    const periods = { period: first(parameters), slowing: parameterAt(parameters, 1), signal: parameterAt(parameters, 2) }
    fillStochastic(columns, [columnAt(targets, 0), columnAt(targets, 1)], periods)
  },
}

const stochRsiWarmup = (parameters: readonly number[]): number => first(parameters) + parameterAt(parameters, 1)

export const stochRsi: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [period(14), { ...period(14), name: 'range period' }, smoothing('signal period')],
  typical: [[14, 14, 3]],
  outputs: [
    {
      base: 'stoch_rsi_k',
      unit: 'index_0_100',
      definition: 'Place of RSI in its own range (TA-Lib STOCHRSI, fast %K)',
      warmupCandles: stochRsiWarmup,
    },
    {
      base: 'stoch_rsi_d',
      unit: 'index_0_100',
      definition: 'Mean of the last values of %K (TA-Lib STOCHRSI, fast %D)',
      warmupCandles: (parameters) => stochRsiWarmup(parameters) + parameterAt(parameters, 2) - 1,
    },
  ],
  start(parameters, { cells, at }) {
    const oscillator = new StochRsi({
      rsiPeriod: first(parameters),
      period: parameterAt(parameters, 1),
      signal: parameterAt(parameters, 2),
    })
    return (candle) => {
      cells[at] = oscillator.update(candle.close)
      cells[at + 1] = oscillator.d
    }
  },
}

export const williamsR: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close'],
  parameters: [PERIOD],
  typical: [[14]],
  outputs: outputs(first, [
    { base: 'williams_r', unit: 'percent', definition: '−100 at the lowest low of n candles, 0 at the highest high (TA-Lib WILLR)' },
  ]),
  start(parameters, { cells, at }) {
    const oscillator = new WilliamsR(first(parameters))
    return (candle) => {
      cells[at] = oscillator.update(candle.high, candle.low, candle.close)
    }
  },
}

export const cci: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close'],
  parameters: [PERIOD],
  typical: [[20]],
  outputs: outputs(first, [
    {
      base: 'cci',
      unit: 'ratio',
      definition: 'Distance of the typical price from its mean ÷ (0.015 × mean deviation); 0 without any (TA-Lib CCI)',
    },
  ]),
  start(parameters, { cells, at }) {
    const oscillator = new Cci(first(parameters))
    return (candle) => {
      cells[at] = oscillator.update(typicalPrice(candle.high, candle.low, candle.close))
    }
  },
}

export const aroon: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low'],
  parameters: [PERIOD],
  typical: [[25]],
  outputs: outputs(afterPeriod, [
    { base: 'aroon_oscillator', unit: 'percent', definition: 'Aroon up − Aroon down, −100 to 100 (TA-Lib AROONOSC)' },
    { base: 'aroon_up', unit: 'index_0_100', definition: '100 × (n − candles since the highest high of n + 1) ÷ n (TA-Lib AROON)' },
    { base: 'aroon_down', unit: 'index_0_100', definition: '100 × (n − candles since the lowest low of n + 1) ÷ n (TA-Lib AROON)' },
  ]),
  start(parameters, { cells, at }) {
    const aroons = new Aroon(first(parameters))
    return (candle) => {
      cells[at] = aroons.update(candle.high, candle.low)
      cells[at + 1] = aroons.up
      cells[at + 2] = aroons.down
    }
  },
}

export const trix: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD],
  typical: [[15]],
  outputs: outputs(
    (parameters) => 3 * first(parameters) - 1,
    [{ base: 'trix', unit: 'percent', definition: 'Change of a triple EMA of closes from candle to candle, in percent (TA-Lib TRIX)' }],
  ),
  start(parameters, { cells, at }) {
    const oscillator = new Trix(first(parameters))
    return (candle) => {
      cells[at] = oscillator.update(candle.close)
    }
  },
}

export const parabolicSar: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low'],
  parameters: [
    { name: 'step', min: 0.001, max: 1, whole: false, default: 0.02 },
    { name: 'maximum', min: 0.001, max: 1, whole: false, default: 0.2 },
  ],
  typical: [[0.02, 0.2]],
  outputs: outputs(
    () => 2,
    [
      {
        base: 'parabolic_sar',
        unit: 'price',
        definition: 'Stop and reverse: a stop that closes in faster with each new extreme (Wilder 1978; TA-Lib SAR)',
      },
    ],
  ),
  start(parameters, { cells, at }) {
    const stop = new ParabolicSar({ step: first(parameters), max: parameterAt(parameters, 1) })
    return (candle) => {
      cells[at] = stop.update(candle.high, candle.low)
    }
  },
}

const ICHIMOKU_PERIODS: readonly FamilyParameter[] = [
  period(9),
  { ...period(26), name: 'base period' },
  { ...period(52), name: 'span period' },
]
const ichimokuOf = (parameters: readonly number[]): IchimokuPeriods => ({
  conversion: first(parameters),
  base: parameterAt(parameters, 1),
  span: parameterAt(parameters, 2),
})
const refuseIchimoku = (parameters: readonly number[]): string | null => {
  const { conversion, base, span } = ichimokuOf(parameters)
  return conversion < base && base < span ? null : `periods ${conversion}, ${base} and ${span}, expected to rise`
}

export const ichimoku: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low'],
  parameters: ICHIMOKU_PERIODS,
  typical: [[9, 26, 52]],
  outputs: [
    {
      base: 'ichimoku_conversion',
      unit: 'price',
      definition: 'Middle of the range of 9 candles, Tenkan-sen (Hosoda 1969)',
      warmupCandles: first,
    },
    {
      base: 'ichimoku_base',
      unit: 'price',
      definition: 'Middle of the range of 26 candles, Kijun-sen (Hosoda 1969)',
      warmupCandles: (parameters) => parameterAt(parameters, 1),
    },
    {
      base: 'ichimoku_span_a',
      unit: 'price',
      definition: 'Mean of conversion and base line, drawn 26 candles ahead, Senkou A (Hosoda 1969)',
      warmupCandles: (parameters) => parameterAt(parameters, 1),
    },
    {
      base: 'ichimoku_span_b',
      unit: 'price',
      definition: 'Middle of the range of 52 candles, drawn 26 candles ahead, Senkou B (Hosoda 1969)',
      warmupCandles: (parameters) => parameterAt(parameters, 2),
    },
  ],
  refuse: refuseIchimoku,
  start(parameters, { cells, at }) {
    const lines = new Ichimoku(ichimokuOf(parameters))
    return (candle) => {
      cells[at] = lines.update(candle.high, candle.low)
      cells[at + 1] = lines.base
      cells[at + 2] = lines.spanA
      cells[at + 3] = lines.spanB
    }
  },
  fill(parameters, columns, targets) {
    const out = { conversion: columnAt(targets, 0), base: columnAt(targets, 1), spanA: columnAt(targets, 2), spanB: columnAt(targets, 3) }
    fillIchimoku(columns, out, ichimokuOf(parameters))
  },
}

export const ichimokuCloud: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low'],
  parameters: ICHIMOKU_PERIODS,
  typical: [[9, 26, 52]],
  outputs: outputs(
    (parameters) => parameterAt(parameters, 1) + parameterAt(parameters, 2),
    [
      {
        base: 'ichimoku_cloud_a',
        unit: 'price',
        definition: 'Span A of 26 candles before: an edge of the cloud at this candle (Hosoda 1969)',
      },
      {
        base: 'ichimoku_cloud_b',
        unit: 'price',
        definition: 'Span B of 26 candles before: an edge of the cloud at this candle (Hosoda 1969)',
      },
    ],
  ),
  refuse: refuseIchimoku,
  start(parameters, { cells, at }) {
    const cloud = new IchimokuCloud(ichimokuOf(parameters))
    return (candle) => {
      cloud.update(candle.high, candle.low)
      cells[at] = cloud.a
      cells[at + 1] = cloud.b
    }
  },
}

export const linearRegression: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD],
  typical: [[20]],
  outputs: outputs(first, [
    {
      base: 'linreg_slope',
      unit: 'price',
      definition: 'Slope per candle of the least-squares line through the last n closes (TA-Lib LINEARREG_SLOPE)',
    },
    { base: 'linreg_r_squared', unit: 'ratio', definition: 'Share of the variance of the last n closes that this line explains, 0 to 1' },
  ]),
  start(parameters, { cells, at }) {
    const line = new LinearRegression(first(parameters))
    return (candle) => {
      cells[at] = line.update(candle.close)
      cells[at + 1] = line.rSquared
    }
  },
}
