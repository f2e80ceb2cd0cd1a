// Proves the weighted vote against the worked example of the source system (domain.md section 6), through the functions the desk trades with:
// in a trend, VWAP pullback buy 0.45, CVD buy 0.85, volume profile buy 0.55 and RSI sell 0.35 come to 1.21625, after extreme fear to 1.4473375: a buy.
import { describe, expect, it } from 'vitest'
import { MEASURES, MEASURE_INDEX } from '../../src-shared/domain/measure.ts'
import { FLAT, TREND, VOLATILE } from '../../src-main/core/regime/imba-3.ts'
import {
  VoteCount,
  directionOf,
  dominanceFactor,
  fearGreedFactor,
  moodAdjustments,
} from '../../src-main/core/strategies/imba/confluence.ts'
import { VOTER_NAMES, type VoterName } from '../../src-main/core/strategies/imba/voter.ts'
import { WEIGHTS, multiplierOf } from '../../src-main/core/strategies/imba/weights.ts'

const LIMITS = { fearMax: 25, greedMin: 75, dominanceMaxPercent: 57, isBitcoin: true }
const opinionsOf = (given: Partial<Record<VoterName, number>>): Float64Array => Float64Array.from(VOTER_NAMES, (name) => given[name] ?? 0)
const measuresOf = (given: { fear_greed?: number; btc_dominance?: number }): Float64Array => {
  const measures = new Float64Array(MEASURES.length).fill(NaN)
  measures[MEASURE_INDEX.fear_greed] = given.fear_greed ?? NaN
  measures[MEASURE_INDEX.btc_dominance] = given.btc_dominance ?? NaN
  return measures
}
function counted(given: Partial<Record<VoterName, number>>, regime: number): VoteCount {
  const count = new VoteCount()
  count.count(opinionsOf(given), regime)
  return count
}

const SEED_CASE = { vwap_pullback: 0.45, cvd: 0.85, volume_profile: 0.55, rsi_mr: -0.35 }

it('comes to 1.21625 before and 1.4473375 after extreme fear, and buys', () => {
  const count = counted(SEED_CASE, TREND)
  expect(count.buy).toBeCloseTo(1.53125, 12)
  expect(count.sell).toBeCloseTo(0.315, 12)
  expect(count.difference).toBeCloseTo(1.21625, 12)
  expect(count.strongestBuy).toBe(0.85)
  expect(count.strongestSell).toBe(0.35)
  const { side } = count
  if (side === 0) throw new Error('neither side is larger')
  expect(directionOf(side)).toBe('buy')
  const fear = measuresOf({ fear_greed: 20, btc_dominance: 0.6 })
  expect(count.difference * fearGreedFactor(side, fear, LIMITS) * dominanceFactor(fear, LIMITS)).toBeCloseTo(1.4473375, 12)
})

it('is the exact mirror image when every opinion is turned round', () => {
  const mirrored = counted({ vwap_pullback: -0.45, cvd: -0.85, volume_profile: -0.55, rsi_mr: 0.35 }, TREND)
  const count = counted(SEED_CASE, TREND)
  expect([mirrored.side, mirrored.buy, mirrored.sell]).toEqual([-1, count.sell, count.buy])
})

it('weighs as the specification says', () => {
  expect(WEIGHTS).toEqual({
    bb_squeeze: 0.6,
    vwap_pullback: 0.7,
    vwap_bands_mr: 0.7,
    breakout_retest: 0.65,
    atr_momentum: 0.7,
    rsi_mr: 0.9,
    sfp: 1,
    ema_pinch: 0.55,
    cvd: 0.8,
    fvg: 0.7,
    volume_profile: 0.75,
    obi: 0.6,
  })
  const boosted = (regime: number): string[] => VOTER_NAMES.filter((name) => multiplierOf(name, regime) === 1.3)
  expect(boosted(TREND)).toEqual(['breakout_retest', 'atr_momentum', 'volume_profile'])
  expect(boosted(FLAT)).toEqual(['vwap_bands_mr', 'rsi_mr'])
  expect(boosted(VOLATILE)).toEqual(['sfp'])
  for (const name of VOTER_NAMES) expect(multiplierOf(name, -1)).toBe(1)
})

it('counts voters that cannot speak as silent', () => {
  const opinions = opinionsOf(SEED_CASE)
  opinions[VOTER_NAMES.indexOf('obi')] = NaN
  const count = new VoteCount()
  count.count(opinions, TREND)
  expect(count.difference).toBe(counted(SEED_CASE, TREND).difference)
})

it('takes no side when both are equal', () => {
  expect(counted({ cvd: 0.5 }, FLAT).side).toBe(1)
  expect(counted({}, FLAT).side).toBe(0)
})

describe('the mood of the market', () => {
  it.each([
    [0, 1.19, 0.8],
    [25, 1.19, 0.8],
    [26, 1, 1],
    [74, 1, 1],
    [75, 0.8, 1.19],
    [100, 0.8, 1.19],
    [NaN, 1, 1],
  ])('at a Fear & Greed index of %s counts buys %s times and sells %s times', (index, buy, sell) => {
    const measures = measuresOf({ fear_greed: index })
    expect(fearGreedFactor(1, measures, LIMITS)).toBe(buy)
    expect(fearGreedFactor(-1, measures, LIMITS)).toBe(sell)
  })

  it.each([
    [0.58, false, 0.7],
    [0.57, false, 1],
    [0.58, true, 1],
    [NaN, false, 1],
  ])('at a dominance of %s, for Bitcoin %s, counts everything %s times', (dominance, isBitcoin, factor) => {
    expect(dominanceFactor(measuresOf({ btc_dominance: dominance }), { ...LIMITS, isBitcoin })).toBe(factor)
  })

  it('is explained in the trace, also when it is not known', () => {
    expect(moodAdjustments(-1, measuresOf({ fear_greed: 80 }), LIMITS)).toEqual([
      { name: 'fear_greed', factor: 1.19, why: { fear_greed: 80, fearMax: 25, greedMin: 75 } },
      { name: 'btc_dominance', factor: 1, why: { unavailable: 'dominance of Bitcoin' } },
    ])
  })
})
