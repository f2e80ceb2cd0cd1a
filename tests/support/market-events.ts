// Keeps what a feed says, and lets a test wait for more of it.
import type { FeedIncident, MarketEvent } from '../../src-shared/events/market-event.ts'
import type { MarketFeedEvents } from '../../src-main/core/ports/market-feed.ts'

export type CandleEvent = Extract<MarketEvent, { type: 'candle' }>

export class HeardEvents implements MarketFeedEvents {
  readonly events: MarketEvent[] = []
  readonly incidents: FeedIncident[] = []
  /** Called with every event after it was kept. */
  alsoOnEvent: (event: MarketEvent) => void = () => {}
  readonly #waiting = new Set<() => void>()

  onEvent(event: MarketEvent): void {
    this.events.push(event)
    this.alsoOnEvent(event)
    for (const check of this.#waiting) check()
  }
  onIncident(incident: FeedIncident): void {
    this.incidents.push(incident)
    for (const check of this.#waiting) check()
  }
  get candles(): CandleEvent[] {
    return this.events.filter((event) => event.type === 'candle')
  }
  get states(): string[] {
    return this.events.flatMap((event) => (event.type === 'feed' ? [event.state] : []))
  }
  /** Resolves as soon as the condition holds; the test's own time limit is the bound. */
  until(condition: (heard: HeardEvents) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition(this)) return
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }
}

export const LENGTH_MS = 60_000
/** When an event belongs: the close of a candle, the venue's time of everything else. */
export const eventTimeMs = (event: MarketEvent): number => (event.type === 'candle' ? event.candle.openTimeMs + LENGTH_MS : event.tsEventMs)
