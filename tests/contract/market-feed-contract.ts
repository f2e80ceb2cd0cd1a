// What every market feed must do, whatever stands behind it. Run by market-feed.test.ts against the replay and the live feed.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MarketFeed } from '../../src-main/core/ports/market-feed.ts'
import type { InstrumentId } from '../../src-shared/domain/ids.ts'
import type { Candle } from '../../src-shared/domain/candle.ts'
import { HeardEvents, LENGTH_MS, eventTimeMs } from '../support/market-events.ts'

export type FeedUnderTest = {
  readonly feed: MarketFeed
  readonly fromMs: number
  /** Lets the market live through this many minutes; resolves when their candles have been heard. */
  advance(minutes: number, heard: HeardEvents): Promise<void>
  /** Lets the market go on without waiting for anything to be heard. */
  goOn(minutes: number): Promise<void>
  /** The candle as the market really closed it. */
  truth(id: InstrumentId, openTimeMs: number): Candle
  close(): Promise<void>
}

export function marketFeedContract(name: string, open: () => Promise<FeedUnderTest>): void {
  describe(`market feed contract: ${name}`, () => {
    let test: FeedUnderTest
    let heard: HeardEvents
    beforeEach(async () => {
      test = await open()
      heard = new HeardEvents()
    })
    afterEach(async () => {
      await test.feed.stop()
      await test.close()
    })

    it('emits every candle of every instrument once, without holes, from the first close after the start', async () => {
      test.feed.start(test.fromMs, heard)
      await test.advance(5, heard)
      for (const { id } of test.feed.instruments) {
        const openTimes = heard.candles.filter((event) => event.instrumentId === id).map((event) => event.candle.openTimeMs)
        expect(openTimes).toEqual([0, 1, 2, 3, 4].map((minute) => test.fromMs + minute * LENGTH_MS))
      }
    })

    it('emits closed candles only', async () => {
      test.feed.start(test.fromMs, heard)
      await test.advance(3, heard)
      expect(heard.candles.length).toBe(3 * test.feed.instruments.length)
      for (const { instrumentId, candle } of heard.candles) expect(candle).toEqual(test.truth(instrumentId, candle.openTimeMs))
    })

    it('emits in event-time order, nothing at or before the start', async () => {
      test.feed.start(test.fromMs, heard)
      await test.advance(5, heard)
      const times = heard.events.map(eventTimeMs)
      expect(times).toEqual([...times].sort((a, b) => a - b))
      expect(times[0]).toBeGreaterThan(test.fromMs)
    })

    it('gives a history that ends where the events begin', async () => {
      for (const { id } of test.feed.instruments) {
        const history = await test.feed.history(id, test.fromMs, 100)
        expect(history.openTimeMs.length).toBe(100)
        expect(history.openTimeMs[0]).toBe(test.fromMs - 100 * LENGTH_MS)
        expect(history.openTimeMs[99]).toBe(test.fromMs - LENGTH_MS)
        expect(history.close[99]).toBe(test.truth(id, test.fromMs - LENGTH_MS).close)
        expect(history.volume.length).toBe(100)
      }
    })

    it('leaves a candle out of the history until it has closed', async () => {
      const [instrument] = test.feed.instruments
      const history = await test.feed.history(instrument?.id ?? expect.fail(), test.fromMs - 1, 2)
      expect([...history.openTimeMs]).toEqual([test.fromMs - 3 * LENGTH_MS, test.fromMs - 2 * LENGTH_MS])
    })

    it('is silent once stop has resolved, whatever the market does', async () => {
      test.feed.start(test.fromMs, heard)
      await test.advance(2, heard)
      await test.feed.stop()
      const count = heard.events.length
      await test.goOn(3)
      expect(heard.events.length).toBe(count)
    })

    it('is silent at once when its listener stops it in the middle of an event', async () => {
      heard.alsoOnEvent = (event) => {
        if (event.type === 'candle') void test.feed.stop()
      }
      test.feed.start(test.fromMs, heard)
      await test.goOn(1)
      await heard.until(() => heard.candles.length > 0)
      await test.goOn(2)
      expect(heard.candles.length).toBe(1)
    })

    it('can be stopped before it was started', async () => {
      await test.feed.stop()
      expect(heard.events).toEqual([])
    })

    it('refuses to be started twice', () => {
      test.feed.start(test.fromMs, heard)
      expect(() => test.feed.start(test.fromMs, heard)).toThrow(/started/)
    })
  })
}
