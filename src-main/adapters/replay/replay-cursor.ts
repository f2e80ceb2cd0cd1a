// Walks through a recording in event-time order: candles at their close time, funding at its own time, incidents where they were found, and the
// streams of the venue, where there are any: their measures at each full second, their messages at the venue's time.
import { TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { MarketFeedEvents } from '../../core/ports/market-feed.ts'
import { type RecordedSeries, type Recording, rowsUpTo } from './recording.ts'

/** What a recorded stream adds to the walk (replay-stream.ts). */
export type StreamTrack = {
  /** When the next measures are due; Infinity at the end. */
  readonly measuresDueMs: number
  /** Event time of the next message; Infinity at the end. */
  readonly messageDueMs: number
  emitMeasures(): void
  emitMessage(): void
}

type Track = { readonly series: RecordedSeries; candleRow: number; fundingRow: number; incident: number }

/**
 * At one and the same time all measures come first, so that a strategy is asked with the newest ones; then all candles, then all funding, each in
 * the order of the instruments: the mark is fresh when funding is paid. Messages of that time come last: they belong to what follows.
 */
export class ReplayCursor {
  readonly #tracks: readonly Track[]
  readonly #streams: readonly StreamTrack[]
  readonly #lengthMs: number
  /** Event times of what is next: the measures of each stream, the candle of each track, its funding, the message of each stream; or Infinity. */
  readonly #dueMs: Float64Array
  #next = 0

  /** The first event has an event time after `fromMs`; so must those of the streams. */
  constructor(recording: Recording, fromMs: number, streams: readonly StreamTrack[] = []) {
    this.#lengthMs = TIMEFRAME_MS[recording.baseTimeframe]
    this.#tracks = recording.series.map((series) => trackAfter(series, fromMs, this.#lengthMs))
    this.#streams = streams
    this.#dueMs = new Float64Array((this.#tracks.length + streams.length) * 2)
    this.#tracks.forEach((track, index) => this.#refreshTrack(track, index))
    streams.forEach((stream, index) => this.#refreshStream(stream, index))
    this.#choose()
  }

  /** Event time of what comes next; Infinity at the end. */
  get nextMs(): number {
    return this.#dueMs[this.#next] ?? Number.POSITIVE_INFINITY
  }

  /** Hands over the next event. Call only while `nextMs` is finite. */
  emitNext(events: MarketFeedEvents): void {
    const streams = this.#streams.length
    const tracks = this.#tracks.length
    const place = this.#next
    if (place < streams) return this.#emitStream(place, 'measures')
    if (place < streams + tracks) return this.#emitTrack(place - streams, 'candle', events)
    if (place < streams + 2 * tracks) return this.#emitTrack(place - streams - tracks, 'funding', events)
    this.#emitStream(place - streams - 2 * tracks, 'message')
  }

  /** Reports the incidents after the last candles. Call once, at the end. */
  finish(events: MarketFeedEvents): void {
    for (const track of this.#tracks) emitIncidents(track, track.series.candles.openTimeMs.length, events)
  }

  #emitStream(index: number, what: 'measures' | 'message'): void {
    const stream = this.#streams[index]
    if (stream === undefined) return
    if (what === 'measures') stream.emitMeasures()
    else stream.emitMessage()
    this.#refreshStream(stream, index)
    this.#choose()
  }
  #emitTrack(index: number, what: 'candle' | 'funding', events: MarketFeedEvents): void {
    const track = this.#tracks[index]
    if (track === undefined) return
    const row = what === 'candle' ? track.candleRow++ : track.fundingRow++
    this.#refreshTrack(track, index)
    this.#choose()
    if (what === 'candle') this.#emitCandle(track, row, events)
    else emitFunding(track.series, row, events)
  }
  #emitCandle(track: Track, row: number, events: MarketFeedEvents): void {
    emitIncidents(track, row, events)
    const { instrumentId, candles } = track.series
    events.onEvent({
      type: 'candle',
      instrumentId,
      candle: {
        openTimeMs: valueAt(candles.openTimeMs, row),
        open: valueAt(candles.open, row),
        high: valueAt(candles.high, row),
        low: valueAt(candles.low, row),
        close: valueAt(candles.close, row),
        volume: valueAt(candles.volume, row),
      },
    })
  }
  #refreshTrack(track: Track, index: number): void {
    const { candles, fundingTimeMs } = track.series
    const place = this.#streams.length + index
    this.#dueMs[place] = (candles.openTimeMs[track.candleRow] ?? Number.POSITIVE_INFINITY) + this.#lengthMs
    this.#dueMs[place + this.#tracks.length] = fundingTimeMs[track.fundingRow] ?? Number.POSITIVE_INFINITY
  }
  #refreshStream(stream: StreamTrack, index: number): void {
    this.#dueMs[index] = stream.measuresDueMs
    this.#dueMs[this.#streams.length + 2 * this.#tracks.length + index] = stream.messageDueMs
  }
  #choose(): void {
    let earliest = 0
    for (let index = 1; index < this.#dueMs.length; index++) {
      if (valueAt(this.#dueMs, index) < valueAt(this.#dueMs, earliest)) earliest = index
    }
    this.#next = earliest
  }
}

const valueAt = (column: Float64Array, row: number): number => column[row] ?? Number.NaN

function trackAfter(series: RecordedSeries, fromMs: number, lengthMs: number): Track {
  const candleRow = rowsUpTo(series.candles.openTimeMs, fromMs - lengthMs)
  const incident = series.incidents.findIndex(({ row }) => row >= candleRow)
  return {
    series,
    candleRow,
    fundingRow: rowsUpTo(series.fundingTimeMs, fromMs),
    incident: incident < 0 ? series.incidents.length : incident,
  }
}

function emitFunding(series: RecordedSeries, row: number, events: MarketFeedEvents): void {
  const { instrumentId } = series
  events.onEvent({ type: 'funding', instrumentId, rate: valueAt(series.fundingRate, row), tsEventMs: valueAt(series.fundingTimeMs, row) })
}

function emitIncidents(track: Track, row: number, events: MarketFeedEvents): void {
  for (;;) {
    const next = track.series.incidents[track.incident]
    if (next === undefined || next.row > row) return
    track.incident++
    events.onIncident(next.incident)
  }
}
