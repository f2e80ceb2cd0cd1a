// Run data with its future cut off, or its past: copies, so that nothing beyond the cut can be reached from them.
import { type Timeframe, TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import { sliceRows } from '../../adapters/replay/recording.ts'
import { type RunData, rowsBefore } from './run-data.ts'

/** Only what was known at `untilMs`: candles that had closed, funding that was settled, measures that were published. */
export function cutAfter(data: RunData, untilMs: number, timeframes: { base: Timeframe; detail: Timeframe | null }): RunData {
  const closed = (columns: CandleColumns, timeframe: Timeframe): CandleColumns =>
    sliceRows(columns, 0, rowsBefore(columns.openTimeMs, untilMs - TIMEFRAME_MS[timeframe] + 1))
  return {
    ...data,
    series: data.series.map((series) => {
      const settled = rowsBefore(series.funding.timeMs, untilMs + 1)
      return {
        instrumentId: series.instrumentId,
        candles: closed(series.candles, timeframes.base),
        earlier: closed(series.earlier, '1h'),
        detail: series.detail === null || timeframes.detail === null ? null : closed(series.detail, timeframes.detail),
        funding: { timeMs: series.funding.timeMs.slice(0, settled), rate: series.funding.rate.slice(0, settled) },
      }
    }),
    measures: data.measures.filter(({ tsEventMs }) => tsEventMs <= untilMs),
  }
}

/** Base candles that open at `fromMs` or later, and nothing else changed: less to warm up with. */
export const cutHistory = (data: RunData, fromMs: number): RunData => ({
  ...data,
  series: data.series.map((series) => {
    const { openTimeMs } = series.candles
    return { ...series, candles: sliceRows(series.candles, rowsBefore(openTimeMs, fromMs), openTimeMs.length) }
  }),
})
