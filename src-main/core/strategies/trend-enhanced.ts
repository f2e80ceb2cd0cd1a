// The trend rule, acted on only when RSI and MACD agree with it.
import { type Direction, PLAIN_SIGNAL, type Signal, type Vote } from '../../../src-shared/domain/decision.ts'
import { strategyId } from '../../../src-shared/domain/ids.ts'
import { parameter } from './parameters.ts'
import type { ParameterSpec, StrategyInput, StrategyPlugin } from './strategy.ts'
import {
  FIRST_OWN_FEATURE,
  TREND_PARAMETERS,
  type TrendEntry,
  type TrendOptions,
  TrendRule,
  atrOf,
  closeWhenTrendFlips,
  trendFeatures,
  trendOptions,
  trendWarmupCandles,
} from './trend-rules.ts'

const RSI = FIRST_OWN_FEATURE
const MACD_HISTOGRAM = FIRST_OWN_FEATURE + 1
const RSI_MIDDLE = 50
/** Distance from the middle at which RSI votes with full strength. */
const RSI_FULL = 20
/** Histogram in ATR at which MACD votes with full strength. */
const HISTOGRAM_FULL = 0.3
const WEIGHTS = { trend: 1, rsi: 0.5, macd: 0.5 }

const PARAMETERS: readonly ParameterSpec[] = [
  ...TREND_PARAMETERS,
  {
    name: 'rsiExhausted',
    title: 'Exhausted RSI',
    help: 'No buy above this RSI, no sell below 100 minus it: the move is too old',
    unit: 'RSI points',
    min: 60,
    max: 95,
    step: 1,
    default: 75,
  },
]

/**
 * Signals of the trend rule on which both others agree: RSI(14) on the trend's side of 50 and not exhausted, MACD histogram of the
 * trend's sign. The strength is the weighted mean of the three votes. Throws RangeError for impossible periods.
 */
export function createTrendEnhanced(given: Partial<TrendOptions> = {}): StrategyPlugin {
  const options = trendOptions(given)
  return {
    declaration: {
      id: strategyId('trend-enhanced'),
      title: 'Trend, enhanced',
      description: `The trend of EMA ${options.fastPeriod} and ${options.slowPeriod}, entered only when RSI and MACD agree`,
      timeframe: options.timeframe,
      warmupCandles: trendWarmupCandles(options),
      features: [...trendFeatures(options), 'rsi_14', 'macd_histogram'],
      parameters: PARAMETERS,
    },
    create(_instrumentId, parameters) {
      const rule = new TrendRule(parameters, trendFeatures(options))
      const rsiExhausted = parameter(parameters, 'rsiExhausted')
      return {
        onCandle(input) {
          const entry = rule.onCandle(input)
          return entry === null ? null : agreedSignal(entry, input, rsiExhausted)
        },
        manage: closeWhenTrendFlips,
      }
    },
  }
}

function agreedSignal(entry: TrendEntry, input: StrategyInput, rsiExhausted: number): Signal | null {
  const votes: Vote[] = [
    {
      voter: 'trend',
      direction: entry.direction,
      strength: entry.strength,
      weight: WEIGHTS.trend,
      multiplier: 1,
      why: entry.why,
      evidence: entry.evidence,
    },
    rsiVote(input, rsiExhausted),
    macdVote(input),
  ]
  if (votes.some((vote) => vote.direction !== entry.direction)) return null
  const weight = votes.reduce((sum, vote) => sum + vote.weight, 0)
  const strength = votes.reduce((sum, vote) => sum + vote.weight * vote.strength, 0) / weight
  const { direction, stopPrice, chandelierDistance, why } = entry
  return { direction, strength, stopPrice, chandelierDistance, votes, why, ...PLAIN_SIGNAL }
}

function rsiVote(input: StrategyInput, exhausted: number): Vote {
  const rsi = input.features[RSI] ?? NaN
  const inRange = rsi <= exhausted && rsi >= 100 - exhausted
  const direction: Direction = inRange && rsi > RSI_MIDDLE ? 'buy' : inRange && rsi < RSI_MIDDLE ? 'sell' : 'wait'
  const strength = direction === 'wait' ? 0 : Math.min(1, Math.abs(rsi - RSI_MIDDLE) / RSI_FULL)
  return { voter: 'rsi', direction, strength, weight: WEIGHTS.rsi, multiplier: 1, why: { rsi_14: rsi, exhausted }, evidence: [] }
}

function macdVote(input: StrategyInput): Vote {
  const histogram = input.features[MACD_HISTOGRAM] ?? NaN
  const histogramInAtr = histogram / atrOf(input)
  const direction: Direction = histogram > 0 ? 'buy' : histogram < 0 ? 'sell' : 'wait'
  const strength = direction === 'wait' ? 0 : Math.min(1, Math.abs(histogramInAtr) / HISTOGRAM_FULL)
  return {
    voter: 'macd',
    direction,
    strength,
    weight: WEIGHTS.macd,
    multiplier: 1,
    why: { macd_histogram: histogram, histogramInAtr },
    evidence: [],
  }
}
