// A market feed and the books beside it as one feed. The market decides when it starts and ends; the books only add to it.
import type { BookFeed } from '../core/ports/book-feed.ts'
import type { MarketFeed } from '../core/ports/market-feed.ts'

export function joinFeeds(market: MarketFeed, books: BookFeed): MarketFeed {
  return {
    instruments: market.instruments,
    baseTimeframe: market.baseTimeframe,
    history: (instrumentId, untilMs, limit) => market.history(instrumentId, untilMs, limit),
    bars: (instrumentId, wanted) => market.bars(instrumentId, wanted),
    funding: (instrumentId, fromMs, untilMs) => market.funding(instrumentId, fromMs, untilMs),
    start: (fromMs, events) => {
      market.start(fromMs, events)
      books.start(events)
    },
    playback: () => market.playback(),
    setPlaying: (playing) => market.setPlaying(playing),
    setSpeed: (speed) => market.setSpeed(speed),
    stop: async () => {
      await Promise.all([market.stop(), books.stop()])
    },
  }
}
