// Between a market feed and the trading loop: groups the candles of one minute, tells recorded from live.
import type { MarketEvent } from '../../src-shared/events/market-event.ts'
import type { InstrumentId } from '../../src-shared/domain/ids.ts'
import { TIMEFRAME_MS } from '../../src-shared/domain/time.ts'
import type { TradingLoop } from '../core/kernel/trading-loop.ts'

export class MarketDriver {
  readonly #loop: TradingLoop
  readonly #recorded: boolean
  readonly #indexOf: ReadonlyMap<InstrumentId, number>
  readonly #baseMs: number
  #openStepMs: number | null = null
  #pending = 0
  /** Market events since the engine last asked. */
  events = 0

  constructor(loop: TradingLoop, recorded: boolean) {
    this.#loop = loop
    this.#recorded = recorded
    const { instruments, baseTimeframe } = loop.kernel.config
    this.#indexOf = new Map(instruments.map((instrument, index) => [instrument.id, index]))
    this.#baseMs = TIMEFRAME_MS[baseTimeframe]
  }

  handle(event: MarketEvent): void {
    this.events += 1
    if (event.type === 'candle') return this.#candle(event)
    this.endStep()
    this.#loop.event({
      source: 'market',
      event,
      tsMs: Math.max(event.tsEventMs, this.#recorded ? event.tsEventMs : this.#loop.kernel.nowMs),
    })
  }

  /** Processes what has collected, though a candle of the minute may be missing. */
  endStep(): void {
    if (this.#openStepMs === null) return
    this.#openStepMs = null
    this.#pending = 0
    this.#loop.endStep()
  }

  #candle(event: Extract<MarketEvent, { type: 'candle' }>): void {
    const { candle, instrumentId } = event
    const index = this.#indexOf.get(instrumentId)
    if (index === undefined) return
    // A live venue sends the trades of the minute before its candle: the simulated venue has lived through it already.
    if (!this.#recorded)
      return this.#loop.liveCandle(instrumentId, candle, Math.max(candle.openTimeMs + this.#baseMs, this.#loop.kernel.nowMs))
    if (this.#openStepMs !== null && this.#openStepMs !== candle.openTimeMs) this.endStep()
    this.#openStepMs = candle.openTimeMs
    Object.assign(this.#loop.nextCandle(index), candle)
    this.#pending += 1
    if (this.#pending === this.#indexOf.size) this.endStep()
  }
}
