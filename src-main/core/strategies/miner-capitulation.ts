// MC, Miner Capitulation: miners that gave up have come back (hash ribbons, Charles Edwards 2019). Bitcoin's own low points, and rare.
import type { Signal } from '../../../src-shared/domain/decision.ts'
import { strategyId } from '../../../src-shared/domain/ids.ts'
import { MEASURE_INDEX } from '../../../src-shared/domain/measure.ts'
import { flow5 } from '../regime/flow-5.ts'
import { isBitcoin } from './bitcoin.ts'
import { HashRibbon } from './hash-ribbon.ts'
import { parameter } from './parameters.ts'
import { singleVoteSignal } from './single-vote.ts'
import type { ParameterSpec, StrategyInput, StrategyInstance, StrategyPlugin } from './strategy.ts'

const SMA = 0
const ATR = 1
const OWN_FEATURES = ['sma_10', 'atr_14']
const REGIME_AT = OWN_FEATURES.length
/** What the regime needs, and a little more. */
const WARMUP_CANDLES = 540
const STRENGTH_BASE = 0.5
/** Depth of a capitulation at which the strength is 1: the 30 day mean a tenth below that of 60 days. */
const FULL_DEPTH = 0.1

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'capitulationDaysMin',
    title: 'Least capitulation',
    help: 'Days for which the 30 day mean of the hash rate must have been below that of 60 days',
    unit: 'days',
    min: 1,
    max: 60,
    step: 1,
    default: 5,
  },
  {
    name: 'recoveryDaysMax',
    title: 'Longest wait',
    help: 'Days after the recovery within which the price must be above its mean of 10 days',
    unit: 'days',
    min: 1,
    max: 90,
    step: 1,
    default: 30,
  },
  {
    name: 'trailMultiple',
    title: 'Trailing exit',
    help: 'Distance of the stop at first, and of the trailing exit from the highest price later',
    unit: '× ATR',
    min: 1,
    max: 10,
    step: 0.25,
    default: 3,
  },
]

/**
 * Buys on the first daily close above SMA(10) after the 30 day mean of the hash rate has crossed back above that of 60 days. Long only.
 * Strength: 0.5, and up to 0.5 more by how deep the capitulation was. Silent on everything but Bitcoin, whose miners they are.
 */
export function createMinerCapitulation(): StrategyPlugin {
  return {
    declaration: {
      id: strategyId('mc'),
      title: 'Miner capitulation',
      description: 'Buys when the hash rate recovers from a capitulation of the miners and the price turns up; leaves by a trailing exit',
      timeframe: '1d',
      warmupCandles: WARMUP_CANDLES,
      features: [...OWN_FEATURES, ...flow5.features],
      regimes: flow5.regimes,
      parameters: PARAMETERS,
    },
    create: (instrumentId, parameters) => (isBitcoin(instrumentId) ? new MinerCapitulation(parameters) : SILENT),
  }
}

const SILENT: StrategyInstance = { onCandle: () => null }

class MinerCapitulation implements StrategyInstance {
  readonly #ribbon: HashRibbon
  readonly #waitDaysMax: number
  readonly #trailMultiple: number

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#ribbon = new HashRibbon(parameter(parameters, 'capitulationDaysMin'))
    this.#waitDaysMax = parameter(parameters, 'recoveryDaysMax')
    this.#trailMultiple = parameter(parameters, 'trailMultiple')
  }

  /** The first close that qualifies is the moment, also when nobody was there to act on it. */
  observe(input: StrategyInput): void {
    if (this.#isMoment(input)) this.#ribbon.spend()
  }

  onCandle(input: StrategyInput): Signal | null {
    if (!this.#isMoment(input) || input.position !== null) return null
    const signal = this.#signal(input)
    if (signal !== null) this.#ribbon.spend()
    return signal
  }

  #isMoment({ measures, features, close }: StrategyInput): boolean {
    this.#ribbon.update(measures[MEASURE_INDEX.hash_rate] ?? NaN)
    return this.#ribbon.daysSinceRecovery <= this.#waitDaysMax && close > (features[SMA] ?? NaN)
  }

  #signal(input: StrategyInput): Signal | null {
    const { close, openTimeMs } = input
    const { fast, slow, depth, capitulationDays, daysSinceRecovery } = this.#ribbon
    const atr = input.features[ATR] ?? NaN
    const distance = this.#trailMultiple * atr
    if (!(atr > 0 && close - distance > 0)) return null
    const strength = Math.min(1, STRENGTH_BASE + ((1 - STRENGTH_BASE) * depth) / FULL_DEPTH)
    const why = {
      hashRate30d: fast,
      hashRate60d: slow,
      capitulationDays,
      capitulationDepth: depth,
      daysSinceRecovery,
      close,
      sma_10: input.features[SMA] ?? NaN,
      atr_14: atr,
    }
    return singleVoteSignal({
      voter: 'hash_ribbon',
      direction: 'buy',
      strength,
      stopPrice: close - distance,
      chandelierDistance: distance,
      why,
      regime: flow5.classify(input.features, REGIME_AT),
      evidence: [
        { kind: 'features', label: 'mean of 10 days', names: ['sma_10'] },
        { kind: 'mark', label: 'miners are back', ms: openTimeMs, price: close },
      ],
    })
  }
}
