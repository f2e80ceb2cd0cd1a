// Proves that a strategy reads features of a longer timeframe as of its last closed bar, that history of that timeframe warms them beyond
// the base candles without counting a bar twice, and that names which cannot be are refused.
import { describe, expect, it } from 'vitest'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import type { StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { strategyId } from '../../src-shared/domain/ids.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import { handConfig } from '../support/hand-config.ts'

const START_MS = Date.UTC(2025, 0, 6)
const candle = (openTimeMs: number, close: number) => ({ openTimeMs, open: close, high: close, low: close, close, volume: 1 })

/** A kernel with one strategy that notes what it reads. */
function openKernel(features: readonly string[]) {
  const read: number[][] = []
  const plugin: StrategyPlugin = {
    declaration: { id: strategyId('reader'), title: '', description: '', timeframe: '1m', warmupCandles: 0, features, parameters: [] },
    create: () => ({
      onCandle(input) {
        read.push([...input.features])
        return null
      },
    }),
  }
  const config = handConfig({ startMs: START_MS, start: 0, speak: () => null })
  const kernel = new Kernel({ ...config, strategies: [{ plugin, parameters: {}, file: null }] }, null)
  return { kernel, read }
}

describe('features of a longer timeframe', () => {
  it('are those of the last closed bar, that of this very moment included', () => {
    const { kernel, read } = openKernel(['roc_1@5m', 'roc_1'])
    for (let i = 0; i < 11; i += 1) kernel.candle(0, candle(START_MS + i * MINUTE_MS, 100 + i))
    // The second 5m bar closes with the tenth candle: 109 after 104.
    const atTenth = (109 / 104 - 1) * 100
    expect(read).toHaveLength(2)
    expect(read.map(([longer]) => longer)).toEqual([atTenth, atTenth])
    expect(read[1]?.[1]).toBeCloseTo((110 / 109 - 1) * 100, 12)
  })

  it('reach back with bars from before the base candles, each counted once', () => {
    const { kernel, read } = openKernel(['sma_3@5m'])
    const barsFromMs = START_MS - 15 * MINUTE_MS
    for (const [i, close] of [10, 20, 30].entries()) kernel.warmUpBar(0, '5m', candle(barsFromMs + i * 5 * MINUTE_MS, close))
    // The base history covers the last of these bars again: its close of 999 must not count.
    for (let i = 0; i < 5; i += 1) kernel.warmUp(0, candle(START_MS + (i - 5) * MINUTE_MS, 999))
    kernel.candle(0, candle(START_MS, 40))
    expect(read).toEqual([[20]])
    for (let i = 1; i < 5; i += 1) kernel.candle(0, candle(START_MS + i * MINUTE_MS, 40))
    expect(read.at(-1)).toEqual([30])
  })

  it.each([
    ['ema_5@2m', 'expected a name such as "ema_200@1d"'],
    ['ema_5@', 'expected a name such as "ema_200@1d"'],
    ['ema_5@5m@1h', 'expected a name such as "ema_200@1d"'],
    ['emma_5@5m', 'the nearest are'],
  ])('are refused when they cannot be: %s', (name, message) => {
    expect(openKernel([name]).kernel.strategies.list()[0]?.fault).toContain(message)
  })

  it('are warm at once in a strategy that is loaded into a running session with its history', () => {
    const { kernel } = openKernel([])
    const [instrument] = kernel.config.instruments
    const id = instrument?.id ?? expect.fail()
    const read: number[][] = []
    const declaration = { id: strategyId('late'), title: '', description: '', timeframe: '1m', warmupCandles: 0, parameters: [] } as const
    const plugin: StrategyPlugin = {
      declaration: { ...declaration, features: ['sma_2@1h', 'sma_2'] },
      create: () => ({ onCandle: ({ features }) => (read.push([...features]), null) }),
    }
    const column = (values: readonly number[]) => Float64Array.from(values)
    const barsOf = (timeframe: '1h' | '1m', lengthMs: number, closes: readonly number[]) => {
      const close = column(closes)
      const openTimeMs = column(closes.map((_close, i) => START_MS - (closes.length - i) * lengthMs))
      return { instrumentId: id, timeframe, bars: { openTimeMs, open: close, high: close, low: close, close, volume: close } }
    }
    const history = [barsOf('1m', MINUTE_MS, [1, 3]), barsOf('1h', 60 * MINUTE_MS, [10, 20])]
    kernel.strategies.load({ plugin, parameters: {}, file: null }, history)
    expect(kernel.strategies.isWarm(declaration.id)).toBe(false)
    kernel.candle(0, candle(START_MS, 5))
    expect(read).toEqual([[15, 4]])
  })

  it('are refused below the timeframe of the strategy', () => {
    const { kernel } = openKernel(['ema_5@1m'])
    expect(kernel.strategies.list()[0]?.fault).toBeNull()
    expect(() => kernel.warmUpBar(0, '1m', candle(START_MS, 1))).toThrow('expected longer than 1m')
  })
})
