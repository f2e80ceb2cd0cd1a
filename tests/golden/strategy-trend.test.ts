// Pins every signal of the trend strategies on 1500 real candles: when, which way, how strong, where the stop. A change here is a change of
// what the program trades, and belongs in the changelog. Update with `vitest run -u` after reading the difference.
import { expect, it } from 'vitest'
import { createTrendAdaptive } from '../../src-main/core/strategies/trend-adaptive.ts'
import { createTrendEnhanced } from '../../src-main/core/strategies/trend-enhanced.ts'
import { realCandles, signalsOf } from '../support/strategy-candles.ts'

it.each([createTrendAdaptive(), createTrendEnhanced()])('$declaration.id gives the pinned signals', async (plugin) => {
  const lines = signalsOf(plugin, realCandles()).map(({ openTimeMs, signal }) => {
    const { direction, strength, stopPrice, chandelierDistance, why } = signal
    return [new Date(openTimeMs).toISOString(), direction, strength, stopPrice, chandelierDistance, why['trigger']].join(',')
  })
  expect(lines.length).toBeGreaterThan(20)
  const header = 'openTime,direction,strength,stopPrice,chandelierDistance,trigger'
  await expect(`${[header, ...lines].join('\n')}\n`).toMatchFileSnapshot(`../fixtures/strategies/${plugin.declaration.id}.signals.csv`)
})
