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

/** What `import('ccxt')` resolves to, as far as it is used here. */
export type CcxtModule = { readonly pro: Pick<typeof import('ccxt').pro, 'binanceusdm'> }
export type BinanceExchange = InstanceType<CcxtModule['pro']['binanceusdm']>

export type BinanceMarketOptions = {
  readonly instrumentIds: readonly InstrumentId[]
  readonly timeframe: Timeframe
  readonly scheduler: Scheduler
  /** Loads the library: 150 MB of memory, so only when a live market is wanted. */
  readonly importCcxt: () => Promise<CcxtModule>
  /** Called before the first request; loopback tests point the transport elsewhere here. */
  readonly prepare?: (exchange: BinanceExchange) => Promise<void>
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

/** Loads the library and the venue's list of markets. The error is one redacted sentence. */
export async function openBinanceMarket(options: BinanceMarketOptions): Promise<Result<BinanceMarket, string>> {
  let market: BinanceMarket | null = null
  try {
    const { pro } = await options.importCcxt()
    market = new BinanceMarket(pro, options)
    await options.prepare?.(market.exchange)
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
  #closed = false
  readonly #wakeUps = new Set<() => void>()

  constructor(pro: CcxtModule['pro'], options: BinanceMarketOptions) {
    this.#options = options
    const hear = (message: unknown): void => this.#hear(message)
    // The library's own watch calls lose messages that arrive in one burst; the raw messages do not get lost.
    class TeedExchange extends pro.binanceusdm {
      override handleMessage(client: Parameters<BinanceExchange['handleMessage']>[0], message: unknown): void {
        hear(message)
        super.handleMessage(client, message)
      }
    }
    this.exchange = new TeedExchange({
      enableRateLimit: true,
      // Half of the venue's 2400 a minute, in bursts: the other half is left to whoever trades from the same address.
      rateLimit: 50,
      rateLimiterAlgorithm: 'rollingWindow',
      timeout: REQUEST_MS_MAX,
      streaming: { keepAlive: KEEP_ALIVE_MS },
      options: { fetchCurrencies: false },
    })
  }

  async loadInstruments(): Promise<Result<void, string>> {
    const markets = await this.#within(this.exchange.loadMarkets(), 'the list of markets')
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
    const rows = await this.#within(this.exchange.fetchOHLCV(id, timeframe, fromMs, limit), `${timeframe} candles of ${id}`)
    return rows.map((row) => candleFromRow(row))
  }

  /** Funding settled at or after `fromMs`, oldest first, at most a hundred. Throws a redacted Error. */
  async fetchFunding(id: InstrumentId, fromMs: number): Promise<SettledFunding[]> {
    const rows = await this.#within(this.exchange.fetchFundingRateHistory(id, fromMs, FUNDING_PER_REQUEST_MAX), `funding of ${id}`)
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

  #within<T>(request: Promise<T>, what: string): Promise<T> {
    return withinDeadline(this.#options.scheduler, request, what)
  }
}
