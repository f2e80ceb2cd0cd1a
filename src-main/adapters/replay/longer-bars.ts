// Bars of the longer timeframes out of the hourly candles that a recording keeps from before its own.
import { type Timeframe, TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import { CandleAggregator } from '../../core/market/candle-aggregator.ts'
import { CandleSeries } from '../../core/market/candle-series.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import { rowsUpTo, sliceRows } from './recording.ts'

export const EARLIER_TIMEFRAME: Timeframe = '1h'

/** The newest `limit` bars that close at or before `untilMs`, oldest first. None for a timeframe shorter than the earlier candles'. */
export function longerBars(
  earlier: CandleColumns,
  { timeframe, untilMs, limit }: { readonly timeframe: Timeframe; readonly untilMs: number; readonly limit: number },
): CandleColumns {
  const known = rowsUpTo(earlier.openTimeMs, untilMs - TIMEFRAME_MS[EARLIER_TIMEFRAME])
  if (TIMEFRAME_MS[timeframe] < TIMEFRAME_MS[EARLIER_TIMEFRAME] || limit < 1) return sliceRows(earlier, 0, 0)
  if (timeframe === EARLIER_TIMEFRAME) return sliceRows(earlier, Math.max(0, known - limit), known)
  const aggregator = new CandleAggregator(EARLIER_TIMEFRAME)
  const wanted = aggregator.timeframes.indexOf(timeframe)
  const bars = new CandleSeries(limit)
  for (let row = 0; row < known; row += 1) {
    aggregator.add(candleAt(earlier, row), (index) => {
      const bar = aggregator.bars[index]
      if (index === wanted && bar !== undefined) bars.append(bar)
    })
  }
  return bars.columns(limit)
}

const candleAt = ({ openTimeMs, open, high, low, close, volume }: CandleColumns, row: number) => ({
  openTimeMs: openTimeMs[row] ?? NaN,
  open: open[row] ?? NaN,
  high: high[row] ?? NaN,
  low: low[row] ?? NaN,
  close: close[row] ?? NaN,
  volume: volume[row] ?? NaN,
})
