// Proves the arithmetic and the choices behind the inspector: votes, slippage, filters, and what the chart around a decision is given.
import { describe, expect, it } from 'vitest'
import { distinct, filterDecisions, isFiltering, neighboursOf, NO_FILTER } from '../../src-renderer/features/inspector/decision-filter.ts'
import { referencePriceOf, slippageBp } from '../../src-renderer/features/inspector/slippage.ts'
import { indicatorNames, levelsOf, markersOf, readTraceMarket } from '../../src-renderer/features/inspector/trace-chart-data.ts'
import { byWeightOfOpinion, tally, voteValue } from '../../src-renderer/features/inspector/votes.ts'
import { formatEstimate, formatWhy } from '../../src-renderer/features/inspector/why-format.ts'
import { BTC, FakeBridge, SOL } from '../support/fake-bridge.ts'
import { decisionDetail, votes } from '../support/decision-views.ts'

const OPEN_MS = Date.UTC(2025, 4, 6, 12)
const CLOSE = 94_000
const detail = decisionDetail({ id: 'D1', openTimeMs: OPEN_MS, close: CLOSE, outcome: 'executed' })
const [entry, stop, target] = detail.orders
if (!entry || !stop || !target) throw new Error('an executed decision has three orders')

describe('votes', () => {
  it('sum to the confluence of the golden case', () => {
    const sums = tally(votes(CLOSE))
    expect(sums.buy).toBeCloseTo(1.53125, 12)
    expect(sums.sell).toBeCloseTo(0.315, 12)
    expect(sums.confluence).toBeCloseTo(1.21625, 12)
  })
  it('are the product of strength, weight and multiplier', () => {
    expect(voteValue({ voter: 'x', direction: 'buy', strength: 0.5, weight: 0.8, multiplier: 1.3, why: {}, evidence: [] })).toBeCloseTo(
      0.52,
      12,
    )
  })
  it('put those that waited last and leave the given list as it was', () => {
    const given = votes(CLOSE)
    const names = given.map((vote) => vote.voter)
    expect(byWeightOfOpinion(given).map((vote) => vote.direction)).toEqual(['buy', 'buy', 'buy', 'sell', 'wait', 'wait'])
    expect(given.map((vote) => vote.voter)).toEqual(names)
  })
})

describe('slippage', () => {
  it('measures an entry against the decision price, a stop against its trigger, a target against its limit', () => {
    expect(referencePriceOf(entry, detail.trace)).toEqual({ price: CLOSE, name: 'decision price' })
    expect(referencePriceOf(stop, detail.trace)).toEqual({ price: Number(stop.triggerPrice), name: 'trigger' })
    expect(referencePriceOf(target, detail.trace)).toEqual({ price: Number(target.limitPrice), name: 'limit' })
  })
  it('has nothing to measure a market exit against', () => {
    expect(referencePriceOf({ ...entry, purpose: 'exit' }, detail.trace)).toBeNull()
  })
  it.each([
    ['a buy above the reference loses', 'buy', '101', 100],
    ['a buy below it gains', 'buy', '99', -100],
    ['a sell below it loses', 'sell', '99', 100],
    ['a sell above it gains', 'sell', '101', -100],
  ] as const)('%s', (_, side, price, expected) => {
    expect(slippageBp({ side, price }, 100)).toBeCloseTo(expected, 9)
  })
  it.each([0, -1, Number.NaN])('is unknown against a reference of %s', (reference) => {
    expect(slippageBp({ side: 'buy', price: '100' }, reference)).toBeNull()
  })
})

describe('the list of decisions', () => {
  const { decisions } = new FakeBridge({ minutes: 6000, ahead: 60 }).snapshot
  it('shows the newest first', () => {
    expect(filterDecisions(decisions, NO_FILTER)[0]?.id).toBe(decisions.at(-1)?.id)
  })
  it('keeps only what passes all filters together', () => {
    const filter = { outcome: 'blocked', instrumentId: 'ETH/USDT:USDT', strategyId: 'trend-breakout' } as const
    const shown = filterDecisions(decisions, filter)
    expect(shown.length).toBeGreaterThan(0)
    for (const decision of shown)
      expect(decision).toMatchObject({ outcome: 'blocked', instrumentId: 'ETH/USDT:USDT', strategyId: 'trend-breakout' })
    expect(isFiltering(filter)).toBe(true)
    expect(isFiltering({ ...filter, outcome: 'all', instrumentId: null, strategyId: null })).toBe(false)
  })
  it('has no neighbour beyond its ends, and none for a decision outside of it', () => {
    const shown = filterDecisions(decisions, NO_FILTER)
    expect(neighboursOf(shown, 'D1039')).toEqual({ previousId: 'D1038', nextId: null })
    expect(neighboursOf(shown, 'D1000')).toEqual({ previousId: null, nextId: 'D1001' })
    expect(neighboursOf(shown, 'elsewhere')).toBeNull()
  })
  it('offers each choice once, in order', () => {
    expect(distinct(['b', 'a', 'b'])).toEqual(['a', 'b'])
  })
})

describe('values as text', () => {
  it.each([
    [0.000310004, '0.000310004'],
    [94_212.4567, '94,212.5'],
    [1_234_567, '1,234,567'],
    [-12.4, '−12.4'],
    [0, '0'],
    [Number.NaN, '—'],
  ])('writes %s as %s', (value, text) => {
    expect(formatEstimate(value)).toBe(text)
  })
  it('keeps words, and says yes, no and unavailable', () => {
    expect([formatWhy('trend'), formatWhy(true), formatWhy(false), formatWhy(null)]).toEqual(['trend', 'yes', 'no', 'unavailable'])
  })
})

describe('the chart around a decision', () => {
  it('draws the decision price, the stop and every target', () => {
    expect(levelsOf(detail.trace).map(({ kind, label }) => `${kind} ${label}`)).toEqual([
      'entry decided',
      'stop stop',
      'target T1',
      'target T2',
      'target T3',
    ])
  })
  it('draws the stop that was asked for when nothing was sent', () => {
    const blocked = decisionDetail({ id: 'D2', openTimeMs: OPEN_MS, close: CLOSE, outcome: 'blocked' })
    expect(levelsOf(blocked.trace)).toEqual([
      { kind: 'entry', price: CLOSE, label: 'blocked' },
      { kind: 'stop', price: CLOSE * 0.98, label: 'stop' },
    ])
  })
  it('marks the decision and, once per order and candle, the fills on the candle they fell into', () => {
    const markers = markersOf(detail)
    expect(markers.map(({ kind, text }) => `${kind} ${text}`)).toEqual(['decision ', 'fill entry', 'fill target'])
    expect(markers.map(({ openTimeMs }) => (openTimeMs - OPEN_MS) / 300_000)).toEqual([0, 1, 33])
  })
  it('tries only values of a price’s size as indicators, those with a period first', () => {
    expect(indicatorNames(detail.trace)).toEqual(['ema_21', 'ema_50', 'vwap', 'low', 'val', 'poc'])
  })
  it('draws what the engine knows as a feature, aligned to the candles, and leaves out the rest', async () => {
    const bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
    const openTimeMs = bridge.nowMs - 200 * 300_000
    const read = await readTraceMarket(bridge, decisionDetail({ id: 'D3', openTimeMs, close: CLOSE, outcome: 'executed' }))
    if (!read.ok) throw new Error(read.error.message)
    const { candles, lines } = read.value
    expect(candles.instrumentId).toBe(BTC)
    expect(candles.openTimeMs).toContain(openTimeMs)
    expect(lines.map((line) => line.name).slice(0, 2)).toEqual(['ema_21', 'ema_50'])
    expect(lines.map((line) => line.name)).not.toContain('poc')
    for (const line of lines) expect(line.values).toHaveLength(candles.openTimeMs.length)
    expect(candles.openTimeMs.length).toBeLessThanOrEqual(1 + 80 + 500)
  })
  it('leaves out an index that passes through the price by chance', async () => {
    const bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
    const openTimeMs = bridge.nowMs - 200 * 300_000
    const history = await bridge.invoke('candles.history', { instrumentId: SOL, timeframe: '5m', beforeMs: openTimeMs + 1, limit: 1 })
    const close = (history.ok && history.value.close[0]) || Number.NaN
    const { trace, ...rest } = decisionDetail({ id: 'D4', openTimeMs, close, outcome: 'blocked', over: { instrumentId: SOL } })
    const near = { ...trace, signal: { ...trace.signal, votes: [], why: { rsi_14: close, ema_21: close } } }
    expect(indicatorNames(near)).toEqual(['rsi_14', 'ema_21'])
    const read = await readTraceMarket(bridge, { ...rest, trace: near })
    expect(read.ok && read.value.lines.map((line) => line.name)).toEqual(['ema_21'])
  })
  it('passes the failure of the engine on', async () => {
    const bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
    bridge.fail('candles.history', { code: 'engine_down', message: 'gone' })
    expect(await readTraceMarket(bridge, detail)).toEqual({ ok: false, error: { code: 'engine_down', message: 'gone' } })
  })
})
