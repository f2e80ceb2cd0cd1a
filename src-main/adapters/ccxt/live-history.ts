// Closed candles of the past, page by page, from a venue whose answers may be lost and whose clock may run behind ours.
import { candleFault } from '../../../src-shared/domain/candle-guard.ts'
import type { Candle } from '../../../src-shared/domain/candle.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { TIMEFRAME_MS, type Timeframe, barOpenMs } from '../../../src-shared/domain/time.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import { type BinanceMarket, CANDLES_PER_REQUEST_MAX } from './binance-market.ts'

export type HistoryWanted = {
  readonly id: InstrumentId
  readonly timeframe: Timeframe
  /** Opening time of the first candle. */
  readonly fromMs: number
  /** No candle that closes after this. */
  readonly untilMs: number
  isStopped(): boolean
}

/** Requests for one page: until it comes, and until it proves that its newest candle closed. */
const PAGE_ATTEMPTS_MAX = 5
const RETRY_MS_MIN = 1_000

/** Throws a redacted Error when the venue does not answer. */
export async function fetchHistory(market: BinanceMarket, wanted: HistoryWanted): Promise<CandleColumns> {
  const { untilMs } = wanted
  const lengthMs = TIMEFRAME_MS[wanted.timeframe]
  const endMs = barOpenMs(untilMs, lengthMs)
  const candles: Candle[] = []
  let { fromMs } = wanted
  while (fromMs < endMs) {
    const pageEndMs = Math.min(endMs, fromMs + (CANDLES_PER_REQUEST_MAX - 1) * lengthMs)
    const page = await fetchClosed(market, { ...wanted, fromMs, untilMs: pageEndMs })
    candles.push(...page.filter((candle) => candleFault(candle, lengthMs) === null))
    fromMs = pageEndMs
  }
  return columnsOf(candles)
}

/**
 * One page. The newest candle counts as closed only when a later one came with it: where our clock is ahead of the venue's, it may still be
 * growing. Then it is asked for again, and left out in the end.
 */
async function fetchClosed(market: BinanceMarket, wanted: HistoryWanted): Promise<Candle[]> {
  const { fromMs, untilMs: endMs } = wanted
  const lengthMs = TIMEFRAME_MS[wanted.timeframe]
  for (let attempt = 1; ; attempt++) {
    const page = await fetchPage(market, wanted, attempt)
    if (page === null) continue
    const within = page.filter(({ openTimeMs }) => openTimeMs >= fromMs && openTimeMs < endMs)
    const isUnproven = within.length === page.length && within.at(-1)?.openTimeMs === endMs - lengthMs
    if (!isUnproven) return within
    if (attempt === PAGE_ATTEMPTS_MAX || wanted.isStopped()) return within.slice(0, -1)
    await market.pause(RETRY_MS_MIN)
  }
}

/** Null after a failure that is worth another attempt: one lost answer of a hundred must not keep a session from starting. */
async function fetchPage(market: BinanceMarket, wanted: HistoryWanted, attempt: number): Promise<Candle[] | null> {
  const { id, timeframe, fromMs, untilMs } = wanted
  try {
    return await market.fetchBars(id, timeframe, { fromMs, limit: (untilMs - fromMs) / TIMEFRAME_MS[timeframe] + 1 })
  } catch (error) {
    if (attempt === PAGE_ATTEMPTS_MAX || wanted.isStopped()) throw error
    await market.pause(RETRY_MS_MIN * attempt)
    return null
  }
}

const columnsOf = (candles: readonly Candle[]): CandleColumns => ({
  openTimeMs: Float64Array.from(candles, (candle) => candle.openTimeMs),
  open: Float64Array.from(candles, (candle) => candle.open),
  high: Float64Array.from(candles, (candle) => candle.high),
  low: Float64Array.from(candles, (candle) => candle.low),
  close: Float64Array.from(candles, (candle) => candle.close),
  volume: Float64Array.from(candles, (candle) => candle.volume),
})
