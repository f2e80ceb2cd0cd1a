// The order flow of one instrument: its book, its tape, and the measures that strategies and screens read of them, once a second of event time.
// Depth and imbalance are of the book as far as it is known: the venue's snapshot has a bound, and levels beyond it are learnt when they change.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { Measure, MeasureValues } from '../../../src-shared/domain/measure.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src-shared/domain/time.ts'
import type { MarketEvent } from '../../../src-shared/events/market-event.ts'
import type { BookFrame } from '../ports/market-feed.ts'
import { priceGrid } from './book-grid.ts'
import { BookSync, type UpdateOutcome } from './book-sync.ts'
import type { BookUpdate } from './book-update.ts'
import { KYLE_BUCKETS, RollingSlope } from './order-flow-slope.ts'
import { FlowWindows } from './order-flow-windows.ts'
import { BookLevels, OrderBook } from './order-book.ts'
import { TradeTape } from './trade-tape.ts'

export type FlowTrade = { readonly price: number; readonly quantity: number; readonly isBuy: boolean }
export type FlowCandle = {
  readonly openTimeMs: number
  readonly lengthMs: number
  readonly volume: number
  /** Part of `volume` that takers bought. */
  readonly takerBuyVolume: number
}
export type FlowListener = {
  /** A `measures` event, once a second of event time, and at once when the book or trades are lost. */
  onMeasures(event: Extract<MarketEvent, { type: 'measures' }>): void
  /** The book needs a snapshot; wait `snapshotDelayMs(attempt, …)` before asking the venue. */
  onSnapshotNeeded(attempt: number): void
}

/** Book measures are made every second; strategies wait when five in a row are missing. */
export const MEASURES_VALID_MS = 5_000
const TAPE_LENGTH = 2_000
const FRAME_LEVELS_MAX = 50
const FRAME_TRADES_MAX = 200
const IMBALANCE_SNAPSHOTS = 10

const BOOK_MEASURES = [
  'book_imbalance_5',
  'book_imbalance_10',
  'book_imbalance_20',
  'book_imbalance_10_mean',
  'microprice',
  'spread_bp',
  'bid_depth_10bp',
  'ask_depth_10bp',
  'bid_depth_25bp',
  'ask_depth_25bp',
  'bid_depth_50bp',
  'ask_depth_50bp',
  'kyle_lambda',
] as const satisfies readonly Measure[]
const TRADE_MEASURES = [
  'cvd',
  'cvd_1m',
  'cvd_5m',
  'cvd_15m',
  'cvd_1h',
  'trade_rate',
  'kyle_lambda',
  'liquidation_buy',
  'liquidation_sell',
] as const satisfies readonly Measure[]
const unknown = (measures: readonly Measure[]): MeasureValues => Object.fromEntries(measures.map((measure) => [measure, null]))
const NO_BOOK = unknown(BOOK_MEASURES)
const NO_TRADES = unknown(TRADE_MEASURES)

export class OrderFlow {
  readonly instrumentId: InstrumentId
  readonly book: OrderBook
  readonly sync: BookSync
  readonly tape = new TradeTape(TAPE_LENGTH)
  readonly windows = new FlowWindows()
  readonly #listener: FlowListener
  /** Event time of the newest message. Venues send their streams side by side, so single times may run back; this one never does. */
  #nowMs = Number.NEGATIVE_INFINITY
  /** Why nothing comes any more, or null. */
  #silence: string | null = null
  #hasVolume = false
  #hasSingleTrades = false
  /** Trades were missed and no whole minute has been heard since. */
  #isMending = false
  #forcedFromNext = false
  #candleCloseMs = Number.NaN
  readonly #imbalances: number[] = []
  readonly #slope = new RollingSlope(KYLE_BUCKETS)
  #midBefore = Number.NaN
  #framedTrades = 0
  readonly #levels = new BookLevels(FRAME_LEVELS_MAX)

  constructor(instrument: Instrument, listener: FlowListener) {
    this.instrumentId = instrument.id
    this.#listener = listener
    this.book = new OrderBook(priceGrid(instrument.tickSize))
    this.sync = new BookSync(this.book, (attempt) => listener.onSnapshotNeeded(attempt))
  }

  /** Event time of the newest message; −Infinity before the first. */
  get nowMs(): number {
    return this.#nowMs
  }
  /** When the next measures are due; Infinity before the first message. */
  get nextDueMs(): number {
    return Number.isFinite(this.#nowMs) ? (Math.floor(this.#nowMs / SECOND_MS) + 1) * SECOND_MS : Number.POSITIVE_INFINITY
  }

  /** Asks for the first snapshot. */
  start(): void {
    this.sync.start()
  }

  /** Event time has come this far: measures that fall due on the way are emitted, the last of them only. */
  advanceTo(tsMs: number): void {
    if (!(tsMs > this.#nowMs)) return
    if (this.#forcedFromNext) this.windows.trackForcedFrom(tsMs)
    this.#forcedFromNext = false
    const dueMs = this.nextDueMs
    if (tsMs < dueMs || dueMs === Number.POSITIVE_INFINITY) {
      this.#nowMs = tsMs
      return this.windows.advanceTo(tsMs)
    }
    const atMs = Math.floor(tsMs / SECOND_MS) * SECOND_MS
    this.#nowMs = tsMs
    this.#closeSecond(atMs, atMs === dueMs)
    this.windows.advanceTo(tsMs)
    this.#emit(atMs, this.#values(atMs))
  }

  update(update: BookUpdate, tsMs: number): UpdateOutcome {
    this.advanceTo(tsMs)
    this.#silence = null
    const outcome = this.sync.update(update)
    if (outcome === 'resync') this.#onBookLost()
    return outcome
  }
  /** The snapshot that was asked for. */
  snapshot(snapshot: BookUpdate, tsMs: number): void {
    this.advanceTo(tsMs)
    this.#silence = null
    this.sync.snapshot(snapshot)
  }
  /** The connection was lost: updates are missing. */
  loseBook(reason: string): void {
    this.#silence = null
    this.sync.lose(reason)
    this.#onBookLost()
  }
  /** Nothing has come for too long. The book counts again with the next update, if that carries on from the last. False when that was said before. */
  silent(reason: string): boolean {
    if (this.#silence !== null) return false
    this.#silence = reason
    this.#onBookLost()
    return true
  }

  /** A trade; single trades and aggregates of one taker order count the same. */
  trade(trade: FlowTrade, tsMs: number): void {
    this.advanceTo(tsMs)
    if (!this.#hasSingleTrades) {
      // The running second may have had trades that were not told of.
      this.windows.trackFrom((Math.floor(this.#nowMs / SECOND_MS) + 1) * SECOND_MS, true)
      this.#hasSingleTrades = true
    }
    this.#hasVolume = true
    const signed = trade.isBuy ? trade.quantity : -trade.quantity
    this.windows.trade(signed)
    this.tape.add(tsMs, trade.price, signed)
  }
  /**
   * Trades and forced orders were missed: null measures at once, and each again when its window has been listened to in full; forced orders count
   * after `trackForced`. The cumulative sum goes on without what was missed, after a whole minute: whoever reads it at the close of candles sees
   * the break, and never takes the step over a hole for what takers did.
   */
  loseTrades(): void {
    const wasKnown = this.#hasVolume
    this.#hasSingleTrades = false
    this.#hasVolume = false
    this.#isMending ||= wasKnown
    this.#forcedFromNext = false
    this.#candleCloseMs = Number.NaN
    this.windows.forget()
    this.#slope.clear()
    if (wasKnown) this.#emit(this.#nowMs, NO_TRADES)
  }
  /** Without trades, closed candles feed the cumulative delta: taker buys − (volume − taker buys). Left aside once there are trades. */
  candle(candle: FlowCandle): void {
    if (this.#hasSingleTrades) return
    const { openTimeMs, lengthMs, volume, takerBuyVolume } = candle
    const closeMs = openTimeMs + lengthMs
    if (openTimeMs !== this.#candleCloseMs) this.windows.trackFrom(openTimeMs, false)
    this.#candleCloseMs = closeMs
    this.#hasVolume = true
    this.windows.advanceTo(closeMs - 1)
    this.windows.volume(2 * takerBuyVolume - volume)
    this.advanceTo(closeMs)
  }

  /** Forced orders are told of from the next message on. */
  trackForced(): void {
    this.#forcedFromNext = true
  }
  /** A forced order that was filled: shorts are liquidated by buys. */
  forced(trade: FlowTrade, tsMs: number): void {
    this.advanceTo(tsMs)
    this.windows.forced(trade.price * trade.quantity, trade.isBuy)
  }

  /** What a screen shows: at most 50 levels a side and the trades since the last frame. Levels are shown while out of step never. */
  frame(): BookFrame {
    const inStep = this.sync.state === 'synced'
    const trades = this.tape.since(this.#framedTrades, FRAME_TRADES_MAX)
    this.#framedTrades = this.tape.total
    return {
      instrumentId: this.instrumentId,
      tsMs: Number.isFinite(this.#nowMs) ? this.#nowMs : 0,
      state: inStep && this.#silence !== null ? 'stale' : this.sync.state,
      detail: (this.#silence ?? this.sync.detail).slice(0, 400),
      bids: inStep ? this.#side('bids') : [],
      asks: inStep ? this.#side('asks') : [],
      trades: trades.map(({ tsMs, price, quantity, isBuy }) => ({ tsMs, price, quantity, side: isBuy ? 'buy' : 'sell' })),
      resyncs: this.sync.counters.resyncs,
    }
  }

  #side(side: 'bids' | 'asks'): [number, number][] {
    const levels = this.#levels
    this.book.read(side, levels)
    return Array.from({ length: levels.count }, (_, i) => [levels.prices[i] ?? 0, levels.quantities[i] ?? 0])
  }

  /** Null measures at once: whoever trades on the book must not wait for the old ones to expire. */
  #onBookLost(): void {
    this.#imbalances.length = 0
    this.#midBefore = Number.NaN
    if (Number.isFinite(this.#nowMs)) this.#emit(this.#nowMs, NO_BOOK)
  }

  get #isUsable(): boolean {
    return this.sync.state === 'synced' && this.#silence === null && !this.book.isEmpty
  }

  /** `isNext` when no second was skipped: only buckets of one second are compared with each other. */
  #closeSecond(atMs: number, isNext: boolean): void {
    const isUsable = this.#isUsable
    const mid = isUsable ? this.book.mid : Number.NaN
    // Null for a second that was heard in part.
    const signed = isNext && this.#hasSingleTrades ? this.windows.deltaOver(SECOND_MS, atMs) : null
    if (signed !== null && mid > 0 && this.#midBefore > 0) this.#slope.add(signed, mid - this.#midBefore)
    this.#midBefore = mid
    if (!isUsable) return
    this.#imbalances.push(this.book.imbalance(10))
    if (this.#imbalances.length > IMBALANCE_SNAPSHOTS) this.#imbalances.shift()
  }

  #values(nowMs: number): MeasureValues {
    return { ...(this.#hasVolume ? this.#tradeValues(nowMs) : {}), ...(this.#isUsable ? this.#bookValues() : NO_BOOK) }
  }
  #tradeValues(nowMs: number): MeasureValues {
    const { windows } = this
    const lastMinute = windows.deltaOver(MINUTE_MS, nowMs)
    if (lastMinute !== null) this.#isMending = false
    return {
      cvd: this.#isMending ? null : windows.cumulative,
      cvd_1m: lastMinute,
      cvd_5m: windows.deltaOver(5 * MINUTE_MS, nowMs),
      cvd_15m: windows.deltaOver(15 * MINUTE_MS, nowMs),
      cvd_1h: windows.deltaOver(HOUR_MS, nowMs),
      trade_rate: windows.tradeRate(nowMs),
      liquidation_buy: windows.forcedOver(true, nowMs),
      liquidation_sell: windows.forcedOver(false, nowMs),
    }
  }
  #bookValues(): MeasureValues {
    const { book } = this
    const mean = this.#imbalances.reduce((sum, each) => sum + each, 0) / IMBALANCE_SNAPSHOTS
    return {
      book_imbalance_5: book.imbalance(5),
      book_imbalance_10: book.imbalance(10),
      book_imbalance_20: book.imbalance(20),
      book_imbalance_10_mean: this.#imbalances.length === IMBALANCE_SNAPSHOTS ? mean : null,
      microprice: book.microprice,
      spread_bp: book.spreadBp,
      bid_depth_10bp: book.depth('bids', 10),
      ask_depth_10bp: book.depth('asks', 10),
      bid_depth_25bp: book.depth('bids', 25),
      ask_depth_25bp: book.depth('asks', 25),
      bid_depth_50bp: book.depth('bids', 50),
      ask_depth_50bp: book.depth('asks', 50),
      kyle_lambda: this.#slope.slope(),
    }
  }

  #emit(tsEventMs: number, values: MeasureValues): void {
    this.#listener.onMeasures({
      type: 'measures',
      instrumentId: this.instrumentId,
      values,
      validForMs: MEASURES_VALID_MS,
      tsEventMs,
    })
  }
}
