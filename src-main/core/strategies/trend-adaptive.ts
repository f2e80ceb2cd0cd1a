// Trend of two averages with a stop that adapts to volatility. The rule is described at TrendRule.
import { strategyId } from '../../../src-shared/domain/ids.ts'
import { singleVoteSignal } from './single-vote.ts'
import type { StrategyPlugin } from './strategy.ts'
import {
  TREND_PARAMETERS,
  type TrendOptions,
  TrendRule,
  closeWhenTrendFlips,
  trendFeatures,
  trendOptions,
  trendWarmupCandles,
} from './trend-rules.ts'

/** The plugin for a timeframe and periods other than 5m, 21 and 55. Throws RangeError for impossible periods. */
export function createTrendAdaptive(given: Partial<TrendOptions> = {}): StrategyPlugin {
  const options = trendOptions(given)
  return {
    declaration: {
      id: strategyId('trend-adaptive'),
      title: 'Trend, adaptive',
      description: `Enters with the trend of EMA ${options.fastPeriod} and ${options.slowPeriod} when it begins or a pullback ends; the stop widens and narrows with volatility`,
      timeframe: options.timeframe,
      warmupCandles: trendWarmupCandles(options),
      features: trendFeatures(options),
      parameters: TREND_PARAMETERS,
    },
    create(_instrumentId, parameters) {
      const rule = new TrendRule(parameters, trendFeatures(options))
      return {
        onCandle(input) {
          const entry = rule.onCandle(input)
          return entry === null ? null : singleVoteSignal({ voter: 'trend', regime: null, ...entry })
        },
        manage: closeWhenTrendFlips,
      }
    },
  }
}
