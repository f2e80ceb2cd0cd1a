// FS, Funding Squeeze: one side pays far more than usual and gets nothing for it. Its positions are the fuel of the way back.
import type { Signal } from '../../../src-shared/domain/decision.ts'
import { strategyId } from '../../../src-shared/domain/ids.ts'
import { MEASURE_INDEX } from '../../../src-shared/domain/measure.ts'
import { DAY_MS, HOUR_MS } from '../../../src-shared/domain/time.ts'
import { flow5 } from '../regime/flow-5.ts'
import { FundingHistory } from './funding-history.ts'
import { parameter } from './parameters.ts'
import { singleVoteSignal } from './single-vote.ts'
import type { ManageIntent, ParameterSpec, StrategyInput, StrategyInstance, StrategyPlugin } from './strategy.ts'

const ATR = 0
const RECENT_UPPER = 1
const RECENT_LOWER = 2
const LONG_UPPER = 3
const LONG_LOWER = 4
const OWN_FEATURES = ['atr_14', 'donchian_upper_12', 'donchian_lower_12', 'donchian_upper_72', 'donchian_lower_72']
const REGIME_AT = OWN_FEATURES.length
const WINDOW_HOURS = 30 * 24
/** What the regime needs, and a little more. */
const WARMUP_CANDLES = 600
const STRENGTH_BASE = 0.5
const STRENGTH_PER_SIGMA = 0.25

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'entryZ',
    title: 'Unusual funding',
    help: 'z-score of funding over 30 days beyond which the paying side is faded',
    unit: 'σ',
    min: 1,
    max: 5,
    step: 0.1,
    default: 2,
  },
  {
    name: 'exitZ',
    title: 'Usual funding',
    help: 'The position is closed when the z-score is no farther from 0 than this',
    unit: 'σ',
    min: 0,
    max: 2,
    step: 0.1,
    default: 0.5,
  },
  {
    name: 'holdDaysMax',
    title: 'Longest stay',
    help: 'The position is closed after this time',
    unit: 'days',
    min: 0.5,
    max: 14,
    step: 0.5,
    default: 3,
  },
  {
    name: 'historyDaysMin',
    title: 'Least history',
    help: 'Days of known funding before the first opinion; the window is 30 days',
    unit: 'days',
    min: 3,
    max: 30,
    step: 1,
    default: 10,
  },
  {
    name: 'stopMultiple',
    title: 'Stop distance',
    help: 'Distance of the stop from the price',
    unit: '× ATR',
    min: 0.5,
    max: 10,
    step: 0.25,
    default: 3,
  },
]

/**
 * Sells when funding is more than 2 σ above its mean of 30 days while the high of the last 12 hours stays below that of the last 72: longs pay,
 * and the price does not extend. The mirror image buys. Signals on the first candle of which both are true.
 * Closed once |z| is at most 0.5, or after three days. Strength: 0.5 and 0.25 more per σ beyond the threshold.
 */
export function createFundingSqueeze(): StrategyPlugin {
  return {
    declaration: {
      id: strategyId('fs'),
      title: 'Funding squeeze',
      description: 'Fades the side that pays unusual funding while the price fails to extend; leaves when funding is usual again',
      timeframe: '1h',
      warmupCandles: WARMUP_CANDLES,
      features: [...OWN_FEATURES, ...flow5.features],
      regimes: flow5.regimes,
      parameters: PARAMETERS,
    },
    create: (_instrumentId, parameters) => new FundingSqueeze(parameters),
  }
}

class FundingSqueeze implements StrategyInstance {
  readonly #history: FundingHistory
  readonly #entryZ: number
  readonly #exitZ: number
  readonly #holdMsMax: number
  readonly #stopMultiple: number
  #takenMs = NaN
  /** 1 while it asks to buy, −1 to sell, else 0. */
  #wanted = 0
  #isNew = false

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#history = new FundingHistory({ capacity: WINDOW_HOURS, least: 24 * parameter(parameters, 'historyDaysMin') })
    this.#entryZ = parameter(parameters, 'entryZ')
    this.#exitZ = parameter(parameters, 'exitZ')
    this.#holdMsMax = DAY_MS * parameter(parameters, 'holdDaysMax')
    this.#stopMultiple = parameter(parameters, 'stopMultiple')
  }

  /** Called by whoever sees a candle first: it is taken in once. */
  observe(input: StrategyInput): void {
    if (input.openTimeMs === this.#takenMs) return
    this.#takenMs = input.openTimeMs
    const z = this.#history.update(input.measures[MEASURE_INDEX.funding_rate] ?? NaN)
    const before = this.#wanted
    const failsUp = (input.features[RECENT_UPPER] ?? NaN) < (input.features[LONG_UPPER] ?? NaN)
    const failsDown = (input.features[RECENT_LOWER] ?? NaN) > (input.features[LONG_LOWER] ?? NaN)
    this.#wanted = z > this.#entryZ && failsUp ? -1 : z < -this.#entryZ && failsDown ? 1 : 0
    this.#isNew = this.#wanted !== 0 && this.#wanted !== before
  }

  manage(input: StrategyInput): ManageIntent | null {
    this.observe(input)
    if (input.position === null) return null
    if (Math.abs(this.#history.z) <= this.#exitZ) return { type: 'close', reason: 'funding_usual' }
    const heldMs = input.openTimeMs + HOUR_MS - input.position.openedMs
    return heldMs >= this.#holdMsMax ? { type: 'close', reason: 'held_long_enough' } : null
  }

  onCandle(input: StrategyInput): Signal | null {
    this.observe(input)
    return this.#isNew && input.position === null ? this.#signal(input) : null
  }

  #signal(input: StrategyInput): Signal | null {
    const side = this.#wanted
    const { close, openTimeMs } = input
    const { z, mean } = this.#history
    const atr = input.features[ATR] ?? NaN
    const stopPrice = close - side * this.#stopMultiple * atr
    if (!(atr > 0 && stopPrice > 0)) return null
    const direction = side > 0 ? 'buy' : 'sell'
    const strength = Math.min(1, STRENGTH_BASE + STRENGTH_PER_SIGMA * (Math.abs(z) - this.#entryZ))
    const fundingRate = input.measures[MEASURE_INDEX.funding_rate] ?? NaN
    const [extreme, name] =
      side > 0 ? [input.features[LONG_LOWER] ?? NaN, 'donchian_lower_72'] : [input.features[LONG_UPPER] ?? NaN, 'donchian_upper_72']
    const why = { z, funding_rate: fundingRate, fundingMean: mean, extreme72h: extreme, close, atr_14: atr }
    return singleVoteSignal({
      voter: 'funding',
      direction,
      strength,
      stopPrice,
      chandelierDistance: null,
      why,
      regime: flow5.classify(input.features, REGIME_AT),
      evidence: [
        { kind: 'features', label: 'extreme of 72 hours', names: [name] },
        { kind: 'mark', label: side > 0 ? 'shorts pay' : 'longs pay', ms: openTimeMs, price: close },
      ],
    })
  }
}
