// The live market of Binance USDT-M: closed candles, trades and funding, with holes filled by request and dead streams dialled again.
// Candles, trades and feed states come in order of event time. Funding comes when the venue has published it, which is after its event time.
import { candleFault } from '../../../src-shared/domain/candle-guard.ts'
import type { Candle } from '../../../src-shared/domain/candle.ts'
import { type InstrumentId, instrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { type Result, ensure, err, ok } from '../../../src-shared/domain/result.ts'
import { TIMEFRAME_MS, type Timeframe, barOpenMs } from '../../../src-shared/domain/time.ts'
import type { FeedState } from '../../../src-shared/events/market-event.ts'
import type { CandleColumns, MarketFeed, MarketFeedEvents, PlaybackState, SettledFunding } from '../../core/ports/market-feed.ts'
import type { Scheduler } from '../../core/ports/scheduler.ts'
import {
  type BinanceMarket,
  CANDLES_PER_REQUEST_MAX,
  type BinanceMarketOptions,
  type MarketStream,
  openBinanceMarket,
} from './binance-market.ts'
import { FundingWatch } from './funding-watch.ts'
import { fetchHistory } from './live-history.ts'
import { LiveSequence } from './live-sequence.ts'
import { errorText } from './redact.ts'

export type LiveFeedOptions = Pick<BinanceMarketOptions, 'endpoints' | 'proxies' | 'budget'> & {
  readonly scheduler: Scheduler
  /** BTC/USDT:USDT and ETH/USDT:USDT where left out. */
  readonly instrumentIds?: readonly InstrumentId[]
  /** `() => import('ccxt')` where left out: nothing of the library is loaded before this is called. */
  readonly importCcxt?: BinanceMarketOptions['importCcxt']
}

const BASE_TIMEFRAME: Timeframe = '1m'
const LENGTH_MS = TIMEFRAME_MS[BASE_TIMEFRAME]
const CANDLE_AGE_MS_MAX = 90_000
const TRADE_AGE_MS_MAX = 30_000
const WATCHDOG_MS = 1_000
/** How far a venue's time may lead our clock, which may be the wrong one of the two. */
const AHEAD_MS_MAX = 3_600_000
/** A closed candle that has not come by stream this long after another told of it is asked for. */
const CANDLE_LATE_MS_MAX = 3_000
const RETRY_MS_MIN = 1_000
const RETRY_MS_MAX = 30_000
/** Answers without the missing candles after which they are given up as a gap. */
const EMPTY_ANSWERS_MAX = 5

/** Loads ccxt and the venue's markets; nothing is subscribed before `start`. The error is one redacted sentence. */
export async function createLiveFeed(options: LiveFeedOptions): Promise<Result<MarketFeed, string>> {
  const market = await openBinanceMarket({
    instrumentIds: options.instrumentIds ?? [instrumentId('BTC/USDT:USDT'), instrumentId('ETH/USDT:USDT')],
    timeframe: BASE_TIMEFRAME,
    scheduler: options.scheduler,
    importCcxt: options.importCcxt ?? (() => import('ccxt')),
    ...(options.endpoints && { endpoints: options.endpoints }),
    ...(options.proxies && { proxies: options.proxies }),
    ...(options.budget && { budget: options.budget }),
  })
  return market.ok ? ok(new LiveFeed(market.value, options.scheduler)) : market
}

class LiveFeed implements MarketFeed {
  readonly instruments: readonly Instrument[]
  readonly baseTimeframe = BASE_TIMEFRAME
  readonly #market: BinanceMarket
  readonly #scheduler: Scheduler
  #sequence: LiveSequence | null = null
  #funding: FundingWatch | null = null
  #events: MarketFeedEvents | null = null
  #state: FeedState | 'new' | 'stopped' = 'new'
  #startMs: number
  /** True while the candle stream carries on from the last settled candle. */
  #synced = false
  #catchingUp = false
  readonly #candleAtMs = new Map<InstrumentId, number>()
  #tradeAtMs = 0
  /** Whose silence made the feed stale; it is live again only when all of them have been heard. */
  readonly #silent = new Set<InstrumentId | 'trades'>()
  /** Timers by what they are for; `stop` cancels all. */
  readonly #timers = new Map<'watchdog' | 'late', () => void>()

  constructor(market: BinanceMarket, scheduler: Scheduler) {
    this.instruments = market.instruments
    this.#market = market
    this.#scheduler = scheduler
    this.#startMs = scheduler.nowMs()
  }

  history(id: InstrumentId, untilMs: number, limit: number): Promise<CandleColumns> {
    return this.bars(id, { timeframe: BASE_TIMEFRAME, untilMs, limit })
  }
  bars(id: InstrumentId, { timeframe, untilMs, limit }: { timeframe: Timeframe; untilMs: number; limit: number }): Promise<CandleColumns> {
    const lengthMs = TIMEFRAME_MS[timeframe]
    const fromMs = Math.max(0, barOpenMs(untilMs, lengthMs) - Math.floor(limit) * lengthMs)
    return fetchHistory(this.#market, { id, timeframe, fromMs, untilMs, isStopped: () => this.#isStopped() })
  }

  async funding(id: InstrumentId, fromMs: number, untilMs: number): Promise<Result<readonly SettledFunding[], string>> {
    try {
      const settled = await this.#market.fetchFunding(id, fromMs + 1)
      return ok(settled.filter(({ tsEventMs }) => tsEventMs <= untilMs))
    } catch (error) {
      return err(`the funding of ${id} could not be had: ${errorText(error)}`)
    }
  }

  start(fromMs: number, events: MarketFeedEvents): void {
    ensure(this.#state === 'new', `live feed started while ${this.#state}, expected new`)
    this.#startMs = fromMs
    // One gate for everything, because a listener may stop the feed in the middle of a row of candles.
    const gated: MarketFeedEvents = {
      onEvent: (event) => {
        if (!this.#isStopped()) events.onEvent(event)
      },
      onIncident: (incident) => {
        if (!this.#isStopped()) events.onIncident(incident)
      },
    }
    this.#events = gated
    const instrumentIds = this.instruments.map(({ id }) => id)
    this.#sequence = new LiveSequence(instrumentIds, LENGTH_MS, { fromMs, events: gated })
    this.#funding = new FundingWatch({
      instrumentIds,
      fromMs,
      fetch: (id, sinceMs) => this.#market.fetchFunding(id, sinceMs),
      onFunding: (event) => gated.onEvent(event),
    })
    this.#resetAges()
    this.#setState('connecting', 'Binance USDT-M')
    this.#market.watch({
      onCandle: (id, candle, closed) => this.#onCandle(id, candle, closed),
      onTrade: (id, trade) => this.#onTrade(id, trade),
      onFault: (stream, message) => this.#onFault(stream, message),
    })
    this.#watchdog()
  }

  playback(): PlaybackState {
    const nowMs = this.#scheduler.nowMs()
    return { kind: 'live', playing: true, speed: 1, positionMs: nowMs, startMs: Math.min(this.#startMs, nowMs), endMs: nowMs }
  }
  setPlaying(_playing: boolean): Result<void, string> {
    return err('a live market cannot be paused')
  }
  setSpeed(_speed: number): Result<void, string> {
    return err('a live market has only one speed')
  }

  async stop(): Promise<void> {
    this.#state = 'stopped'
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    await this.#market.close()
  }

  #onCandle(id: InstrumentId, candle: Candle, closed: boolean): void {
    const sequence = this.#sequence
    if (sequence === null || this.#state === 'stopped') return
    if (candle.openTimeMs > this.#scheduler.nowMs() + AHEAD_MS_MAX)
      return this.#onFault('candles', `candle from the future: ${candle.openTimeMs}`)
    this.#candleAtMs.set(id, this.#scheduler.monotonicMs())
    this.#silent.delete(id)
    sequence.note(candle, closed)
    if (this.#catchingUp) return
    // A faulty candle is asked for again: the venue's candle list has the last word.
    if (this.#synced && closed && candleFault(candle, LENGTH_MS) === null) sequence.settleNext(id, candle)
    if (!sequence.isBehind) return this.#inSync()
    if (!this.#synced) void this.#catchUp(sequence)
    else if (!this.#timers.has('late')) this.#after('late', CANDLE_LATE_MS_MAX, () => void this.#catchUp(sequence))
  }

  #onTrade(id: InstrumentId, trade: { price: number; quantity: number; tsEventMs: number }): void {
    if (this.#state === 'stopped') return
    const { price, quantity, tsEventMs } = trade
    // One such time would drag the time of the whole session along with it.
    if (tsEventMs > this.#scheduler.nowMs() + AHEAD_MS_MAX) return
    this.#tradeAtMs = this.#scheduler.monotonicMs()
    this.#silent.delete('trades')
    if (!this.#synced) return
    this.#sequence?.trade({ type: 'trade', instrumentId: id, price, quantity, tsEventMs })
    if (!this.#catchingUp && this.#sequence?.isBehind === false) this.#inSync()
  }

  #onFault(stream: MarketStream, message: string): void {
    if (this.#state === 'stopped' || stream !== 'candles') return
    this.#synced = false
    if (this.#state === 'live') this.#setState('connecting', message)
  }

  #inSync(): void {
    this.#cancel('late')
    this.#synced = true
    if (this.#state !== 'live' && this.#silent.size === 0) this.#setState('live', 'Binance USDT-M')
  }

  /** Asks for the missing candles until none is missing. An answer that never comes is tried for again, ever more slowly, until `stop`. */
  async #catchUp(sequence: LiveSequence): Promise<void> {
    if (this.#catchingUp) return
    this.#catchingUp = true
    this.#cancel('late')
    let retryMs = RETRY_MS_MIN
    let emptyAnswers = 0
    while (this.#state !== 'stopped' && sequence.isBehind) {
      const answer = await this.#fetchMissing(sequence)
      if (answer === 'moved') {
        retryMs = RETRY_MS_MIN
        emptyAnswers = 0
        continue
      }
      if (answer === 'empty' && ++emptyAnswers === EMPTY_ANSWERS_MAX) {
        emptyAnswers = 0
        sequence.giveUpMissing()
        continue
      }
      await this.#market.pause(retryMs)
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)
    }
    this.#catchingUp = false
    if (!this.#isStopped()) this.#inSync()
  }

  async #fetchMissing(sequence: LiveSequence): Promise<'moved' | 'empty' | 'failed'> {
    try {
      const requests = this.instruments.flatMap(({ id }) => {
        const missing = sequence.missing(id)
        if (missing === null) return []
        // One more than is missing, because the one after the last is proof that the last has closed. Small answers cost little of the venue's limit.
        const limit = Math.min(missing.count + 1, CANDLES_PER_REQUEST_MAX)
        return [this.#market.fetchCandles(id, missing.fromMs, limit).then((candles) => ({ id, candles }))]
      })
      const fetched = await Promise.all(requests)
      if (this.#isStopped()) return 'failed'
      return sequence.settleFetched(fetched) ? 'moved' : 'empty'
    } catch (error) {
      if (!this.#isStopped()) this.#setState('connecting', `missing candles cannot be fetched: ${errorText(error)}`)
      return 'failed'
    }
  }

  /** Every second: has a stream fallen silent? Ages start anew with each dial, so dials are at least `TRADE_AGE_MS_MAX` apart. */
  #watchdog(): void {
    this.#after('watchdog', WATCHDOG_MS, () => {
      this.#funding?.tick(this.#scheduler.nowMs())
      const silent = this.#whoIsSilent()
      if (silent !== null) {
        this.#silent.add(silent)
        this.#setState(
          'stale',
          silent === 'trades'
            ? `no trade for ${TRADE_AGE_MS_MAX / 1000} s`
            : `no candle data of ${silent} for ${CANDLE_AGE_MS_MAX / 1000} s`,
        )
        this.#resetAges()
        if (silent !== 'trades') this.#synced = false
        void this.#market.redial()
      }
      if (!this.#isStopped()) this.#watchdog()
    })
  }
  #whoIsSilent(): InstrumentId | 'trades' | null {
    const nowMs = this.#scheduler.monotonicMs()
    for (const [id, atMs] of this.#candleAtMs) if (nowMs - atMs > CANDLE_AGE_MS_MAX) return id
    return nowMs - this.#tradeAtMs > TRADE_AGE_MS_MAX ? 'trades' : null
  }
  #resetAges(): void {
    this.#tradeAtMs = this.#scheduler.monotonicMs()
    for (const { id } of this.instruments) this.#candleAtMs.set(id, this.#tradeAtMs)
  }

  /** A state's event time is the time that the market data has reached, so that candles fetched later do not lie before it. */
  #setState(state: FeedState, detail: string): void {
    if (this.#state === state || this.#state === 'stopped') return
    this.#state = state
    const reachedMs = this.#sequence?.lastEventMs ?? this.#startMs
    this.#events?.onEvent({ type: 'feed', state, detail, tsEventMs: Math.max(reachedMs, this.#startMs + 1) })
  }
  #isStopped(): boolean {
    return this.#state === 'stopped'
  }
  #after(timer: 'watchdog' | 'late', delayMs: number, then: () => void): void {
    this.#cancel(timer)
    const cancel = this.#scheduler.schedule(delayMs, () => {
      this.#timers.delete(timer)
      then()
    })
    this.#timers.set(timer, cancel)
  }
  #cancel(timer: 'watchdog' | 'late'): void {
    this.#timers.get(timer)?.()
    this.#timers.delete(timer)
  }
}
