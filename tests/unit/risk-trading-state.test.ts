// Proves how limits trip, latch and lift: exactly at the limit, once, until the right moment, across a restart, and never by a click
// when they lift by time.
import { describe, expect, it } from 'vitest'
import { money } from '../../src-shared/domain/decimal.ts'
import { DAY_MS, HOUR_MS } from '../../src-shared/domain/time.ts'
import type { RiskState } from '../../src-shared/events/risk-state.ts'
import {
  type RiskChange,
  initialRiskState,
  mustBeFlat,
  onClock,
  onEntry,
  onEquity,
  onKill,
  onOperatorState,
  onRoundTrip,
} from '../../src-main/core/risk/trading-state.ts'
import { FRESH, NOW_MS, POLICY } from '../support/risk-fixtures.ts'

const THURSDAY = Date.UTC(2025, 4, 22)
const MONDAY = Date.UTC(2025, 4, 26)
const at = (state: RiskState, equity: number, nowMs = NOW_MS): RiskChange => onEquity(state, equity, nowMs, POLICY)
const codes = (state: RiskState): string[] => state.trips.map(({ code }) => code)
const lose = (state: RiskState, nowMs = NOW_MS): RiskChange => onRoundTrip(state, { netPnl: money('-0.01'), nowMs }, POLICY)
const resume = (state: RiskState, equity = 9000, nowMs = NOW_MS) =>
  onOperatorState(state, { state: 'active', reason: 'checked', equity, nowMs })
const afterLosses = (count: number): RiskState => {
  let state = FRESH
  for (let loss = 0; loss < count; loss++) state = lose(state).state
  return state
}

describe('a new state', () => {
  it('is active and measures from now', () => {
    expect(FRESH).toMatchObject({
      tradingState: 'active',
      trips: [],
      startEquity: 10_000,
      dayStartMs: Date.UTC(2025, 4, 21),
      weekStartMs: Date.UTC(2025, 4, 19),
    })
  })
  it('exists for an empty account too, which trips nothing', () => {
    const empty = initialRiskState(0, NOW_MS)
    expect(at(empty, 0)).toEqual({ state: empty, action: 'none', trip: null })
  })
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('is refused for an equity of %d', (equity) => {
    expect(() => initialRiskState(equity, NOW_MS)).toThrow(RangeError)
  })
})

describe('quiet candles', () => {
  it('return the very same objects', () => {
    expect(onClock(FRESH, NOW_MS + HOUR_MS, 9999)).toBe(FRESH)
    const first = at(FRESH, 9999)
    expect(first).toEqual({ state: FRESH, action: 'none', trip: null })
    expect(first.state).toBe(FRESH)
    expect(at(FRESH, 9998)).toBe(first)
  })
  it('raise the peak when the equity is the highest yet, and never lower it', () => {
    const higher = at(FRESH, 10_100).state
    expect(higher.peakEquity).toBe(10_100)
    expect(at(higher, 10_050).state).toBe(higher)
    expect(FRESH.peakEquity).toBe(10_000)
  })
})

describe('the loss of a day', () => {
  it('does not trip a cent before the limit and halts exactly at it, until the next UTC day', () => {
    expect(at(FRESH, 9800.01).trip).toBeNull()
    const { state, action, trip } = at(FRESH, 9800)
    expect(trip).toMatchObject({ code: 'day_loss', state: 'halted', tsMs: NOW_MS, resumeMs: THURSDAY })
    expect(state.tradingState).toBe('halted')
    expect(action).toBe('none')
  })
  it('trips once, however long it lasts', () => {
    const { state } = at(FRESH, 9800)
    expect(at(state, 9700)).toEqual({ state, action: 'none', trip: null })
  })
  it('stays tripped when the loss is won back, and until the last millisecond of the day', () => {
    const { state } = at(FRESH, 9800)
    expect(at(state, 10_000).state.tradingState).toBe('halted')
    expect(onClock(state, THURSDAY - 1, 10_000)).toBe(state)
    expect(onClock(state, THURSDAY, 9800)).toMatchObject({ tradingState: 'active', trips: [], dayStartMs: THURSDAY, dayStartEquity: 9800 })
  })
  it('survives a restart: the state is plain data', () => {
    const { state } = at(FRESH, 9800)
    const restored = JSON.parse(JSON.stringify(state)) as RiskState
    expect(restored).toEqual(state)
    expect(onClock(restored, THURSDAY - 1, 9800).tradingState).toBe('halted')
  })
  it('cannot be lifted by a click, and says why', () => {
    const { state } = at(FRESH, 9800)
    const answer = resume(state)
    expect(answer.ok).toBe(false)
    expect(answer.ok ? '' : answer.error).toContain('in 11 h 0 min')
  })
})

describe('a click at the moment a trip lifts', () => {
  it('is granted, and a millisecond earlier refused', () => {
    const { state } = at(FRESH, 9800)
    expect(resume(state, 9800, THURSDAY - 1).ok).toBe(false)
    expect(resume(state, 9800, THURSDAY)).toMatchObject({ ok: true, value: { tradingState: 'active', trips: [] } })
  })
})

describe('the loss of a week', () => {
  // Two days at 1.9 % and one at 1.4 %: no day trips, the week does.
  const afterTwoDays = onClock(onClock(FRESH, THURSDAY, 9810), THURSDAY + DAY_MS, 9624)

  it('halts exactly at its limit until Monday, though no day did', () => {
    expect(at(afterTwoDays, 9500.01, THURSDAY + DAY_MS).trip).toBeNull()
    const { state, trip } = at(afterTwoDays, 9500, THURSDAY + DAY_MS)
    expect(trip).toMatchObject({ code: 'week_loss', resumeMs: MONDAY })
    expect(onClock(state, MONDAY - 1, 9500).tradingState).toBe('halted')
    expect(onClock(state, MONDAY, 9500)).toMatchObject({ tradingState: 'active', trips: [], weekStartMs: MONDAY, weekStartEquity: 9500 })
  })
  it('outlasts a day that tripped with it, and is reported first', () => {
    const { state, trip } = at(FRESH, 9500)
    expect(trip?.code).toBe('week_loss')
    expect(codes(state)).toEqual(['week_loss', 'day_loss'])
    expect(codes(onClock(state, THURSDAY, 9500))).toEqual(['week_loss'])
    expect(onClock(state, THURSDAY, 9500).tradingState).toBe('halted')
  })
})

describe('the drawdown', () => {
  const deep = at({ ...FRESH, dayStartEquity: 8100, weekStartEquity: 8100 }, 8000)

  it('closes all and halts until a person resumes', () => {
    expect(deep).toMatchObject({ action: 'close_all', trip: { code: 'account_drawdown', state: 'halted', resumeMs: null } })
    expect(mustBeFlat(deep.state)).toBe(true)
    expect(onClock(deep.state, MONDAY, 8000).tradingState).toBe('halted')
  })
  it('is measured from the peak as well as from the start', () => {
    const peak: RiskState = { ...FRESH, peakEquity: 12_000, dayStartEquity: 9700, weekStartEquity: 9700 }
    expect(at(peak, 9600.01).trip).toBeNull()
    expect(at(peak, 9600).trip?.code).toBe('account_drawdown')
  })
  it('asks to close all once, not at every candle', () => {
    expect(at(deep.state, 7900).action).toBe('none')
  })
  it('starts anew when a person resumes, so that the next candle does not trip again', () => {
    const resumed = resume(deep.state, 8000)
    expect(resumed).toMatchObject({ ok: true, value: { tradingState: 'active', trips: [], peakEquity: 8000, startEquity: 8000 } })
    if (resumed.ok) expect(at(resumed.value, 7990).trip).toBeNull()
  })
})

describe('an equity that is not a number', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('halts at %d until a person resumes', (equity) => {
    const { state } = at(FRESH, equity)
    expect(codes(state)).toContain('equity_unknown')
    expect(state.tradingState).toBe('halted')
    expect(at(state, Number.NaN).trip).toBeNull()
    expect(at(state, Number.POSITIVE_INFINITY).state.peakEquity).toBe(10_000)
    expect(resume(state, Number.NaN).ok).toBe(false)
  })
  it('does not start a day that it could not measure', () => {
    expect(onClock(FRESH, THURSDAY, Number.NaN)).toBe(FRESH)
    expect(onClock(FRESH, THURSDAY + 1, 9900)).toMatchObject({ dayStartMs: THURSDAY, dayStartEquity: 9900 })
  })
})

describe('the clock', () => {
  it('starts a day with no trades counted, and keeps the week', () => {
    const busy = onEntry(onEntry(FRESH))
    expect(busy.tradesToday).toBe(2)
    expect(onClock(busy, THURSDAY, 9990)).toMatchObject({
      tradesToday: 0,
      dayStartEquity: 9990,
      weekStartMs: FRESH.weekStartMs,
      weekStartEquity: 10_000,
    })
  })
  it('changes nothing when it runs backwards', () => {
    expect(onClock(FRESH, NOW_MS - 3 * DAY_MS, 1)).toBe(FRESH)
  })
  it('starts the week when the program slept over Monday', () => {
    expect(onClock(FRESH, MONDAY + 2 * DAY_MS, 9000)).toMatchObject({
      weekStartMs: MONDAY,
      dayStartMs: MONDAY + 2 * DAY_MS,
      weekStartEquity: 9000,
    })
  })
})

describe('losses in a row', () => {
  it('halt until the next UTC day exactly at the limit', () => {
    expect(afterLosses(7)).toMatchObject({ tradingState: 'active', consecutiveLosses: 7 })
    expect(afterLosses(8)).toMatchObject({
      tradingState: 'halted',
      consecutiveLosses: 8,
      trips: [{ code: 'consecutive_losses', resumeMs: THURSDAY }],
    })
  })
  it('do not trip twice, and cannot be lifted by a click', () => {
    expect(codes(afterLosses(9))).toEqual(['consecutive_losses'])
    expect(resume(afterLosses(8)).ok).toBe(false)
  })
  it('are forgotten with the halt, or the first loss of the new day would halt again', () => {
    expect(onClock(afterLosses(9), THURSDAY, 9900)).toMatchObject({ tradingState: 'active', consecutiveLosses: 0 })
  })
  it('are forgotten too when a person resumes before the first candle of the new day', () => {
    expect(resume(afterLosses(8), 9900, THURSDAY)).toMatchObject({
      ok: true,
      value: { trips: [], consecutiveLosses: 0, dayStartMs: THURSDAY },
    })
  })
  it('trip at the next candle when the limit was lowered below them, or they could never end', () => {
    const { state, trip } = onEquity(afterLosses(5), 9990, NOW_MS, { ...POLICY, consecutiveLossesMax: 5 })
    expect(trip).toMatchObject({ code: 'consecutive_losses', resumeMs: THURSDAY })
    expect(onClock(state, THURSDAY, 9990)).toMatchObject({ tradingState: 'active', consecutiveLosses: 0 })
  })
  it('go on over midnight when nothing tripped', () => {
    expect(onClock(afterLosses(7), THURSDAY, 9900).consecutiveLosses).toBe(7)
  })
  it.each(['0.01', '0'])('end with a round trip of %s', (netPnl) => {
    expect(onRoundTrip(afterLosses(7), { netPnl: money(netPnl), nowMs: NOW_MS }, POLICY).state.consecutiveLosses).toBe(0)
  })
})

describe('the kill switch', () => {
  it('closes all and halts, and closes all again when pressed again', () => {
    const killed = onKill(FRESH, 'panic', NOW_MS)
    expect(killed).toMatchObject({ action: 'close_all', state: { tradingState: 'halted' }, trip: { code: 'kill_switch', resumeMs: null } })
    expect(onKill(killed.state, 'again', NOW_MS)).toEqual({ state: killed.state, action: 'close_all', trip: null })
    expect(mustBeFlat(killed.state)).toBe(true)
  })
  it('keeps its message short, however much was typed', () => {
    expect(onKill(FRESH, 'x'.repeat(5000), NOW_MS).trip?.message.length).toBeLessThanOrEqual(400)
  })
  it('measures the peak anew on resuming, but not the start', () => {
    expect(resume(onKill(FRESH, 'panic', NOW_MS).state, 9000)).toMatchObject({
      ok: true,
      value: { tradingState: 'active', peakEquity: 9000, startEquity: 10_000 },
    })
  })
  it('does not open the way past a day that is halted as well', () => {
    const both = onKill(at(FRESH, 9800).state, 'panic', NOW_MS).state
    expect(resume(both).ok).toBe(false)
    expect(codes(onClock(both, THURSDAY, 9800))).toEqual(['kill_switch'])
  })
})

describe('the operator', () => {
  const ask = (state: RiskState, wanted: 'reducing' | 'halted') =>
    onOperatorState(state, { state: wanted, reason: 'lunch', equity: 10_000, nowMs: NOW_MS })

  it('may always reduce or halt, and a later wish replaces the earlier', () => {
    const reducing = ask(FRESH, 'reducing')
    expect(reducing).toMatchObject({ ok: true, value: { tradingState: 'reducing' } })
    const halted = reducing.ok ? ask(reducing.value, 'halted') : reducing
    expect(halted).toMatchObject({ ok: true, value: { tradingState: 'halted', trips: [{ code: 'operator' }] } })
  })
  it('cannot soften a halt by asking for reducing', () => {
    expect(ask(at(FRESH, 9800).state, 'reducing')).toMatchObject({ ok: true, value: { tradingState: 'halted' } })
  })
  it('resumes what the operator halted, without touching the peak', () => {
    const halted = ask({ ...FRESH, peakEquity: 11_000 }, 'halted')
    expect(halted.ok && resume(halted.value)).toMatchObject({ ok: true, value: { tradingState: 'active', trips: [], peakEquity: 11_000 } })
  })
  it('changes nothing by resuming what is active', () => {
    const answer = resume(FRESH)
    expect(answer.ok && answer.value).toBe(FRESH)
  })
  it('cannot resume with nothing on the account', () => {
    expect(resume(onKill(FRESH, 'panic', NOW_MS).state, 0).ok).toBe(false)
  })
})
