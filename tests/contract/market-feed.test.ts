// Proves that the replay and the live feed keep the same promises: order, closed candles only, and a stop that stops.
import { resolve } from 'node:path'
import { createLiveFeed } from '../../src-main/adapters/ccxt/live-feed.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import { createReplayFeed } from '../../src-main/adapters/replay/replay-feed.ts'
import { LENGTH_MS } from '../support/market-events.ts'
import { LoopbackVenue } from '../support/market-loopback.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'
import { type FeedUnderTest, marketFeedContract } from './market-feed-contract.ts'

const opened = openRecording(resolve(import.meta.dirname, '../../assets/market'))
if (!opened.ok) throw new Error(opened.error)
const recording = opened.value
const fromMs = recording.suggestedStartMs
const venueOf = (nowMs: number): LoopbackVenue => new LoopbackVenue(recording, nowMs)
const marketId = (id: string): string => id.replace('/USDT:', '')

marketFeedContract('replay at 60 times real time', async (): Promise<FeedUnderTest> => {
  const scheduler = new FakeScheduler()
  const feed = createReplayFeed(recording, { scheduler, speed: 60, playing: true })
  const goOn = async (minutes: number): Promise<void> => scheduler.advance(minutes * 1000 + 50)
  return {
    feed,
    fromMs,
    goOn,
    advance: goOn,
    truth: (id, openTimeMs) => venueOf(0).candle(marketId(id), openTimeMs),
    close: async () => {},
  }
})

marketFeedContract('replay as fast as it goes', async (): Promise<FeedUnderTest> => {
  const scheduler = new FakeScheduler()
  const feed = createReplayFeed(recording, { scheduler, speed: 0, playing: true })
  let left = 0
  // The whole recording is due at once, so the listener pauses it after the minutes that the test asked for.
  const goOn = async (minutes: number): Promise<void> => {
    left = minutes * feed.instruments.length
    feed.setPlaying(true)
    scheduler.advance(10)
  }
  const start = feed.start.bind(feed)
  feed.start = (from, events) =>
    start(from, {
      onEvent: (event) => {
        events.onEvent(event)
        if (event.type === 'candle' && --left <= 0) feed.setPlaying(false)
      },
      onIncident: (incident) => events.onIncident(incident),
    })
  return {
    feed,
    fromMs,
    goOn,
    advance: goOn,
    truth: (id, openTimeMs) => venueOf(0).candle(marketId(id), openTimeMs),
    close: async () => {},
  }
})

marketFeedContract('live, against a venue on loopback', async (): Promise<FeedUnderTest> => {
  const venue = venueOf(fromMs)
  await venue.listen()
  const scheduler = new FakeScheduler(fromMs)
  const opening = await createLiveFeed({ scheduler, endpoints: venue.endpoints })
  if (!opening.ok) throw new Error(opening.error)
  const feed = opening.value
  let waitForStreams = async (): Promise<void> => venue.subscribed(4)
  const goOn = async (minutes: number): Promise<void> => {
    await waitForStreams()
    // Only at first: a stopped feed has no streams, and the market goes on without it.
    waitForStreams = async () => {}
    for (let minute = 0; minute < minutes; minute++) {
      scheduler.burn(LENGTH_MS)
      venue.sendCandle('BTCUSDT', venue.nowMs, false)
      venue.closeMinute()
    }
    await new Promise((done) => setImmediate(done))
  }
  return {
    feed,
    fromMs,
    goOn,
    advance: async (minutes, heard) => {
      const before = heard.candles.length
      await goOn(minutes)
      await heard.until(() => heard.candles.length === before + minutes * feed.instruments.length)
    },
    truth: (id, openTimeMs) => venue.candle(marketId(id), openTimeMs),
    close: () => venue.close(),
  }
})
