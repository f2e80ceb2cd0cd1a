// Proves the rules of the three validated strategies one by one: Trend Breakout, Funding Squeeze and Miner Capitulation, each with its exit.
import { describe, expect, it } from 'vitest'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { MEASURES, MEASURE_INDEX, type Measure } from '../../src-shared/domain/measure.ts'
import { DAY_MS, HOUR_MS } from '../../src-shared/domain/time.ts'
import { FundingHistory } from '../../src-main/core/strategies/funding-history.ts'
import { createFundingSqueeze } from '../../src-main/core/strategies/funding-squeeze.ts'
import { HashRibbon } from '../../src-main/core/strategies/hash-ribbon.ts'
import { createMinerCapitulation } from '../../src-main/core/strategies/miner-capitulation.ts'
import { defaultParameters } from '../../src-main/core/strategies/parameters.ts'
import type { PositionView, StrategyInput, StrategyInstance, StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { createTrendBreakout } from '../../src-main/core/strategies/trend-breakout.ts'
import { validateSignal } from '../../src-main/core/strategies/validate-signal.ts'
import { BTC, instanceOf } from '../support/strategy-candles.ts'

type Moment = {
  readonly close: number
  readonly features: Readonly<Record<string, number>>
  readonly measures?: Readonly<Partial<Record<Measure, number>>>
  readonly position?: PositionView | null
}
/** A calm range, unless the moment says otherwise. */
const REGIME = { adx_14: 10, ema_slope_50: 0.01, bollinger_width_rank_20: 0.5, atr_percent_14: 1 }

/** Shows a plugin one moment after another. */
class Stage {
  readonly #plugin: StrategyPlugin
  readonly #stepMs: number
  readonly instance: StrategyInstance
  #bars = 0

  constructor(plugin: StrategyPlugin, stepMs: number) {
    this.#plugin = plugin
    this.#stepMs = stepMs
    this.instance = instanceOf(plugin)
  }
  get nextOpenMs(): number {
    return this.#bars * this.#stepMs
  }

  input({ close, features, measures = {}, position = null }: Moment): StrategyInput {
    const known = new Float64Array(MEASURES.length).fill(NaN)
    for (const [name, value] of Object.entries(measures)) known[MEASURE_INDEX[name as Measure]] = value
    const values: Readonly<Record<string, number>> = { ...REGIME, ...features }
    const openTimeMs = this.nextOpenMs
    this.#bars += 1
    const array = Float64Array.from(this.#plugin.declaration.features, (name) => values[name] ?? NaN)
    return {
      instrumentId: BTC,
      lastClosedMs: null,
      openTimeMs,
      open: close,
      high: close,
      low: close,
      close,
      volume: 1,
      features: array,
      measures: known,
      position,
    }
  }
  next(moment: Moment) {
    return this.instance.onCandle(this.input(moment))
  }
}

describe('tb', () => {
  const channel = { donchian_upper_55: 1100, donchian_lower_55: 900, atr_14: 20, 'ema_200@1d': 950 }
  const inside = { close: 1000, features: channel }
  const above = { close: 1110, features: channel }
  const below = { close: 890, features: { ...channel, 'ema_200@1d': 950 } }
  const after = (...moments: Moment[]) => {
    const stage = new Stage(createTrendBreakout(), 4 * HOUR_MS)
    return moments.map((moment) => stage.next(moment)).at(-1) ?? null
  }

  it('buys a close above the channel of the bars before it, above the daily average', () => {
    const signal = after(inside, above)
    expect(signal).toMatchObject({
      direction: 'buy',
      stopPrice: 1110 - 2.5 * 20,
      chandelierDistance: 60,
      regime: { classifier: 'flow-5', regime: 'RANGE' },
      why: { channel: 1100, ema_200_daily: 950 },
    })
    expect(signal?.strength).toBeCloseTo(0.5 + (0.5 * 10) / 20, 12)
    expect(signal && validateSignal(signal, { close: 1110 })).toBeNull()
  })

  it('sells a close below it, below the daily average', () => {
    expect(after(inside, below)).toMatchObject({ direction: 'sell', stopPrice: 890 + 50, why: { channel: 900 } })
  })

  it.each<[string, Moment[]]>([
    ['the close is inside the channel', [inside, { ...above, close: 1100 }]],
    ['only this very bar made the channel', [{ close: 1000, features: { ...channel, donchian_upper_55: 1120 } }, above]],
    ['the daily average is on the other side', [inside, { ...above, features: { ...channel, 'ema_200@1d': 1200 } }]],
    ['the daily average is not known', [inside, { ...above, features: { ...channel, 'ema_200@1d': NaN } }]],
    ['the run outside the channel goes on', [inside, above, { ...above, close: 1120 }]],
    ['the channel is warming up', [{ close: 1000, features: { ...channel, donchian_upper_55: NaN } }, above]],
    ['ATR is not known', [inside, { ...above, features: { ...channel, atr_14: NaN } }]],
    ['it holds a position', [inside, { ...above, position: { side: 'long', quantity: 1, entryPrice: 1, stopPrice: 1, openedMs: 0 } }]],
  ])('says nothing when %s', (_what, moments) => {
    expect(after(...moments)).toBeNull()
  })

  it('enters the next run after the price has been inside again', () => {
    expect(after(inside, above, inside, above)).not.toBeNull()
  })
})

describe('fs', () => {
  const failing = { atr_14: 10, donchian_upper_12: 1040, donchian_lower_12: 960, donchian_upper_72: 1050, donchian_lower_72: 950 }
  const paying = (
    funding_rate: number,
    features: Readonly<Record<string, number>> = failing,
    position: PositionView | null = null,
  ): Moment => ({
    close: 1000,
    features,
    measures: { funding_rate },
    position,
  })
  /** Ten days of ordinary funding around 0.01 %. */
  function usual(): Stage {
    const stage = new Stage(createFundingSqueeze(), HOUR_MS)
    for (let hour = 0; hour < 240; hour += 1) expect(stage.next(paying(hour % 16 < 8 ? 0.00009 : 0.00011))).toBeNull()
    return stage
  }

  it('sells when longs pay far more than usual and the price makes no new high', () => {
    const signal = usual().next(paying(0.0003))
    expect(signal).toMatchObject({ direction: 'sell', stopPrice: 1030, chandelierDistance: null, regime: { classifier: 'flow-5' } })
    expect(signal?.why['z']).toBeGreaterThan(2)
    expect(signal && validateSignal(signal, { close: 1000 })).toBeNull()
  })

  it('buys when shorts do', () => {
    expect(usual().next(paying(-0.0001))).toMatchObject({ direction: 'buy', stopPrice: 970 })
  })

  it('waits for the price to fail, and signals on the first candle on which it does', () => {
    const stage = usual()
    expect(stage.next(paying(0.0003, { ...failing, donchian_upper_12: 1050 }))).toBeNull()
    expect(stage.next(paying(0.0003))).toMatchObject({ direction: 'sell' })
    expect(stage.next(paying(0.0003))).toBeNull()
  })

  it.each<[string, Moment]>([
    ['funding is ordinary', paying(0.000115)],
    ['funding is unknown', { ...paying(0), measures: {} }],
    ['ATR is not known', paying(0.0003, { ...failing, atr_14: NaN })],
    ['it holds a position', paying(0.0003, failing, { side: 'long', quantity: 1, entryPrice: 1, stopPrice: 1, openedMs: 0 })],
  ])('says nothing when %s', (_what, moment) => {
    expect(usual().next(moment)).toBeNull()
  })

  it('says nothing before it knows ten days of funding', () => {
    const stage = new Stage(createFundingSqueeze(), HOUR_MS)
    for (let hour = 0; hour < 200; hour += 1) stage.next(paying(hour % 16 < 8 ? 0.00009 : 0.00011))
    expect(stage.next(paying(0.0003))).toBeNull()
  })

  it('closes when funding is usual again, or after three days', () => {
    const stage = usual()
    const position: PositionView = { side: 'short', quantity: 1, entryPrice: 1000, stopPrice: 1030, openedMs: stage.nextOpenMs }
    const asked = (rate: number) => stage.instance.manage?.(stage.input(paying(rate, failing, position))) ?? null
    expect(asked(0.0003)).toBeNull()
    expect(asked(0.0001)).toEqual({ type: 'close', reason: 'funding_usual' })
    for (let hour = 2; hour < 71; hour += 1) expect(asked(0.0003)).toBeNull()
    expect(asked(0.0003)).toEqual({ type: 'close', reason: 'held_long_enough' })
  })

  it('takes a candle in once, whoever shows it first', () => {
    const [stage, other] = [usual(), usual()]
    const candle = stage.input(paying(0.0003))
    stage.instance.manage?.(candle)
    expect(stage.instance.onCandle(candle)?.why['z']).toBe(other.next(paying(0.0003))?.why['z'])
  })
})

describe('the history of funding', () => {
  it('gives the z-score of the newest rate among the last ones it holds', () => {
    const history = new FundingHistory({ capacity: 4, least: 2 })
    expect(history.update(100)).toBeNaN()
    for (const rate of [1, 2, 3]) history.update(rate)
    // 100 has fallen out: mean 2.5, population deviation √1.25.
    expect(history.update(4)).toBeCloseTo(1.5 / Math.sqrt(1.25), 12)
    expect(history.mean).toBe(2.5)
    expect(history.update(NaN)).toBeNaN()
    expect(new FundingHistory({ capacity: 3, least: 1 }).update(5)).toBeNaN()
  })
})

describe('mc', () => {
  const price = { close: 1000, features: { sma_10: 990, atr_14: 50 } }
  const at = (hash_rate: number, moment: Moment = price): Moment => ({ ...moment, measures: { hash_rate } })
  /** 60 days at 100, then 20 days at 80: the 30 day mean falls below that of 60 days. */
  function capitulated(): Stage {
    const stage = new Stage(createMinerCapitulation(), DAY_MS)
    for (let day = 0; day < 60; day += 1) expect(stage.next(at(100))).toBeNull()
    for (let day = 0; day < 20; day += 1) expect(stage.next(at(80))).toBeNull()
    return stage
  }
  /** Days at 120 until the first signal, at most 30. */
  function recovered(stage: Stage, moment: Moment = price) {
    for (let day = 0; day < 30; day += 1) {
      const signal = stage.next(at(120, moment))
      if (signal !== null) return { day, signal }
    }
    return null
  }

  it('buys when the hash rate has recovered, with the price above its mean of ten days', () => {
    const found = recovered(capitulated())
    expect(found?.signal).toMatchObject({
      direction: 'buy',
      stopPrice: 850,
      chandelierDistance: 150,
      regime: { classifier: 'flow-5' },
      why: { daysSinceRecovery: 0, sma_10: 990 },
    })
    // Depth: after 20 days of 80 the means are 86.7 and 93.3.
    expect(found?.signal.why['capitulationDepth']).toBeCloseTo(1 - (10 * 100 + 20 * 80) / 30 / ((40 * 100 + 20 * 80) / 60), 9)
    expect(found && validateSignal(found.signal, { close: 1000 })).toBeNull()
  })

  it('buys once per recovery', () => {
    const stage = capitulated()
    expect(recovered(stage)).not.toBeNull()
    expect(recovered(stage)).toBeNull()
  })

  it('does not buy on a recovery whose moment passed while it warmed up', () => {
    const first = recovered(capitulated())?.day ?? NaN
    const warmed = capitulated()
    for (let day = 0; day <= first; day += 1) warmed.instance.observe?.(warmed.input(at(120)))
    expect(recovered(warmed)).toBeNull()
    const waiting = capitulated()
    for (let day = 0; day <= first; day += 1) waiting.instance.observe?.(waiting.input(at(120, { ...price, close: 980 })))
    expect(recovered(waiting)?.day).toBe(0)
  })

  it('waits for the price, but not for ever', () => {
    const low: Moment = { ...price, close: 980 }
    const stage = capitulated()
    const first = recovered(capitulated())?.day ?? NaN
    for (let day = 0; day < first + 20; day += 1) expect(stage.next(at(120, low))).toBeNull()
    expect(stage.next(at(120))).toMatchObject({ direction: 'buy', why: { daysSinceRecovery: 20 } })
    const late = capitulated()
    for (let day = 0; day < first + 31; day += 1) expect(late.next(at(120, low))).toBeNull()
    expect(late.next(at(120))).toBeNull()
  })

  it('takes no notice of a dip that was too short', () => {
    const stage = new Stage(createMinerCapitulation(), DAY_MS)
    for (let day = 0; day < 60; day += 1) stage.next(at(100))
    for (let day = 0; day < 3; day += 1) stage.next(at(99))
    expect(recovered(stage)).toBeNull()
  })

  it('is silent without a hash rate, without ATR, and on everything but Bitcoin', () => {
    const stage = capitulated()
    for (let day = 0; day < 40; day += 1) expect(stage.next(price)).toBeNull()
    expect(recovered(capitulated(), { ...price, features: { sma_10: 990, atr_14: NaN } })).toBeNull()
    const plugin = createMinerCapitulation()
    const ether = plugin.create(instrumentId('ETH/USDT:USDT'), defaultParameters(plugin.declaration.parameters))
    const shown = capitulated()
    for (let day = 0; day < 30; day += 1) expect(ether.onCandle(shown.input(at(120)))).toBeNull()
  })
})

describe('the hash ribbon', () => {
  it('counts the days of a capitulation and the days since it ended', () => {
    const ribbon = new HashRibbon(5)
    for (let day = 0; day < 60; day += 1) ribbon.update(100)
    for (let day = 0; day < 7; day += 1) ribbon.update(50)
    expect(ribbon.capitulationDays).toBe(7)
    expect(ribbon.daysSinceRecovery).toBe(Infinity)
    let days = 0
    while (ribbon.daysSinceRecovery === Infinity && days < 60) {
      ribbon.update(200)
      days += 1
    }
    expect(ribbon.daysSinceRecovery).toBe(0)
    ribbon.update(NaN)
    expect(ribbon.daysSinceRecovery).toBe(1)
    ribbon.spend()
    expect(ribbon.daysSinceRecovery).toBe(Infinity)
  })
})
