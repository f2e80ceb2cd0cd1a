// The weighted vote: opinions against each other, and what the mood of the market makes of the difference.
import type { Adjustment, Direction, Why } from '../../../../src-shared/domain/decision.ts'
import { MEASURE_INDEX } from '../../../../src-shared/domain/measure.ts'
import type { ParameterSpec } from '../strategy.ts'
import type { Side } from './voter.ts'
import { voteFactors } from './weights.ts'

/** Sums of strength × weight × multiplier, overwritten by each count. */
export class VoteCount {
  buy = NaN
  sell = NaN
  /** Strength of the strongest voter of each side, 0 without one. */
  strongestBuy = NaN
  strongestSell = NaN

  /** `opinions` in the order of VOTER_NAMES: above 0 buys, below 0 sells, 0 and NaN wait. */
  count(opinions: Float64Array, regimeCode: number): void {
    const factors = voteFactors(regimeCode)
    let [buy, sell, strongestBuy, strongestSell] = [0, 0, 0, 0]
    for (let i = 0; i < opinions.length; i += 1) {
      const opinion = opinions[i] ?? NaN
      if (opinion > 0) {
        buy += opinion * (factors[i] ?? NaN)
        if (opinion > strongestBuy) strongestBuy = opinion
      } else if (opinion < 0) {
        sell -= opinion * (factors[i] ?? NaN)
        if (-opinion > strongestSell) strongestSell = -opinion
      }
    }
    this.buy = buy
    this.sell = sell
    this.strongestBuy = strongestBuy
    this.strongestSell = strongestSell
  }

  /** The larger side; 0 when both are equal. */
  get side(): Side | 0 {
    return this.buy > this.sell ? 1 : this.sell > this.buy ? -1 : 0
  }
  get difference(): number {
    return Math.abs(this.buy - this.sell)
  }
}

export const directionOf = (side: Side): Exclude<Direction, 'wait'> => (side > 0 ? 'buy' : 'sell')

const WITH_THE_CONTRARIAN = 1.19
const AGAINST_THE_CONTRARIAN = 0.8
const ALTCOIN_UNDER_DOMINANCE = 0.7

export const MOOD_PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'fearMax',
    title: 'Extreme fear',
    help: 'At or below this Fear & Greed index buys count 1.19 times and sells 0.80 times',
    unit: 'index points',
    min: 0,
    max: 50,
    step: 1,
    default: 25,
  },
  {
    name: 'greedMin',
    title: 'Extreme greed',
    help: 'At or above this Fear & Greed index buys count 0.80 times and sells 1.19 times',
    unit: 'index points',
    min: 50,
    max: 100,
    step: 1,
    default: 75,
  },
  {
    name: 'dominanceMaxPercent',
    title: 'Bitcoin dominance',
    help: 'Above this share of the whole market, everything but Bitcoin counts 0.70 times',
    unit: '%',
    min: 30,
    max: 90,
    step: 0.5,
    default: 57,
  },
]

/** What the mood is held against. Bitcoin itself is not measured by its own dominance. */
export type MoodLimits = {
  readonly fearMax: number
  readonly greedMin: number
  readonly dominanceMaxPercent: number
  readonly isBitcoin: boolean
}
/** The largest factor that the mood can give. */
export const MOOD_FACTOR_MAX = WITH_THE_CONTRARIAN

/** Factor of the Fear & Greed index on this side: contrary to the crowd. 1 between its extremes and while it is unknown. */
export function fearGreedFactor(side: Side, measures: Float64Array, limits: MoodLimits): number {
  const index = measures[MEASURE_INDEX.fear_greed] ?? NaN
  const contrarian = index <= limits.fearMax ? 1 : index >= limits.greedMin ? -1 : 0
  if (contrarian === 0) return 1
  return contrarian === side ? WITH_THE_CONTRARIAN : AGAINST_THE_CONTRARIAN
}

/** Factor of Bitcoin's share of the market on everything else. 1 for Bitcoin itself and while it is unknown. */
export function dominanceFactor(measures: Float64Array, limits: MoodLimits): number {
  const percent = 100 * (measures[MEASURE_INDEX.btc_dominance] ?? NaN)
  return !limits.isBitcoin && percent > limits.dominanceMaxPercent ? ALTCOIN_UNDER_DOMINANCE : 1
}

/** Both factors with their reasons, for the trace. */
export function moodAdjustments(side: Side, measures: Float64Array, limits: MoodLimits): readonly Adjustment[] {
  const { fearMax, greedMin, dominanceMaxPercent, isBitcoin } = limits
  const index = measures[MEASURE_INDEX.fear_greed] ?? NaN
  const dominance = measures[MEASURE_INDEX.btc_dominance] ?? NaN
  const fear: Why = Number.isNaN(index) ? { unavailable: 'Fear & Greed index' } : { fear_greed: index, fearMax, greedMin }
  const share: Why = Number.isNaN(dominance)
    ? { unavailable: 'dominance of Bitcoin' }
    : { btc_dominance: dominance, isBitcoin, dominanceMaxPercent }
  return [
    { name: 'fear_greed', factor: fearGreedFactor(side, measures, limits), why: fear },
    { name: 'btc_dominance', factor: dominanceFactor(measures, limits), why: share },
  ]
}
