// Where market data comes from: a recording or a live venue, behind one shape.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument, OrderSide } from '../../../src-shared/domain/instrument.ts'
import type { Result } from '../../../src-shared/domain/result.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import type { FeedIncident, MarketEvent } from '../../../src-shared/events/market-event.ts'

/** Candles as columns, oldest first, all of equal length. Times are open times in milliseconds. */
export type CandleColumns = {
  readonly openTimeMs: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

/** The book and the tape of one instrument for a screen, a few times a second of wall time. */
export type BookFrame = {
  readonly instrumentId: InstrumentId
  /** Event time of the newest message; 0 before the first. */
  readonly tsMs: number
  /** Out of step (`syncing`) it holds no levels; `stale` ones are the last that were known. */
  readonly state: 'synced' | 'syncing' | 'stale'
  /** Why it is not in step, or what was last mended; one sentence of at most 400 characters. */
  readonly detail: string
  /** Price and quantity, best first, at most 50 a side. */
  readonly bids: readonly (readonly [number, number])[]
  readonly asks: readonly (readonly [number, number])[]
  /** Trades since the frame before, oldest first, at most the newest 200. `side` is the taker's. */
  readonly trades: readonly { readonly tsMs: number; readonly price: number; readonly quantity: number; readonly side: OrderSide }[]
  /** Times that the book was lost and rebuilt. */
  readonly resyncs: number
}

export type MarketFeedEvents = {
  /**
   * Called in event-time order, funding excepted: a live venue tells what it settled minutes later, with the time it was due.
   * The feed waits for it to return before it goes on.
   */
  onEvent(event: MarketEvent): void
  onIncident(incident: FeedIncident): void
  /** At most four times a second of wall time and instrument, on feeds that have books. */
  onBook?(frame: BookFrame): void
}

export type PlaybackState = {
  readonly kind: 'recorded' | 'live'
  readonly playing: boolean
  /** Multiple of real time; Infinity means as fast as it goes. 1 on a live feed. */
  readonly speed: number
  readonly positionMs: number
  readonly startMs: number
  readonly endMs: number
}

export type SettledFunding = { readonly rate: number; readonly tsEventMs: number }

export type MarketFeed = {
  readonly instruments: readonly Instrument[]
  readonly baseTimeframe: Timeframe
  /** Closed candles of the base timeframe whose close time is at or before `untilMs`, at most `limit`, oldest first. */
  history(instrumentId: InstrumentId, untilMs: number, limit: number): Promise<CandleColumns>
  /**
   * Closed bars of a longer timeframe that close at or before `untilMs`, the newest `limit`, oldest first: they reach farther back than the
   * base candles do. Empty where none are kept.
   */
  bars(instrumentId: InstrumentId, wanted: { timeframe: Timeframe; untilMs: number; limit: number }): Promise<CandleColumns>
  /** Funding settled after `fromMs` and until `untilMs`, oldest first. The error is one sentence: what needs it has to wait. */
  funding(instrumentId: InstrumentId, fromMs: number, untilMs: number): Promise<Result<readonly SettledFunding[], string>>
  /** Starts at `fromMs`: the first event has an event time after it. Call once. */
  start(fromMs: number, events: MarketFeedEvents): void
  playback(): PlaybackState
  /** Refused with a sentence on a feed that cannot (a live one), or out of range. */
  setPlaying(playing: boolean): Result<void, string>
  setSpeed(speed: number): Result<void, string>
  /** Ends everything the feed started. Resolves when no further event can come. */
  stop(): Promise<void>
}
