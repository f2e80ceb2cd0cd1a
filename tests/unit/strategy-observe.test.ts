// Proves when a strategy looks on instead of being asked: on history, with the measures known then, while it warms up, and while it is paused.
import { expect, it } from 'vitest'
import { strategyId } from '../../src-shared/domain/ids.ts'
import { MEASURES, MEASURE_INDEX } from '../../src-shared/domain/measure.ts'
import { StrategyRunner } from '../../src-main/core/kernel/strategy-runner.ts'
import type { StrategyInput, StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { BTC } from '../support/strategy-candles.ts'

type Seen = readonly [call: string, close: number, fearGreed: number, average: number]

function runnerWith(seen: Seen[], { observes }: { observes: boolean }): { runner: StrategyRunner; measures: Float64Array } {
  const note = (call: string) => (input: StrategyInput) => {
    seen.push([call, input.close, input.measures[MEASURE_INDEX.fear_greed] ?? NaN, input.features[0] ?? NaN])
    return null
  }
  const plugin: StrategyPlugin = {
    declaration: {
      id: strategyId('looker'),
      title: 'Looker',
      description: 'Notes what it is shown',
      timeframe: '5m',
      warmupCandles: 3,
      features: ['sma_2'],
      parameters: [],
    },
    create: () => ({ onCandle: note('asked'), ...(observes ? { observe: note('looked on') } : {}) }),
  }
  const measures = new Float64Array(MEASURES.length).fill(NaN)
  return {
    runner: new StrategyRunner(plugin, { instrument: { id: BTC }, measures: { values: measures }, lastClosedMs: null }, {}),
    measures,
  }
}
const candle = (close: number) => ({ openTimeMs: close * 300_000, open: close, high: close, low: close, close, volume: 1 })

it('looks on during history and the rest of the warm-up, and while paused', () => {
  const seen: Seen[] = []
  const { runner, measures } = runnerWith(seen, { observes: true })
  measures[MEASURE_INDEX.fear_greed] = 40
  runner.warmUp(candle(1))
  runner.onCandle(candle(2), null)
  runner.onCandle(candle(3), null)
  runner.paused = true
  runner.onCandle(candle(4), null)
  runner.paused = false
  runner.onCandle(candle(5), null)
  expect(seen).toEqual([
    ['looked on', 1, 40, NaN],
    ['looked on', 2, 40, 1.5],
    ['asked', 3, 40, 2.5],
    ['looked on', 4, 40, 3.5],
    ['asked', 5, 40, 4.5],
  ])
})

it('shows a faulted strategy nothing more', () => {
  const seen: Seen[] = []
  const { runner } = runnerWith(seen, { observes: true })
  for (const close of [1, 2, 3]) runner.onCandle(candle(close), null)
  runner.fault()
  runner.onCandle(candle(4), null)
  expect(seen).toHaveLength(3)
})

it('does not ask of a strategy what it does not offer', () => {
  const seen: Seen[] = []
  const { runner } = runnerWith(seen, { observes: false })
  runner.warmUp(candle(1))
  for (const close of [2, 3]) runner.onCandle(candle(close), null)
  expect(seen.map(([call, close]) => [call, close])).toEqual([['asked', 3]])
})
