// A venue as a download sees it: pages of the past, each with where to go on. One interface, because venues page in different directions.
import { type DownloadVenueId, downloadVenue } from '../../../src-shared/domain/download-venue.ts'
import type { Candle } from '../../../src-shared/domain/candle.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { type Result, ok } from '../../../src-shared/domain/result.ts'
import { TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import type { SettledFunding } from '../../core/ports/market-feed.ts'
import type { TimeRange } from '../../core/ports/market-store.ts'
import type { Scheduler } from '../../core/ports/scheduler.ts'
import { type BinanceMarket, CANDLES_PER_REQUEST_MAX, openBinanceMarket } from './binance-market.ts'
import type { CcxtModule } from './transport/ccxt-module.ts'
import type { VenueEndpoints } from './transport/endpoints.ts'
import { type PublicExchange, type SwapModule, openSwapMarket } from './swap-market.ts'

/** Candles oldest first, the last of which may still be growing; `nextMs` is where the next page begins, null after the last. */
export type CandlePage = { readonly candles: readonly Candle[]; readonly nextMs: number | null }
/** Oldest first; `rest` is what is left of the range, null when that is nothing. */
export type FundingPage = { readonly settled: readonly SettledFunding[]; readonly rest: TimeRange | null }

export type DownloadMarket = {
  readonly instrument: Instrument
  readonly instrumentFrom: 'venue' | 'inferred'
  /** Nothing is older than this, ms; −Infinity where the venue does not tell. */
  readonly listedMs: number
  /** From the beginning of the range on. Throws a redacted Error. */
  candles(range: TimeRange): Promise<CandlePage>
  /** From either end of the range. Throws a redacted Error. */
  funding(range: TimeRange): Promise<FundingPage>
  close(): Promise<void>
}

export type MarketWanted = {
  readonly venue: DownloadVenueId
  readonly instrumentId: InstrumentId
  /** Of the candles; for funding it does not matter. */
  readonly timeframe: Timeframe
}
export type MarketAccess = {
  readonly scheduler: Scheduler
  /** Loads the library: 150 MB of memory. */
  readonly importCcxt: () => Promise<CcxtModule & SwapModule>
  /** Of the practice venue instead of Binance's own addresses. */
  readonly endpoints?: VenueEndpoints
  /** Called before the first request to another venue; loopback tests point the transport elsewhere here. */
  readonly prepare?: (exchange: PublicExchange) => Promise<void>
}

/** Loads the library and the venue's list of markets. The error is one redacted sentence. */
export async function openDownloadMarket(wanted: MarketWanted, access: MarketAccess): Promise<Result<DownloadMarket, string>> {
  const { venue, instrumentId, timeframe } = wanted
  if (venue !== 'binanceusdm') {
    return openSwapMarket({ venue, title: downloadVenue(venue)?.title ?? venue, instrumentId, timeframe }, access)
  }
  const { scheduler, importCcxt, endpoints } = access
  const opened = await openBinanceMarket({
    scheduler,
    importCcxt,
    ...(endpoints && { endpoints }),
    instrumentIds: [instrumentId],
    timeframe,
  })
  return opened.ok ? ok(binanceDownload(opened.value, wanted)) : opened
}

/** Pages forward, and jumps over what was before the instrument's first candle. */
function binanceDownload(market: BinanceMarket, { instrumentId, timeframe }: MarketWanted): DownloadMarket {
  const lengthMs = TIMEFRAME_MS[timeframe]
  const [instrument] = market.instruments
  if (instrument === undefined) throw new Error(`the market was opened without ${instrumentId}`)
  return {
    instrument,
    instrumentFrom: 'venue',
    listedMs: Number.NEGATIVE_INFINITY,
    async candles({ fromMs, toMs }) {
      const limit = Math.min(CANDLES_PER_REQUEST_MAX, (toMs - fromMs) / lengthMs + 2)
      const candles = await market.fetchBars(instrumentId, timeframe, { fromMs, limit })
      const last = candles.at(-1)
      // None from here on, or none before what comes next.
      return { candles, nextMs: last === undefined || last.openTimeMs < fromMs ? null : last.openTimeMs + lengthMs }
    },
    async funding({ fromMs, toMs }) {
      const settled = await market.fetchFunding(instrumentId, fromMs)
      const lastMs = settled.at(-1)?.tsEventMs ?? toMs
      return { settled, rest: lastMs < toMs ? { fromMs: lastMs + 1, toMs } : null }
    },
    close: () => market.close(),
  }
}
