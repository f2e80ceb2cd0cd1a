// Statistics of returns, prices and volumes.
import { type FamilyParameter, type FeatureFamily, PERIOD, afterPeriod, first, outputs, parameterAt, period } from './family.ts'
import { PercentileRank } from './rank.ts'
import { autocorrelationOf, entropyOf, excessKurtosisOf, hurstOf, skewnessOf, zScoreOf } from './statistics.ts'
import { GarmanKlassVolatility, ParkinsonVolatility, RealizedVolatility, VolatilityOfVolatility } from './volatility.ts'
import { Window } from './window.ts'

export const logReturn: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [{ ...PERIOD, min: 1 }],
  typical: [[1], [3], [6], [12], [24], [48], [96]],
  outputs: outputs(afterPeriod, [{ base: 'log_return', unit: 'ratio', definition: 'Natural logarithm of close ÷ close n candles before' }]),
  start(parameters, { cells, at }) {
    const closes = new Window(first(parameters))
    return (candle) => {
      cells[at] = Math.log(candle.close / closes.push(candle.close))
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

export const parkinsonVolatility: FeatureFamily = {
  version: 1,
  inputs: ['openTimeMs', 'high', 'low'],
  parameters: [PERIOD],
  typical: [[48]],
  outputs: outputs(first, [
    {
      base: 'parkinson_volatility',
      unit: 'ratio',
      definition: 'Root of mean ln(high ÷ low)² ÷ (4 ln 2) of n candles, annualised over 365 days (Parkinson 1980)',
    },
  ]),
  start(parameters, { cells, at }) {
    const volatility = new ParkinsonVolatility(first(parameters))
    return (candle) => {
      cells[at] = volatility.update(candle.openTimeMs, candle.high, candle.low)
    }
  },
}

export const garmanKlassVolatility: FeatureFamily = {
  version: 1,
  inputs: ['openTimeMs', 'open', 'high', 'low', 'close'],
  parameters: [PERIOD],
  typical: [[48]],
  outputs: outputs(first, [
    {
      base: 'garman_klass_volatility',
      unit: 'ratio',
      definition: 'Volatility from open, high, low and close of n candles, annualised over 365 days (Garman and Klass 1980)',
    },
  ]),
  start(parameters, { cells, at }) {
    const volatility = new GarmanKlassVolatility(first(parameters))
    return (candle) => {
      cells[at] = volatility.update(candle)
    }
  },
}

export const volatilityOfVolatility: FeatureFamily = {
  version: 1,
  inputs: ['openTimeMs', 'close'],
  parameters: [{ ...period(24) }, { ...period(96), name: 'window' }],
  typical: [[24, 96]],
  outputs: outputs(
    (parameters) => first(parameters) + parameterAt(parameters, 1),
    [
      {
        base: 'volatility_of_volatility',
        unit: 'ratio',
        definition: 'Standard deviation ÷ mean of the last values of realised volatility over n candles',
      },
    ],
  ),
  start(parameters, { cells, at }) {
    const volatility = new VolatilityOfVolatility(first(parameters), parameterAt(parameters, 1))
    return (candle) => {
      cells[at] = volatility.update(candle.openTimeMs, candle.close)
    }
  },
}

type ReturnStatistic = (returns: Float64Array, parameters: readonly number[]) => number
type ReturnFamily = {
  readonly base: string
  readonly definition: string
  readonly parameters: readonly FamilyParameter[]
  readonly typical: readonly number[]
}

/** A statistic of the last n log returns, handed over in order of time in an array of its own. */
const ofReturns = ({ base, definition, parameters: known, typical }: ReturnFamily, statistic: ReturnStatistic): FeatureFamily => ({
  version: 1,
  inputs: ['close'],
  parameters: known,
  typical: [typical],
  outputs: outputs(afterPeriod, [{ base, unit: 'ratio', definition }]),
  start(parameters, { cells, at }) {
    const returns = new Window(first(parameters))
    const inOrder = new Float64Array(first(parameters))
    let previous = NaN
    return (candle) => {
      const change = Math.log(candle.close / previous)
      previous = candle.close
      if (Number.isNaN(change)) return
      returns.push(change)
      if (!returns.isFull) return
      returns.copyInOrder(inOrder)
      cells[at] = statistic(inOrder, parameters)
    }
  },
})

export const skewness = ofReturns(
  {
    base: 'skewness',
    definition: 'Third central moment of n log returns ÷ σ³, population; 0 when they do not vary',
    parameters: [PERIOD],
    typical: [96],
  },
  skewnessOf,
)
export const kurtosis = ofReturns(
  {
    base: 'excess_kurtosis',
    definition: 'Fourth central moment of n log returns ÷ σ⁴ − 3, population; 0 when they do not vary',
    parameters: [PERIOD],
    typical: [96],
  },
  excessKurtosisOf,
)
export const hurst = ofReturns(
  {
    base: 'hurst',
    definition: 'Hurst exponent of n log returns by rescaled range over halves, quarters and so on (Hurst 1951); 0.5 when they do not vary',
    parameters: [{ ...PERIOD, min: 32 }],
    typical: [128],
  },
  hurstOf,
)
export const autocorrelation = ofReturns(
  {
    base: 'autocorrelation',
    definition: 'Autocorrelation of n log returns at a lag (Box and Jenkins 1970); 0 when they do not vary',
    parameters: [
      { ...PERIOD, min: 4 },
      { name: 'lag', min: 1, max: 100, whole: true, default: 1 },
    ],
    typical: [96, 1],
  },
  (returns, parameters) => autocorrelationOf(returns, parameterAt(parameters, 1)),
)

export const entropy: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD, { name: 'bins', min: 2, max: 100, whole: true, default: 10 }],
  typical: [[96, 10]],
  outputs: outputs(afterPeriod, [
    {
      base: 'return_entropy',
      unit: 'ratio',
      definition: 'Shannon entropy of n log returns in equal bins, as a share of its maximum (Shannon 1948)',
    },
  ]),
  start(parameters, { cells, at }) {
    const returns = new Window(first(parameters))
    const counts = new Float64Array(parameterAt(parameters, 1))
    let previous = NaN
    return (candle) => {
      const change = Math.log(candle.close / previous)
      previous = candle.close
      if (Number.isNaN(change)) return
      returns.push(change)
      if (returns.isFull) cells[at] = entropyOf(returns.values, counts)
    }
  },
}

const zScoreOfLast = (input: 'close' | 'volume', base: string, typical: FeatureFamily['typical']): FeatureFamily => ({
  version: 1,
  inputs: [input],
  parameters: [PERIOD],
  typical,
  outputs: outputs(first, [
    {
      base,
      unit: 'ratio',
      definition: `Distance of the ${input} from the mean of the last n, in population standard deviations; 0 without any`,
    },
  ]),
  start(parameters, { cells, at }) {
    const window = new Window(first(parameters))
    return (candle) => {
      window.push(candle[input])
      if (window.isFull) cells[at] = zScoreOf(window.values, candle[input])
    }
  },
})
export const zScore = zScoreOfLast('close', 'zscore', [[20], [96]])
export const volumeZScore = zScoreOfLast('volume', 'volume_zscore', [[20]])

export const closeRank: FeatureFamily = {
  version: 1,
  inputs: ['close'],
  parameters: [PERIOD],
  typical: [[96]],
  outputs: outputs(first, [
    { base: 'close_rank', unit: 'ratio', definition: 'Percentile rank of the close in the last n, 0 to 1, ties half' },
  ]),
  start(parameters, { cells, at }) {
    const rank = new PercentileRank(first(parameters))
    return (candle) => {
      cells[at] = rank.update(candle.close)
    }
  },
}
