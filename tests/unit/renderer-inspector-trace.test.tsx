// Proves the arithmetic behind the inspector: votes, the way from votes to confluence, slippage, and what the chart around a decision is given.
import { describe, expect, it } from 'vitest'
import { referencePriceOf, slippageBp } from '../../src-renderer/features/inspector/slippage.ts'
import { levelsOf, markersOf } from '../../src-renderer/charts/trace-chart-story.ts'
import { indicatorNames, readTraceMarket } from '../../src-renderer/features/inspector/trace-market.ts'
import { waterfallOf } from '../../src-renderer/features/inspector/waterfall.ts'
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

describe('from votes to confluence', () => {
  const { confluence, adjustments } = detail.trace.signal
  if (!confluence) throw new Error('the golden case has a confluence')
  it('takes one step per adjustment and ends at the golden 1.4473375', () => {
    const { start, steps, end, threshold } = waterfallOf(confluence, adjustments)
    expect({ start, end, threshold }).toEqual({ start: 1.21625, end: 1.4473375, threshold: 1.2 })
    expect(steps.map(({ name, factor }) => ({ name, factor }))).toEqual([{ name: 'fear_and_greed', factor: 1.19 }])
    expect(steps[0]?.after).toBeCloseTo(1.4473375, 12)
  })
  it('names what the adjustments do not explain as a step of its own', () => {
    const { steps } = waterfallOf({ ...confluence, after: 0.85 }, [])
    expect(steps).toHaveLength(1)
    expect(steps[0]).toMatchObject({ before: 1.21625, after: 0.85 })
    expect(steps[0]?.name).toContain('not explained')
  })
  it('keeps every bar inside the scale', () => {
    const { scale, steps } = waterfallOf({ ...confluence, threshold: 4 }, adjustments)
    for (const value of [confluence.before, 4, ...steps.flatMap((step) => [step.before, step.after])]) expect(value).toBeLessThan(scale)
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
  it('keeps words, and says yes and no, and shows what is not there as a dash', () => {
    expect([formatWhy('trend'), formatWhy(true), formatWhy(false), formatWhy(null)]).toEqual(['trend', 'yes', 'no', '—'])
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
  it('draws the features that voters named, aligned to the candles, and leaves out one that the engine does not know', async () => {
    const bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
    const openTimeMs = bridge.nowMs - 200 * 300_000
    const wanted = { features: ['ema_21', 'no_such_feature', 'vwap_day'], guessed: false }
    const read = await readTraceMarket(bridge, decisionDetail({ id: 'D3', openTimeMs, close: CLOSE, outcome: 'executed' }), wanted)
    if (!read.ok) throw new Error(read.error.message)
    const { candles, series } = read.value
    expect(candles.instrumentId).toBe(BTC)
    expect(candles.openTimeMs).toContain(openTimeMs)
    expect([...series.keys()]).toEqual(['ema_21', 'vwap_day'])
    for (const values of series.values()) expect(values).toHaveLength(candles.openTimeMs.length)
    expect(candles.openTimeMs.length).toBeLessThanOrEqual(1 + 80 + 500)
  })
  it('asks for all features at once when the engine knows them, and for no more than the contract takes', async () => {
    const bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
    const openTimeMs = bridge.nowMs - 200 * 300_000
    const features = Array.from({ length: 40 }, (_, k) => `ema_${k + 5}`)
    const read = await readTraceMarket(bridge, decisionDetail({ id: 'D5', openTimeMs, close: CLOSE, outcome: 'executed' }), {
      features,
      guessed: false,
    })
    expect(read.ok && read.value.series.size).toBe(24)
    expect(bridge.calls.filter(({ command }) => command === 'candles.indicators')).toHaveLength(2)
  })
  it('leaves out a guessed index that passes through the price by chance', async () => {
    const bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
    const openTimeMs = bridge.nowMs - 200 * 300_000
    const history = await bridge.invoke('candles.history', { instrumentId: SOL, timeframe: '5m', beforeMs: openTimeMs + 1, limit: 1 })
    const close = (history.ok && history.value.close[0]) || Number.NaN
    const { trace, ...rest } = decisionDetail({ id: 'D4', openTimeMs, close, outcome: 'blocked', over: { instrumentId: SOL } })
    const near = { ...trace, signal: { ...trace.signal, votes: [], why: { rsi_14: close, ema_21: close } } }
    expect(indicatorNames(near)).toEqual(['rsi_14', 'ema_21'])
    const read = await readTraceMarket(bridge, { ...rest, trace: near }, { features: indicatorNames(near), guessed: true })
    expect(read.ok && [...read.value.series.keys()]).toEqual(['ema_21'])
  })
  it.each([
    ['reaches beyond the candle that ended the signal', 60, 70],
    ['does not follow a signal for longer than its voters can still be read', 280, 100],
  ])('%s', async (_, ended, reached) => {
    const bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
    const openTimeMs = bridge.nowMs - 300 * 300_000
    const blocked = decisionDetail({ id: 'D6', openTimeMs, close: CLOSE, outcome: 'blocked' })
    const endedMs = openTimeMs + ended * 300_000
    const signalOutcome = { outcome: 'win' as const, decidedMs: openTimeMs, resolvedMs: endedMs, endedMs, rMultiple: 1 }
    const prices = { entryPrice: 1, stopPrice: 0.9, targetPrice: 1.1, maxFavorableR: 1, maxAdverseR: 0 }
    const read = await readTraceMarket(
      bridge,
      { ...blocked, signalOutcome: { ...signalOutcome, ...prices } },
      { features: [], guessed: false },
    )
    expect(read.ok && read.value.candles.openTimeMs.at(-1)).toBe(openTimeMs + reached * 300_000)
  })
  it('passes the failure of the engine on', async () => {
    const bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
    bridge.fail('candles.history', { code: 'engine_down', message: 'gone' })
    expect(await readTraceMarket(bridge, detail, { features: [], guessed: false })).toEqual({
      ok: false,
      error: { code: 'engine_down', message: 'gone' },
    })
  })
})
