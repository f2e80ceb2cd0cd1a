// Proves that the books beside a market start and stop with it and are heard, and that the market alone answers for everything else.
import { describe, expect, it } from 'vitest'
import { joinFeeds } from '../../src-main/engine/joined-feed.ts'
import type { BookFeed } from '../../src-main/core/ports/book-feed.ts'
import type { CandleColumns, MarketFeed, MarketFeedEvents } from '../../src-main/core/ports/market-feed.ts'
import { err } from '../../src-shared/domain/result.ts'
import type { MarketEvent } from '../../src-shared/events/market-event.ts'
import { BTC_PERPETUAL } from '../support/book-recordings.ts'

function parts() {
  const calls: string[] = []
  const heard: { market?: MarketFeedEvents; books?: Parameters<BookFeed['start']>[0] } = {}
  const market: MarketFeed = {
    instruments: [BTC_PERPETUAL],
    baseTimeframe: '1m',
    history: (id, untilMs, limit) => Promise.resolve({ close: Float64Array.of(untilMs, limit, id.length) } as CandleColumns),
    bars: (id, { limit }) => Promise.resolve({ close: Float64Array.of(limit, id.length) } as CandleColumns),
    funding: (id, fromMs, untilMs) => Promise.resolve(err(`${id} ${fromMs} ${untilMs}`)),
    start: (fromMs, events) => {
      calls.push(`market from ${fromMs}`)
      heard.market = events
    },
    playback: () => ({ kind: 'live', playing: true, speed: 1, positionMs: 5, startMs: 1, endMs: 9 }),
    setPlaying: (playing) => err(`playing ${playing}`),
    setSpeed: (speed) => err(`speed ${speed}`),
    stop: async () => void calls.push('market stopped'),
  }
  const books: BookFeed = {
    start: (events) => {
      calls.push('books')
      heard.books = events
    },
    stop: async () => void calls.push('books stopped'),
  }
  return { calls, heard, joined: joinFeeds(market, books) }
}

describe('a market with books beside it', () => {
  it('starts and stops both', async () => {
    const { calls, joined } = parts()
    joined.start(7, { onEvent: () => undefined, onIncident: () => undefined })
    await joined.stop()
    expect(calls).toEqual(['market from 7', 'books', 'market stopped', 'books stopped'])
  })

  it('hands on what either says', () => {
    const { heard, joined } = parts()
    const events: MarketEvent[] = []
    joined.start(7, { onEvent: (event) => events.push(event), onIncident: () => undefined })
    heard.market?.onEvent({ type: 'feed', state: 'live', detail: '', tsEventMs: 8 })
    heard.books?.onEvent({ type: 'measures', instrumentId: null, values: {}, validForMs: 1, tsEventMs: 9 })
    expect(events.map(({ type }) => type)).toEqual(['feed', 'measures'])
  })

  it('answers as the market does', async () => {
    const { joined } = parts()
    expect([joined.instruments, joined.baseTimeframe, joined.playback().endMs]).toEqual([[BTC_PERPETUAL], '1m', 9])
    expect([joined.setPlaying(false), joined.setSpeed(3)]).toEqual([err('playing false'), err('speed 3')])
    expect((await joined.history(BTC_PERPETUAL.id, 4, 2)).close).toEqual(Float64Array.of(4, 2, 13))
    expect(await joined.funding(BTC_PERPETUAL.id, 1, 2)).toEqual(err('BTC/USDT:USDT 1 2'))
    expect((await joined.bars(BTC_PERPETUAL.id, { timeframe: '1d', untilMs: 4, limit: 7 })).close).toEqual(Float64Array.of(7, 13))
  })
})
