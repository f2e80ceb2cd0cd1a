// Candles as columns: the shape in which a feed hands over its history.
import type { Candle } from '../../../src-shared/domain/candle.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'

export const columnsOf = (candles: readonly Candle[]): CandleColumns => ({
  openTimeMs: Float64Array.from(candles, (candle) => candle.openTimeMs),
  open: Float64Array.from(candles, (candle) => candle.open),
  high: Float64Array.from(candles, (candle) => candle.high),
  low: Float64Array.from(candles, (candle) => candle.low),
  close: Float64Array.from(candles, (candle) => candle.close),
  volume: Float64Array.from(candles, (candle) => candle.volume),
})
