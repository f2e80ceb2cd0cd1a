// Books, tapes and order flow of Binance USDT-M, live: depth on one socket, trades and forced orders on another (the venue keeps them apart since
// 2026: "Important WebSocket Change Notice"), snapshots by request.
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { HOUR_MS } from '../../../src-shared/domain/time.ts'
import { priceGrid } from '../../core/market/book-grid.ts'
import { snapshotDelayMs } from '../../core/market/book-sync.ts'
import { OrderFlow } from '../../core/market/order-flow.ts'
import type { BookFeed } from '../../core/ports/book-feed.ts'
import type { MarketFeedEvents } from '../../core/ports/market-feed.ts'
import { MarketMessage } from '../../core/ports/market-messages.ts'
import type { Scheduler } from '../../core/ports/scheduler.ts'
import { StreamSocket } from '../socket/stream-socket.ts'
import { ByteDecoder, MESSAGE_BYTES_MAX } from './byte-decoder.ts'
import { requestDepth } from './depth-request.ts'

/** Origins without a path, such as `https://fapi.binance.com` and `wss://fstream.binance.com`. */
export type BookEndpoints = { readonly restOrigin: string; readonly streamOrigin: string }
export type LiveBookOptions = {
  readonly instruments: readonly Instrument[]
  readonly scheduler: Scheduler
  /** 0 to 1, for the jitter of pauses; Math.random where left out. */
  readonly chance?: () => number
  /** The practice venue's; Binance's own where left out. */
  readonly endpoints?: BookEndpoints
}

const BINANCE: BookEndpoints = {
  restOrigin: 'https://fapi.binance.com',
  streamOrigin: 'wss://fstream.binance.com',
}
const FRAME_MS = 250
/** Depth comes ten times a second. */
const BOOK_AGE_MS_MAX = 5_000
const DEPTH_SILENCE_MS_MAX = 15_000
const TRADE_SILENCE_MS_MAX = 30_000
/** Some level of some book moves several times a second, whatever the market does. */
const DEPTH_DATA_SILENCE_MS_MAX = 15_000
/** Nobody has to trade for minutes. The mark price, told of every second beside the trades, says that the stream is alive. */
const TRADE_DATA_SILENCE_MS_MAX = 60_000
const HEARTBEAT_STREAM = 'markPrice@1s'
/** How far a venue's time may lead our clock, which may be the wrong one of the two. */
const AHEAD_MS_MAX = HOUR_MS
/** Updates of this long are in the buffer before the first snapshot is asked for, so that it is not older than all of them. */
const FIRST_SNAPSHOT_MS = 300

export function createLiveBookFeed(options: LiveBookOptions): BookFeed {
  return new LiveBookFeed(options)
}

type Followed = {
  readonly marketId: string
  readonly flow: OrderFlow
  /** Monotonic time of the last depth update. */
  heardMs: number
  /** Of the last aggregated trade; NaN when the next one need not follow any. The venue counts them one by one. */
  tradeId: number
  hasNews: boolean
  cancelRequest: (() => void) | null
  isAsking: boolean
}

class LiveBookFeed implements BookFeed {
  readonly #options: LiveBookOptions
  readonly #chance: () => number
  readonly #endpoints: BookEndpoints
  readonly #followed: readonly Followed[]
  readonly #decoder: ByteDecoder
  readonly #message = new MarketMessage()
  readonly #depth: StreamSocket
  readonly #trades: StreamSocket
  readonly #abort = new AbortController()
  readonly #requests = new Set<Promise<void>>()
  #events: Pick<MarketFeedEvents, 'onEvent' | 'onBook'> | null = null
  #isConnected = false
  /** Monotonic time before which the venue wants no request, of whichever instrument. */
  #notBeforeMs = Number.NEGATIVE_INFINITY
  #cancelTick: (() => void) | null = null

  constructor(options: LiveBookOptions) {
    this.#options = options
    this.#chance = options.chance ?? Math.random
    this.#endpoints = options.endpoints ?? BINANCE
    this.#followed = options.instruments.map((instrument) => this.#follow(instrument))
    this.#decoder = new ByteDecoder(
      options.instruments.map((instrument) => ({ marketId: marketIdOf(instrument), grid: priceGrid(instrument.tickSize) })),
    )
    const { streamOrigin } = this.#endpoints
    this.#depth = this.#socket(
      `${streamOrigin}/public/stream`,
      { names: this.#streams('depth@100ms'), silenceMsMax: DEPTH_SILENCE_MS_MAX, dataSilenceMsMax: DEPTH_DATA_SILENCE_MS_MAX },
      {
        onOpen: () => this.#onConnected(),
        onMessage: (bytes) => this.#onMessage(bytes),
        onLost: (reason) => this.#onDisconnected(reason),
      },
    )
    this.#trades = this.#socket(
      `${streamOrigin}/market/stream`,
      {
        names: [...this.#streams('aggTrade', 'forceOrder'), ...this.#streams(HEARTBEAT_STREAM).slice(0, 1)],
        silenceMsMax: TRADE_SILENCE_MS_MAX,
        dataSilenceMsMax: TRADE_DATA_SILENCE_MS_MAX,
      },
      {
        onOpen: () => this.#followed.forEach(({ flow }) => flow.trackForced()),
        onMessage: (bytes) => this.#onMessage(bytes),
        onLost: () => this.#onTradesLost(),
      },
    )
  }

  start(events: Pick<MarketFeedEvents, 'onEvent' | 'onBook'>): void {
    this.#events = events
    this.#depth.start()
    this.#trades.start()
    this.#tick()
  }

  async stop(): Promise<void> {
    this.#events = null
    this.#cancelTick?.()
    for (const each of this.#followed) each.cancelRequest?.()
    this.#abort.abort()
    await Promise.all([this.#depth.stop(), this.#trades.stop(), ...this.#requests])
  }

  #follow(instrument: Instrument): Followed {
    const followed: Followed = {
      marketId: marketIdOf(instrument),
      flow: new OrderFlow(instrument, {
        onMeasures: (event) => this.#events?.onEvent(event),
        onSnapshotNeeded: (attempt) => this.#requestSnapshot(followed, attempt),
      }),
      heardMs: this.#options.scheduler.monotonicMs(),
      tradeId: Number.NaN,
      hasNews: true,
      cancelRequest: null,
      isAsking: false,
    }
    return followed
  }

  #socket(
    base: string,
    { names, ...limits }: { readonly names: readonly string[]; readonly silenceMsMax: number; readonly dataSilenceMsMax: number },
    listener: ConstructorParameters<typeof StreamSocket>[1],
  ): StreamSocket {
    const { scheduler } = this.#options
    const dial = { url: `${base}?streams=${names.join('/')}`, agent: null }
    return new StreamSocket(
      { address: async () => dial, messageBytesMax: MESSAGE_BYTES_MAX, scheduler, chance: this.#chance, ...limits },
      listener,
    )
  }
  /** Names of these streams for every instrument. */
  #streams(...streams: readonly string[]): string[] {
    return this.#followed.flatMap(({ marketId }) => streams.map((stream) => `${marketId.toLowerCase()}@${stream}`))
  }

  #onConnected(): void {
    this.#isConnected = true
    for (const each of this.#followed) {
      each.heardMs = this.#options.scheduler.monotonicMs()
      each.flow.start()
    }
  }
  #onDisconnected(reason: string): void {
    const wasConnected = this.#isConnected
    this.#isConnected = false
    for (const each of this.#followed) {
      each.cancelRequest?.()
      each.cancelRequest = null
      each.hasNews = true
      if (wasConnected) each.flow.loseBook(`the connection was lost: ${reason}`)
      else each.flow.sync.detail = `there is no connection: ${reason}`
    }
  }

  #onTradesLost(): void {
    for (const each of this.#followed) {
      each.tradeId = Number.NaN
      each.flow.loseTrades()
    }
  }

  /** What cannot be read is left aside: an update or a trade that is lost this way shows itself as a gap right after. */
  #onMessage(bytes: Uint8Array): void {
    const message = this.#message
    message.instrument = -1
    if (this.#decoder.decode(bytes, { from: 0, to: bytes.length }, message) !== null) return
    const followed = this.#followed[message.instrument]
    if (followed === undefined || message.tsMs > this.#options.scheduler.nowMs() + AHEAD_MS_MAX) return
    const { kind, tsMs, price, quantity, isBuy, tradeId } = message
    const { flow } = followed
    if (kind === 'depth') {
      followed.heardMs = this.#options.scheduler.monotonicMs()
      flow.update(message.book, tsMs)
    } else if (kind === 'trade') {
      this.#expectTrade(followed, tradeId)
      flow.trade({ price, quantity, isBuy }, tsMs)
    } else if (kind === 'forced') flow.forced({ price, quantity, isBuy }, tsMs)
    else return
    followed.hasNews = true
  }

  /** A hole in the ids of trades: what else was missed on this connection cannot be known, forced orders included. */
  #expectTrade(followed: Followed, tradeId: number): void {
    if (tradeId > followed.tradeId + 1) {
      followed.flow.loseTrades()
      followed.flow.trackForced()
    }
    followed.tradeId = tradeId
  }

  // ---- snapshots -----------------------------------------------------------------------------------------------

  /** One request at a time and instrument; none while there is no connection, because its updates would be missing. */
  #requestSnapshot(followed: Followed, attempt: number): void {
    if (!this.#isConnected || followed.isAsking) return
    this.#requestIn(followed, Math.max(FIRST_SNAPSHOT_MS, snapshotDelayMs(attempt, this.#chance())))
  }
  #requestIn(followed: Followed, delayMs: number): void {
    const { scheduler } = this.#options
    followed.cancelRequest?.()
    followed.cancelRequest = scheduler.schedule(Math.max(delayMs, this.#notBeforeMs - scheduler.monotonicMs()), () => {
      followed.cancelRequest = null
      // The venue may have asked for a pause, of another instrument, since this was set.
      if (this.#notBeforeMs > scheduler.monotonicMs()) return this.#requestIn(followed, 0)
      const request = this.#fetchSnapshot(followed).finally(() => this.#requests.delete(request))
      this.#requests.add(request)
    })
  }

  async #fetchSnapshot(followed: Followed): Promise<void> {
    followed.isAsking = true
    const answer = await requestDepth(this.#endpoints.restOrigin, followed.marketId, this.#abort.signal)
    followed.isAsking = false
    followed.hasNews = true
    // The pause holds whatever became of the connection meanwhile, and a shorter one does not end a longer one.
    if (!answer.ok) this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#options.scheduler.monotonicMs() + answer.error.pauseMs)
    if (this.#abort.signal.aborted || !this.#isConnected) return
    if (!answer.ok) return followed.flow.sync.snapshotFailed(answer.error.message)
    const message = this.#message
    message.instrument = this.#followed.indexOf(followed)
    const fault = this.#decoder.decode(answer.value, { from: 0, to: answer.value.length }, message)
    if (fault !== null || message.kind !== 'snapshot') return followed.flow.sync.snapshotFailed(fault ?? 'the answer is no book')
    followed.flow.snapshot(message.book, Number.isFinite(message.tsMs) ? message.tsMs : followed.flow.nowMs)
  }

  // ---- frames --------------------------------------------------------------------------------------------------

  /** Four times a second: is a book too old, and what has a screen not been shown? */
  #tick(): void {
    const { scheduler } = this.#options
    this.#cancelTick = scheduler.schedule(FRAME_MS, () => {
      for (const each of this.#followed) this.#look(each, scheduler.monotonicMs())
      if (this.#events !== null) this.#tick()
    })
  }
  #look(followed: Followed, nowMs: number): void {
    if (this.#isConnected && nowMs - followed.heardMs > BOOK_AGE_MS_MAX) {
      // It is news once: a frame a tick would tell the same book again and again.
      followed.hasNews = followed.flow.silent(`no update of the book for ${BOOK_AGE_MS_MAX / 1_000} s`) || followed.hasNews
    }
    if (!followed.hasNews) return
    followed.hasNews = false
    this.#events?.onBook?.(followed.flow.frame())
  }
}

/** BTC/USDT:USDT is BTCUSDT there. */
const marketIdOf = ({ base, quote }: Instrument): string => `${base}${quote}`
