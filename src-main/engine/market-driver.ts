// Between a market feed and the trading loop: groups the candles of one minute, tells recorded from live.
import type { MarketEvent } from '../../src-shared/events/market-event.ts'
import type { InstrumentId } from '../../src-shared/domain/ids.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, TIMEFRAME_MS } from '../../src-shared/domain/time.ts'
import type { TradingLoop } from '../core/kernel/trading-loop.ts'
import { SeenPrices } from './seen-prices.ts'

type MarketEventOf<T extends MarketEvent['type']> = Extract<MarketEvent, { type: T }>

export class MarketDriver {
  readonly #loop: TradingLoop
  readonly #recorded: boolean
  readonly #indexOf: ReadonlyMap<InstrumentId, number>
  readonly #baseMs: number
  readonly #seen = new SeenPrices()
  /** A recording that holds its trades: the simulated venue lives through them, as on a live market. */
  #byTrades = false
  #openStepMs: number | null = null
  #pending = 0
  /** Market events since the engine last asked. */
  events = 0
  /** Event time of the newest candle or trade, or null before the first. */
  lastDataMs: number | null = null

  constructor(loop: TradingLoop, recorded: boolean) {
    this.#loop = loop
    this.#recorded = recorded
    const { instruments, baseTimeframe } = loop.kernel.config
    this.#indexOf = new Map(instruments.map((instrument, index) => [instrument.id, index]))
    this.#baseMs = TIMEFRAME_MS[baseTimeframe]
  }

  handle(event: MarketEvent): void {
    if (event.type === 'measures') return this.#bookMeasures(event)
    this.events += 1
    if (event.type === 'candle') return this.#candle(event)
    if (event.type === 'trade') this.#byTrades = true
    if (!this.#recorded || this.#byTrades) return this.#live(event)
    this.endStep()
    this.#loop.event({ source: 'market', event, tsMs: event.tsEventMs })
  }

  /**
   * News of measures, which carry the time at which they were known. On a recorded market a minute that was begun ends first: its candles must
   * not see what came after them. On a live one they never move the session's time: it may still be making up for the hours it was away.
   */
  measures(event: MarketEventOf<'measures'>): void {
    this.events += 1
    if (this.#recorded) this.endStep()
    const { nowMs } = this.#loop.kernel
    this.#loop.event({ source: 'market', event, tsMs: this.#recorded ? Math.max(event.tsEventMs, nowMs) : nowMs })
  }
  /** Those of a live book come every second. What it is now says nothing about the hours that a session is making up for. */
  #bookMeasures(event: MarketEventOf<'measures'>): void {
    if (!this.#recorded && event.tsEventMs > this.#loop.kernel.nowMs + MINUTE_MS) return
    this.measures(event)
  }
  /** When a candle of the base timeframe closes. */
  closeMsOf(candle: { readonly openTimeMs: number }): number {
    return candle.openTimeMs + this.#baseMs
  }

  /** Processes what has collected, though a candle of the minute may be missing. */
  endStep(): void {
    if (this.#openStepMs === null) return
    this.#openStepMs = null
    this.#pending = 0
    this.#loop.endStep()
  }

  /** One turn between events: makes up for at most a day, so that after weeks the engine still answers in between. */
  turn(nowMs: number): void {
    if (!this.#recorded) this.#advanceTo(Math.min(nowMs, this.#loop.kernel.nowMs + DAY_MS))
  }

  /**
   * The time of a live session has come this far: answers and timers that are due are delivered. Nothing happens for a time that has passed.
   * By the hour, because a machine that slept for days has thousands of timers to make up for, and the loop takes that many for a fault.
   */
  #advanceTo(nowMs: number): void {
    for (let atMs = this.#loop.kernel.nowMs + HOUR_MS; atMs < nowMs; atMs += HOUR_MS) this.#loop.advanceTo(atMs)
    this.#loop.advanceTo(nowMs)
  }

  #candle(event: MarketEventOf<'candle'>): void {
    const { candle, instrumentId } = event
    const index = this.#indexOf.get(instrumentId)
    if (index === undefined) return
    this.lastDataMs = candle.openTimeMs + this.#baseMs
    if (!this.#recorded || this.#byTrades) return this.#liveCandle(event, index)
    if (this.#openStepMs !== null && this.#openStepMs !== candle.openTimeMs) this.endStep()
    this.#openStepMs = candle.openTimeMs
    Object.assign(this.#loop.nextCandle(index), candle)
    this.#pending += 1
    if (this.#pending === this.#indexOf.size) this.endStep()
  }

  /** A live venue sends the trades of a minute before its candle, so the simulated one has lived through it, unless some never came. */
  #liveCandle({ candle, instrumentId }: MarketEventOf<'candle'>, index: number): void {
    const tsMs = this.#liveMs(candle.openTimeMs + this.#baseMs)
    if (this.#seen.takeHasShown(instrumentId, candle)) return this.#loop.liveCandle(instrumentId, candle, tsMs)
    Object.assign(this.#loop.nextCandle(index), candle)
    this.#loop.endStep()
  }

  #live(event: Exclude<MarketEvent, { type: 'candle' }>): void {
    if (event.type === 'funding' && !this.#wasHeld(event)) return
    if (event.type === 'trade') {
      this.#seen.add(event.instrumentId, event.price)
      this.lastDataMs = event.tsEventMs
    }
    this.#loop.event({ source: 'market', event, tsMs: this.#liveMs(event.tsEventMs) })
  }

  /** Funding is published after its time: a position opened in between owes none. */
  #wasHeld({ instrumentId, tsEventMs }: MarketEventOf<'funding'>): boolean {
    const position = this.#loop.kernel.portfolio.position(instrumentId)
    return position === null || position.openedMs <= tsEventMs
  }

  /** The time of the session never goes back, though the venue's clock may lag behind ours or lead it. */
  #liveMs(tsEventMs: number): number {
    this.#advanceTo(tsEventMs)
    return Math.max(tsEventMs, this.#loop.kernel.nowMs)
  }
}
