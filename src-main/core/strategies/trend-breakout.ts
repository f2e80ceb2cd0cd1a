// TB, Trend Breakout: out of a long channel, in the direction of the daily average.
import type { Signal } from '../../../src-shared/domain/decision.ts'
import { strategyId } from '../../../src-shared/domain/ids.ts'
import { flow5 } from '../regime/flow-5.ts'
import { parameter } from './parameters.ts'
import { singleVoteSignal } from './single-vote.ts'
import type { ParameterSpec, StrategyInput, StrategyInstance, StrategyPlugin } from './strategy.ts'

const UPPER = 0
const LOWER = 1
const ATR = 2
const DAILY_EMA = 3
const OWN_FEATURES = ['donchian_upper_55', 'donchian_lower_55', 'atr_14', 'ema_200@1d']
const REGIME_AT = OWN_FEATURES.length
/** Six bars of four hours a day: the 200 days of the average, and two months in which it forgets its seed. */
const WARMUP_CANDLES = 6 * 260
const STRENGTH_BASE = 0.5
const STRENGTH_PER_ATR = 0.5

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'stopMultiple',
    title: 'Stop distance',
    help: 'Distance of the stop from the close of the breakout',
    unit: '× ATR',
    min: 0.5,
    max: 8,
    step: 0.25,
    default: 2.5,
  },
  {
    name: 'chandelierMultiple',
    title: 'Chandelier distance',
    help: 'Distance of the trailing exit from the extreme since the entry',
    unit: '× ATR',
    min: 1,
    max: 10,
    step: 0.25,
    default: 3,
  },
]

/**
 * A close beyond the highest high (lowest low) of the 55 bars before it, above (below) EMA(200) of the daily closes. Only the first close of a
 * run outside the channel counts. Strength: 0.5, and 0.5 more per ATR beyond the channel.
 */
export function createTrendBreakout(): StrategyPlugin {
  return {
    declaration: {
      id: strategyId('tb'),
      title: 'Trend breakout',
      description: 'A close beyond the Donchian channel of 55 bars in the direction of the daily EMA(200); leaves by a Chandelier exit',
      timeframe: '4h',
      warmupCandles: WARMUP_CANDLES,
      features: [...OWN_FEATURES, ...flow5.features],
      regimes: flow5.regimes,
      parameters: PARAMETERS,
    },
    create: (_instrumentId, parameters) => new TrendBreakout(parameters),
  }
}

class TrendBreakout implements StrategyInstance {
  readonly #stopMultiple: number
  readonly #chandelierMultiple: number
  #upper = NaN
  #lower = NaN
  /** 1 while the last close was above the channel before it, −1 below, else 0. */
  #outside = 0

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#stopMultiple = parameter(parameters, 'stopMultiple')
    this.#chandelierMultiple = parameter(parameters, 'chandelierMultiple')
  }

  observe(input: StrategyInput): void {
    this.#advance(input)
  }

  onCandle(input: StrategyInput): Signal | null {
    const level = this.#advance(input)
    if (Number.isNaN(level) || input.position !== null) return null
    const trend = input.close - (input.features[DAILY_EMA] ?? NaN)
    return trend * this.#outside > 0 ? this.#signal(input, level) : null
  }

  /** The level that this close is the first to pass, or NaN. */
  #advance(input: StrategyInput): number {
    const upper = this.#upper
    const lower = this.#lower
    const before = this.#outside
    this.#upper = input.features[UPPER] ?? NaN
    this.#lower = input.features[LOWER] ?? NaN
    this.#outside = input.close > upper ? 1 : input.close < lower ? -1 : 0
    if (this.#outside === 0 || this.#outside === before) return NaN
    return this.#outside > 0 ? upper : lower
  }

  #signal(input: StrategyInput, level: number): Signal | null {
    const side = this.#outside
    const { close, openTimeMs } = input
    const atr = input.features[ATR] ?? NaN
    const stopPrice = close - side * this.#stopMultiple * atr
    if (!(atr > 0 && stopPrice > 0)) return null
    const direction = side > 0 ? 'buy' : 'sell'
    const strength = Math.min(1, STRENGTH_BASE + (STRENGTH_PER_ATR * Math.abs(close - level)) / atr)
    const why = { close, channel: level, ema_200_daily: input.features[DAILY_EMA] ?? NaN, atr_14: atr, stopMultiple: this.#stopMultiple }
    const channel = side > 0 ? 'donchian_upper_55' : 'donchian_lower_55'
    return singleVoteSignal({
      voter: 'breakout',
      direction,
      strength,
      stopPrice,
      chandelierDistance: this.#chandelierMultiple * atr,
      why,
      regime: flow5.classify(input.features, REGIME_AT),
      evidence: [
        { kind: 'features', label: 'channel', names: [channel] },
        { kind: 'level', label: 'broken channel', price: level, fromMs: openTimeMs },
        { kind: 'level', label: 'daily EMA 200', price: why.ema_200_daily, fromMs: openTimeMs },
      ],
    })
  }
}
