// Proves on real candles, against a second and much simpler implementation, that what became of a signal is what the candles after it say: never
// more than the candles until its end, the same however the following is interrupted, and always either won, lost or expired within bounds.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EndedSignal, SignalFollower } from '../../src-main/core/analytics/signal-follower.ts'
import { CandleBuffer, loadCandle } from '../../src-main/core/features/feature-set.ts'
import { decisionId, strategyId } from '../../src-shared/domain/ids.ts'
import { TIMEFRAME_MS } from '../../src-shared/domain/time.ts'
import type { PendingSignal } from '../../src-shared/events/journal-record.ts'
import { BTC, realCandles } from '../support/strategy-candles.ts'

const CANDLES = realCandles()
const COUNT = CANDLES.close.length
const CANDLE_MS = TIMEFRAME_MS['5m']
const RUNS = { numRuns: 60 }

type Wanted = { readonly at: number; readonly isBuy: boolean; readonly distance: number }
type Rules = { readonly targetR: number; readonly horizonMs: number; readonly candleMs: number }

const anyRules: fc.Arbitrary<Rules> = fc.record({
  targetR: fc.constantFrom(0.5, 1, 2, 3),
  horizonMs: fc.integer({ min: 1, max: 288 }).map((candles) => candles * CANDLE_MS),
  candleMs: fc.constant(CANDLE_MS),
})
const anySignals = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: COUNT - 2 }),
    isBuy: fc.boolean(),
    distance: fc.double({ min: 0.0005, max: 0.03, noNaN: true }),
  }),
  { minLength: 1, maxLength: 60 },
)

const close = (at: number): number => CANDLES.close[at] ?? Number.NaN
const pendingOf = ({ at, isBuy, distance }: Wanted, n: number): PendingSignal => ({
  decisionId: decisionId(`D${n}`),
  strategyId: strategyId('any'),
  instrumentId: BTC,
  direction: isBuy ? 'buy' : 'sell',
  executed: n % 2 === 0,
  regime: null,
  decidedMs: (CANDLES.openTimeMs[at] ?? 0) + CANDLE_MS,
  entryPrice: close(at),
  stopPrice: close(at) * (isBuy ? 1 - distance : 1 + distance),
})

/** Follows from candle `from` to candle `to`, signals joining at the close of their candle, and gives what ended by decision. */
function follow(follower: SignalFollower, wanted: readonly Wanted[], { from, to }: { from: number; to: number }): readonly EndedSignal[] {
  const candle = new CandleBuffer()
  const ended: EndedSignal[] = []
  for (let i = from; i < to; i += 1) {
    loadCandle(candle, CANDLES, i)
    follower.onCandle(0, candle)
    for (const [n, each] of wanted.entries()) if (each.at === i) follower.follow(0, pendingOf(each, n))
    ended.push(...follower.takeEnded())
  }
  return ended
}
const byDecision = (ended: readonly EndedSignal[]): EndedSignal[] => ended.toSorted((a, b) => a.decisionId.localeCompare(b.decisionId))

/** The definition, read off the candles one signal at a time. */
function reference(
  wanted: Wanted,
  n: number,
  rules: Rules,
): { outcome: EndedSignal['outcome']; endedAt: number; rMultiple: number } | null {
  const { entryPrice: entry, stopPrice: stop } = pendingOf(wanted, n)
  const sign = wanted.isBuy ? 1 : -1
  const risk = Math.abs(entry - stop)
  const target = entry + sign * rules.targetR * risk
  for (let i = wanted.at + 1; i < COUNT; i += 1) {
    const [best, worst] = wanted.isBuy ? [CANDLES.high[i], CANDLES.low[i]] : [CANDLES.low[i], CANDLES.high[i]]
    if (sign * ((worst ?? 0) - stop) <= 0) return { outcome: 'loss', endedAt: i, rMultiple: -1 }
    if (sign * ((best ?? 0) - target) >= 0) return { outcome: 'win', endedAt: i, rMultiple: rules.targetR }
    if ((i - wanted.at) * CANDLE_MS >= rules.horizonMs)
      return { outcome: 'expired', endedAt: i, rMultiple: (sign * (close(i) - entry)) / risk }
  }
  return null
}

test('every signal ends as the definition says, at the candle it says, and only those that have ended end', () => {
  fc.assert(
    fc.property(anyRules, anySignals, (rules, wanted) => {
      const ended = new Map(follow(new SignalFollower(1, rules), wanted, { from: 0, to: COUNT }).map((each) => [each.decisionId, each]))
      for (const [n, each] of wanted.entries()) {
        const expected = reference(each, n, rules)
        const found = ended.get(decisionId(`D${n}`))
        expect(found?.outcome ?? null).toBe(expected?.outcome ?? null)
        if (expected === null) continue
        expect(found?.endedMs).toBe((CANDLES.openTimeMs[expected.endedAt] ?? 0) + CANDLE_MS)
        expect(found?.rMultiple).toBeCloseTo(expected.rMultiple, 9)
      }
    }),
    RUNS,
  )
})

test('excursions are never negative, a win went its whole way without being stopped, and a loss lost exactly its risk', () => {
  fc.assert(
    fc.property(anyRules, anySignals, (rules, wanted) => {
      for (const { outcome, rMultiple, maxFavorableR, maxAdverseR } of follow(new SignalFollower(1, rules), wanted, {
        from: 0,
        to: COUNT,
      })) {
        expect(maxFavorableR).toBeGreaterThanOrEqual(0)
        expect(maxAdverseR).toBeGreaterThanOrEqual(0)
        expect(rMultiple).toBeGreaterThanOrEqual(-1)
        expect(rMultiple).toBeLessThanOrEqual(rules.targetR)
        if (outcome === 'win') expect([rMultiple, maxFavorableR, maxAdverseR < 1]).toEqual([rules.targetR, rules.targetR, true])
        if (outcome === 'loss') expect([rMultiple, maxAdverseR, maxFavorableR < rules.targetR]).toEqual([-1, 1, true])
        if (outcome === 'expired') expect(maxFavorableR >= rMultiple && maxAdverseR >= -rMultiple).toBe(true)
      }
    }),
    RUNS,
  )
})

test('what has ended by a candle is the same whether or not there are candles after it', () => {
  fc.assert(
    fc.property(anyRules, anySignals, fc.integer({ min: 1, max: COUNT }), (rules, wanted, cut) => {
      const cutMs = (CANDLES.openTimeMs[cut - 1] ?? 0) + CANDLE_MS
      const known = wanted.filter((each) => each.at < cut)
      const short = byDecision(follow(new SignalFollower(1, rules), known, { from: 0, to: cut }))
      const whole = byDecision(follow(new SignalFollower(1, rules), known, { from: 0, to: COUNT }))
      expect(short).toEqual(whole.filter((each) => each.endedMs <= cutMs))
    }),
    RUNS,
  )
})

test('a restart at any candle, with all or only enough of the candles before it shown again, changes no outcome', () => {
  fc.assert(
    fc.property(anyRules, anySignals, fc.integer({ min: 1, max: COUNT - 1 }), fc.boolean(), (rules, wanted, cut, isShort) => {
      const before = follow(new SignalFollower(1, rules), wanted, { from: 0, to: cut })
      const done = new Set(before.map((each) => each.decisionId))
      const pending = wanted.map(pendingOf).filter((each, n) => (wanted[n]?.at ?? COUNT) < cut && !done.has(each.decisionId))
      const restarted = new SignalFollower(1, rules)
      for (const each of pending) restarted.follow(0, each)
      const oldest = Math.min(cut, ...wanted.filter((each) => each.at < cut).map((each) => each.at + 1))
      const warmed = follow(restarted, [], { from: isShort ? oldest : 0, to: cut })
      const after = follow(restarted, wanted, { from: cut, to: COUNT })
      const without = follow(new SignalFollower(1, rules), wanted, { from: 0, to: COUNT })
      expect(warmed).toEqual([])
      expect(byDecision([...before, ...after])).toEqual(byDecision(without))
    }),
    RUNS,
  )
})
