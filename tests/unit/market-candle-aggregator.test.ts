// Proves when a longer bar exists: with its last base candle, never earlier, and never when anything inside it is missing.
import { describe, expect, it } from 'vitest'
import { CandleAggregator } from '../../src-main/core/market/candle-aggregator.ts'
import type { Timeframe } from '../../src-shared/domain/time.ts'
import { flatCandle } from '../support/market-candles.ts'

const MINUTE = 60_000
const DAY_START = Date.UTC(2025, 4, 21)

/** Adds 1m candles by minute of the day; returns which bar closed with which minute. */
function run(minutes: readonly number[], base: Timeframe = '1m'): string[] {
  const aggregator = new CandleAggregator(base)
  const closed: string[] = []
  for (const minute of minutes) {
    aggregator.add(flatCandle(DAY_START + minute * MINUTE), (index) => {
      const bar = aggregator.bars[index]
      closed.push(`${aggregator.timeframes[index]} from ${((bar?.openTimeMs ?? 0) - DAY_START) / MINUTE} at ${minute}`)
    })
  }
  return closed
}
const minutes = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

describe('candle aggregator', () => {
  it('closes a bar with the candle that ends it, shortest bar first', () => {
    expect(run(minutes(0, 15))).toEqual(['5m from 0 at 4', '5m from 5 at 9', '5m from 10 at 14', '15m from 0 at 14'])
  })

  it('says nothing while the last candle of a bar is missing', () => {
    expect(run(minutes(0, 4))).toEqual([])
  })

  it('never emits a bar that it saw only the end of', () => {
    expect(run(minutes(2, 10))).toEqual(['5m from 5 at 9'])
  })

  it('never emits a bar with a hole, nor a longer one around it', () => {
    const withHole = minutes(0, 35).filter((minute) => minute !== 7)
    expect(run(withHole)).toEqual([
      '5m from 0 at 4',
      '5m from 10 at 14',
      '5m from 15 at 19',
      '5m from 20 at 24',
      '5m from 25 at 29',
      '15m from 15 at 29',
      '5m from 30 at 34',
    ])
  })

  it('never emits a bar whose last candle is missing', () => {
    expect(run(minutes(0, 11).filter((minute) => minute !== 4))).toEqual(['5m from 5 at 9'])
  })

  it('builds from five-minute candles as well', () => {
    const fives = minutes(0, 12).map((index) => index * 5)
    expect(run(fives, '5m')).toEqual(['15m from 0 at 10', '15m from 15 at 25', '15m from 30 at 40', '15m from 45 at 55', '1h from 0 at 55'])
  })

  it('closes all six timeframes with the last minute of a day', () => {
    expect(run(minutes(0, 1440)).slice(-5)).toEqual([
      '5m from 1435 at 1439',
      '15m from 1425 at 1439',
      '1h from 1380 at 1439',
      '4h from 1200 at 1439',
      '1d from 0 at 1439',
    ])
  })

  it('has nothing to build from daily candles', () => {
    expect(new CandleAggregator('1d').timeframes).toEqual([])
  })

  it('stops the engine when candles come in the wrong order', () => {
    expect(() => run([1, 1])).toThrow(/later open time/)
    expect(() => run([1, 0])).toThrow(/later open time/)
  })
})
