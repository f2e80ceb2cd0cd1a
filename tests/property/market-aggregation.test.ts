// Proves for any run of candles, with any holes: every emitted bar equals the direct computation over its base candles, exactly the whole bars are
// emitted, and what has been emitted does not depend on what comes later. The series equals a plain array, whatever is appended.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CandleAggregator } from '../../src-main/core/market/candle-aggregator.ts'
import { CandleSeries } from '../../src-main/core/market/candle-series.ts'
import type { Candle } from '../../src-shared/domain/candle.ts'
import { TIMEFRAME_MS, type Timeframe } from '../../src-shared/domain/time.ts'
import { rowsOf } from '../support/market-candles.ts'

type Bar = Candle & { readonly timeframe: Timeframe }

const price = fc.integer({ min: 1, max: 1_000_000 }).map((ticks) => ticks / 100)
const body = fc.tuple(price, price, price, price, fc.integer({ min: 0, max: 10_000 }))
/** Consecutive candles from some minute on, of which some are left out. */
const candles = (base: Timeframe) =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 2_000 }),
      fc.array(fc.tuple(body, fc.integer({ min: 0, max: 99 })), { minLength: 1, maxLength: 700, size: 'max' }),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([first, parts, percentMissing]) =>
      parts.flatMap(([[open, a, b, close, volume], chance], index): Candle[] => {
        const openTimeMs = (first + index) * TIMEFRAME_MS[base]
        return chance < percentMissing
          ? []
          : [{ openTimeMs, open, high: Math.max(open, a, b, close), low: Math.min(open, a, b, close), close, volume }]
      }),
    )

function aggregate(base: Timeframe, input: readonly Candle[]): Bar[] {
  const aggregator = new CandleAggregator(base)
  const bars: Bar[] = []
  for (const candle of input) {
    aggregator.add(candle, (index) => {
      const bar = aggregator.bars[index]
      if (bar !== undefined) bars.push(pickBar(bar, bar.timeframe))
    })
  }
  return bars
}
const pickBar = ({ openTimeMs, open, high, low, close, volume }: Candle, timeframe: Timeframe): Bar => ({
  timeframe,
  openTimeMs,
  open,
  high,
  low,
  close,
  volume,
})

/** The definition: group by bar, keep the groups that hold every base candle. Volumes are whole numbers here, so sums are exact in any order. */
function directly(base: Timeframe, input: readonly Candle[], timeframe: Timeframe): Bar[] {
  const groups = Map.groupBy(input, ({ openTimeMs }) => Math.floor(openTimeMs / TIMEFRAME_MS[timeframe]))
  return [...groups.values()]
    .filter((parts) => parts.length === TIMEFRAME_MS[timeframe] / TIMEFRAME_MS[base])
    .map((parts) => ({
      timeframe,
      openTimeMs: parts[0]?.openTimeMs ?? Number.NaN,
      open: parts[0]?.open ?? Number.NaN,
      high: Math.max(...parts.map(({ high }) => high)),
      low: Math.min(...parts.map(({ low }) => low)),
      close: parts.at(-1)?.close ?? Number.NaN,
      volume: parts.reduce((total, { volume }) => total + volume, 0),
    }))
}

describe('aggregation', () => {
  it.each(['1m', '5m'] as const)('of %s candles emits exactly the whole bars, each equal to its direct computation', (base) => {
    fc.assert(
      fc.property(candles(base), (input) => {
        const bars = aggregate(base, input)
        for (const timeframe of new CandleAggregator(base).timeframes) {
          expect(bars.filter((bar) => bar.timeframe === timeframe)).toEqual(directly(base, input, timeframe))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('of a prefix is a prefix of the aggregation: nothing emitted depends on the future', () => {
    fc.assert(
      fc.property(candles('1m'), fc.nat(), (input, cut) => {
        const some = input.slice(0, cut % (input.length + 1))
        const bars = aggregate('1m', some)
        expect(aggregate('1m', input).slice(0, bars.length)).toEqual(bars)
        const closeMs = (some.at(-1)?.openTimeMs ?? 0) + 60_000
        for (const bar of bars) expect(bar.openTimeMs + TIMEFRAME_MS[bar.timeframe]).toBeLessThanOrEqual(closeMs)
      }),
      { numRuns: 60 },
    )
  })
})

describe('candle series', () => {
  it('equals the end of a plain array', () => {
    fc.assert(
      fc.property(candles('1m'), fc.integer({ min: 1, max: 50 }), fc.nat(60), fc.nat(3_000), (input, capacity, limit, beforeMinute) => {
        const series = new CandleSeries(capacity)
        for (const candle of input) series.append(candle)
        const held = input.slice(-capacity)
        expect(rowsOf(series.columns(limit))).toEqual(limit === 0 ? [] : held.slice(-limit))
        const before = held.filter(({ openTimeMs }) => openTimeMs < beforeMinute * 60_000)
        expect(rowsOf(series.columns(capacity, beforeMinute * 60_000))).toEqual(before)
        held.forEach((candle, index) => expect(series.byIndex('high', input.length - held.length + index)).toBe(candle.high))
      }),
      { numRuns: 60 },
    )
  })
})
