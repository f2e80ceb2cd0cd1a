// Proves that the bundled recording with an order book plays: candles, trades and measures in order of event time, the same each time, from any
// start, with frames for the screen that are no more than a screen needs.
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { decoderFor } from '../../src-main/adapters/binance-stream/byte-decoder.ts'
import { type Recording, openRecording } from '../../src-main/adapters/replay/recording.ts'
import { createReplayFeed } from '../../src-main/adapters/replay/replay-feed.ts'
import type { BookFrame } from '../../src-main/core/ports/market-feed.ts'
import type { MarketEvent } from '../../src-shared/events/market-event.ts'
import { BookFrame as BookFrameSchema } from '../../src-shared/bridge/views.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'

type EventOf<T extends MarketEvent['type']> = Extract<MarketEvent, { type: T }>
let recording: Recording
const START_MS = 1_723_161_255_298

beforeAll(() => {
  const opened = openRecording(resolve(import.meta.dirname, '../../assets/market-book'))
  if (!opened.ok) throw new Error(opened.error)
  recording = opened.value
})

async function play(fromMs: number, speed = 0, forMs = 60_000): Promise<{ events: MarketEvent[]; frames: BookFrame[] }> {
  const scheduler = new FakeScheduler()
  const feed = createReplayFeed(recording, { scheduler, speed, playing: true, decoderFor })
  const events: MarketEvent[] = []
  const frames: BookFrame[] = []
  feed.start(fromMs, {
    onEvent: (event) => events.push(event),
    onIncident: (incident) => expect.fail(incident.message),
    onBook: (frame) => frames.push(frame),
  })
  scheduler.advance(forMs)
  await feed.stop()
  return { events, frames }
}
const timeOf = (event: MarketEvent): number => (event.type === 'candle' ? event.candle.openTimeMs + 60_000 : event.tsEventMs)
const of = <T extends MarketEvent['type']>(events: readonly MarketEvent[], type: T): EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type)

describe('the recording with an order book', () => {
  it('plays candles, trades and measures in order of event time', async () => {
    const { events } = await play(START_MS)
    const times = events.map(timeOf)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect([of(events, 'candle').length, of(events, 'trade').length, of(events, 'feed').map(({ state }) => state)]).toEqual([
      6,
      21_313,
      ['live', 'ended'],
    ])
  })

  it('has candles that are made of its trades', async () => {
    const { events } = await play(START_MS)
    const trades = of(events, 'trade')
    for (const { candle } of of(events, 'candle').slice(1)) {
      const inMinute = trades.filter(({ tsEventMs }) => tsEventMs >= candle.openTimeMs && tsEventMs < candle.openTimeMs + 60_000)
      const prices = inMinute.map(({ price }) => price)
      // A trade that the stream tells of after a later depth update moves on by some milliseconds, at most across the end of a minute.
      expect(Math.abs(Math.max(...prices) - candle.high)).toBeLessThan(1)
      expect(Math.abs(Math.min(...prices) - candle.low)).toBeLessThan(1)
      expect(inMinute.reduce((sum, { quantity }) => sum + quantity, 0)).toBeCloseTo(candle.volume, 0)
    }
  })

  it('has measures at every full second, right before a candle that closes then', async () => {
    const { events } = await play(START_MS)
    const measures = of(events, 'measures').filter(({ tsEventMs }) => tsEventMs % 1_000 === 0)
    const times = measures.map(({ tsEventMs }) => tsEventMs)
    expect(times).toEqual(Array.from({ length: times.length }, (_, i) => (times[0] ?? 0) + i * 1_000))
    expect(times.length).toBeGreaterThan(340)
    for (const candle of of(events, 'candle')) {
      const before = events[events.indexOf(candle) - 1]
      expect(before).toMatchObject({ type: 'measures', tsEventMs: timeOf(candle) })
    }
    const middle = measures[250]?.values
    expect(middle?.spread_bp).toBeCloseTo((0.1 / 61_700) * 10_000, 3)
    for (const name of ['book_imbalance_10_mean', 'kyle_lambda', 'cvd_1m', 'trade_rate', 'bid_depth_50bp'] as const)
      expect(middle?.[name], name).not.toBeNull()
    expect([middle?.cvd_5m, middle?.liquidation_buy]).toEqual([null, null])
  })

  it('is the same each time, and ends with a book that says that it is over', async () => {
    const [first, second] = [await play(START_MS), await play(START_MS)]
    expect(second.events).toEqual(first.events)
    expect(of(first.events, 'measures').at(-1)?.values.microprice).toBeNull()
    expect(first.frames.at(-1)).toMatchObject({ state: 'stale', detail: 'the recording of the order book is over' })
  })

  it('has the same book when it is started in the middle', async () => {
    const atMs = START_MS + 150_000
    const whole = of((await play(START_MS)).events, 'measures').find(({ tsEventMs }) => tsEventMs > atMs)
    const part = of((await play(atMs)).events, 'measures')[0]
    expect(part).toEqual(whole)
  })

  it('shows at most four frames a second of wall time, in the shape of the contract', async () => {
    const { frames } = await play(START_MS, 30, 10_000)
    expect(frames.length).toBeGreaterThan(30)
    expect(frames.length).toBeLessThanOrEqual(41)
    for (const frame of frames) expect(BookFrameSchema.safeParse(frame).success).toBe(true)
    const last = frames.at(-1)
    expect([last?.state, last?.bids.length, last?.asks.length]).toEqual(['synced', 50, 50])
    expect(last?.bids[0]?.[0]).toBeLessThan(last?.asks[0]?.[0] ?? 0)
  })

  it('plays without books for who has nothing to read them with', async () => {
    const scheduler = new FakeScheduler()
    const feed = createReplayFeed(recording, { scheduler, speed: 0, playing: true })
    const types = new Set<string>()
    feed.start(START_MS, { onEvent: ({ type }) => types.add(type), onIncident: () => undefined, onBook: () => expect.fail('no book') })
    scheduler.advance(1_000)
    expect(types).toEqual(new Set(['feed', 'candle']))
  })
})
