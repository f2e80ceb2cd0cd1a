// Public history of Bybit's linear, OKX's and Deribit's perpetual contracts through ccxt. Translates, decides nothing.
//
// What differs between them, as their documentation and the library's source say it:
// - Candles: 1,000, 300 and 5,000 a request, and of more they give the newest. So they are asked for in windows that hold no more than that.
// - Volume: Bybit's linear contracts count base units; OKX tells base units beside its contracts, and Deribit beside its dollars. The library's
//   sixth column is the one in base units for all three.
// - Funding: Bybit and OKX page backwards from the newest, 200 and 100 at a time; OKX keeps three months. Deribit settles every hour and gives up to
//   744 of them; the rate of the hour is `interest_1h`, and the eight-hour average beside it is no payment.
import type { Exchange, FundingRateHistory } from 'ccxt'
import type { Candle } from '../../../src-shared/domain/candle.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { DAY_MS, TIMEFRAMES, TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import type { SettledFunding } from '../../core/ports/market-feed.ts'
import type { TimeRange } from '../../core/ports/market-store.ts'
import { candleFromRow, settledFunding } from './binance-messages.ts'
import { REQUEST_MS_MAX, withinDeadline } from './deadline.ts'
import type { CandlePage, DownloadMarket, FundingPage, MarketAccess } from './download-market.ts'
import { errorText } from './redact.ts'
import { type SwapInstrument, swapInstrument } from './swap-instrument.ts'

export type PublicExchange = Exchange
/** What of `import('ccxt')` is used here. */
export type SwapModule = Pick<typeof import('ccxt'), 'bybit' | 'okx' | 'deribit'>
export type SwapVenue = keyof SwapModule

type Rules = {
  /** Lists the contracts that are wanted, and no more than needed. */
  readonly options: Readonly<Record<string, unknown>>
  readonly marketParameters: Readonly<Record<string, string>>
  readonly candlesMax: number
  /** Between two requests: twice what the library takes, because the other half is left to whoever trades from the same address. */
  readonly rateLimitMs: number
  readonly funding: (exchange: Exchange, id: InstrumentId, range: TimeRange) => Promise<FundingPage>
}

const RULES: Readonly<Record<SwapVenue, Rules>> = {
  bybit: {
    options: { fetchMarkets: { types: ['linear'] } },
    marketParameters: {},
    candlesMax: 1_000,
    rateLimitMs: 40,
    funding: (exchange, id, range) => newestFunding(range, exchange.fetchFundingRateHistory(id, undefined, 200, { endTime: range.toMs })),
  },
  okx: {
    options: { fetchMarkets: { types: ['swap'] } },
    marketParameters: {},
    candlesMax: 300,
    rateLimitMs: 220,
    // What it settled, which is not always what it had announced; the library reads the same. "after" means older than.
    funding: (exchange, id, range) => newestFunding(range, exchange.fetchFundingRateHistory(id, undefined, 100, { after: range.toMs + 1 })),
  },
  deribit: {
    options: {},
    marketParameters: { currency: 'any', kind: 'future' },
    candlesMax: 5_000,
    rateLimitMs: 100,
    funding: hourlyFunding,
  },
}

async function newestFunding({ fromMs, toMs }: TimeRange, asked: Promise<FundingRateHistory[]>): Promise<FundingPage> {
  const settled = inOrder(await asked, ({ fundingRate }) => fundingRate)
  const firstMs = settled[0]?.tsEventMs ?? fromMs
  return { settled, rest: firstMs > fromMs && firstMs <= toMs ? { fromMs, toMs: firstMs - 1 } : null }
}

/** 720 of the 744 that it gives. */
const FUNDING_WINDOW_MS = 30 * DAY_MS

async function hourlyFunding(exchange: Exchange, id: InstrumentId, { fromMs, toMs }: TimeRange): Promise<FundingPage> {
  const untilMs = Math.min(toMs, fromMs + FUNDING_WINDOW_MS - 1)
  const rows = await exchange.fetchFundingRateHistory(id, fromMs, undefined, { until: untilMs })
  const settled = inOrder(rows, ({ info }) => info?.interest_1h)
  return { settled, rest: untilMs < toMs ? { fromMs: untilMs + 1, toMs } : null }
}

const inOrder = (rows: readonly FundingRateHistory[], rateOf: (row: FundingRateHistory) => unknown): readonly SettledFunding[] =>
  rows.flatMap((row) => settledFunding(rateOf(row), row.timestamp) ?? []).toSorted((a, b) => a.tsEventMs - b.tsEventMs)

// ---- the market ----------------------------------------------------------------------------------------------------

type Wanted = { readonly venue: SwapVenue; readonly title: string; readonly instrumentId: InstrumentId; readonly timeframe: Timeframe }

/** Loads the library and the venue's list of markets. The error is one redacted sentence. */
export async function openSwapMarket(wanted: Wanted, access: MarketAccess): Promise<Result<DownloadMarket, string>> {
  let exchange: Exchange | null = null
  try {
    const { venue } = wanted
    const ccxt = await access.importCcxt()
    // The library's currencies are asked for with keys, or cost another request.
    exchange = new ccxt[venue]({
      enableRateLimit: true,
      rateLimit: RULES[venue].rateLimitMs,
      timeout: REQUEST_MS_MAX,
      options: RULES[venue].options,
      has: { fetchCurrencies: false },
    })
    await access.prepare?.(exchange)
    const found = await findInstrument(exchange, { wanted, access })
    if (found.ok) return ok(new SwapMarket(exchange, found.value, { wanted, access }))
    await exchange.close()
    return found
  } catch (error) {
    await exchange?.close()
    return err(`markets of ${wanted.title} cannot be loaded: ${errorText(error)}`)
  }
}

type Asked = { readonly wanted: Wanted; readonly access: MarketAccess }

async function findInstrument(exchange: Exchange, { wanted, access }: Asked): Promise<Result<SwapInstrument, string>> {
  const { venue, title, instrumentId, timeframe } = wanted
  const known = TIMEFRAMES.filter((each) => Object.hasOwn(exchange.timeframes, each))
  if (!known.includes(timeframe)) return err(`${title} has no candles of ${timeframe}, expected one of ${known.join(', ')}`)
  const asked = exchange.loadMarkets(false, RULES[venue].marketParameters)
  const market = (await withinDeadline(access.scheduler, asked, 'the list of markets'))[instrumentId]
  if (market?.swap !== true) return err(`${title} does not list ${instrumentId} as a perpetual contract`)
  return swapInstrument(venue, market)
}

/** The clock of a listing is not that of its first trade. */
const LISTING_SLACK_MS = DAY_MS

class SwapMarket implements DownloadMarket {
  readonly instrument: DownloadMarket['instrument']
  readonly instrumentFrom: DownloadMarket['instrumentFrom']
  readonly listedMs: number
  readonly #exchange: Exchange
  readonly #wanted: Wanted
  readonly #scheduler: MarketAccess['scheduler']
  readonly #lengthMs: number

  constructor(exchange: Exchange, { instrument, from, listedMs }: SwapInstrument, d: Asked) {
    this.instrument = instrument
    this.instrumentFrom = from
    this.listedMs = listedMs - LISTING_SLACK_MS
    this.#exchange = exchange
    this.#wanted = d.wanted
    this.#scheduler = d.access.scheduler
    this.#lengthMs = TIMEFRAME_MS[d.wanted.timeframe]
  }

  /** One candle beyond the range is asked for: it tells that the one before is over. */
  async candles({ fromMs, toMs }: TimeRange): Promise<CandlePage> {
    const { candlesMax } = RULES[this.#wanted.venue]
    const endMs = Math.min(fromMs + (candlesMax - 1) * this.#lengthMs, toMs + this.#lengthMs)
    const pages = [await this.#rows({ fromMs, toMs: endMs })]
    // Of a window that holds more than it gives at once the newest have come.
    for (let firstMs = pages[0]?.[0]?.openTimeMs; firstMs !== undefined && firstMs > fromMs;) {
      const earlier = await this.#rows({ fromMs, toMs: firstMs - this.#lengthMs })
      pages.unshift(earlier)
      firstMs = earlier[0]?.openTimeMs
    }
    return { candles: pages.flat(), nextMs: endMs < toMs ? endMs + this.#lengthMs : null }
  }

  funding(range: TimeRange): Promise<FundingPage> {
    const { venue, instrumentId } = this.#wanted
    return withinDeadline(this.#scheduler, RULES[venue].funding(this.#exchange, instrumentId, range), `funding of ${instrumentId}`)
  }

  async close(): Promise<void> {
    await this.#exchange.close()
  }

  async #rows({ fromMs, toMs }: TimeRange): Promise<readonly Candle[]> {
    const { instrumentId, timeframe } = this.#wanted
    const limit = (toMs - fromMs) / this.#lengthMs + 1
    const asked = this.#exchange.fetchOHLCV(instrumentId, timeframe, fromMs, limit, { until: toMs + 1 })
    const rows = await withinDeadline(this.#scheduler, asked, `${timeframe} candles of ${instrumentId}`)
    const candles = rows.map((row) => candleFromRow(row))
    return candles.filter(({ openTimeMs }) => openTimeMs >= fromMs && openTimeMs <= toMs)
  }
}
