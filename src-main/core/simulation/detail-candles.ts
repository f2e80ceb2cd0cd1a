// Finer candles inside base candles, looked up in columns. Nothing is kept between two questions, and nothing is asked while no base candle
// touches anything of ours.
import { CandleBuffer, loadCandle } from '../features/feature-set.ts'
import type { CandleColumns } from '../ports/market-feed.ts'
import type { CandlePath, DetailCandles } from './venue.ts'

/** A reader over columns of candles of `lengthMs`, oldest first. The columns are read, never changed. */
export function detailCandles(columns: CandleColumns, lengthMs: number): DetailCandles {
  const buffer = new CandleBuffer()
  let first = 0
  return {
    lengthMs,
    inside(candle, baseMs) {
      first = firstFrom(columns.openTimeMs, candle.openTimeMs)
      const end = firstFrom(columns.openTimeMs, candle.openTimeMs + baseMs)
      return makeUp(candle, columns, { first, end }) ? end - first : 0
    },
    at(index) {
      loadCandle(buffer, columns, first + index)
      return buffer
    },
  }
}

/** Index of the first time that is not before `fromMs`. */
function firstFrom(openTimeMs: Float64Array, fromMs: number): number {
  let low = 0
  let high = openTimeMs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((openTimeMs[middle] ?? Infinity) < fromMs) low = middle + 1
    else high = middle
  }
  return low
}

/** Is this the same candle seen closer: the same open, high, low and close? */
function makeUp(candle: CandlePath, columns: CandleColumns, { first, end }: { first: number; end: number }): boolean {
  if (end <= first || columns.open[first] !== candle.open || columns.close[end - 1] !== candle.close) return false
  let high = -Infinity
  let low = Infinity
  for (let i = first; i < end; i += 1) {
    high = Math.max(high, columns.high[i] ?? NaN)
    low = Math.min(low, columns.low[i] ?? NaN)
  }
  return high === candle.high && low === candle.low
}
