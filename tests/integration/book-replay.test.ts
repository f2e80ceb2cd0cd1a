// Proves that the bundled recording with an order book plays: candles, trades and measures in order of event time, the same each time, from any
// start, with frames for the screen that are no more than a screen needs.
import { createHash } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { decoderFor } from '../../src-main/adapters/binance-stream/byte-decoder.ts'
import { type Recording, openRecording } from '../../src-main/adapters/replay/recording.ts'
import { createReplayFeed } from '../../src-main/adapters/replay/replay-feed.ts'
import type { BookFrame } from '../../src-main/core/ports/market-feed.ts'
import type { MarketEvent } from '../../src-shared/events/market-event.ts'
import { BookFrame as BookFrameSchema } from '../../src-shared/bridge/views.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

type EventOf<T extends MarketEvent['type']> = Extract<MarketEvent, { type: T }>
let recording: Recording
/** All of it, once. */
let whole: { events: MarketEvent[]; frames: BookFrame[] }
const ASSET = resolve(import.meta.dirname, '../../assets/market-book')
const STREAM = 'BTCUSDT-stream.jsonl.gz'
const START_MS = 1_723_161_255_298

beforeAll(async () => {
  const opened = openRecording(ASSET)
  if (!opened.ok) throw new Error(opened.error)
  recording = opened.value
  whole = await play(START_MS)
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
  it('plays candles, trades and measures in order of event time', () => {
    const { events } = whole
    const times = events.map(timeOf)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect([of(events, 'candle').length, of(events, 'trade').length, of(events, 'feed').map(({ state }) => state)]).toEqual([
      6,
      21_313,
      ['live', 'ended'],
    ])
  })

  it('has candles that are made of its trades', () => {
    const { events } = whole
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

  it('has measures at every full second, right before a candle that closes then', () => {
    const { events } = whole
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
    // As text: comparing 20,000 objects one by one takes seconds.
    expect(JSON.stringify((await play(START_MS)).events) === JSON.stringify(whole.events)).toBe(true)
    expect(of(whole.events, 'measures').at(-1)?.values.microprice).toBeNull()
    expect(whole.frames.at(-1)).toMatchObject({ state: 'stale', detail: 'the recording of the order book is over' })
  })

  it('has the same book when it is started in the middle', async () => {
    const atMs = START_MS + 150_000
    const next = of(whole.events, 'measures').find(({ tsEventMs }) => tsEventMs > atMs)
    expect(of((await play(atMs)).events, 'measures')[0]).toEqual(next)
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

describe('a recorded stream', () => {
  /** The bundled recording with another stream; `honest` writes the hash of what is there. */
  function recordingWith(stream: Buffer, honest: boolean): string {
    const dir = temporaryDir()
    cpSync(ASSET, dir, { recursive: true })
    writeFileSync(join(dir, STREAM), stream)
    const manifest = readFileSync(join(dir, 'manifest.json'), 'utf8')
    const { sha256 } = JSON.parse(manifest).instruments[0].stream
    const found = createHash('sha256').update(stream).digest('hex')
    if (honest) writeFileSync(join(dir, 'manifest.json'), manifest.replace(sha256, found))
    return dir
  }
  const lines = (): string[] =>
    gunzipSync(readFileSync(join(ASSET, STREAM)))
      .toString('utf8')
      .trimEnd()
      .split('\n')
  const refusal = (dir: string): string => {
    const opened = openRecording(dir)
    return opened.ok ? 'opened' : opened.error
  }

  it('is refused when it is damaged or not as long as the manifest says', () => {
    expect(refusal(recordingWith(Buffer.from('x'), false))).toContain('BTCUSDT-stream.jsonl.gz is damaged: its sha256 is')
    expect(refusal(recordingWith(Buffer.from('x'), true))).toContain('BTCUSDT-stream.jsonl.gz cannot be unpacked')
    const shorter = gzipSync(lines().slice(1).join('\n'))
    expect(refusal(recordingWith(shorter, true))).toContain('has 27864 messages, expected 27865')
  })

  it('with an update missing shows no book from there on, and says why', async () => {
    const all = lines()
    const cut = all.findIndex((line, index) => index > 10_000 && line.includes('@depth'))
    all[cut] = 'x {"cut":"out"}'
    const opened = openRecording(recordingWith(gzipSync(all.join('\n')), true))
    if (!opened.ok) throw new Error(opened.error)
    recording = opened.value
    const { events, frames } = await play(START_MS, 30, 60_000)
    const lostAt = frames.findIndex(({ detail }) => detail.includes('updates are missing'))
    expect(lostAt).toBeGreaterThan(1)
    expect(frames[lostAt - 1]?.state).toBe('synced')
    for (const frame of frames.slice(lostAt)) expect(frame).toMatchObject({ state: 'syncing', bids: [], asks: [] })
    // The last ones of all say that the recording is over.
    expect(of(events, 'measures').at(-2)?.values).toMatchObject({ microprice: null, cvd: expect.any(Number) })
  })
})
