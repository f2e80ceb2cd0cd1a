// Walks through a recording in event-time order: candles at their close time, funding at its own time, and incidents where they were found.
import { TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { MarketFeedEvents } from '../../core/ports/market-feed.ts'
import { type RecordedSeries, type Recording, rowsUpTo } from './recording.ts'

type Track = { readonly series: RecordedSeries; candleRow: number; fundingRow: number; incident: number }

/** At one and the same time all candles come before all funding, each in the order of the instruments: the mark is fresh when funding is paid. */
export class ReplayCursor {
  readonly #tracks: readonly Track[]
  readonly #lengthMs: number
  /** Event time of the next candle of each track, then of the next funding of each track; Infinity when there is none. */
  readonly #dueMs: Float64Array
  #next = 0

  /** The first event has an event time after `fromMs`. */
  constructor(recording: Recording, fromMs: number) {
    this.#lengthMs = TIMEFRAME_MS[recording.baseTimeframe]
    this.#tracks = recording.series.map((series) => trackAfter(series, fromMs, this.#lengthMs))
    this.#dueMs = new Float64Array(this.#tracks.length * 2)
    this.#tracks.forEach((track, index) => this.#refresh(track, index))
    this.#choose()
  }

  /** Event time of what comes next; Infinity at the end. */
  get nextMs(): number {
    return this.#dueMs[this.#next] ?? Number.POSITIVE_INFINITY
  }

  /** Hands over the next event. Call only while `nextMs` is finite. */
  emitNext(events: MarketFeedEvents): void {
    const count = this.#tracks.length
    const index = this.#next % count
    const track = this.#tracks[index]
    if (track === undefined) return
    const isCandle = this.#next < count
    const row = isCandle ? track.candleRow++ : track.fundingRow++
    this.#refresh(track, index)
    this.#choose()
    if (isCandle) this.#emitCandle(track, row, events)
    else emitFunding(track.series, row, events)
  }

  /** Reports the incidents after the last candles. Call once, at the end. */
  finish(events: MarketFeedEvents): void {
    for (const track of this.#tracks) emitIncidents(track, track.series.candles.openTimeMs.length, events)
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
  #refresh(track: Track, index: number): void {
    const { candles, fundingTimeMs } = track.series
    this.#dueMs[index] = (candles.openTimeMs[track.candleRow] ?? Number.POSITIVE_INFINITY) + this.#lengthMs
    this.#dueMs[this.#tracks.length + index] = fundingTimeMs[track.fundingRow] ?? Number.POSITIVE_INFINITY
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
