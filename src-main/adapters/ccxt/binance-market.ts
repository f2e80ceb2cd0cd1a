// Public market data of Binance USDT-M through ccxt: candles by request, candles and trades by stream. Translates, decides nothing.
import type { Candle } from '../../../src-shared/domain/candle.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import type { Scheduler } from '../../core/ports/scheduler.ts'
import { parseInstrument } from './binance-instrument.ts'
import type { SettledFunding } from '../../core/ports/market-feed.ts'
import { candleFromRow, fundingFromEntry, parseStreamMessage } from './binance-messages.ts'
import { REQUEST_MS_MAX, withinDeadline } from './deadline.ts'
import { errorText } from './redact.ts'
import type { CcxtModule, ImportCcxt } from './transport/ccxt-module.ts'
import type { VenueEndpoints } from './transport/endpoints.ts'
import { pointExchange, useProxy } from './transport/point-exchange.ts'
import type { ProxyList } from './transport/proxy-list.ts'
import { retryAfterMs } from './transport/venue-failure.ts'
import type { WeightBudget } from './transport/weight-budget.ts'

export type BinanceExchange = InstanceType<CcxtModule['pro']['binanceusdm']>

export type BinanceMarketOptions = {
  readonly instrumentIds: readonly InstrumentId[]
  readonly timeframe: Timeframe
  readonly scheduler: Scheduler
  readonly importCcxt: ImportCcxt
  /** The practice venue's; the venue's own where left out. */
  readonly endpoints?: VenueEndpoints
  readonly proxies?: ProxyList
  /** Shared with whoever trades at the same venue from the same address; without it the library keeps to half of the venue's limit by itself. */
  readonly budget?: WeightBudget
}

export type MarketStream = 'candles' | 'trades'
export type StreamListener = {
  /** A candle, closed or still growing. */
  onCandle(instrumentId: InstrumentId, candle: Candle, closed: boolean): void
  onTrade(instrumentId: InstrumentId, trade: { readonly price: number; readonly quantity: number; readonly tsEventMs: number }): void
  /** A stream broke; it is being dialled again. The text is redacted. */
  onFault(stream: MarketStream, message: string): void
}

const RETRY_MS_MIN = 1_000
const RETRY_MS_MAX = 30_000
/** The library's default of 180 s would take minutes to notice a dead socket. */
const KEEP_ALIVE_MS = 10_000
/** The library asks for no more than this, whatever it is told. */
export const CANDLES_PER_REQUEST_MAX = 1_000
const FUNDING_PER_REQUEST_MAX = 100
/** After a refusal that does not say for how long. */
const BAN_MS = 60_000

/** Loads the library and the venue's list of markets. The error is one redacted sentence. */
export async function openBinanceMarket(options: BinanceMarketOptions): Promise<Result<BinanceMarket, string>> {
  let market: BinanceMarket | null = null
  try {
    const { pro } = await options.importCcxt()
    market = new BinanceMarket(pro, options)
    if (options.endpoints) await pointExchange(market.exchange, options.endpoints)
    if (options.proxies) await useProxy(market.exchange, options.proxies)
    const loaded = await market.loadInstruments()
    if (loaded.ok) return ok(market)
    await market.close()
    return loaded
  } catch (error) {
    await market?.close()
    return err(`Binance USDT-M markets cannot be loaded: ${errorText(error)}`)
  }
}

export class BinanceMarket {
  readonly exchange: BinanceExchange
  instruments: readonly Instrument[] = []
  readonly #options: BinanceMarketOptions
  readonly #idByMarketId = new Map<string, InstrumentId>()
  #listener: StreamListener | null = null
  /** Lets go of whoever waits for the budget, which goes on without this market. */
  readonly #closing = Promise.withResolvers<'closed'>()
  #closed = false
  readonly #wakeUps = new Set<() => void>()

  constructor(pro: CcxtModule['pro'], options: BinanceMarketOptions) {
    this.#options = options
    const hear = (message: unknown): void => this.#hear(message)
    const { budget } = options
    // The library's own watch calls lose messages that arrive in one burst; the raw messages do not get lost.
    class TeedExchange extends pro.binanceusdm {
      override handleMessage(client: Parameters<BinanceExchange['handleMessage']>[0], message: unknown): void {
        hear(message)
        super.handleMessage(client, message)
      }
      // oxlint-disable-next-line typescript/no-explicit-any, max-params -- the library's own signature
      override handleErrors(...answer: Parameters<BinanceExchange['handleErrors']>): any {
        if (budget !== undefined) noteUse({ budget, nowMs: options.scheduler.nowMs() }, answer[0], answer[4])
        return super.handleErrors(...answer)
      }
    }
    this.exchange = new TeedExchange({
      enableRateLimit: budget === undefined,
      // Half of the venue's 2400 a minute, in bursts: the other half is left to whoever trades from the same address.
      rateLimit: 50,
      rateLimiterAlgorithm: 'rollingWindow',
      timeout: REQUEST_MS_MAX,
      streaming: { keepAlive: KEEP_ALIVE_MS },
      options: { fetchCurrencies: false },
    })
  }

  async loadInstruments(): Promise<Result<void, string>> {
    const markets = await this.#within({ what: 'the list of markets', weight: 1 }, () => this.exchange.loadMarkets())
    const instruments: Instrument[] = []
    for (const id of this.#options.instrumentIds) {
      const market = markets[id]
      if (!market) return err(`Binance USDT-M does not list ${id}`)
      const parsed = parseInstrument(market.info)
      if (!parsed.ok) return parsed
      instruments.push(parsed.value)
      this.#idByMarketId.set(String(market.id), parsed.value.id)
    }
    this.instruments = instruments
    return ok(undefined)
  }

  /** Candles that open at or after `fromMs`, oldest first, at most `limit`; the last one may still be growing. Throws a redacted Error. */
  fetchCandles(id: InstrumentId, fromMs: number, limit: number): Promise<Candle[]> {
    return this.fetchBars(id, this.#options.timeframe, { fromMs, limit })
  }
  /** The same of any timeframe. */
  async fetchBars(id: InstrumentId, timeframe: Timeframe, { fromMs, limit }: { fromMs: number; limit: number }): Promise<Candle[]> {
    const rows = await this.#within({ what: `${timeframe} candles of ${id}`, weight: candleWeight(limit) }, () =>
      this.exchange.fetchOHLCV(id, timeframe, fromMs, limit),
    )
    return rows.map((row) => candleFromRow(row))
  }

  /** Funding settled at or after `fromMs`, oldest first, at most a hundred. Throws a redacted Error. */
  async fetchFunding(id: InstrumentId, fromMs: number): Promise<SettledFunding[]> {
    const rows = await this.#within({ what: `funding of ${id}`, weight: 1 }, () =>
      this.exchange.fetchFundingRateHistory(id, fromMs, FUNDING_PER_REQUEST_MAX),
    )
    const settled = rows.flatMap((row) => fundingFromEntry(row.info) ?? [])
    return settled.sort((a, b) => a.tsEventMs - b.tsEventMs)
  }

  /** Subscribes to candles and trades of all instruments, and keeps both streams subscribed until `close`. Call once. */
  watch(listener: StreamListener): void {
    this.#listener = listener
    const ids = [...this.#options.instrumentIds]
    const pairs = ids.map((id) => [id, this.#options.timeframe])
    void this.#keepWatching('candles', () => this.exchange.watchOHLCVForSymbols(pairs))
    void this.#keepWatching('trades', () => this.exchange.watchTradesForSymbols(ids, undefined, undefined, { name: 'aggTrade' }))
  }

  /** Drops the sockets; the watching loops dial again. */
  async redial(): Promise<void> {
    try {
      await this.exchange.close()
    } catch (error) {
      this.#listener?.onFault('candles', `closing the old connection failed: ${errorText(error)}`)
    }
  }

  /** Ends both streams. No listener is called afterwards. */
  async close(): Promise<void> {
    this.#closed = true
    this.#closing.resolve('closed')
    this.#listener = null
    for (const wakeUp of this.#wakeUps) wakeUp()
    try {
      await this.exchange.close()
    } catch {
      // Nothing listens any more, and a socket that cannot be closed twice is closed.
    }
  }

  /** Each round waits for the next message. A refusal is always followed by a pause, because one that comes at once would never yield. */
  async #keepWatching(stream: MarketStream, watch: () => Promise<unknown>): Promise<void> {
    let retryMs = RETRY_MS_MIN
    while (!this.#closed) {
      try {
        await watch()
        retryMs = RETRY_MS_MIN
      } catch (error) {
        if (this.#closed) return
        this.#listener?.onFault(stream, errorText(error))
        if (this.#options.proxies) await this.#failOver(this.#options.proxies.current)
        await this.pause(retryMs)
        retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)
      }
    }
  }
  /** Resolves after the delay, or at once when the market is closed. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wakeUp = (): void => {
        cancel()
        this.#wakeUps.delete(wakeUp)
        resolve()
      }
      const cancel = this.#options.scheduler.schedule(delayMs, wakeUp)
      this.#wakeUps.add(wakeUp)
    })
  }

  #hear(message: unknown): void {
    const listener = this.#listener
    const parsed = parseStreamMessage(message)
    if (listener === null || parsed === null) return
    const id = this.#idByMarketId.get(parsed.marketId)
    if (id === undefined) return
    if (parsed.type === 'trade') listener.onTrade(id, parsed)
    else if (parsed.interval === this.#options.timeframe) listener.onCandle(id, parsed.candle, parsed.closed)
  }

  async #within<T>({ what, weight }: { what: string; weight: number }, ask: () => Promise<T>): Promise<T> {
    const { scheduler, budget } = this.#options
    const waiting = budget?.admit({ priority: 'read', weight, orders: 0 }) ?? null
    const refusal = waiting === null ? null : await Promise.race([waiting, this.#closing.promise])
    if (refusal !== null) throw new Error(`${what} were not asked for: the venue's limit is used up (${refusal})`)
    const proxy = this.#options.proxies?.current ?? null
    try {
      return await withinDeadline(scheduler, ask(), what)
    } catch (error) {
      if (proxy !== null) await this.#failOver(proxy)
      throw error
    }
  }
  async #failOver(failed: string | null): Promise<void> {
    const { proxies } = this.#options
    if (proxies?.failOver(failed) === true) await useProxy(this.exchange, proxies)
  }
}

/** Published with GET /fapi/v1/klines. */
const candleWeight = (limit: number): number => {
  if (limit < 100) return 1
  if (limit < 500) return 2
  return limit <= 1_000 ? 5 : 10
}

/** The library capitalises the names of headers. */
function noteUse(
  { budget, nowMs }: { budget: WeightBudget; nowMs: number },
  status: number,
  headers: Readonly<Record<string, string>> | undefined,
): void {
  const lower = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  budget.note(lower)
  if (status === 418 || status === 429) budget.ban(nowMs + (retryAfterMs(lower) ?? BAN_MS))
}
