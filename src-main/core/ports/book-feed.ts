// Order books and trades of a live venue, beside its candles: what is missing here must never disturb trading.
import type { MarketFeedEvents } from './market-feed.ts'

/** Sends `measures` through `onEvent` and frames through `onBook`; nothing else. Reports no fault: a dead book gives null measures and says why. */
export type BookFeed = {
  /** Connects, and connects again for as long as it takes. Call once. */
  start(events: Pick<MarketFeedEvents, 'onEvent' | 'onBook'>): void
  /** Ends everything the feed started. Resolves when no further event can come. */
  stop(): Promise<void>
}
