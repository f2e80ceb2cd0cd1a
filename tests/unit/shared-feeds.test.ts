import { describe, expect, it } from 'vitest'
import { shareContext, shareFeed } from '../../src-main/engine/shared-feeds.ts'
import type { ContextFeed, ContextListener, MeasuresEvent } from '../../src-main/core/ports/context-feed.ts'
import type { MarketFeed, MarketFeedEvents } from '../../src-main/core/ports/market-feed.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { MarketEvent } from '../../src-shared/events/market-event.ts'

const BTC = instrumentId('BTC/USDT:USDT')
const candle = (openTimeMs: number): MarketEvent => ({
  type: 'candle',
  instrumentId: BTC,
  candle: { openTimeMs, open: 1, high: 1, low: 1, close: 1, volume: 1 },
})
const trade = (tsEventMs: number): MarketEvent => ({ type: 'trade', instrumentId: BTC, price: 1, quantity: 1, tsEventMs })

function sourceFeed() {
  const calls = { startedFromMs: [] as number[], stops: 0 }
  let events: MarketFeedEvents | null = null
  const feed = {
    instruments: [],
    baseTimeframe: '1m',
    start: (fromMs: number, told: MarketFeedEvents) => {
      calls.startedFromMs.push(fromMs)
      events = told
    },
    stop: () => {
      calls.stops += 1
      return Promise.resolve()
    },
  } as Partial<MarketFeed> as MarketFeed
  return { feed, calls, tell: (event: MarketEvent) => events?.onEvent(event) }
}
function listener() {
  const heard: MarketEvent[] = []
  return { heard, events: { onEvent: (event: MarketEvent) => void heard.push(event), onIncident: () => undefined } }
}

describe('a market shared by two sessions', () => {
  it('starts when both have started, at the earlier time, and tells each only what came after its own', () => {
    const { feed, calls, tell } = sourceFeed()
    const [first, second] = shareFeed(feed, 2)
    const [early, late] = [listener(), listener()]
    first?.start(0, early.events)
    expect(calls.startedFromMs).toEqual([])
    second?.start(2 * MINUTE_MS, late.events)
    expect(calls.startedFromMs).toEqual([0])
    tell(candle(0))
    tell(candle(MINUTE_MS))
    tell(candle(2 * MINUTE_MS))
    tell(trade(2 * MINUTE_MS))
    tell({ type: 'feed', state: 'live', detail: '', tsEventMs: 0 })
    expect(early.heard).toHaveLength(5)
    // A candle that closes at the very start was part of its history.
    expect(late.heard).toEqual([candle(2 * MINUTE_MS), { type: 'feed', state: 'live', detail: '', tsEventMs: 0 }])
  })

  it('goes on for the one that stays, and ends with the last, also when one never started', async () => {
    const { feed, calls, tell } = sourceFeed()
    const [first, second] = shareFeed(feed, 2)
    const [gone, stays] = [listener(), listener()]
    first?.start(0, gone.events)
    second?.start(0, stays.events)
    await first?.stop()
    await first?.stop()
    tell(trade(1))
    expect([gone.heard.length, stays.heard.length, calls.stops]).toEqual([0, 1, 0])
    await second?.stop()
    expect(calls.stops).toBe(1)

    const other = sourceFeed()
    const parts = shareFeed(other.feed, 2)
    parts[0]?.start(0, gone.events)
    await Promise.all(parts.map((part) => part.stop()))
    expect(other.calls).toEqual({ startedFromMs: [], stops: 1 })
  })

  it('shares what surrounds it in the same way', async () => {
    let told: ContextListener | null = null
    let stops = 0
    const source = {
      start: (_fromMs: number, to: ContextListener) => {
        told = to
      },
      stop: () => {
        stops += 1
        return Promise.resolve()
      },
    } as Partial<ContextFeed> as ContextFeed
    const [first, second] = shareContext(source, 2)
    const heard: string[] = []
    const log: string[] = []
    const part = (name: string): ContextListener => ({ onMeasures: () => void heard.push(name), onLog: () => void log.push(name) })
    first?.start(0, part('a'))
    expect(told).toBeNull()
    second?.start(0, part('b'))
    const event: MeasuresEvent = { type: 'measures', instrumentId: null, values: {}, validForMs: 1, tsEventMs: 0 }
    const listening = told as ContextListener | null
    listening?.onMeasures(event)
    listening?.onLog('info', 'once')
    expect([heard, log]).toEqual([['a', 'b'], ['a']])
    await first?.stop()
    expect(stops).toBe(0)
    await second?.stop()
    expect(stops).toBe(1)
  })
})
