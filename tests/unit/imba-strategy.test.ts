// Proves the plugin around the voters: what becomes a signal, what is recorded as blocked and how often, where the stop goes, what missing inputs do,
// how it adds to a position, and that it is ready when it was warmed up.
import { describe, expect, it } from 'vitest'
import type { Signal } from '../../src-shared/domain/decision.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { imba3 } from '../../src-main/core/regime/imba-3.ts'
import { createImba } from '../../src-main/core/strategies/imba/imba.ts'
import { VOTER_NAMES } from '../../src-main/core/strategies/imba/voter.ts'
import { defaultParameters, resolveParameters } from '../../src-main/core/strategies/parameters.ts'
import type { PositionView, StrategyInput, StrategyInstance } from '../../src-main/core/strategies/strategy.ts'
import { validateSignal } from '../../src-main/core/strategies/validate-signal.ts'
import { type Bar, inputOf } from '../support/imba-inputs.ts'
import { BTC, instanceOf, realCandles, strategyInputs } from '../support/strategy-candles.ts'

const plugin = createImba()
const CALM = [0.5, 10]
const VOLATILE = [0.95, 10]

/** A voter input with the features of the regime behind it. */
function input(
  bar: Bar,
  index: number,
  { regime = CALM, ...held }: { regime?: number[]; position?: PositionView | null; lastClosedMs?: number | null } = {},
): StrategyInput {
  const base = inputOf(bar, index)
  return { ...base, features: Float64Array.from([...base.features, ...regime]), ...held }
}

function create(given: Readonly<Record<string, number>> = {}, id = BTC): StrategyInstance {
  const parameters = resolveParameters(plugin.declaration.parameters, given)
  if (!parameters.ok) throw new Error(parameters.error)
  return plugin.create(id, parameters.value)
}

/** RSI from 26 to 31 and a book full of bids: 0.3 + 0.2 by RSI at 0.9 × 1.3 in a flat market, and 0.9 × 0.6 by the book. */
const before: Bar = { features: { rsi_14: 26 } }
const both: Bar = { features: { rsi_14: 31 }, measures: { book_imbalance_10_mean: 0.9 } }
const BOTH_VOTES = 0.5 * 0.9 * 1.3 + 0.9 * 0.6
/** The book alone. */
const bids: Bar = { measures: { book_imbalance_10_mean: 0.9 } }

const last = (instance: StrategyInstance, inputs: readonly StrategyInput[]): Signal | null =>
  inputs.map((each) => instance.onCandle(each)).at(-1) ?? null

const codeOf = (signal: Signal | null): string | null =>
  signal === null ? null : (signal.filters.find(({ passed }) => !passed)?.code ?? 'passed')

describe('imba', () => {
  it('signals with every vote, the confluence, the regime, its adjustments and a verdict of each filter', () => {
    const greedy = { ...both.measures, fear_greed: 20, funding_rate: 0.0001, spot_price: 999 }
    const signal = last(create(), [input(before, 0), input({ ...both, measures: greedy }, 1)])
    if (signal === null) throw new Error('no signal')
    expect(validateSignal(signal, { close: 1000 })).toBeNull()
    expect(signal).toMatchObject({
      direction: 'buy',
      strength: 0.9,
      stopPrice: 980,
      chandelierDistance: null,
      regime: { classifier: 'imba-3', regime: 'flat' },
      why: { threshold: 1.2, regime: 'flat', close: 1000, strongest: 0.9 },
    })
    expect(signal.confluence?.before).toBeCloseTo(BOTH_VOTES, 12)
    expect(signal.confluence?.after).toBeCloseTo(BOTH_VOTES * 1.19, 12)
    expect(signal.votes.map(({ voter }) => voter)).toEqual(VOTER_NAMES)
    expect(
      signal.votes.filter(({ direction }) => direction !== 'wait').map(({ voter, weight, multiplier }) => [voter, weight, multiplier]),
    ).toEqual([
      ['rsi_mr', 0.9, 1.3],
      ['obi', 0.6, 1],
    ])
    expect(signal.adjustments.map(({ name, factor }) => [name, factor])).toEqual([
      ['fear_greed', 1.19],
      ['btc_dominance', 1],
    ])
    expect(signal.filters.every(({ passed }) => passed)).toBe(true)
  })

  it('records what is at least half of the threshold, blocked, and is silent below', () => {
    const signal = last(create(), [input(before, 0), input(both, 1)])
    expect(signal?.confluence?.after).toBeCloseTo(BOTH_VOTES, 12)
    expect(signal?.filters.filter(({ passed }) => !passed).map(({ code }) => code)).toEqual(['confluence_too_low'])
    expect(last(create(), [input(bids, 0)])).toBeNull()
    expect(last(create({ confluenceMin: 1.05 }), [input(bids, 0)])).not.toBeNull()
  })

  it('does not repeat a refusal within twelve bars', () => {
    const instance = create({ confluenceMin: 0.6 })
    const blocked = Array.from({ length: 26 }, (_, index) => instance.onCandle(input(bids, index, { regime: VOLATILE })))
    // The strongest voter is strong enough for a volatile market; the confluence of 0.54 is not.
    expect(blocked.flatMap((signal, index) => (signal === null ? [] : [index]))).toEqual([0, 12, 24])
    expect(blocked[0]?.filters.find(({ passed }) => !passed)?.code).toBe('confluence_too_low')
  })

  it('asks for a strong voter in a volatile market', () => {
    const parameters = { confluenceMin: 0.3 }
    const weak = { measures: { book_imbalance_10_mean: 0.79 } }
    const refused = (bar: Bar): string | undefined =>
      create(parameters)
        .onCandle(input(bar, 0, { regime: VOLATILE }))
        ?.filters.find(({ passed }) => !passed)?.code
    expect(refused(weak)).toBe('weak_in_volatile_market')
    expect(refused(bids)).toBeUndefined()
  })

  it('weighs altcoins down while Bitcoin dominates', () => {
    const dominated = { measures: { ...bids.measures, btc_dominance: 0.6 } }
    const after = (id: string): number | undefined =>
      create({ confluenceMin: 0.5 }, instrumentId(id)).onCandle(input(dominated, 0))?.confluence?.after
    expect(after('BTC/USDT:USDT')).toBeCloseTo(0.54, 12)
    expect(after('ETH/USDT:USDT')).toBeCloseTo(0.54 * 0.7, 12)
  })

  it('neither enters while it holds a position, nor soon after it was closed', () => {
    const instance = create({ confluenceMin: 0.5, cooldownBars: 4 })
    const position: PositionView = { side: 'long', quantity: 1, entryPrice: 1000, stopPrice: 980, openedMs: 0 }
    const closedMs = input({}, 2).openTimeMs + 1
    const codes = Array.from({ length: 8 }, (_, index) => {
      const held = index < 2 ? { position } : { lastClosedMs: closedMs }
      return codeOf(instance.onCandle(input(bids, index, held)))
    })
    expect(codes).toEqual(['position_open', null, 'cooling_down', null, null, null, 'passed', 'passed'])
  })

  it.each([
    ['at the beginning of the bar', 0],
    ['a moment before its close', 299_999],
  ])('waits for as many bars after a position that was opened and closed between two closes, %s', (_, intoBarMs) => {
    const lastClosedMs = input({}, 1).openTimeMs + intoBarMs
    const codes = Array.from({ length: 7 }, (__, index) => {
      // Each bar is judged by an instance of its own, which a refusal before does not silence.
      const instance = create({ confluenceMin: 0.5, cooldownBars: 4 })
      return codeOf(instance.onCandle(input(bids, index, index < 1 ? {} : { lastClosedMs })))
    })
    expect(codes).toEqual(['passed', 'cooling_down', 'cooling_down', 'cooling_down', 'cooling_down', 'passed', 'passed'])
  })

  it('puts its stop 2 % away, or by volatility when asked to, on either side', () => {
    const asks = { measures: { book_imbalance_10_mean: -0.9 } }
    expect(create({ confluenceMin: 0.5 }).onCandle(input(asks, 0))).toMatchObject({ direction: 'sell', stopPrice: 1020 })
    const byVolatility = create({ confluenceMin: 0.5, stopAtrMultiple: 1.5 })
    expect(byVolatility.onCandle(input(asks, 0))?.stopPrice).toBe(1015)
    // Six ATR of 200 below 1000 is no price.
    const wild = { ...bids, features: { atr_14: 200 } }
    expect(create({ confluenceMin: 0.5, stopAtrMultiple: 6 }).onCandle(input(wild, 0))).toBeNull()
  })

  it('trades without regime and measures, and says what was unavailable', () => {
    const instance = create({ confluenceMin: 0.3 })
    instance.onCandle(input({ features: { rsi_14: 20 } }, 0, { regime: [NaN, NaN] }))
    const signal = instance.onCandle(input({ features: { rsi_14: 31 } }, 1, { regime: [NaN, NaN] }))
    expect(signal).toMatchObject({ direction: 'buy', regime: null, why: { regime: null } })
    expect(signal?.filters.filter(({ code }) => code === 'unavailable').map(({ check }) => check)).toEqual(['funding', 'spread', 'regime'])
    const unavailable = signal?.votes.filter(({ why }) => 'unavailable' in why).map(({ voter }) => voter)
    expect(unavailable).toEqual(expect.arrayContaining(['cvd', 'obi', 'volume_profile']))
  })

  it('is silent when nothing is known at all', () => {
    const nothing = { ...input({}, 0), features: new Float64Array(plugin.declaration.features.length).fill(NaN) }
    expect(create().onCandle(nothing)).toBeNull()
  })

  it('knows as much after a warm-up as if it had been asked on every candle', () => {
    const [asked, warmed] = [instanceOf(plugin), instanceOf(plugin)]
    const differing: number[] = []
    let [index, signals] = [0, 0]
    for (const each of strategyInputs(realCandles(), plugin.declaration.features)) {
      const expected = asked.onCandle(each)
      if (index < 700) warmed.observe?.(each)
      else {
        const given = warmed.onCandle(each)
        if (given !== null) signals += 1
        // Only what was recorded during the warm-up may still be withheld on the one side.
        if (index > 712 && JSON.stringify(given) !== JSON.stringify(expected)) differing.push(index)
      }
      index += 1
    }
    expect(signals).toBeGreaterThan(10)
    expect(differing).toEqual([])
  })

  it('declares the regimes and features of its classifier, for any timeframe', () => {
    const { declaration } = createImba({ timeframe: '15m' })
    expect(declaration).toMatchObject({ timeframe: '15m', regimes: imba3.regimes, warmupCandles: 600 })
    expect(createImba({ timeframe: '1m' }).declaration.warmupCandles).toBe(1440)
    expect(declaration.features.slice(-imba3.features.length)).toEqual(imba3.features)
    expect(new Set(declaration.parameters.map(({ name }) => name)).size).toBe(declaration.parameters.length)
    expect(defaultParameters(declaration.parameters)).toMatchObject({ confluenceMin: 1.2, stopPercent: 2, dcaAdds: 0, fundingMode: 0 })
  })
})

describe('adding to a position', () => {
  const held = (side: 'long' | 'short', openedMs: number): PositionView => ({
    side,
    quantity: 1,
    entryPrice: 1000,
    stopPrice: NaN,
    openedMs,
  })
  const openMs = (index: number): number => input({}, index).openTimeMs

  function addsAt(instance: StrategyInstance, position: PositionView, closes: readonly number[]): (string | null)[] {
    return closes.map((close, index) => {
      const intent = instance.manage?.(input({ open: close, close }, index + 1, { position })) ?? null
      return intent === null ? null : `${intent.type} ${intent.type === 'add' ? intent.fraction : ''} ${intent.reason}`
    })
  }

  it('never happens unless it is asked for', () => {
    expect(addsAt(create(), held('long', openMs(1)), [1000, 985, 975])).toEqual([null, null, null])
  })

  it('happens once at each step of 1 % against the entry, at most as often as allowed', () => {
    const closes = [1000, 991, 990, 985, 981, 980, 970, 1000, 975]
    const expected = [null, null, 'add 0.5 dca_1', null, null, 'add 0.5 dca_2', null, null, null]
    expect(addsAt(create({ dcaAdds: 2 }), held('long', openMs(1)), closes)).toEqual(expected)
    expect(addsAt(create({ dcaAdds: 1, dcaFraction: 1 }), held('long', openMs(1)), [989, 979])).toEqual(['add 1 dca_1', null])
    const mirrored = closes.map((close) => 2000 - close)
    expect(addsAt(create({ dcaAdds: 2 }), held('short', openMs(1)), mirrored)).toEqual(expected)
  })

  it('begins anew with the next position, and leaves alone what it has not seen from the start', () => {
    const instance = create({ dcaAdds: 1 })
    expect(addsAt(instance, held('long', openMs(1)), [990, 980])).toEqual(['add 0.5 dca_1', null])
    expect(addsAt(instance, held('long', openMs(1) + 1), [990])).toEqual(['add 0.5 dca_1'])
    expect(addsAt(create({ dcaAdds: 2 }), held('long', openMs(0)), [990, 980])).toEqual([null, null])
  })
})

it('refuses parameters out of range by name', () => {
  const refused = resolveParameters(plugin.declaration.parameters, { dcaAdds: 3 })
  expect(refused.ok ? '' : refused.error).toContain('parameter dcaAdds is 3, expected 0 to 2')
  expect(() => plugin.create(BTC, {})).toThrow('parameter')
})
