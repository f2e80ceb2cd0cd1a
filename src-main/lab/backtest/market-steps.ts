// The market of a backtest in order of event time: steps of base candles, and between them what was settled and what became known.
// The same order as a paper session on a recording (adapters/replay, engine/market-driver): settled funding at its own time; measures that were
// known by the close of a step before its candles; funding due exactly at a close after them, when the mark is fresh.
import { CandleGuard } from '../../../src-shared/domain/candle-guard.ts'
import { type Timeframe, TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import { gapIncident } from '../../../src-shared/events/feed-incident.ts'
import type { CandleScalars } from '../../core/features/feature.ts'
import type { TradingLoop } from '../../core/kernel/trading-loop.ts'
import type { MeasuresEvent } from '../../core/ports/context-feed.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import { type RunData, type RunSeries, rowsBefore } from './run-data.ts'

type Track = {
  readonly index: number
  readonly series: RunSeries
  readonly candles: CandleColumns
  readonly end: number
  row: number
  fundingRow: number
  readonly fundingEnd: number
  lastOpenMs: number
}

/** Steps that are looked ahead at once. */
const PLAIN_MAX = 1_000

export type Period = { readonly fromMs: number; readonly toMs: number }

export class MarketSteps {
  readonly #loop: TradingLoop
  readonly #tracks: readonly Track[]
  readonly #measures: readonly MeasuresEvent[]
  readonly #baseMs: number
  #measuresRow: number
  readonly #measuresEnd: number
  /** Open time of the next step, Infinity at the end; and when the next funding or measure is due. */
  #nextOpenMs = Number.POSITIVE_INFINITY
  #nextEventMs = Number.POSITIVE_INFINITY
  /** How many of the next steps are plain: all instruments have their candle, and nothing comes between. */
  #plain = 0
  /** Close time of the last step. A field, because a number that is returned is boxed. */
  closeMs = Number.NaN

  constructor(loop: TradingLoop, data: RunData, options: { period: Period; timeframe: Timeframe }) {
    const { fromMs, toMs } = options.period
    this.#loop = loop
    this.#baseMs = TIMEFRAME_MS[options.timeframe]
    this.#tracks = data.series.map((series, index) => {
      const { openTimeMs } = series.candles
      const row = rowsBefore(openTimeMs, fromMs)
      return {
        index,
        series,
        candles: series.candles,
        row,
        end: rowsBefore(openTimeMs, toMs - this.#baseMs + 1),
        fundingRow: rowsBefore(series.funding.timeMs, fromMs + 1),
        fundingEnd: rowsBefore(series.funding.timeMs, toMs + 1),
        lastOpenMs: openTimeMs[row - 1] ?? Number.NaN,
      }
    })
    const after = (bound: number): number => data.measures.findIndex(({ tsEventMs }) => tsEventMs > bound)
    const ends = (row: number): number => (row < 0 ? data.measures.length : row)
    this.#measures = data.measures
    this.#measuresRow = ends(after(fromMs))
    this.#measuresEnd = ends(after(toMs))
    this.#findNext()
    this.#findNextEvent()
  }

  /** Steps from here to the end, if every instrument had all its candles. An upper bound, exact for data without gaps. */
  get remaining(): number {
    let firstMs = Number.POSITIVE_INFINITY
    let lastMs = Number.NEGATIVE_INFINITY
    for (const { candles, row, end } of this.#tracks) {
      if (row >= end) continue
      firstMs = Math.min(firstMs, candles.openTimeMs[row] ?? Number.POSITIVE_INFINITY)
      lastMs = Math.max(lastMs, candles.openTimeMs[end - 1] ?? Number.NEGATIVE_INFINITY)
    }
    return lastMs < firstMs ? 0 : (lastMs - firstMs) / this.#baseMs + 1
  }

  /** Lives through the next step, whose close time is {@link closeMs} then. False when there is none left. */
  step(): boolean {
    return this.#plain > 0 ? this.#plainStep() : this.#anyStep()
  }

  #anyStep(): boolean {
    const openMs = this.#nextOpenMs
    if (openMs === Number.POSITIVE_INFINITY) return false
    const closeMs = openMs + this.#baseMs
    this.closeMs = closeMs
    if (this.#nextEventMs <= closeMs) this.#eventsBefore(closeMs)
    for (let i = 0; i < this.#tracks.length; i += 1) {
      const track = this.#tracks[i]
      if (track !== undefined && track.row < track.end && track.candles.openTimeMs[track.row] === openMs) this.#load(track)
    }
    this.#loop.endStep()
    if (this.#nextEventMs <= closeMs) this.#fundingUpTo(closeMs)
    this.#findNext()
    this.#plain = this.#countPlain()
    return true
  }

  #plainStep(): boolean {
    this.#plain -= 1
    this.#nextOpenMs += this.#baseMs
    this.closeMs = this.#nextOpenMs
    for (let i = 0; i < this.#tracks.length; i += 1) {
      const track = this.#tracks[i]
      if (track !== undefined) this.#load(track)
    }
    this.#loop.endStep()
    if (this.#plain === 0) this.#findNext()
    return true
  }

  /** Open times rise from candle to candle, so two of them as far apart as their rows have no hole between them. */
  #countPlain(): number {
    let count = Math.min(PLAIN_MAX, Math.ceil((this.#nextEventMs - this.#nextOpenMs) / this.#baseMs) - 1)
    for (const { candles, row, end } of this.#tracks) {
      count = Math.min(count, end - row)
      if (!(count > 0 && candles.openTimeMs[row] === this.#nextOpenMs && this.#nextOpenMs === this.closeMs)) return 0
    }
    const lastMs = this.#nextOpenMs + (count - 1) * this.#baseMs
    return this.#tracks.every(({ candles, row }) => candles.openTimeMs[row + count - 1] === lastMs) ? count : 0
  }

  #load(track: Track): void {
    const candle = this.#loop.nextCandle(track.index)
    const { candles: c, row } = track
    const openMs = c.openTimeMs[row] ?? Number.NaN
    candle.openTimeMs = openMs
    candle.open = c.open[row] ?? Number.NaN
    candle.high = c.high[row] ?? Number.NaN
    candle.low = c.low[row] ?? Number.NaN
    candle.close = c.close[row] ?? Number.NaN
    candle.volume = c.volume[row] ?? Number.NaN
    if (openMs - track.lastOpenMs > this.#baseMs) this.#gap(track, candle)
    track.lastOpenMs = openMs
    track.row = row + 1
  }

  /** Written down before the candle after it is shown, as a feed would. */
  #gap({ series, lastOpenMs }: Track, candle: CandleScalars): void {
    const guard = new CandleGuard(this.#baseMs, lastOpenMs)
    if (guard.check(candle) === null && guard.missing > 0) this.#loop.incident(gapIncident(series.instrumentId, guard))
  }

  #findNext(): void {
    let next = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.#tracks.length; i += 1) {
      const track = this.#tracks[i]
      if (track === undefined || track.row >= track.end) continue
      const openMs = track.candles.openTimeMs[track.row] ?? Number.POSITIVE_INFINITY
      if (openMs < next) next = openMs
    }
    this.#nextOpenMs = next
  }

  // ---- events between steps ----------------------------------------------------------------------------------------

  #eventsBefore(closeMs: number): void {
    this.#fundingUpTo(closeMs - 1)
    for (;;) {
      const event = this.#measures[this.#measuresRow]
      if (event === undefined || this.#measuresRow >= this.#measuresEnd || event.tsEventMs > closeMs) break
      this.#measuresRow += 1
      this.#loop.event({ source: 'market', event, tsMs: Math.max(event.tsEventMs, this.#loop.kernel.nowMs) })
    }
    this.#findNextEvent()
  }

  /** In order of time, instruments of the same time in their order. */
  #fundingUpTo(untilMs: number): void {
    for (;;) {
      const track = this.#nextFunding()
      const tsEventMs = track?.series.funding.timeMs[track.fundingRow]
      if (track === undefined || tsEventMs === undefined || tsEventMs > untilMs) break
      const rate = track.series.funding.rate[track.fundingRow] ?? 0
      track.fundingRow += 1
      const event = { type: 'funding', instrumentId: track.series.instrumentId, rate, tsEventMs } as const
      this.#loop.event({ source: 'market', event, tsMs: tsEventMs })
    }
    this.#findNextEvent()
  }

  #nextFunding(): Track | undefined {
    let first: Track | undefined
    let firstMs = Number.POSITIVE_INFINITY
    for (const track of this.#tracks) {
      const ms =
        track.fundingRow < track.fundingEnd ? (track.series.funding.timeMs[track.fundingRow] ?? Infinity) : Number.POSITIVE_INFINITY
      if (ms < firstMs) {
        first = track
        firstMs = ms
      }
    }
    return first
  }

  #findNextEvent(): void {
    const track = this.#nextFunding()
    const fundingMs = track?.series.funding.timeMs[track.fundingRow] ?? Number.POSITIVE_INFINITY
    const measure = this.#measuresRow < this.#measuresEnd ? this.#measures[this.#measuresRow] : undefined
    this.#nextEventMs = Math.min(fundingMs, measure?.tsEventMs ?? Number.POSITIVE_INFINITY)
  }
}
