// A recorded market behind the same shape as a live one: at 1 to 600 times real time, or as fast as it goes.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { type Result, ensure, err, ok } from '../../../src-shared/domain/result.ts'
import { TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import type { CandleColumns, MarketFeed, MarketFeedEvents, PlaybackState, SettledFunding } from '../../core/ports/market-feed.ts'
import type { Scheduler } from '../../core/ports/scheduler.ts'
import { longerBars } from './longer-bars.ts'
import { type RecordedSeries, type Recording, rowsUpTo, sliceRows } from './recording.ts'
import { ReplayCursor } from './replay-cursor.ts'
import { type DecoderFor, ReplayStream } from './replay-stream.ts'

export type ReplayOptions = {
  readonly scheduler: Scheduler
  /** Multiple of real time, 1 to 600; 0 or Infinity means as fast as it goes. */
  readonly speed: number
  readonly playing: boolean
  /** Reads the recorded streams of the venue; left out, the recording plays without books and trades. */
  readonly decoderFor?: DecoderFor
}

const SPEED_MIN = 1
const SPEED_MAX = 600
const TICK_MS_MIN = 10
const TICK_MS_MAX = 1_000
/** How long one batch may keep the event loop. */
const BATCH_MS_MAX = 5
/** A timer this late (a busy or sleeping machine) slows the replay down instead of making it catch up in a burst. */
const TICK_LATE_MS_MAX = 250

/** A feed over a loaded recording. Throws RangeError for a speed out of range. To seek, stop it and start another one. */
export function createReplayFeed(recording: Recording, options: ReplayOptions): MarketFeed {
  return new ReplayFeed(recording, options)
}

const speedFrom = (speed: number): Result<number, string> => {
  if (speed === 0 || speed === Number.POSITIVE_INFINITY) return ok(Number.POSITIVE_INFINITY)
  if (speed >= SPEED_MIN && speed <= SPEED_MAX) return ok(speed)
  return err(`replay speed ${speed} is not ${SPEED_MIN} to ${SPEED_MAX} times real time, nor 0 for as fast as it goes`)
}

class ReplayFeed implements MarketFeed {
  readonly instruments
  readonly baseTimeframe
  readonly #recording: Recording
  readonly #scheduler: Scheduler
  readonly #streams: readonly ReplayStream[]
  #state: 'new' | 'starting' | 'running' | 'ended' | 'stopped' = 'new'
  #cursor: ReplayCursor | null = null
  #events: MarketFeedEvents | null = null
  #speed: number
  #playing: boolean
  /** Event time reached when the monotonic clock stood at `#anchorMs`. */
  #positionMs: number
  #anchorMs = 0
  /** Longest time that may count from the anchor. */
  #elapsedMsMax = 0
  #cancelTimer: (() => void) | null = null
  /** Counts changes from outside, so that a running batch notices one made by its own listener. */
  #changes = 0

  constructor(recording: Recording, options: ReplayOptions) {
    const speed = speedFrom(options.speed)
    if (!speed.ok) throw new RangeError(speed.error)
    this.instruments = recording.instruments
    this.baseTimeframe = recording.baseTimeframe
    this.#recording = recording
    this.#scheduler = options.scheduler
    this.#streams = streamsOf(recording, options.decoderFor)
    this.#speed = speed.value
    this.#playing = options.playing
    this.#positionMs = recording.suggestedStartMs
  }

  async history(instrumentId: InstrumentId, untilMs: number, limit: number): Promise<CandleColumns> {
    const series = this.#seriesOf(instrumentId)
    const to = rowsUpTo(series.candles.openTimeMs, untilMs - TIMEFRAME_MS[this.baseTimeframe])
    return sliceRows(series.candles, Math.max(0, to - Math.max(0, Math.floor(limit))), to)
  }

  #seriesOf(instrumentId: InstrumentId): RecordedSeries {
    const series = this.#recording.series.find((each) => each.instrumentId === instrumentId)
    if (series === undefined) throw new RangeError(`instrument ${instrumentId} is not in the recording "${this.#recording.title}"`)
    return series
  }

  async bars(instrumentId: InstrumentId, wanted: { timeframe: Timeframe; untilMs: number; limit: number }): Promise<CandleColumns> {
    const series = this.#seriesOf(instrumentId)
    return series.earlier === null ? sliceRows(series.candles, 0, 0) : longerBars(series.earlier, wanted)
  }

  async funding(instrumentId: InstrumentId, fromMs: number, untilMs: number): Promise<Result<readonly SettledFunding[], string>> {
    const { fundingTimeMs, fundingRate } = this.#seriesOf(instrumentId)
    const rows = fundingTimeMs.subarray(0, rowsUpTo(fundingTimeMs, untilMs))
    const settled = Array.from(rows, (tsEventMs, row) => ({ tsEventMs, rate: fundingRate[row] ?? Number.NaN }))
    return ok(settled.filter(({ tsEventMs }) => tsEventMs > fromMs))
  }

  start(fromMs: number, events: MarketFeedEvents): void {
    ensure(this.#state === 'new', `replay feed started while ${this.#state}, expected new`)
    this.#state = 'starting'
    for (const stream of this.#streams) stream.start(fromMs, events)
    this.#cursor = new ReplayCursor(this.#recording, fromMs, this.#streams)
    this.#events = events
    this.#positionMs = fromMs
    this.#wait(0, () => {
      this.#state = 'running'
      this.#go()
      // One millisecond on, because every event comes after `fromMs`.
      events.onEvent({ type: 'feed', state: 'live', detail: this.#recording.title, tsEventMs: fromMs + 1 })
      // A replay that begins in the middle, and stands still, shows its book at once.
      for (const stream of this.#streams) stream.publish(this.#scheduler.monotonicMs())
    })
  }

  playback(): PlaybackState {
    const { startMs, endMs } = this.#recording
    return { kind: 'recorded', playing: this.#playing, speed: this.#speed, positionMs: Math.floor(this.#positionNow()), startMs, endMs }
  }

  setPlaying(playing: boolean): Result<void, string> {
    return this.#change(() => {
      this.#playing = playing
    })
  }

  setSpeed(speed: number): Result<void, string> {
    const checked = speedFrom(speed)
    if (!checked.ok) return checked
    return this.#change(() => {
      this.#speed = checked.value
    })
  }

  async stop(): Promise<void> {
    this.#changes++
    this.#state = 'stopped'
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }

  #change(apply: () => void): Result<void, string> {
    if (this.#state === 'ended') return err('the recording has been played to its end')
    if (this.#state === 'stopped') return err('this replay has been stopped')
    this.#positionMs = this.#positionNow()
    this.#changes++
    apply()
    if (this.#state === 'running') this.#go()
    return ok(undefined)
  }

  /** Where the replay is at this moment: never past an event that has not been handed over. */
  #positionNow(): number {
    if (this.#state !== 'running' || !this.#playing || !Number.isFinite(this.#speed)) return this.#positionMs
    const elapsedMs = Math.min(this.#scheduler.monotonicMs() - this.#anchorMs, this.#elapsedMsMax)
    return Math.max(this.#positionMs, Math.min(this.#positionMs + elapsedMs * this.#speed, this.#cursor?.nextMs ?? this.#positionMs))
  }

  #wait(delayMs: number, then: () => void): void {
    this.#cancelTimer?.()
    this.#cancelTimer = this.#scheduler.schedule(delayMs, then)
  }

  /** Sets the anchor here and now, and waits for the next event. */
  #go(): void {
    const delayMs = Number.isFinite(this.#speed) ? this.#delayMs() : 0
    this.#anchorMs = this.#scheduler.monotonicMs()
    this.#elapsedMsMax = delayMs + TICK_LATE_MS_MAX
    this.#cancelTimer?.()
    this.#cancelTimer = null
    if (this.#playing) this.#wait(delayMs, () => this.#runBatch())
  }
  #delayMs(): number {
    const nextMs = this.#cursor?.nextMs ?? Number.POSITIVE_INFINITY
    if (nextMs === Number.POSITIVE_INFINITY) return TICK_MS_MIN
    return Math.min(TICK_MS_MAX, Math.max(TICK_MS_MIN, (nextMs - this.#positionMs) / this.#speed))
  }

  /** Hands over everything that is due, for at most `BATCH_MS_MAX`; what is left makes the replay late, not the event loop. */
  #runBatch(): void {
    const cursor = this.#cursor
    const events = this.#events
    if (cursor === null || events === null) return
    const untilMs = this.#batchEndMs()
    const startedMs = this.#scheduler.monotonicMs()
    const changes = this.#changes
    while (cursor.nextMs <= untilMs) {
      this.#positionMs = cursor.nextMs
      cursor.emitNext(events)
      if (this.#changes !== changes) return
      if (this.#scheduler.monotonicMs() - startedMs >= BATCH_MS_MAX) break
    }
    for (const stream of this.#streams) stream.publish(startedMs)
    if (this.#changes !== changes) return
    if (cursor.nextMs === Number.POSITIVE_INFINITY) return this.#end(cursor, events)
    if (cursor.nextMs > untilMs) this.#positionMs = untilMs
    this.#go()
  }
  #batchEndMs(): number {
    if (!Number.isFinite(this.#speed)) return Number.MAX_VALUE
    const elapsedMs = Math.min(this.#scheduler.monotonicMs() - this.#anchorMs, this.#elapsedMsMax)
    return this.#positionMs + elapsedMs * this.#speed
  }
  #end(cursor: ReplayCursor, events: MarketFeedEvents): void {
    this.#state = 'ended'
    this.#playing = false
    this.#positionMs = Math.max(this.#positionMs, this.#recording.endMs)
    const changes = this.#changes
    cursor.finish(events)
    for (const stream of this.#streams) stream.publish(Number.POSITIVE_INFINITY)
    if (this.#changes !== changes) return
    events.onEvent({ type: 'feed', state: 'ended', detail: `${this.#recording.title} is over`, tsEventMs: this.#positionMs })
  }
}

function streamsOf(recording: Recording, decoderFor: DecoderFor | undefined): ReplayStream[] {
  if (decoderFor === undefined) return []
  return recording.instruments.flatMap((instrument, index) => {
    const stream = recording.series[index]?.stream ?? null
    return stream === null ? [] : [new ReplayStream(instrument, stream, decoderFor(instrument, stream.marketId))]
  })
}
