// Puts live candles and trades into event-time order, each candle once, whether it came by stream or by request.
import type { Candle } from '../../../src-shared/domain/candle.ts'
import { CandleGuard } from '../../../src-shared/domain/candle-guard.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { barOpenMs } from '../../../src-shared/domain/time.ts'
import { badCandleIncident, gapIncident } from '../../../src-shared/events/feed-incident.ts'
import type { MarketEvent } from '../../../src-shared/events/market-event.ts'
import type { MarketFeedEvents } from '../../core/ports/market-feed.ts'

type TradeEvent = Extract<MarketEvent, { type: 'trade' }>
type Track = {
  readonly id: InstrumentId
  readonly guard: CandleGuard
  /** Open time of the newest candle that was emitted, refused or given up. */
  settledMs: number
  /** Newest event time handed over. */
  reachedMs: number
  /** Of the trades that belong after a candle still to come: the lowest, the highest and the newest. Stops and limits need no others. */
  held: TradeEvent[]
}
export type FetchedCandles = { readonly id: InstrumentId; readonly candles: readonly Candle[] }

export class LiveSequence {
  readonly #tracks: readonly Track[]
  readonly #lengthMs: number
  readonly #events: MarketFeedEvents
  /** Open time of the newest candle known to be closed; the same grid holds for all instruments. */
  #closedMs = Number.NEGATIVE_INFINITY
  #lastEventMs: number

  /** The first candle is the one whose close time comes next after `fromMs`. */
  constructor(
    instrumentIds: readonly InstrumentId[],
    lengthMs: number,
    from: { readonly fromMs: number; readonly events: MarketFeedEvents },
  ) {
    const settledMs = barOpenMs(from.fromMs, lengthMs) - lengthMs
    this.#tracks = instrumentIds.map((id) => ({
      id,
      guard: new CandleGuard(lengthMs, settledMs),
      settledMs,
      reachedMs: from.fromMs,
      held: [],
    }))
    this.#lengthMs = lengthMs
    this.#events = from.events
    this.#lastEventMs = from.fromMs
  }

  /** Newest event time handed over, or where the feed was started. */
  get lastEventMs(): number {
    return this.#lastEventMs
  }
  /** True while a closed candle has not been settled, or while nothing is known yet. */
  get isBehind(): boolean {
    return this.#closedMs === Number.NEGATIVE_INFINITY || this.#tracks.some((track) => track.settledMs < this.#closedMs)
  }
  /** Which closed candles an instrument still lacks, or null when none. */
  missing(id: InstrumentId): { readonly fromMs: number; readonly count: number } | null {
    const { settledMs } = this.#track(id)
    if (settledMs >= this.#closedMs) return null
    return { fromMs: settledMs + this.#lengthMs, count: (this.#closedMs - settledMs) / this.#lengthMs }
  }

  /** Learns from any candle of the stream which candles are closed by now. */
  note(candle: Candle, closed: boolean): void {
    const { openTimeMs } = candle
    if (Number.isSafeInteger(openTimeMs) && openTimeMs % this.#lengthMs === 0) {
      this.#closedMs = Math.max(this.#closedMs, closed ? openTimeMs : openTimeMs - this.#lengthMs)
    }
  }

  /** Hands over a closed candle of the stream when it is exactly the next one; any other is left to a request. */
  settleNext(id: InstrumentId, candle: Candle): void {
    const track = this.#track(id)
    if (candle.openTimeMs !== track.settledMs + this.#lengthMs) return
    this.#settle(track, candle)
    this.#releaseTrades()
  }

  /**
   * Hands over fetched candles of all instruments in order of time, as far as every instrument is known. Returns whether anything moved.
   * A candle counts as closed when the stream said so or a later one was fetched with it.
   */
  settleFetched(fetched: readonly FetchedCandles[]): boolean {
    const closed = fetched.map(({ id, candles }) => ({
      track: this.#track(id),
      candles: candles.filter((candle, index) => this.#isClosed(candle, index < candles.length - 1)),
    }))
    const horizonMs = Math.min(...closed.map(({ track, candles }) => candles.at(-1)?.openTimeMs ?? track.settledMs))
    const due = closed.flatMap(({ track, candles }) =>
      candles.filter(({ openTimeMs }) => openTimeMs <= horizonMs).map((candle) => ({ track, candle })),
    )
    due.sort((a, b) => a.candle.openTimeMs - b.candle.openTimeMs)
    let moved = false
    for (const { track, candle } of due) {
      if (candle.openTimeMs <= track.settledMs) continue
      this.#settle(track, candle)
      moved = true
    }
    if (moved) this.#releaseTrades()
    return moved
  }

  /** The venue does not have the missing candles: go on without them. The next good candle reports the gap. */
  giveUpMissing(): void {
    for (const track of this.#tracks) track.settledMs = Math.max(track.settledMs, this.#closedMs)
    this.#releaseTrades()
  }

  /** Hands over a trade, keeps it until the candles before it have come, or drops one that was overtaken. */
  trade(event: TradeEvent): void {
    const track = this.#track(event.instrumentId)
    if (event.tsEventMs >= this.#nextCloseMs()) hold(track, event)
    else this.#emitTrade(track, event)
  }

  #isClosed(candle: Candle, hasLater: boolean): boolean {
    return Number.isFinite(candle.openTimeMs) && (hasLater || candle.openTimeMs <= this.#closedMs)
  }
  /** Close time of the earliest candle still to come. */
  #nextCloseMs(): number {
    return Math.min(...this.#tracks.map((track) => track.settledMs)) + 2 * this.#lengthMs
  }
  #settle(track: Track, candle: Candle): void {
    track.settledMs = candle.openTimeMs
    const fault = track.guard.check(candle)
    if (fault !== null) {
      this.#events.onIncident(badCandleIncident(track.id, candle, fault))
      return
    }
    if (track.guard.missing > 0) this.#events.onIncident(gapIncident(track.id, track.guard))
    track.reachedMs = Math.max(track.reachedMs, candle.openTimeMs + this.#lengthMs)
    this.#emit({ type: 'candle', instrumentId: track.id, candle }, track.reachedMs)
  }
  #releaseTrades(): void {
    const nextCloseMs = this.#nextCloseMs()
    const due = this.#tracks.flatMap((track) =>
      track.held.filter((event) => event.tsEventMs < nextCloseMs).map((event) => ({ track, event })),
    )
    for (const track of this.#tracks) track.held = track.held.filter((event) => event.tsEventMs >= nextCloseMs)
    due.sort((a, b) => a.event.tsEventMs - b.event.tsEventMs)
    for (const { track, event } of due) this.#emitTrade(track, event)
  }
  /** The streams of two instruments run a few milliseconds apart: a trade that is not late on its own is given the time of the newest event. */
  #emitTrade(track: Track, event: TradeEvent): void {
    if (event.tsEventMs < track.reachedMs) return
    track.reachedMs = event.tsEventMs
    const tsEventMs = Math.max(event.tsEventMs, this.#lastEventMs)
    this.#emit(tsEventMs === event.tsEventMs ? event : { ...event, tsEventMs }, tsEventMs)
  }
  #emit(event: MarketEvent, tsEventMs: number): void {
    this.#lastEventMs = Math.max(this.#lastEventMs, tsEventMs)
    this.#events.onEvent(event)
  }
  #track(id: InstrumentId): Track {
    const track = this.#tracks.find((each) => each.id === id)
    if (track === undefined) throw new RangeError(`instrument ${id} is not part of this live feed`)
    return track
  }
}

function hold(track: Track, event: TradeEvent): void {
  const all = [...track.held, event]
  const lowest = all.reduce((least, each) => (each.price < least.price ? each : least))
  const highest = all.reduce((most, each) => (each.price > most.price ? each : most))
  track.held = all.filter((each) => each === lowest || each === highest || each === event)
}
