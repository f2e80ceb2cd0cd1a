// Proves what the screen hears of trades between candles: the last price of each instrument, once per turn, and none that a candle has overtaken.
import { beforeEach, describe, expect, it } from 'vitest'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import { DeskFeed } from '../../src-main/engine/desk-feed.ts'
import { DeskPublisher } from '../../src-main/engine/desk-publisher.ts'
import { handConfig } from '../support/hand-config.ts'
import { BTC, ETH } from '../support/venue-kit.ts'

const START_MS = Date.UTC(2026, 0, 5)
let publisher: DeskPublisher
let feed: DeskFeed
let frames: string[]
beforeEach(() => {
  frames = []
  publisher = new DeskPublisher((json) => frames.push(json))
  feed = new DeskFeed(new Kernel(handConfig({ startMs: START_MS, start: 1, speak: () => null }), null), publisher)
})

const trade = (instrument: typeof BTC, price: number, afterMs: number): void =>
  feed.onTrade({ type: 'trade', instrumentId: instrument.id, price, quantity: 1, tsEventMs: START_MS + afterMs })
function told(): unknown[] {
  feed.publishPrices()
  publisher.flush()
  return frames.splice(0).flatMap((json) => JSON.parse(json).events)
}

describe('prices between candles', () => {
  it('are the last of each instrument', () => {
    for (let i = 0; i < 1_000; i += 1) trade(BTC, 100 + i, i)
    trade(ETH, 7, 1)
    expect(told()).toEqual([
      { type: 'price', instrumentId: BTC.id, price: 1_099, tsMs: START_MS + 999 },
      { type: 'price', instrumentId: ETH.id, price: 7, tsMs: START_MS + 1 },
    ])
  })

  it('are not told twice', () => {
    trade(BTC, 100, 1)
    expect(told()).toHaveLength(1)
    expect(told()).toEqual([])
  })

  it('are dropped when the candle that they belong to has closed', () => {
    trade(BTC, 100, 59_999)
    trade(ETH, 7, 59_999)
    feed.onBar(BTC.id, '1m', { openTimeMs: START_MS, open: 99, high: 101, low: 98, close: 100.5, volume: 1 })
    const prices = told().filter((event) => JSON.stringify(event).includes('"type":"price"'))
    expect(prices).toEqual([{ type: 'price', instrumentId: ETH.id, price: 7, tsMs: START_MS + 59_999 }])
  })
})
