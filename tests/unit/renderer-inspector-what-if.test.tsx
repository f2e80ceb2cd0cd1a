// Proves that what the inspector claims would have changed a decision follows from its trace: put into the votes, each change lands exactly on
// the threshold or turns the direction, and nothing is claimed where the trace does not tell.
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { alternativesOf } from '../../src-renderer/features/inspector/adjustment-rules.ts'
import type { DecisionTrace, Verdict, Vote } from '../../src-renderer/features/inspector/detail.ts'
import { boundsOf, distanceOf } from '../../src-renderer/features/inspector/verdict-bound.ts'
import { countVerdicts, failedFirst, verdictState } from '../../src-renderer/features/inspector/verdict-state.ts'
import { type Change, strengthText, type VoteChange, voteText, whatIf } from '../../src-renderer/features/inspector/what-if.ts'
import { tally } from '../../src-renderer/features/inspector/votes.ts'
import { decisionDetail } from '../support/decision-views.ts'

const { trace: executed } = decisionDetail({ id: 'D1', openTimeMs: Date.UTC(2025, 4, 6, 12), close: 94_000, outcome: 'executed' })
const verdict = (check: string, over: Partial<Verdict> = {}): Verdict => ({
  check,
  passed: false,
  code: check,
  message: `${check} says no`,
  numbers: {},
  ...over,
})

/** A trace of these votes with its confluence computed the way a decision computes it. */
function weighed(votes: Vote[], factors: readonly number[], threshold: number): DecisionTrace {
  const { buy, sell, confluence: before } = tally(votes)
  const after = factors.reduce((product, factor) => product * factor, before)
  const blocked = after < threshold
  const signal: DecisionTrace['signal'] = {
    ...executed.signal,
    direction: buy > sell ? 'buy' : 'sell',
    votes,
    confluence: { buy, sell, before, after, threshold },
    adjustments: factors.map((factor, index) => ({ name: `adjustment ${index}`, factor, why: {} })),
    filters: blocked ? [verdict('confluence', { code: 'confluence_too_low' })] : [],
  }
  return { ...executed, signal, outcome: blocked ? 'blocked' : 'executed', risk: [], sizing: [] }
}

/** The signed confluence after the change: positive on the side of the signal. */
function confluenceWith({ signal }: DecisionTrace, change: VoteChange): number {
  const votes = signal.votes.map((vote): Vote => {
    if (vote.voter !== change.voter) return vote
    return { ...vote, strength: Math.abs(change.to), direction: change.to > 0 ? 'buy' : change.to < 0 ? 'sell' : 'wait' }
  })
  const { buy, sell } = tally(votes)
  const factor = signal.adjustments.reduce((product, adjustment) => product * adjustment.factor, 1)
  return (signal.direction === 'buy' ? buy - sell : sell - buy) * factor
}

const voter = fc.record({
  direction: fc.constantFrom('buy' as const, 'sell' as const, 'wait' as const),
  strength: fc.double({ min: 0, max: 1, noNaN: true }),
  weight: fc.constantFrom(0.55, 0.6, 0.7, 0.8, 0.9, 1),
  multiplier: fc.constantFrom(1, 1.3),
})
const traces = fc
  .tuple(
    fc.array(voter, { minLength: 1, maxLength: 12 }),
    fc.array(fc.constantFrom(0.7, 0.8, 1, 1.19), { maxLength: 3 }),
    fc.double({ min: 0.1, max: 3, noNaN: true }),
  )
  .map(([voters, factors, threshold]) => {
    const votes = voters.map((one, index): Vote => ({
      ...one,
      strength: one.direction === 'wait' ? 0 : one.strength,
      voter: `v${index}`,
      why: {},
      evidence: [],
    }))
    return weighed(votes, factors, threshold)
  })
  .filter(({ signal }) => (signal.confluence?.before ?? 0) > 1e-3)

const votesIn = (changes: readonly Change[]): readonly VoteChange[] => changes.filter((change) => change.kind === 'vote')
const thresholdOf = (trace: DecisionTrace): number => trace.signal.confluence?.threshold ?? Number.NaN

describe('a signal that was too weak', () => {
  it('would have passed by each of the named votes alone, to the digit', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const answer = whatIf(trace)
        fc.pre(answer.kind === 'blocked')
        for (const change of votesIn(answer.failed[0]?.changes ?? []))
          expect(confluenceWith(trace, change)).toBeCloseTo(thresholdOf(trace), 9)
      }),
    )
  })
  it('is told the smallest change first, and only strengths there can be', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const answer = whatIf(trace)
        const all = answer.kind === 'blocked' ? (answer.failed[0]?.changes ?? []) : [...answer.below, ...answer.turned]
        for (const { to } of votesIn(all)) expect(Math.abs(to)).toBeLessThanOrEqual(1)
        if (answer.kind !== 'blocked') return
        const sizes = votesIn(all).map(({ from, to }) => Math.abs(to - from))
        expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
      }),
    )
  })
  it('is told about a voter that waited and about one that spoke against it', () => {
    const vote = (name: string, direction: Vote['direction'], strength: number, weight: number): Vote => ({
      voter: name,
      direction,
      strength,
      weight,
      multiplier: 1,
      why: {},
      evidence: [],
    })
    const trace = weighed(
      [vote('cvd', 'buy', 1, 0.8), vote('sfp', 'buy', 0.6, 1), vote('obi', 'sell', 0.5, 0.6), vote('rsi_mr', 'wait', 0, 0.9)],
      [],
      1.2,
    )
    const answer = whatIf(trace)
    if (answer.kind !== 'blocked') throw new Error('1.1 is below 1.2')
    expect(answer.failed[0]?.missing?.after).toBeCloseTo(0.1, 12)
    const changes = votesIn(answer.failed[0]?.changes ?? []).map(
      ({ voter: name, from, to }) => `${name}: ${strengthText(from)} → ${strengthText(to, to > from ? 1 : -1)}`,
    )
    expect(changes).toEqual(['sfp: buy 0.600 → buy 0.700', 'rsi_mr: silent → buy 0.112', 'obi: sell 0.500 → sell 0.333'])
  })
  it('puts voters last whose input was missing', () => {
    const silent = (name: string, why: Vote['why']): Vote => ({
      voter: name,
      direction: 'wait',
      strength: 0,
      weight: 1,
      multiplier: 1,
      why,
      evidence: [],
    })
    const speaks: Vote = { voter: 'cvd', direction: 'buy', strength: 1, weight: 1, multiplier: 1, why: {}, evidence: [] }
    const answer = whatIf(weighed([silent('obi', { unavailable: 'an order book' }), silent('fvg', { gapLow: null }), speaks], [], 1.2))
    if (answer.kind !== 'blocked') throw new Error('1 is below 1.2')
    expect(votesIn(answer.failed[0]?.changes ?? []).map((change) => `${change.voter} ${change.missingInput}`)).toEqual([
      'fvg false',
      'obi true',
    ])
  })
  it('would have passed without an adjustment that weakened it', () => {
    const answer = whatIf(weighed(executed.signal.votes, [0.8], 1.2))
    if (answer.kind !== 'blocked') throw new Error('0.973 is below 1.2')
    const [change, ...others] = (answer.failed[0]?.changes ?? []).filter(({ kind }) => kind === 'adjustment')
    expect(others).toEqual([])
    if (change?.kind !== 'adjustment') throw new Error('there is an adjustment')
    expect(change.alternative).toEqual({ factor: 1, condition: null })
    expect(change.after).toBeCloseTo(1.21625, 12)
  })
  it('would have passed in extreme fear, as the golden case did', () => {
    const trace = weighed(executed.signal.votes, [1], 1.3)
    const adjustments = [{ name: 'fear_greed', factor: 1, why: { fear_greed: 41, fearMax: 25, greedMin: 75 } }]
    const answer = whatIf({ ...trace, signal: { ...trace.signal, adjustments } })
    if (answer.kind !== 'blocked') throw new Error('1.216 is below 1.3')
    const [change, ...others] = (answer.failed[0]?.changes ?? []).filter(({ kind }) => kind === 'adjustment')
    expect(others).toEqual([])
    if (change?.kind !== 'adjustment') throw new Error('there is an adjustment')
    expect(change.alternative.condition).toEqual({ value: 41, sense: 'at most', bound: 25, unit: '' })
    expect(change.after).toBeCloseTo(1.4473375, 12)
  })
  it('says what it never came to', () => {
    const answer = whatIf(weighed(executed.signal.votes, [0.5], 1.2))
    expect(answer.kind === 'blocked' && answer.notAsked).toEqual(['gates', 'size', 'risk officer'])
  })
  it('claims nothing from votes that do not add up to the recorded confluence', () => {
    const trace = weighed(executed.signal.votes, [0.8], 1.2)
    const { confluence } = trace.signal
    if (!confluence) throw new Error('there is a confluence')
    const answer = whatIf({ ...trace, signal: { ...trace.signal, confluence: { ...confluence, before: confluence.before + 0.01 } } })
    expect(answer.kind === 'blocked' && answer.failed).toMatchObject([{ missing: null, changes: [] }])
  })
})

describe('a signal that was traded', () => {
  it('would have been too weak by each of the named votes, to the digit', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const answer = whatIf(trace)
        fc.pre(answer.kind === 'executed')
        for (const change of votesIn(answer.below)) expect(confluenceWith(trace, change)).toBeCloseTo(thresholdOf(trace), 9)
        for (const change of answer.turned) expect(confluenceWith(trace, change)).toBeCloseTo(0, 9)
      }),
    )
  })
  it('finds the smallest change of the golden case', () => {
    const answer = whatIf(executed)
    if (answer.kind !== 'executed') throw new Error('it was traded')
    // 1.4473375 may lose 0.2473375, which is 0.2078466 in votes: 0.2131760 of strength at 0.75 × 1.3.
    const [first] = votesIn(answer.below)
    expect(first?.voter).toBe('volume_profile')
    expect(first?.to).toBeCloseTo(0.55 - (1.21625 - 1.2 / 1.19) / (0.75 * 1.3), 12)
    expect(answer.turned.map((change) => change.voter)).toEqual(['volume_profile', 'cvd'])
  })
  it.each([
    // A lone voter that falls silent leaves no signal, and turns nothing; one that leads exactly to the threshold still passes.
    [{ from: 1, to: 0 }, 'beyond', 'buy 1.000 → turned'],
    [{ from: 0.5, to: 1e-12 }, 'beyond', 'buy 0.500 → turned'],
    [{ from: 0.5, to: 0.0004 }, 'beyond', 'buy 0.500 → silent or turned'],
    [{ from: 0.55, to: 0.337 }, 'beyond', 'buy 0.550 → below buy 0.337'],
    [{ from: -0.3, to: 0 }, 'at least', 'sell 0.300 → silent'],
    [{ from: 0, to: 0.071 }, 'at least', 'silent → at least buy 0.071'],
  ] as const)('puts %o, %s, into the words "%s"', (change, reach, words) => {
    expect(voteText(change, reach)).toBe(words)
  })
  it('holds the same for a sale', () => {
    const { trace } = decisionDetail({ id: 'D2', openTimeMs: 0, close: 94_000, outcome: 'executed', side: 'sell' })
    const { confluence } = trace.signal
    if (!confluence) throw new Error('there is a confluence')
    const mirrored = { ...trace, signal: { ...trace.signal, confluence: { ...confluence, buy: confluence.sell, sell: confluence.buy } } }
    const answer = whatIf(mirrored)
    const [first] = answer.kind === 'executed' ? votesIn(answer.below) : []
    expect(first && confluenceWith(mirrored, first)).toBeCloseTo(1.2, 9)
    expect(first?.from).toBe(-0.55)
  })
  it('names the checks that passed by the least, the closest first', () => {
    const risk = [
      verdict('risk_per_trade', { passed: true, numbers: { atRisk: 45, riskMax: 50, riskPerTrade: 0.005 } }),
      verdict('day_loss', { passed: true, numbers: { loss: 0.0199, dayLossMax: 0.02, dayStartEquity: 10_000 } }),
      verdict('something_new', { passed: true, numbers: { value: 1, limit: 2 } }),
    ]
    const answer = whatIf({ ...executed, risk })
    expect(answer.kind === 'executed' && answer.closest.map(({ verdict: { check } }) => check)).toEqual(['day_loss', 'risk_per_trade'])
  })
})

describe('an adjustment', () => {
  const mood = (fear_greed: number, factor: number) => ({ name: 'fear_greed', factor, why: { fear_greed, fearMax: 25, greedMin: 75 } })
  const share = (btc_dominance: number, factor: number, isBitcoin = false) => ({
    name: 'btc_dominance',
    factor,
    why: { btc_dominance, dominanceMaxPercent: 57, isBitcoin },
  })
  const told = (...given: Parameters<typeof alternativesOf>) =>
    alternativesOf(...given).map(({ factor, condition }) => `${condition ? `${condition.sense} ${condition.bound}` : 'without'}: ${factor}`)
  it.each([
    ['a buy between the extremes', mood(41, 1), 'buy', ['at most 25: 1.19', 'at least 75: 0.8']],
    ['a sell in fear', mood(20, 0.8), 'sell', ['above 25: 1', 'at least 75: 1.19']],
    ['a buy in greed', mood(80, 0.8), 'buy', ['below 75: 1', 'at most 25: 1.19']],
    ['an altcoin under dominance', share(0.6, 0.7), 'buy', ['at most 57: 1']],
    ['an altcoin above it', share(0.5, 1), 'sell', ['above 57: 0.7']],
    ['Bitcoin itself', share(0.6, 1, true), 'buy', []],
    ['a factor that its numbers do not explain', mood(41, 1.3), 'buy', ['without: 1']],
    ['a mood that is not known', { name: 'fear_greed', factor: 1, why: { unavailable: 'Fear & Greed index' } }, 'buy', []],
    ['one of a strategy of the user', { name: 'moon_phase', factor: 0.5, why: {} }, 'buy', ['without: 1']],
  ] as const)('has other factors for %s', (_, adjustment, direction, expected) => {
    expect(told(adjustment, direction)).toEqual(expected)
  })
})

describe('a check with a bound', () => {
  it('says on which side of it the value must be', () => {
    const trace = {
      ...executed,
      outcome: 'blocked' as const,
      risk: [verdict('cooldown', { numbers: { elapsedMs: 60_000, cooldownMs: 300_000 } })],
    }
    const answer = whatIf(trace)
    expect(answer.kind === 'blocked' && answer.failed[0]?.changes).toEqual([
      { kind: 'value', bound: { name: 'elapsedMs', value: 60_000, bound: 300_000, sense: 'at least' } },
    ])
  })
  it('is not read when its numbers do not explain the verdict', () => {
    expect(boundsOf(verdict('day_loss', { code: 'day_not_started', numbers: { loss: 0, dayLossMax: 0.02 } }), 'buy')).toEqual([])
    expect(boundsOf(verdict('unknown_check', { numbers: { value: 3, limit: 2 } }), 'buy')).toEqual([])
    expect(boundsOf(verdict('leverage', { numbers: { leverage: 3, leverageMax: 5, value: 900, valueLeft: 500 } }), 'buy')).toHaveLength(2)
  })
  it.each([
    ['a buy that pays', 'buy', 0, 0.15, false, 'at most 0.1'],
    ['a buy that is paid', 'buy', 0, -0.3, true, 'at most 0.1'],
    ['a sell that pays', 'sell', 0, -0.15, false, 'at least -0.1'],
    ['a sell as the source system blocked it', 'sell', 1, 0.15, false, 'at most 0.1'],
  ] as const)('reads funding by side and mode: %s', (_, direction, fundingMode, fundingPercent, passed, text) => {
    const numbers = { fundingPercent, fundingMaxPercent: 0.1, fundingMode }
    expect(boundsOf(verdict('funding', { passed, numbers }), direction).map(({ sense, bound }) => `${sense} ${bound}`)).toEqual([text])
  })
  it('asks a volatile market only for a strength', () => {
    const numbers = { isVolatile: false, strength: 0.9, volatileStrengthMin: 0.8 }
    expect(boundsOf(verdict('regime', { passed: true, numbers }), 'buy')).toEqual([])
    expect(boundsOf(verdict('regime', { numbers: { ...numbers, isVolatile: true, strength: 0.7 } }), 'buy')).toHaveLength(1)
  })
  it('names a switch that a person has turned off', () => {
    const gates = [verdict('strategy_cell', { code: 'cell_disabled', numbers: { side: 'long', regime: 'trend', enabled: false } })]
    const answer = whatIf({ ...executed, outcome: 'blocked', gates, sizing: [], risk: [] })
    expect(answer.kind === 'blocked' && answer.failed[0]?.changes).toEqual([{ kind: 'switch', name: 'enabled' }])
    expect(answer.kind === 'blocked' && answer.notAsked).toEqual(['size', 'risk officer'])
  })
  it('measures the distance as a share of the larger number', () => {
    const bound = { name: 'x', value: 45, bound: 50, sense: 'at most' as const }
    expect(distanceOf(bound)).toBeCloseTo(0.1, 12)
    expect(distanceOf({ ...bound, value: 0, bound: 0 })).toBe(0)
  })
})

describe('strengths as text', () => {
  it.each([
    [0.1111, 1, 'buy 0.112'],
    [-0.1111, -1, 'sell 0.112'],
    [-0.1111, 1, 'sell 0.111'],
    [0.7, 1, 'buy 0.700'],
    [0, 1, 'silent'],
  ] as const)('rounds %s towards %s as %s', (strength, towards, text) => {
    expect(strengthText(strength, towards)).toBe(text)
  })
})

describe('verdicts', () => {
  const missing = verdict('spread', { passed: true, code: 'unavailable' })
  const passed = verdict('position_open', { passed: true, code: 'ok', numbers: { side: null } })
  it('tell a check that passed from one that had nothing to judge', () => {
    expect([passed, missing, verdict('regime')].map(verdictState)).toEqual(['passed', 'unavailable', 'failed'])
  })
  it('put the failed first and are counted in words', () => {
    expect(failedFirst([passed, missing, verdict('regime')]).map(({ check }) => check)).toEqual(['regime', 'spread', 'position_open'])
    expect(countVerdicts([passed, missing, verdict('regime')])).toBe('1 failed, 1 unavailable, 1 passed')
    expect(countVerdicts([])).toBe('none asked')
  })
})
