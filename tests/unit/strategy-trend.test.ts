// Proves the trend strategies' rules one by one: when they enter, where the stop goes, when they stay silent and when they close.
import { describe, expect, it } from 'vitest'
import type { StrategyInput } from '../../src-main/core/strategies/strategy.ts'
import { findFeature } from '../../src-main/core/features/registry.ts'
import { defaultParameters, resolveParameters } from '../../src-main/core/strategies/parameters.ts'
import { BUNDLED_STRATEGIES } from '../../src-main/core/strategies/registry.ts'
import { createTrendAdaptive } from '../../src-main/core/strategies/trend-adaptive.ts'
import { createTrendEnhanced } from '../../src-main/core/strategies/trend-enhanced.ts'
import { validateSignal } from '../../src-main/core/strategies/validate-signal.ts'
import { NO_MEASURES, BTC, instanceOf, realCandles, signalsOf, strategyInputs } from '../support/strategy-candles.ts'

type Moment = {
  close: number
  fast: number
  slow: number
  atr?: number
  slowAtr?: number
  rsi?: number
  histogram?: number
  position?: StrategyInput['position']
}
const inputAt = ({ close, fast, slow, atr = 10, slowAtr = 10, rsi = 60, histogram = 1, position = null }: Moment): StrategyInput => ({
  instrumentId: BTC,
  lastClosedMs: null,
  openTimeMs: 0,
  open: close,
  high: close,
  low: close,
  close,
  volume: 1,
  features: Float64Array.of(fast, slow, atr, slowAtr, rsi, histogram),
  measures: NO_MEASURES,
  position,
})

const held = { quantity: 1, entryPrice: 1000, stopPrice: 970, openedMs: 0 }
const pulledBack = { close: 1005, fast: 1010, slow: 990 }
const resumed = { close: 1012, fast: 1010, slow: 990 }
const mirrored = (moment: Moment): Moment => ({
  ...moment,
  close: 2000 - moment.close,
  fast: 2000 - moment.fast,
  slow: 2000 - moment.slow,
  rsi: 40,
  histogram: -1,
})

function after(previous: Moment, now: Moment, plugin = createTrendAdaptive()) {
  const instance = instanceOf(plugin)
  expect(instance.onCandle(inputAt(previous))).toBeNull()
  return instance.onCandle(inputAt(now))
}

describe('trend-adaptive', () => {
  it('buys when a pullback in an uptrend ends', () => {
    const signal = after(pulledBack, resumed)
    expect(signal).toMatchObject({
      direction: 'buy',
      stopPrice: 1012 - 22.5,
      chandelierDistance: 30,
      why: { trigger: 'pullback_ended', separation: 2 },
    })
    expect(signal?.strength).toBeCloseTo(2 / 3, 12)
    expect(signal?.votes).toEqual([expect.objectContaining({ voter: 'trend', direction: 'buy', weight: 1 })])
  })

  it('sells when a pullback in a downtrend ends', () => {
    expect(after(mirrored(pulledBack), mirrored(resumed))).toMatchObject({
      direction: 'sell',
      stopPrice: 988 + 22.5,
      chandelierDistance: 30,
    })
  })

  it('enters when the averages, having crossed, part by the least separation', () => {
    const signal = after({ close: 1000, fast: 994, slow: 990 }, { close: 1000, fast: 995, slow: 990 })
    expect(signal).toMatchObject({ direction: 'buy', why: { trigger: 'trend_began', separation: 0.5 } })
    expect(after(mirrored({ close: 1000, fast: 994, slow: 990 }), mirrored({ close: 1000, fast: 995, slow: 990 }))?.direction).toBe('sell')
  })

  it.each([
    ['the close stays on the wrong side of the fast average', pulledBack, { close: 1009, fast: 1010, slow: 990 }],
    ['the trend merely goes on', resumed, { close: 1014, fast: 1011, slow: 991 }],
    ['the averages are too close together', { close: 1005, fast: 1010, slow: 1006 }, { close: 1012, fast: 1010, slow: 1006 }],
    ['a feature is still warming up', pulledBack, { ...resumed, slow: NaN }],
    ['the slow ATR is still warming up', pulledBack, { ...resumed, slowAtr: NaN }],
    ['the price has not moved at all', pulledBack, { ...resumed, atr: 0 }],
    ['the stop would be below zero', { ...pulledBack, atr: 0.5 }, { close: 1.2, fast: 1.1, slow: 0.2, atr: 0.8, slowAtr: 0.8 }],
  ])('says nothing while %s', (_why, previous, now) => {
    expect(after(previous, now)).toBeNull()
  })

  it('says nothing on its first candle, and nothing while it holds a position', () => {
    expect(instanceOf(createTrendAdaptive()).onCandle(inputAt(resumed))).toBeNull()
    expect(after(pulledBack, { ...resumed, position: { ...held, side: 'long' } })).toBeNull()
  })

  it.each([
    ['at its norm', 10, 10, 2.25],
    ['somewhat wilder', 12, 10, 2.7],
    ['far wilder, up to the limit', 40, 10, 3.5],
    ['calmer, down to the limit', 5, 10, 1.5],
  ])('sets the stop %s', (_what, atr, slowAtr, multiple) => {
    const signal = after({ ...pulledBack, atr, slowAtr }, { ...resumed, atr, slowAtr, slow: 900 })
    expect(signal?.stopPrice).toBeCloseTo(1012 - multiple * atr, 9)
    expect(signal?.why['stopMultiple']).toBeCloseTo(multiple, 9)
  })

  it('closes a position when the averages cross against it, and not before', () => {
    const manage = instanceOf(createTrendAdaptive()).manage
    const long = { ...held, side: 'long' } as const
    const short = { ...held, side: 'short' } as const
    expect(manage?.(inputAt({ close: 980, fast: 1001, slow: 1000, position: long }))).toBeNull()
    expect(manage?.(inputAt({ close: 980, fast: 999, slow: 1000, position: long }))).toEqual({ type: 'close', reason: 'trend_flipped' })
    expect(manage?.(inputAt({ close: 980, fast: 999, slow: 1000, position: short }))).toBeNull()
    expect(manage?.(inputAt({ close: 980, fast: 1001, slow: 1000, position: short }))).toEqual({ type: 'close', reason: 'trend_flipped' })
    expect(manage?.(inputAt({ close: 980, fast: NaN, slow: 1000, position: long }))).toBeNull()
  })

  it('declares features of its own periods, and refuses impossible ones', () => {
    const plugin = createTrendAdaptive({ timeframe: '1h', fastPeriod: 10, slowPeriod: 30 })
    expect(plugin.declaration).toMatchObject({ timeframe: '1h', features: ['ema_10', 'ema_30', 'atr_14', 'atr_50'], warmupCandles: 250 })
    expect(() => createTrendAdaptive({ fastPeriod: 55, slowPeriod: 21 })).toThrow('trend periods 55 and 21')
    expect(() => createTrendAdaptive({ fastPeriod: 1 })).toThrow('trend periods 1 and 55')
  })
})

describe('trend-enhanced', () => {
  const enhanced = createTrendEnhanced()

  it('buys when RSI and MACD agree, with a vote for each', () => {
    const signal = after(pulledBack, { ...resumed, rsi: 60, histogram: 1.5 }, enhanced)
    expect(signal?.votes.map(({ voter, direction, strength, weight }) => ({ voter, direction, strength, weight }))).toEqual([
      { voter: 'trend', direction: 'buy', strength: 2 / 3, weight: 1 },
      { voter: 'rsi', direction: 'buy', strength: 0.5, weight: 0.5 },
      { voter: 'macd', direction: 'buy', strength: 0.5, weight: 0.5 },
    ])
    expect(signal?.strength).toBeCloseTo((2 / 3 + 0.25 + 0.25) / 2, 12)
    expect(signal?.votes[1]?.why).toEqual({ rsi_14: 60, exhausted: 75 })
  })

  it('sells when both agree', () => {
    expect(after(mirrored(pulledBack), mirrored(resumed), enhanced)?.direction).toBe('sell')
  })

  it.each([
    ['RSI is on the other side', { rsi: 49 }],
    ['RSI is exhausted', { rsi: 76 }],
    ['RSI is missing', { rsi: NaN }],
    ['MACD is on the other side', { histogram: -0.1 }],
    ['MACD is flat', { histogram: 0 }],
    ['MACD is missing', { histogram: NaN }],
  ])('says nothing when %s', (_why, change) => {
    expect(after(pulledBack, { ...resumed, ...change }, enhanced)).toBeNull()
  })

  it('signals on a part of the candles that trend-adaptive signals on', () => {
    const times = new Set(signalsOf(createTrendAdaptive(), realCandles()).map(({ openTimeMs }) => openTimeMs))
    const own = signalsOf(enhanced, realCandles())
    expect(own.length).toBeGreaterThan(5)
    expect(own.length).toBeLessThan(times.size)
    for (const { openTimeMs } of own) expect(times.has(openTimeMs)).toBe(true)
  })
})

describe('every bundled strategy', () => {
  it.each([...BUNDLED_STRATEGIES])('%s declares features that exist, sane parameters and enough warm-up', (id, { declaration }) => {
    expect(declaration.id).toBe(id)
    for (const name of declaration.features) {
      const feature = findFeature(name.split('@')[0] ?? '')
      expect(feature.ok && feature.value.warmupCandles).toBeLessThan(declaration.warmupCandles)
    }
    for (const spec of declaration.parameters) {
      expect(spec.min).toBeLessThan(spec.max)
      expect(spec.default).toBeGreaterThanOrEqual(spec.min)
      expect(spec.default).toBeLessThanOrEqual(spec.max)
    }
  })

  it.each([...BUNDLED_STRATEGIES.values()])('$declaration.id gives only valid signals on real candles, the same in each run', (plugin) => {
    const runs = [1, 2].map(() => signalsOf(plugin, realCandles()))
    expect(runs[0]).toEqual(runs[1])
    const closes = new Map([...strategyInputs(realCandles(), ['ema_2'])].map((input) => [input.openTimeMs, input.close]))
    for (const { openTimeMs, signal } of runs[0] ?? []) expect(validateSignal(signal, { close: closes.get(openTimeMs) ?? NaN })).toBeNull()
  })
})

describe('resolveParameters', () => {
  const specs = createTrendAdaptive().declaration.parameters

  it('lays given values over the defaults', () => {
    expect(resolveParameters(specs, { minSeparation: 1 })).toEqual({ ok: true, value: { ...defaultParameters(specs), minSeparation: 1 } })
  })

  it.each([
    [{ minSeparation: 9 }, 'parameter minSeparation is 9, expected 0 to 3 × ATR'],
    [{ minSeparation: NaN }, 'parameter minSeparation is NaN'],
    [{ separation: 1 }, 'there is no parameter "separation"'],
  ])('refuses %j', (given, message) => {
    const resolved = resolveParameters(specs, given)
    expect(resolved.ok ? '' : resolved.error).toContain(message)
  })

  it('makes create fail when a value is missing', () => {
    expect(() => createTrendAdaptive().create(BTC, {})).toThrow('parameter minSeparation is undefined')
  })
})
