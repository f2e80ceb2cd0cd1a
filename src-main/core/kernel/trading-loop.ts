// The event loop around a kernel and a venue: delivers what is due in order of time, carries out effects, walks candles as prices.
// Backtest, paper, live and simulation tests run this same loop; only what stands behind `venue` and `sink` differs.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { type Result, unreachable } from '../../../src-shared/domain/result.ts'
import { TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { Effect } from '../../../src-shared/events/effect.ts'
import type { JournalRecord } from '../../../src-shared/events/journal-record.ts'
import type { KernelEvent } from '../../../src-shared/events/kernel-event.ts'
import type { FeedIncident } from '../../../src-shared/events/market-event.ts'
import type { OperatorCommand } from '../../../src-shared/events/command.ts'
import type { CandleScalars } from '../features/feature.ts'
import { CandleBuffer } from '../features/feature-set.ts'
import type { DetailCandles, LoopVenue } from '../simulation/venue.ts'
import { StepWalk, type WalkCount } from './candle-walk.ts'
import type { Kernel } from './kernel.ts'
import { TimerQueue } from './timer-queue.ts'

/** Where records go. `commit` makes them durable and tells whether it could; the loop calls it before anything leaves for the venue. */
export type RecordSink = { append(record: JournalRecord): void; commit(): boolean }
/** Keeps the venue's own state, as a real venue would: called after it changed and before its reports are acted on. */
export type VenueKeeper = () => void
/** Sees everything that enters and leaves the kernel, in order: a recorder, a hash, an invariant check. */
export type LoopObserver = { onInput?(event: KernelEvent): void; onEffect?(effect: Effect): void; afterEvent?(): void }

export type TradingLoopOptions = {
  readonly kernel: Kernel
  readonly venue: LoopVenue
  readonly sink: RecordSink
  readonly observer?: LoopObserver
  readonly keepVenue?: VenueKeeper
  /** By instrument: finer candles, walked instead of a base candle that may touch something of ours. Strategies see base candles only. */
  readonly detail?: readonly (DetailCandles | null)[]
}

/** A closed candle waiting for the others of the same minute. */
type StepCandle = { index: number; instrumentId: InstrumentId; candle: CandleScalars }

/** Events that follow from one another without time passing; more than this is a loop in the logic. */
const CASCADE_MAX = 10_000

export class TradingLoop {
  readonly kernel: Kernel
  readonly venue: LoopVenue
  readonly #sink: RecordSink
  readonly #observer: LoopObserver | null
  readonly #keepVenue: VenueKeeper | null
  #keptRevision: number
  readonly #timers = new TimerQueue()
  readonly #baseMs: number
  readonly #ids: readonly InstrumentId[]
  readonly #step: StepCandle[] = []
  readonly #walk: StepWalk
  #stepSize = 0

  constructor(options: TradingLoopOptions) {
    this.kernel = options.kernel
    this.venue = options.venue
    this.#sink = options.sink
    this.#observer = options.observer ?? null
    this.#keepVenue = options.keepVenue ?? null
    this.#keptRevision = options.venue.revision()
    this.#baseMs = TIMEFRAME_MS[options.kernel.config.baseTimeframe]
    this.#ids = options.kernel.config.instruments.map((instrument) => instrument.id)
    for (const instrumentId of this.#ids) this.#step.push({ index: 0, instrumentId, candle: new CandleBuffer() })
    const { venue, detail } = options
    this.#walk = new StepWalk({ venue, detail: detail ?? [], baseMs: this.#baseMs, instrumentIds: this.#ids })
  }

  start(): void {
    this.kernel.start()
    this.#flush()
    this.settle()
    this.#keep()
  }

  /**
   * Takes one closed candle of the instrument at this index into the present minute: fill in what is returned, at most once per instrument,
   * then call `endStep`. By reference, because numbers passed one by one would each be boxed.
   */
  nextCandle(index: number): CandleScalars {
    const slot = this.#step[this.#stepSize]
    const instrumentId = this.#ids[index]
    if (slot === undefined || instrumentId === undefined)
      throw new RangeError(`instrument ${index} of ${this.#ids.length}, candle ${this.#stepSize + 1} of the minute`)
    slot.index = index
    slot.instrumentId = instrumentId
    this.#stepSize += 1
    return slot.candle
  }

  /** Lets the venue live through the minute of the added candles, then shows them, closed, to the kernel. */
  endStep(): void {
    const count = this.#stepSize
    const first = this.#step[0]
    if (count === 0 || first === undefined) return
    this.#stepSize = 0
    if (!this.#passes(first, count)) this.#walkAll(count)
    if (count === 1) return this.#showCandle(first)
    for (let i = 0; i < count; i += 1) {
      const slot = this.#step[i]
      if (slot !== undefined) this.#showCandle(slot)
    }
  }

  /** Anything else from outside: trades, funding, feed states, strategy changes, the system. */
  event(event: KernelEvent): void {
    this.#advance(event.tsMs)
    if (event.source === 'market' && event.event.type === 'trade') {
      this.venue.setPrice(event.event.instrumentId, event.tsMs, event.event.price, event.event.quantity)
    }
    if (event.source === 'market' && event.event.type === 'funding')
      this.venue.applyFunding(event.event.instrumentId, event.event.rate, event.tsMs)
    this.#keep()
    this.#handle(event)
  }

  /** A closed candle on a live feed, whose trades the venue has already lived through. */
  liveCandle(instrumentId: InstrumentId, candle: CandleScalars, tsMs: number): void {
    this.#advance(tsMs)
    this.venue.openCandle(instrumentId, candle)
    this.venue.setPrice(instrumentId, tsMs, candle.close, candle.volume)
    this.#handle({ source: 'market', tsMs, event: { type: 'candle', instrumentId, candle: { ...candle } } })
  }

  incident(incident: FeedIncident): void {
    this.kernel.incident(incident)
    this.#flush()
  }

  /** `who` gave it, for the audit log. */
  command(command: OperatorCommand, tsMs: number, who?: string): Result<void, string> {
    const from = who === undefined ? {} : { who }
    const event: KernelEvent = { source: 'operator', command, tsMs: Math.max(tsMs, this.kernel.nowMs), ...from }
    this.#observer?.onInput?.(event)
    const result = this.kernel.handle(event)
    this.#flush()
    this.settle()
    this.#keep()
    return result
  }

  /**
   * Delivers what is under way although the market stands still: answers must not wait for the next candle. Where the wall clock counts,
   * time passes by itself and `advanceTo` delivers them: this does nothing.
   */
  settle(forMs = 1_000): void {
    if (!this.kernel.config.marketClock) return
    this.#advance(this.kernel.nowMs + forMs)
  }

  /** Wall-clock time has come this far: answers and timers that are due are delivered. */
  advanceTo(nowMs: number): void {
    this.#advance(nowMs)
  }
  /** By instrument: how many base candles with something of ours were walked by finer candles, and how many by their own path. */
  get walked(): readonly WalkCount[] {
    return this.#walk.counts
  }
  /** When something is due next, or Infinity. */
  nextDueMs(): number {
    return Math.min(this.#timers.nextDueMs, this.venue.nextDueMs())
  }

  // ---- one step ------------------------------------------------------------------------------------------------

  /** Skips the whole minute when nothing is due in it and nothing of ours is within its reach. */
  #passes(first: StepCandle, count: number): boolean {
    const closeMs = first.candle.openTimeMs + this.#baseMs
    if (this.#timers.nextDueMs <= closeMs || this.venue.nextDueMs() <= closeMs) return false
    return count === 1 ? this.venue.pass(first.instrumentId, first.candle, this.#baseMs) : this.#passAll(count)
  }
  #passAll(count: number): boolean {
    for (let i = 0; i < count; i += 1) {
      const slot = this.#step[i]
      if (slot !== undefined && !this.venue.isUntouched(slot.instrumentId, slot.candle)) return false
    }
    for (let i = 0; i < count; i += 1) {
      const slot = this.#step[i]
      if (slot !== undefined) this.venue.pass(slot.instrumentId, slot.candle, this.#baseMs)
    }
    return true
  }

  /** Every instrument's path, merged by time; ties in the order of the instruments. */
  #walkAll(count: number): void {
    this.#walk.begin(this.#step, count)
    for (let next = this.#walk.next(); next !== null; next = this.#walk.next()) {
      this.#advance(next.tsMs)
      this.venue.setPrice(next.instrumentId, Math.max(next.tsMs, this.kernel.nowMs), next.price, next.volume)
      next.move()
    }
    const first = this.#step[0]
    if (first !== undefined) this.#advance(first.candle.openTimeMs + this.#baseMs)
    this.#keep()
  }

  #showCandle(slot: StepCandle): void {
    if (this.#observer !== null) this.#observeCandle(slot, this.#observer)
    this.kernel.candle(slot.index, slot.candle)
    if (this.kernel.hasEffects) this.#flush()
    this.#observer?.afterEvent?.()
  }

  #observeCandle(slot: StepCandle, observer: LoopObserver): void {
    const { instrumentId, candle } = slot
    observer.onInput?.({
      source: 'market',
      tsMs: candle.openTimeMs + this.#baseMs,
      event: { type: 'candle', instrumentId, candle: { ...candle } },
    })
  }

  // ---- time ----------------------------------------------------------------------------------------------------

  /** Delivers reports and timers due up to `nowMs`, in order of time; reports before timers of the same millisecond. */
  #advance(nowMs: number): void {
    for (let turns = 0; ; turns += 1) {
      if (turns >= CASCADE_MAX) throw new Error(`invariant broken: more than ${CASCADE_MAX} events follow from one another by ${nowMs}`)
      const venueMs = this.venue.nextDueMs()
      const timerMs = this.#timers.nextDueMs
      const dueMs = Math.min(venueMs, timerMs)
      if (dueMs > nowMs) return
      if (venueMs <= timerMs) this.#deliverReports(venueMs)
      else this.#handle({ source: 'timer', key: this.#timers.take(), tsMs: Math.max(timerMs, this.kernel.nowMs) })
    }
  }

  #deliverReports(venueMs: number): void {
    const reports = this.venue.advanceTo(venueMs)
    this.#keep()
    for (const report of reports) this.#handle({ source: 'venue', event: report, tsMs: Math.max(venueMs, this.kernel.nowMs) })
  }

  #keep(): void {
    if (this.#keepVenue === null || this.venue.revision() === this.#keptRevision) return
    this.#keptRevision = this.venue.revision()
    this.#keepVenue()
  }

  #handle(event: KernelEvent): void {
    this.#observer?.onInput?.(event)
    this.kernel.handle(event)
    this.#flush()
    this.#observer?.afterEvent?.()
  }

  // ---- effects -------------------------------------------------------------------------------------------------

  /** All records of an event are written down before anything of it is sent: an order and its fill are never torn apart by a crash. */
  #flush(): void {
    const effects = this.kernel.drain()
    for (const effect of effects) {
      this.#observer?.onEffect?.(effect)
      if (effect.type === 'journal') this.#sink.append(effect.record)
    }
    for (const effect of effects) if (effect.type !== 'journal') this.#carryOut(effect)
  }

  /** Written down, then sent. What cannot be written down is not sent, unless it shrinks a position: a full disk must not trap us in one. */
  #submit(order: Extract<Effect, { type: 'submit_order' }>['order']): void {
    if (this.#sink.commit() || order.reduceOnly) return this.venue.submit(order, this.kernel.nowMs)
    const { clientOrderId } = order
    const tsMs = this.kernel.nowMs
    this.#handle({
      source: 'venue',
      tsMs,
      event: {
        type: 'rejected',
        clientOrderId,
        code: 'journal_failed',
        message: 'the order could not be written down and was not sent',
        tsEventMs: tsMs,
      },
    })
  }

  #carryOut(effect: Exclude<Effect, { type: 'journal' }>): void {
    switch (effect.type) {
      case 'submit_order':
        return this.#submit(effect.order)
      case 'cancel_order':
        return this.venue.cancel(effect.clientOrderId, this.kernel.nowMs)
      case 'lookup_order':
        return this.venue.lookup(effect.clientOrderId, this.kernel.nowMs)
      case 'request_snapshot':
        return this.venue.requestSnapshot(effect.afterTradeId, this.kernel.nowMs)
      case 'set_timer':
        return this.#timers.set(effect.key, effect.dueMs)
      case 'clear_timer':
        return this.#timers.clear(effect.key)
      default:
        return unreachable(effect, 'effect')
    }
  }
}
