// Proves that the series holds exactly the newest candles, and that what is copied out stays as it was.
import { describe, expect, it } from 'vitest'
import { CandleSeries } from '../../src-main/core/market/candle-series.ts'
import { flatCandle, rowsOf } from '../support/market-candles.ts'

const filled = (capacity: number, count: number): CandleSeries => {
  const series = new CandleSeries(capacity)
  for (let index = 0; index < count; index++) series.append(flatCandle(index * 60_000, index + 1))
  return series
}

describe('candle series', () => {
  it('lets the oldest fall out when it is full', () => {
    const series = filled(3, 5)
    expect([series.length, series.total]).toEqual([3, 5])
    expect([0, 1, 2, 3, -1].map((age) => series.byAge('close', age))).toEqual([5, 4, 3, Number.NaN, Number.NaN])
    expect([1, 2, 3, 4, 5].map((index) => series.byIndex('close', index))).toEqual([Number.NaN, 3, 4, 5, Number.NaN])
  })

  it('copies the newest candles out, oldest first, across the seam of the ring', () => {
    const series = filled(4, 6)
    expect(rowsOf(series.columns(3)).map(({ close }) => close)).toEqual([4, 5, 6])
    expect(rowsOf(series.columns(100)).map(({ close }) => close)).toEqual([3, 4, 5, 6])
  })

  it('copies only candles that open before a given time', () => {
    const series = filled(4, 6)
    expect(rowsOf(series.columns(2, 4 * 60_000)).map(({ close }) => close)).toEqual([3, 4])
    expect(rowsOf(series.columns(2, 0)).length).toBe(0)
  })

  it('gives a copy that later candles do not touch', () => {
    const series = filled(2, 2)
    const copy = series.columns(2)
    series.append(flatCandle(2 * 60_000, 99))
    expect(rowsOf(copy).map(({ close }) => close)).toEqual([1, 2])
  })

  it('is empty at first', () => {
    const series = new CandleSeries(2)
    expect(series.length).toBe(0)
    expect(series.byAge('open', 0)).toBeNaN()
    expect(series.columns(5).openTimeMs.length).toBe(0)
  })

  it('stops the engine on a candle that does not come later, and on a useless capacity', () => {
    const series = filled(2, 2)
    expect(() => series.append(flatCandle(60_000))).toThrow(/later open time/)
    expect(() => new CandleSeries(0)).toThrow(/capacity 0/)
  })
})
