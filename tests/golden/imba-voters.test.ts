// Pins each voter of IMBA on hand-made candles whose answer can be worked out by hand: when it buys and how strongly, that the mirror image sells
// just as strongly, when it waits, and what it says when an input is missing.
import { describe, expect, it } from 'vitest'
import type { Vote } from '../../src-shared/domain/decision.ts'
import type { Timeframe } from '../../src-shared/domain/time.ts'
import { VOTER_NAMES, type VoterName } from '../../src-main/core/strategies/imba/voter.ts'
import { type Bar, VoterStand, inputOf, mirroredInput } from '../support/imba-inputs.ts'

type Case = { readonly what: string; readonly bars: readonly Bar[]; readonly strength: number; readonly why?: object }
type Golden = {
  readonly timeframe?: Timeframe
  readonly buys: readonly Case[]
  readonly waits: readonly (readonly [what: string, bars: readonly Bar[]])[]
  readonly unavailable: readonly Bar[]
  readonly evidence: readonly string[]
}

const times = (count: number, bar: Bar): Bar[] => Array.from({ length: count }, () => bar)
const features = (values: Readonly<Record<string, number>>): Bar => ({ features: values })

const squeezed = features({ bollinger_upper_20_2: 1010, bollinger_lower_20_2: 990 })
const pullback: Bar = { open: 1003, low: 1002, close: 1008, high: 1009, features: { ema_50: 1001 } }
const breakout: Bar = { open: 1025, close: 1036, volume: 200, features: { donchian_upper_20: 1036 } }
const retest: Bar = { open: 1033, low: 1031, close: 1035, high: 1036, features: { donchian_upper_20: 1036 } }
const move: Bar = { open: 1000, close: 1027, volume: 150, features: { atr_14: 12 } }
const rsi = (...values: number[]): Bar[] => values.map((value) => features({ rsi_14: value }))
const sweep: Bar = { open: 975, low: 965, close: 980, high: 985 }
const fan: Bar = { close: 1016, features: { ema_8: 1010, ema_21: 1006, ema_55: 1000, ema_spread_rank_8_21_55_100: 0.25 } }
const pinched = features({ ema_spread_rank_8_21_55_100: 0.1 })
const imbalance = (value: number): Bar => ({ measures: { book_imbalance_10_mean: value } })
const traded = (low: number, cvd: number): Bar => ({ low, measures: { cvd } })
const beforeTheLow = [...times(10, traded(995, 0)), traded(990, -50), ...times(9, traded(995, 0))]
/** A bar whose high is 1000, any bar, and one whose low leaves a gap of 4 above it. */
const gap: Bar[] = [
  { open: 999, close: 999, high: 1000, low: 998 },
  { open: 1000, close: 1007, high: 1008, low: 999 },
  { open: 1007, close: 1009, high: 1010, low: 1004 },
]
/** Bins of 1 from 960 to 1010: 40 in each from 1000 up, 1 in each below, and 1 more from 990 to 1001. */
const profiled: Bar[] = [
  ...times(4, { open: 1005, close: 1005, low: 1000, high: 1010, volume: 100 }),
  { open: 1000, close: 990, low: 960, high: 1000, volume: 40 },
]

const GOLDEN: Readonly<Record<VoterName, Golden>> = {
  bb_squeeze: {
    buys: [
      {
        what: 'released after 20 bars, up',
        bars: [...times(20, squeezed), { close: 1012 }],
        strength: 0.8,
        why: { releasedAfter: 20, momentum: 12 },
      },
      { what: 'released after 5 bars, at least 0.2', bars: [...times(5, squeezed), { close: 1006 }], strength: 0.2 },
    ],
    waits: [
      ['the squeeze was too short', [...times(4, squeezed), { close: 1012 }]],
      ['it is still on', times(21, squeezed)],
      ['there is no momentum', [...times(20, squeezed), { close: 1000 }]],
    ],
    unavailable: [...times(20, squeezed), { close: 1012, features: { 'keltner_upper_20_1.5': NaN } }],
    evidence: ['features', 'features', 'zone'],
  },
  vwap_pullback: {
    buys: [{ what: 'back from the VWAP in an uptrend', bars: [{}, pullback], strength: 0.6, why: { vwap_day: 1000, emaRise: 1 } }],
    waits: [
      ['the low stays away from the VWAP', [{}, { ...pullback, low: 1002.6 }]],
      ['the average falls', [features({ ema_50: 1002 }), pullback]],
      ['the bar closes down', [{}, { ...pullback, open: 1008.5 }]],
    ],
    unavailable: [{}, { ...pullback, features: { ema_50: 1001, vwap_day: NaN } }],
    evidence: ['features', 'features', 'mark'],
  },
  vwap_bands_mr: {
    buys: [{ what: 'back inside from 3 σ below', bars: [{ close: 985 }, { close: 992 }], strength: 0.7, why: { previousZ: -3, z: -1.6 } }],
    waits: [
      ['it was never outside', [{ close: 990.5 }, { close: 992 }]],
      ['it is still outside', [{ close: 985 }, { close: 988 }]],
      ['it was outside on the day before', [...times(287, {}), { close: 985 }, { close: 992 }]],
    ],
    unavailable: [{ close: 985 }, { close: 992, features: { vwap_day_sigma: NaN } }],
    evidence: ['features', 'level', 'mark'],
  },
  breakout_retest: {
    buys: [
      { what: 'the broken level holds', bars: [{}, breakout, retest], strength: 0.7, why: { level: 1030, barsSinceBreakout: 1 } },
      {
        what: 'it was touched a bar before',
        bars: [{}, breakout, { ...retest, open: 1035, close: 1033 }, { ...retest, low: 1034, open: 1034.5 }],
        strength: 0.7,
      },
    ],
    waits: [
      ['the breakout was quiet', [{}, { ...breakout, volume: 150 }, retest]],
      ['the price went back through the level', [{}, breakout, { ...retest, low: 1026 }]],
      ['the price has not come back', [{}, breakout, { ...retest, low: 1033.5 }]],
      ['it is eleven bars old', [{}, breakout, ...times(10, { open: 1040, close: 1040, features: { donchian_upper_20: 1040 } }), retest]],
      ['it was acted on', [{}, breakout, retest, retest]],
    ],
    unavailable: [{}, breakout, { ...retest, features: { atr_14: NaN } }],
    evidence: ['level', 'mark'],
  },
  atr_momentum: {
    buys: [{ what: '2.25 ATR in three bars', bars: [...times(24, {}), move], strength: 0.75, why: { move: 27, atrMean: 10.1 } }],
    waits: [
      ['volume is ordinary', [...times(24, {}), { ...move, volume: 100 }]],
      ['ATR is below its mean', [...times(24, {}), { ...move, features: { atr_14: 9.9 } }]],
      ['the move is small', [...times(24, {}), { ...move, close: 1018 }]],
    ],
    unavailable: [...times(10, {}), move],
    evidence: ['path'],
  },
  rsi_mr: {
    buys: [
      { what: 'up through 30 after 22', bars: rsi(35, 28, 22, 27, 31), strength: 0.7, why: { rsi_14: 31, extreme: 22 } },
      { what: 'an extreme five bars back is forgotten', bars: rsi(10, 25, 26, 27, 28, 30), strength: 0.55 },
    ],
    waits: [
      ['RSI stays below 30', rsi(35, 28, 22, 27, 29.9)],
      ['it was not below 30', rsi(35, 34, 33, 30, 31)],
      ['it goes on rising', rsi(22, 31, 33)],
    ],
    unavailable: rsi(22, 27, NaN),
    evidence: ['mark'],
  },
  sfp: {
    buys: [
      { what: 'the swing low was swept, the wick is half of the bar', bars: [sweep], strength: 0.5, why: { level: 970, reach: 965 } },
      { what: 'the whole bar is wick', bars: [{ open: 985, low: 965, close: 985, high: 985 }], strength: 1 },
    ],
    waits: [
      ['the wick is short', [{ ...sweep, open: 974 }]],
      ['the low held', [{ ...sweep, low: 970.5, open: 983 }]],
      ['it closes below', [{ open: 978, low: 960, close: 969, high: 978 }]],
    ],
    unavailable: [{ ...sweep, features: { swing_low_5: NaN, swing_high_5: NaN } }],
    evidence: ['level', 'mark'],
  },
  ema_pinch: {
    buys: [
      { what: 'the averages fan out in order', bars: [pinched, fan], strength: 0.8, why: { previousRank: 0.1, rank: 0.25 } },
      {
        what: 'the close is near: at least 0.2',
        bars: [pinched, { ...fan, close: 1001, features: { ...fan.features, ema_8: 1000.9, ema_21: 1000.5 } }],
        strength: 0.2,
      },
    ],
    waits: [
      ['they were not pinched', [{}, fan]],
      ['they are out of order', [pinched, { ...fan, features: { ...fan.features, ema_21: 1011 } }]],
      ['the close is among them', [pinched, { ...fan, close: 1009 }]],
    ],
    unavailable: [pinched, { ...fan, features: { ema_spread_rank_8_21_55_100: NaN } }],
    evidence: ['features'],
  },
  cvd: {
    buys: [
      {
        what: 'a lower low with a higher CVD',
        bars: [...beforeTheLow, traded(985, -30)],
        strength: 0.64,
        why: { rule: 'divergence', source: 'trades', cvd: -30, cvdAtPivot: -50, pivotAgeBars: 10 },
      },
      {
        what: 'the same, estimated from the taker ratio',
        // Deltas of 0, then −50 and 50 around the pivot, then −30: ratio r of a volume of 100 gives 100 × (r − 1) ÷ (r + 1).
        bars: [
          ...times(10, { low: 995, measures: { taker_ratio: 1 } }),
          { low: 990, measures: { taker_ratio: 1 / 3 } },
          { low: 995, measures: { taker_ratio: 3 } },
          ...times(8, { low: 995, measures: { taker_ratio: 1 } }),
          { low: 985, measures: { taker_ratio: 70 / 130 } },
        ],
        strength: 0.64,
        why: { rule: 'divergence', source: 'taker_ratio' },
      },
    ],
    waits: [
      ['the CVD makes a lower low too', [...beforeTheLow, traded(985, -60)]],
      ['the low is not lower', [...beforeTheLow, traded(990, -30)]],
    ],
    unavailable: [...beforeTheLow, { low: 985 }],
    evidence: ['path'],
  },
  fvg: {
    buys: [
      {
        what: 'its upper half is visited and holds',
        bars: [...gap, { open: 1004, low: 1003, close: 1006 }],
        strength: 0.52,
        why: { gapLow: 1000, gapHigh: 1004 },
      },
      {
        what: 'it is 48 bars old',
        bars: [...gap, ...times(47, { open: 1008, close: 1008 }), { open: 1004, low: 1003, close: 1006 }],
        strength: 0.52,
      },
    ],
    waits: [
      ['the lower half is reached', [...gap, { open: 1004, low: 1001.9, close: 1006 }]],
      ['the bar closes down', [...gap, { open: 1006, low: 1003, close: 1005 }]],
      ['the gap was filled before', [...gap, { open: 1004, low: 1000, close: 1003 }, { open: 1004, low: 1003, close: 1006 }]],
      ['the gap is smaller than 0.3 ATR', [{ ...gap[0], high: 1001.1 }, ...gap.slice(1), { open: 1004, low: 1003, close: 1006 }]],
      ['it is 50 bars old', [...gap, ...times(49, { open: 1008, close: 1008 }), { open: 1004, low: 1003, close: 1006 }]],
    ],
    unavailable: [...gap, { open: 1004, low: 1003, close: 1006, features: { atr_14: NaN } }],
    evidence: ['zone'],
  },
  volume_profile: {
    timeframe: '4h',
    buys: [
      {
        what: 'back into the value area, towards the point of control',
        bars: [...profiled, { open: 990, low: 990, high: 1001, close: 1000.2, volume: 11 }],
        strength: 0.3 + (0.7 * 0.3) / 8,
        why: { valueLow: 1000, valueHigh: 1008, target: 1000.5 },
      },
    ],
    waits: [
      ['it is beyond the point of control already', [...profiled, { open: 990, low: 990, high: 1001, close: 1000.7, volume: 11 }]],
      ['it stays outside', [...profiled, { open: 990, low: 990, high: 1001, close: 999.9, volume: 11 }]],
    ],
    unavailable: profiled,
    evidence: ['profile'],
  },
  obi: {
    buys: [{ what: 'bids outweigh asks', bars: [imbalance(0.45)], strength: 0.45, why: { book_imbalance_10_mean: 0.45 } }],
    waits: [
      ['they do not outweigh them enough', [imbalance(0.3)]],
      ['they are in balance', [imbalance(0)]],
    ],
    unavailable: [{}],
    evidence: ['mark'],
  },
}

function lastVote(name: VoterName, bars: readonly Bar[], asMirror = false): Vote {
  const stand = new VoterStand(name, GOLDEN[name].timeframe)
  for (const [index, bar] of bars.entries()) stand.next(asMirror ? mirroredInput(inputOf(bar, index)) : inputOf(bar, index))
  return stand.vote()
}

describe.each(VOTER_NAMES)('%s', (name) => {
  const { buys, waits, unavailable, evidence } = GOLDEN[name]

  it.each(buys)('buys: $what', ({ bars, strength, why = {} }) => {
    const vote = lastVote(name, bars)
    expect(vote.direction).toBe('buy')
    expect(vote.strength).toBeCloseTo(strength, 9)
    for (const [key, value] of Object.entries(why)) {
      if (typeof value === 'number') expect(vote.why[key], key).toBeCloseTo(value, 9)
      else expect(vote.why[key], key).toBe(value)
    }
    expect(vote.evidence.map(({ kind }) => kind)).toEqual(evidence)
  })

  it.each(buys)('sells in the mirror image: $what', ({ bars, strength }) => {
    const vote = lastVote(name, bars, true)
    expect(vote.direction).toBe('sell')
    expect(vote.strength).toBeCloseTo(strength, 9)
    expect(vote.evidence.map(({ kind }) => kind)).toEqual(evidence)
  })

  it.each(waits)('waits when %s', (_what, bars) => {
    for (const asMirror of [false, true]) {
      const vote = lastVote(name, bars, asMirror)
      expect(vote).toMatchObject({ direction: 'wait', strength: 0, evidence: [] })
      expect(vote.why).not.toHaveProperty('unavailable')
    }
  })

  it('waits and says what is missing when an input is', () => {
    const vote = lastVote(name, unavailable)
    expect(vote).toMatchObject({ direction: 'wait', strength: 0, evidence: [] })
    expect(vote.why).toEqual({ unavailable: expect.any(String) })
  })
})

describe('cvd', () => {
  // Quiet trading around 0 for long enough to know what is usual, then ten bars of buying.
  const quiet = Array.from({ length: 80 }, (_, index): Bar => ({ measures: { cvd: index % 2 }, low: 999, high: 1001 }))
  const push = (step: number): Bar[] =>
    Array.from({ length: 10 }, (_, index) => ({ open: 1000 + step * index, close: 1000 + step * index, measures: { cvd: 30 * index } }))

  it('buys a slope of the CVD that is far steeper than usual, with the price', () => {
    const vote = lastVote('cvd', [...quiet, ...push(1)])
    expect(vote).toMatchObject({ direction: 'buy', why: { rule: 'slope' } })
    // One bar as steep among 50 flat ones would stand 7 σ out; ten bars of ever steeper slopes stand less far out.
    expect(vote.why['slopeZ']).toBeGreaterThan(2)
    expect(vote.strength).toBeCloseTo(Math.min(1, 0.4 + 0.3 * (Number(vote.why['slopeZ']) - 2)), 12)
    expect(vote.evidence).toEqual([expect.objectContaining({ kind: 'path', label: 'steep CVD' })])
  })

  it('sells its mirror image', () => {
    expect(lastVote('cvd', [...quiet, ...push(1)], true)).toMatchObject({ direction: 'sell', why: { rule: 'slope' } })
  })

  it('waits when the price does not follow', () => {
    expect(lastVote('cvd', [...quiet, ...push(0)])).toMatchObject({ direction: 'wait' })
  })

  it('begins anew after a break in the stream', () => {
    expect(lastVote('cvd', [...beforeTheLow, { low: 995 }, traded(985, -30)])).toMatchObject({
      direction: 'wait',
      why: { unavailable: expect.any(String) },
    })
  })
})
