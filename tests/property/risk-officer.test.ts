// Proves over all inputs: a single number that is not finite, or a single field that is missing, anywhere in what the officer looks at,
// denies; what sizing proposes is never denied for its size; what is approved keeps every limit when checked with plain arithmetic; an equity said
// to be quiet changes nothing;
// and a day, once halted, is never active again before its time, whatever happens.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { money, quantity, toNumber } from '../../src-shared/domain/decimal.ts'
import { priceFromNumber, stopPriceFromNumber } from '../../src-shared/domain/instrument.ts'
import type { RiskState } from '../../src-shared/events/risk-state.ts'
import { RiskPolicy } from '../../src-shared/config/risk-policy.ts'
import { sizePosition } from '../../src-main/core/decision/sizing.ts'
import { planTargets } from '../../src-main/core/decision/target-ladder.ts'
import { sizeCaps } from '../../src-main/core/risk/exposure.ts'
import type { RiskContext } from '../../src-main/core/risk/risk-context.ts'
import { approveEntry } from '../../src-main/core/risk/risk-officer.ts'
import { onClock, onEntry, onEquity, onKill, onOperatorState, onRoundTrip, quietEquity } from '../../src-main/core/risk/trading-state.ts'
import { BTC, ETH_ID, FRESH, NOW_MS, POLICY, entryRequest, riskContext } from '../support/risk-fixtures.ts'

/** Paths of all leaves of plain data that satisfy the test. */
function leaves(value: unknown, wanted: (leaf: unknown) => boolean, path: readonly string[] = []): (readonly string[])[] {
  if (wanted(value)) return [path]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, wanted, [...path, name]))
}
/** A copy with one leaf replaced. */
function replaced(value: unknown, [name, ...rest]: readonly string[], leaf: unknown): unknown {
  if (name === undefined) return leaf
  const inner = Object.entries(value as object).map(([key, old]) => [key, key === name ? replaced(old, rest, leaf) : old])
  return Array.isArray(value) ? inner.map(([, item]) => item) : Object.fromEntries(inner)
}

const full = riskContext({
  positions: [{ instrumentId: ETH_ID, side: 'long', quantity: quantity('1'), notional: 100 }],
  workingEntries: [{ instrumentId: ETH_ID, side: 'sell', notional: 100 }],
  lastClosedMs: NOW_MS - POLICY.cooldownMs,
})

describe('approveEntry', () => {
  it('approves the complete context that the next tests break', () => {
    expect(approveEntry(entryRequest(), full).approved).not.toBeNull()
  })

  const numbers = leaves(full, (leaf) => typeof leaf === 'number')
  it.each(numbers.map((path) => [path.join('.'), path] as const))('denies without throwing when %s is not a finite number', (_, path) => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      // The path was found in a RiskContext, and only a number in it is replaced by another: hence the cast.
      expect(approveEntry(entryRequest(), replaced(full, path, bad) as RiskContext).approved).toBeNull()
    }
  })

  it.each(Object.keys(full).filter((name) => name !== 'lastClosedMs'))('denies without throwing when %s is not there at all', (name) => {
    // What the types forbid is what this test is about: hence the cast.
    expect(approveEntry(entryRequest(), { ...full, [name]: undefined } as unknown as RiskContext).approved).toBeNull()
  })
})

const policies = fc.record({
  riskPerTrade: fc.double({ min: 0.0001, max: 0.05, noNaN: true }),
  positionShareMax: fc.double({ min: 0.01, max: 1, noNaN: true }),
  leverageMax: fc.double({ min: 1, max: 125, noNaN: true }),
  grossExposureMax: fc.double({ min: 0.1, max: 125, noNaN: true }),
})
const situations = fc.record({
  policy: policies,
  equity: fc.double({ min: 100, max: 1e7, noNaN: true }),
  freeShare: fc.double({ min: 0, max: 1, noNaN: true }),
  leverage: fc.double({ min: 1, max: 125, noNaN: true }),
  mark: fc.double({ min: 500, max: 200_000, noNaN: true }),
  stopShare: fc.double({ min: 0.002, max: 0.09, noNaN: true }),
  strength: fc.double({ min: 0, max: 1, noNaN: true }),
  realizedVolatility: fc.option(fc.double({ min: 0.01, max: 5, noNaN: true })),
  elsewhere: fc.double({ min: 0, max: 1e6, noNaN: true }),
  long: fc.boolean(),
})

function propose(situation: typeof situations extends fc.Arbitrary<infer T> ? T : never) {
  const { equity, leverage, mark, long, elsewhere } = situation
  const policy = RiskPolicy.parse({ ...situation.policy, leverageMax: Math.max(situation.policy.leverageMax, leverage) })
  const context = riskContext({
    policy,
    leverage,
    markPrice: mark,
    account: { equity, balance: equity, availableMargin: equity * situation.freeShare },
    riskState: { ...FRESH, startEquity: equity, peakEquity: equity, dayStartEquity: equity, weekStartEquity: equity },
    positions: elsewhere === 0 ? [] : [{ instrumentId: ETH_ID, side: 'short', quantity: quantity('1'), notional: elsewhere }],
    liquidationPrice: long ? 0 : mark * 10,
  })
  const entryPrice = priceFromNumber(BTC, mark, 'half_even')
  const stopPrice = stopPriceFromNumber(BTC, long ? 'long' : 'short', mark * (1 + (long ? -1 : 1) * situation.stopShare))
  const { quantity: size, reason } = sizePosition({
    instrument: BTC,
    entryPrice,
    stopPrice,
    equity,
    riskPerTrade: policy.riskPerTrade,
    strength: situation.strength,
    volatilityTarget: policy.volatilityTarget,
    realizedVolatility: situation.realizedVolatility,
    caps: sizeCaps(context, { entryPrice, stopPrice }),
  })
  const request = entryRequest({ side: long ? 'buy' : 'sell', quantity: size, entryPlan: { stopPrice, chandelierDistance: null } })
  const exits = planTargets({
    instrument: BTC,
    side: long ? 'long' : 'short',
    entryPrice,
    stopPrice,
    quantity: size,
    ladder: [
      { fraction: 0.4, atR: 1 },
      { fraction: 0.6, atR: 2 },
    ],
  })
  return { context: { ...context, exits }, request, size, reason, entryPrice, stopPrice, policy }
}

describe('sizing and the officer', () => {
  it('agree: what was cut to the limits is never denied, except for a stop that the venue minimum makes impossible', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { context, request, size, reason } = propose(situation)
        fc.pre(size > 0n)
        expect(reason).toBeNull()
        const denials = approveEntry(request, context).verdicts.filter(({ passed }) => !passed)
        expect(denials.map(({ code }) => code).filter((code) => code !== 'unsellable_position')).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('keep every limit of the policy, checked with plain arithmetic', () => {
    fc.assert(
      fc.property(situations, fc.integer({ min: 0, max: 3 }), (situation, extraLots) => {
        const { context, request, policy, entryPrice, stopPrice } = propose(situation)
        const more = quantity((toNumber(request.quantity) + extraLots * 0.001).toFixed(3))
        if (approveEntry({ ...request, quantity: more }, context).approved === null) return
        const value = toNumber(more) * toNumber(entryPrice)
        const slack = 1 + 1e-9
        expect(toNumber(more) * Math.abs(toNumber(entryPrice) - toNumber(stopPrice))).toBeLessThanOrEqual(
          situation.equity * policy.riskPerTrade * slack,
        )
        expect(value).toBeLessThanOrEqual(situation.equity * policy.positionShareMax * situation.leverage * slack)
        expect(value + situation.elsewhere).toBeLessThanOrEqual(situation.equity * policy.grossExposureMax * slack)
        expect(value / situation.leverage).toBeLessThanOrEqual(situation.equity * situation.freeShare * slack)
      }),
      { numRuns: 500 },
    )
  })
})

type Fact = (state: RiskState, nowMs: number) => RiskState
const facts: fc.Arbitrary<Fact> = fc.oneof(
  fc.double({ min: 7000, max: 12_000, noNaN: true }).map(
    (equity): Fact =>
      (state, nowMs) =>
        onEquity(onClock(state, nowMs, equity), equity, nowMs, POLICY).state,
  ),
  fc.constantFrom('-1', '1').map(
    (netPnl): Fact =>
      (state, nowMs) =>
        onRoundTrip(state, { netPnl: money(netPnl), nowMs }, POLICY).state,
  ),
  fc.constant<Fact>((state) => onEntry(state)),
  fc.constant<Fact>((state, nowMs) => onKill(state, 'any', nowMs).state),
  fc.constantFrom('active' as const, 'reducing' as const, 'halted' as const).map((wanted): Fact => (state, nowMs) => {
    const answer = onOperatorState(state, { state: wanted, reason: 'any', equity: 9000, nowMs })
    return answer.ok ? answer.value : state
  }),
)

describe('a quiet equity', () => {
  const equity = fc.oneof(
    { weight: 20, arbitrary: fc.double({ min: 9_000, max: 11_000, noNaN: true }) },
    { weight: 1, arbitrary: fc.double({ min: -1e4, max: 1e6, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(0, NaN, Infinity) },
  )
  const share = fc.oneof(fc.double({ min: 0.0001, max: 1, noNaN: true }), fc.constantFrom(0.02, 1))
  const states = fc.record({
    startEquity: equity,
    peakEquity: equity,
    dayStartEquity: equity,
    weekStartEquity: equity,
    consecutiveLosses: fc.nat(12),
    inForce: fc.subarray(['day_loss', 'week_loss', 'account_drawdown', 'consecutive_losses']),
  })
  const limits = fc.record({
    dayLossMax: share,
    weekLossMax: share,
    drawdownMax: share,
    consecutiveLossesMax: fc.integer({ min: 1, max: 10 }),
  })

  it('changes nothing, also a hair from every limit', () => {
    let quiet = 0
    fc.assert(
      fc.property(states, limits, fc.double({ min: 0, max: 1, noNaN: true }), ({ inForce, ...numbers }, limit, at) => {
        const trips = inForce.map((code) => ({ code, message: '', tsMs: NOW_MS, state: 'halted' as const, resumeMs: null }))
        const state: RiskState = { ...FRESH, ...numbers, trips }
        const policy = { ...POLICY, ...limit }
        const { above, upTo } = quietEquity(state, policy)
        for (const value of [above + (upTo - above) * at, above * (1 + Number.EPSILON), upTo]) {
          if (!(value > above && value <= upTo)) continue
          quiet += 1
          const change = onEquity(state, value, NOW_MS, policy)
          expect([change.state, change.action, change.trip]).toEqual([state, 'none', null])
          expect(change.state).toBe(state)
        }
      }),
      { numRuns: 2000 },
    )
    expect(quiet).toBeGreaterThan(1000)
  })
  it('reaches from the nearest limit to the peak', () => {
    const { above, upTo } = quietEquity(
      { ...FRESH, peakEquity: 10_500 },
      { ...POLICY, dayLossMax: 0.02, weekLossMax: 0.05, drawdownMax: 0.1 },
    )
    expect(above).toBeCloseTo(9800, 4)
    expect(upTo).toBe(10_500)
  })
})

describe('the latch', () => {
  it('holds: a trip with a time is in force until then, through every sequence of facts', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(facts, fc.integer({ min: 0, max: 12 * 3_600_000 })), { maxLength: 60 }), (story) => {
        let state: RiskState = FRESH
        let nowMs = NOW_MS
        for (const [fact, waitMs] of story) {
          const before = state
          nowMs += waitMs
          state = fact(state, nowMs)
          const held = before.trips.filter((trip) => trip.resumeMs !== null && trip.resumeMs > nowMs)
          for (const trip of held) expect(state.trips).toContainEqual(trip)
          if (held.length > 0) expect(state.tradingState).toBe('halted')
          expect(state.tradingState === 'active').toBe(state.trips.length === 0)
          expect(new Set(state.trips.map(({ code }) => code)).size).toBe(state.trips.length)
        }
      }),
    )
  })
})
