// The honesty checks on real candles: the bundled strategies pass, strategies that cheat or start too early are caught and named.
import { describe, expect, it } from 'vitest'
import { planBacktest } from '../../src-main/lab/backtest/backtest-plan.ts'
import type { RunData } from '../../src-main/lab/backtest/run-data.ts'
import { CheckCanceled } from '../../src-main/lab/checks/check.ts'
import { type PlanFor, checkLookAhead } from '../../src-main/lab/checks/look-ahead.ts'
import { checkWarmUp, warmUpSpec } from '../../src-main/lab/checks/warm-up.ts'
import type { StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { type Signal, PLAIN_SIGNAL } from '../../src-shared/domain/decision.ts'
import { strategyId } from '../../src-shared/domain/ids.ts'
import { DAY_MS, SAMPLE, SAMPLE_2023, planWith, sampleData, sampleSpec } from '../support/lab-world.ts'

const spec = sampleSpec({ fromMs: SAMPLE.suggestedStartMs, days: 3 })
const data = sampleData(spec)

async function bundledPlan(): Promise<PlanFor> {
  const plan = await planBacktest(spec)
  if (!plan.ok) throw new Error(plan.error)
  return () => plan.value
}

const declaration = (id: string, over: Partial<StrategyPlugin['declaration']>): StrategyPlugin['declaration'] => ({
  id: strategyId(id),
  title: id,
  description: '',
  timeframe: '5m',
  warmupCandles: 20,
  features: ['atr_14'],
  parameters: [],
  ...over,
})
const buy = (close: number, why: Signal['why']): Signal => ({
  direction: 'buy',
  strength: 1,
  stopPrice: close * 0.99,
  chandelierDistance: null,
  votes: [],
  why,
  ...PLAIN_SIGNAL,
})

/** Buys when the next minute will close higher, which it looks up in the data of the run. */
const cheater = (known: RunData): StrategyPlugin => ({
  declaration: declaration('cheater', {}),
  create: (instrumentId) => ({
    onCandle({ openTimeMs, close }) {
      const candles = known.series.find((series) => series.instrumentId === instrumentId)?.candles
      const row = candles?.openTimeMs.indexOf(openTimeMs + 5 * 60_000) ?? -1
      const next = candles?.close[row + 1] ?? Number.NaN
      return next > close ? buy(close, { next }) : null
    },
  }),
})

describe('the look-ahead check', () => {
  it('passes the bundled trend strategies', async () => {
    const checked = checkLookAhead(await bundledPlan(), data, { cuts: 8, seed: 1 })
    expect(checked).toMatchObject({ ok: true, value: { passed: true, compared: 8, differences: [] } })
  }, 60_000)

  it('catches a strategy that reads the next candle, and names what it read', () => {
    const checked = checkLookAhead((shown) => planWith(spec, [cheater(shown)]), data, { cuts: 8, seed: 1 })
    expect(checked).toMatchObject({ ok: true, value: { passed: false } })
    if (checked.ok) expect(checked.value.differences.some(({ strategyId: id }) => id === 'cheater')).toBe(true)
  }, 60_000)

  it('draws the same times for the same seed, and says when there is nothing to check', async () => {
    const silent = planWith(spec, [{ declaration: declaration('silent', {}), create: () => ({ onCandle: () => null }) }])
    expect(checkLookAhead(() => silent, data, { cuts: 3, seed: 1 })).toMatchObject({
      ok: false,
      error: expect.stringContaining('nothing was decided'),
    })
    const planFor = await bundledPlan()
    const [first, second] = [1, 1].map((seed) => checkLookAhead(planFor, data, { cuts: 2, seed }))
    expect(first).toEqual(second)
  }, 60_000)

  it('stops when it is asked to', async () => {
    const planFor = await bundledPlan()
    const hooks = { onProgress: () => undefined, isCanceled: () => true }
    expect(() => checkLookAhead(planFor, data, { cuts: 2, seed: 1, hooks })).toThrow(CheckCanceled)
  })
})

describe('the warm-up check', () => {
  const later = sampleSpec({ fromMs: SAMPLE_2023.suggestedStartMs + 40 * DAY_MS, days: 5, recording: SAMPLE_2023, playbook: 'imba' })
  const loaded = sampleData(warmUpSpec(later), SAMPLE_2023)

  it('passes a playbook whose strategies declare enough', async () => {
    const plan = await planBacktest(later)
    if (!plan.ok) throw new Error(plan.error)
    const checked = checkWarmUp(plan.value, loaded)
    expect(checked).toMatchObject({ ok: true, value: { differences: [], passed: true } })
    if (checked.ok) expect(checked.value.compared).toBeGreaterThan(500)
  }, 60_000)

  it('names the average that has not settled', () => {
    const early: StrategyPlugin = {
      declaration: declaration('early', { timeframe: '15m', warmupCandles: 60, features: ['ema_50', 'sma_20'] }),
      create: () => ({ onCandle: () => null }),
    }
    const checked = checkWarmUp(planWith({ ...later, data: { ...later.data, warmupDays: 1 } }, [early]), loaded)
    expect(checked).toMatchObject({ ok: true, value: { passed: false } })
    if (checked.ok) expect(new Set(checked.value.differences.map(({ input }) => input))).toEqual(new Set(['ema_50']))
  }, 60_000)
})
