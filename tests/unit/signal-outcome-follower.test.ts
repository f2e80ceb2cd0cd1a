// Proves by hand-made candles what becomes of a signal: which candle ends it, as what, and how far the price went for and against it.
import { describe, expect, it } from 'vitest'
import { type EndedSignal, FOLLOWED_MAX, SignalFollower } from '../../src-main/core/analytics/signal-follower.ts'
import { decisionId, strategyId } from '../../src-shared/domain/ids.ts'
import { HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { PendingSignal } from '../../src-shared/events/journal-record.ts'
import { BTC } from '../support/venue-kit.ts'

const START_MS = Date.UTC(2025, 0, 6)
type Range = readonly [high: number, low: number, close: number]

function signal(changes: Partial<PendingSignal> = {}): PendingSignal {
  return {
    decisionId: decisionId('D1'),
    strategyId: strategyId('by-hand'),
    instrumentId: BTC.id,
    direction: 'buy',
    executed: false,
    regime: null,
    decidedMs: START_MS,
    entryPrice: 100,
    stopPrice: 90,
    ...changes,
  }
}

const RULES = { targetR: 1, horizonMs: HOUR_MS, candleMs: MINUTE_MS }

/** Shows minute after minute, from the decision on, and gives what has ended. */
function played(followed: PendingSignal, ranges: readonly Range[], rules = RULES): readonly EndedSignal[] {
  const follower = new SignalFollower(1, rules)
  follower.follow(0, followed)
  for (const [minute, [high, low, close]] of ranges.entries())
    follower.onCandle(0, { openTimeMs: START_MS + minute * MINUTE_MS, open: close, high, low, close, volume: 1 })
  return follower.takeEnded()
}
const minute = (count: number): number => START_MS + count * MINUTE_MS

describe('a followed signal', () => {
  it.each<{ name: string; followed: PendingSignal; ranges: readonly Range[]; expected: Partial<EndedSignal> }>([
    {
      name: 'wins when the target is reached, with the adverse way of the winning candle counted',
      followed: signal(),
      ranges: [
        [104, 99, 103],
        [111, 97, 110],
      ],
      expected: { outcome: 'win', rMultiple: 1, targetPrice: 110, maxFavorableR: 1, maxAdverseR: 0.3, endedMs: minute(2) },
    },
    {
      name: 'wins when the target is touched exactly',
      followed: signal(),
      ranges: [[110, 100, 105]],
      expected: { outcome: 'win', maxAdverseR: 0 },
    },
    {
      name: 'loses when the stop is touched exactly, and the way it had gone before counts',
      followed: signal(),
      ranges: [
        [104, 98, 100],
        [103, 90, 95],
      ],
      expected: { outcome: 'loss', rMultiple: -1, maxFavorableR: 0.4, maxAdverseR: 1, endedMs: minute(2) },
    },
    {
      name: 'loses when one candle holds both, and nothing of that candle counts in its favour',
      followed: signal(),
      ranges: [[120, 80, 119]],
      expected: { outcome: 'loss', rMultiple: -1, maxFavorableR: 0, maxAdverseR: 1 },
    },
    {
      name: 'sells the other way round: the low wins',
      followed: signal({ direction: 'sell', stopPrice: 105 }),
      ranges: [
        [102, 98, 99],
        [101, 95, 96],
      ],
      expected: { outcome: 'win', rMultiple: 1, targetPrice: 95, maxFavorableR: 1, maxAdverseR: 0.4, endedMs: minute(2) },
    },
    {
      name: 'sells the other way round: the high loses',
      followed: signal({ direction: 'sell', stopPrice: 105 }),
      ranges: [
        [100, 97, 99],
        [106, 94, 100],
      ],
      expected: { outcome: 'loss', rMultiple: -1, maxFavorableR: 0.6, maxAdverseR: 1, endedMs: minute(2) },
    },
  ])('$name', ({ followed, ranges, expected }) => {
    const ended = played(followed, ranges)
    expect(ended).toHaveLength(1)
    expect(ended[0]).toMatchObject(expected)
  })

  it('expires at the close of the candle that reaches the horizon, at the R of that close', () => {
    const quiet = Array.from({ length: 60 }, (_, at): Range => [103, 97, at === 59 ? 102.5 : 100])
    expect(played(signal(), quiet.slice(0, 59))).toEqual([])
    expect(played(signal(), quiet)).toMatchObject([
      { outcome: 'expired', rMultiple: 0.25, maxFavorableR: 0.3, maxAdverseR: 0.3, endedMs: START_MS + HOUR_MS },
    ])
  })

  it('that reaches its target in the very candle of its horizon has won', () => {
    const quiet = Array.from({ length: 60 }, (_, at): Range => [at === 59 ? 111 : 103, 97, 100])
    expect(played(signal(), quiet)).toMatchObject([{ outcome: 'win', endedMs: START_MS + HOUR_MS }])
  })

  it('has its target where the setting says', () => {
    const rules = { ...RULES, targetR: 2.5 }
    expect(played(signal(), [[124, 99, 120]], rules)).toEqual([])
    expect(played(signal(), [[125, 99, 120]], rules)).toMatchObject([
      { outcome: 'win', rMultiple: 2.5, targetPrice: 125, maxFavorableR: 2.5 },
    ])
  })

  it('is not touched by candles from before its decision, nor by those of another instrument', () => {
    const follower = new SignalFollower(2, RULES)
    follower.follow(0, signal({ decidedMs: minute(5) + 700 }))
    const candle = (at: number) => ({ openTimeMs: minute(at), open: 80, high: 120, low: 80, close: 80, volume: 1 })
    follower.onCandle(0, candle(3))
    follower.onCandle(0, candle(4))
    follower.onCandle(1, candle(5))
    expect(follower.endedCount).toBe(0)
    follower.onCandle(0, candle(5))
    expect(follower.takeEnded()).toMatchObject([{ outcome: 'loss', endedMs: minute(6) }])
    expect(follower.size).toBe(0)
  })

  it('that begins before the first candle that is seen is forgotten, because nobody knows what came between', () => {
    const follower = new SignalFollower(1, RULES)
    follower.follow(0, signal({ decidedMs: minute(3) }))
    follower.follow(0, signal({ decidedMs: minute(4) }))
    follower.onCandle(0, { openTimeMs: minute(4), open: 100, high: 111, low: 99, close: 110, volume: 1 })
    expect(follower.takeEnded()).toMatchObject([{ decidedMs: minute(4), outcome: 'win' }])
    expect(follower.size).toBe(0)
  })
})

describe('many followed signals', () => {
  it('end in order of time, then of their decisions, whatever the order of the instruments', () => {
    const follower = new SignalFollower(2, RULES)
    const named = (id: string) => signal({ decisionId: decisionId(id) })
    follower.follow(1, named('A'))
    follower.follow(0, named('B'))
    follower.follow(0, named('C'))
    const hit = { openTimeMs: minute(1), open: 100, high: 111, low: 99, close: 110, volume: 1 }
    follower.onCandle(0, { ...hit, openTimeMs: minute(0), high: 100 })
    follower.onCandle(0, hit)
    follower.onCandle(1, { ...hit, openTimeMs: minute(0) })
    expect(follower.takeEnded().map((ended) => ended.decisionId)).toEqual(['A', 'B', 'C'])
  })

  it('are followed up to the bound; one more ends the oldest of all where the price stands', () => {
    const follower = new SignalFollower(2, RULES)
    const numbered = (n: number) => signal({ decisionId: decisionId(`D${n}`), decidedMs: START_MS })
    for (let n = 0; n < FOLLOWED_MAX; n += 1) follower.follow(n === 0 ? 1 : 0, numbered(n))
    follower.onCandle(1, { openTimeMs: START_MS, open: 100, high: 104, low: 98, close: 102, volume: 1 })
    follower.follow(0, numbered(FOLLOWED_MAX))
    expect(follower.size).toBe(FOLLOWED_MAX)
    expect(follower.takeEnded()).toMatchObject([
      { decisionId: 'D0', outcome: 'expired', rMultiple: 0.2, maxFavorableR: 0.4, maxAdverseR: 0.2, endedMs: minute(1) },
    ])
    // The next oldest has seen no candle at all: it ends as it began.
    follower.follow(0, numbered(FOLLOWED_MAX + 1))
    expect(follower.takeEnded()).toMatchObject([{ decisionId: 'D1', outcome: 'expired', rMultiple: 0, maxFavorableR: 0, maxAdverseR: 0 }])
  })
})
