// Proves that a session's past is shown in the order in which it became known, and that nothing of it is seen before that.
import { describe, expect, it } from 'vitest'
import { ChartStore } from '../../src-main/engine/chart-store.ts'
import type { RecordingLine } from '../../src-main/engine/session-recorder.ts'
import { warmUp } from '../../src-main/engine/warm-up.ts'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import type { ContextFeed, MeasuresEvent } from '../../src-main/core/ports/context-feed.ts'
import type { CandleColumns, MarketFeed } from '../../src-main/core/ports/market-feed.ts'
import type { StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { err, ok } from '../../src-shared/domain/result.ts'
import { strategyId } from '../../src-shared/domain/ids.ts'
import { MEASURE_INDEX } from '../../src-shared/domain/measure.ts'
import { HOUR_MS, MINUTE_MS, TIMEFRAME_MS, type Timeframe } from '../../src-shared/domain/time.ts'
import { handConfig } from '../support/hand-config.ts'

const START_MS = Date.UTC(2025, 0, 6)
const CONFIG = handConfig({ startMs: START_MS, start: 0, speak: () => null })

/** Bars that end at the start, each closing at its own number from 1 on. */
function barsOf(timeframe: Timeframe, count: number): CandleColumns {
  const lengthMs = TIMEFRAME_MS[timeframe]
  const openTimeMs = Float64Array.from({ length: count }, (_, i) => START_MS - (count - i) * lengthMs)
  const close = Float64Array.from({ length: count }, (_, i) => i + 1)
  return { openTimeMs, open: close, high: close, low: close, close, volume: close }
}
const rate = (tsEventMs: number, value: number): MeasuresEvent => ({
  type: 'measures',
  instrumentId: CONFIG.instruments[0]?.id ?? null,
  values: { funding_rate: value },
  validForMs: 9 * HOUR_MS,
  tsEventMs,
})

type Seen = { readonly closeMs: number; readonly funding: number; readonly daily: number }

async function warmedUp(
  timeframe: Timeframe,
  past: readonly MeasuresEvent[],
  settled: Awaited<ReturnType<MarketFeed['funding']>> = ok([]),
) {
  const warnings: string[] = []
  const seen: Seen[] = []
  const lines: RecordingLine[] = []
  const plugin: StrategyPlugin = {
    declaration: {
      id: strategyId('looker'),
      title: '',
      description: '',
      timeframe,
      warmupCandles: 0,
      features: ['sma_2@1d'],
      parameters: [],
    },
    create: (id) => ({
      onCandle: () => null,
      observe({ openTimeMs, measures, features }) {
        if (id !== CONFIG.instruments[0]?.id) return
        seen.push({
          closeMs: openTimeMs + TIMEFRAME_MS[timeframe],
          funding: measures[MEASURE_INDEX.funding_rate] ?? NaN,
          daily: features[0] ?? NaN,
        })
      },
    }),
  }
  const kernel = new Kernel({ ...CONFIG, strategies: [{ plugin, parameters: {}, file: null }] }, null)
  const feed = {
    instruments: CONFIG.instruments,
    baseTimeframe: '1m',
    history: async () => barsOf('1m', 120),
    funding: async () => settled,
    bars: async (_id: unknown, wanted: { timeframe: Timeframe }) => barsOf(wanted.timeframe, 10),
  } as unknown as MarketFeed
  const context = { past: () => past } as unknown as ContextFeed
  const chart = new ChartStore(CONFIG.instruments.map(({ id }) => id))
  await warmUp({
    feed,
    context,
    kernel,
    chart,
    baseCandles: 120,
    record: (line) => void lines.push(line),
    onLog: (_level, message) => void warnings.push(message),
  })
  return { seen, lines, chart, warnings }
}

describe('a warm-up', () => {
  it('shows a strategy on a long timeframe the measure that was known at each close', async () => {
    const { seen } = await warmedUp('4h', [rate(START_MS - 20 * HOUR_MS, 0.1), rate(START_MS - 8 * HOUR_MS, 0.2)])
    expect(seen.map(({ closeMs, funding }) => [(START_MS - closeMs) / HOUR_MS, funding])).toEqual([
      [36, NaN],
      [32, NaN],
      [28, NaN],
      [24, NaN],
      [20, 0.1],
      [16, 0.1],
      [12, 0.1],
      [8, 0.2],
      [4, 0.2],
      [0, 0.2],
    ])
  })

  it('shows funding as the venue settled it, and says so when it cannot be had', async () => {
    const { seen } = await warmedUp('4h', [], ok([{ rate: 0.3, tsEventMs: START_MS - 8 * HOUR_MS }]))
    expect(seen.slice(-4).map(({ funding }) => funding)).toEqual([NaN, 0.3, 0.3, 0.3])
    const { warnings, seen: unpaid } = await warmedUp('4h', [], err('the venue is away'))
    expect(warnings).toEqual(CONFIG.instruments.map(() => 'the venue is away'))
    expect(unpaid).toHaveLength(10)
  })

  it('shows base candles longer bars as they had closed by then, and not the ones after', async () => {
    const { seen } = await warmedUp('1m', [])
    expect(seen).toHaveLength(120)
    const at = (closeMs: number) => seen.find((each) => each.closeMs === closeMs)?.daily
    // Ten days end at the start: the last but one closed a day before, the last at the start itself.
    expect(at(START_MS - MINUTE_MS)).toBe((8 + 9) / 2)
    expect(at(START_MS)).toBe((9 + 10) / 2)
  })

  it('stands in the recording line by line, in the same order, and fills the charts', async () => {
    const { lines, chart } = await warmedUp('1m', [rate(START_MS - MINUTE_MS, 0.1)])
    const kinds = lines.map((line) => line.t)
    expect(kinds.filter((kind) => kind === 'bar')).toHaveLength(10 * CONFIG.instruments.length)
    expect(kinds.lastIndexOf('measures')).toBeLessThan(kinds.lastIndexOf('warm'))
    expect(kinds.indexOf('measures')).toBeGreaterThan(kinds.indexOf('warm'))
    const [instrument] = CONFIG.instruments
    expect(chart.bars(instrument?.id ?? expect.fail(), '1m', 1000)?.close).toHaveLength(120)
  })
})
