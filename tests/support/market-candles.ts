// Candles for tests of the market part.
import type { Candle } from '../../src-shared/domain/candle.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'

/** A candle of one price. */
export const flatCandle = (openTimeMs: number, at = 100, volume = 1): Candle => ({
  openTimeMs,
  open: at,
  high: at,
  low: at,
  close: at,
  volume,
})

export const rowsOf = (columns: CandleColumns): Candle[] =>
  Array.from(columns.openTimeMs, (openTimeMs, row) => ({
    openTimeMs,
    open: columns.open[row] ?? Number.NaN,
    high: columns.high[row] ?? Number.NaN,
    low: columns.low[row] ?? Number.NaN,
    close: columns.close[row] ?? Number.NaN,
    volume: columns.volume[row] ?? Number.NaN,
  }))
