// Proves the pacing of a replay: speed, pause, change of speed, bounded batches, order of events, incidents at their place, and an end.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Recording, openRecording } from '../../src-main/adapters/replay/recording.ts'
import { createReplayFeed } from '../../src-main/adapters/replay/replay-feed.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import type { MarketEvent } from '../../src-shared/events/market-event.ts'
import { flatCandle } from '../support/market-candles.ts'
import { HeardEvents, LENGTH_MS, eventTimeMs } from '../support/market-events.ts'
import { candleCsv, fundingCsv, temporaryFolder, writeRecording } from '../support/market-recordings.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'

const T0 = 1_700_000_040_000
const minutes = (...indexes: readonly number[]) => indexes.map((index) => flatCandle(T0 + index * LENGTH_MS, 100 + index))
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

describe('replay', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let scheduler: FakeScheduler
  let heard: HeardEvents
  beforeEach(() => {
    folder = temporaryFolder()
    scheduler = new FakeScheduler()
    heard = new HeardEvents()
  })
  afterEach(() => folder.remove())

  function recorded(samples: Parameters<typeof writeRecording>[1]): Recording {
    writeRecording(folder.dir, samples)
    const opened = openRecording(folder.dir)
    if (!opened.ok) throw new Error(opened.error)
    return opened.value
  }
  const hundredMinutes = (): Recording => recorded([{ base: 'BTC', candles: candleCsv(minutes(...range(0, 100))) }])
  const closes = (): number[] => heard.candles.map(({ candle }) => candle.close)

  it.each([1, 60, 600])('runs at %i times real time', (speed) => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed, playing: true })
    feed.start(T0, heard)
    scheduler.advance((10 * LENGTH_MS) / speed - 1)
    expect(closes().length).toBe(9)
    scheduler.advance(30)
    expect(closes().length).toBe(10)
    expect(feed.playback()).toMatchObject({ kind: 'recorded', playing: true, speed, startMs: T0, endMs: T0 + 100 * LENGTH_MS })
  })

  it('says where it is between two candles, without reaching past the next one', () => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed: 60, playing: true })
    feed.start(T0, heard)
    scheduler.advance(500)
    expect(feed.playback().positionMs).toBe(T0 + 30_000)
    scheduler.burn(100_000)
    expect(feed.playback().positionMs).toBeLessThanOrEqual(T0 + LENGTH_MS)
  })

  it('stands still while paused and goes on where it was', () => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed: 60, playing: true })
    feed.start(T0, heard)
    scheduler.advance(2_500)
    expect(feed.setPlaying(false)).toEqual({ ok: true, value: undefined })
    expect(scheduler.timers).toBe(0)
    scheduler.advance(60_000)
    expect(closes()).toEqual([100, 101])
    expect(feed.playback()).toMatchObject({ playing: false, positionMs: T0 + 150_000 })
    feed.setPlaying(true)
    scheduler.advance(499)
    expect(closes()).toEqual([100, 101])
    scheduler.advance(20)
    expect(closes()).toEqual([100, 101, 102])
  })

  it('can be started paused', () => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed: 600, playing: false })
    feed.start(T0, heard)
    scheduler.advance(60_000)
    expect(heard.states).toEqual(['live'])
    expect(closes()).toEqual([])
  })

  it('changes speed while it runs, without a jump', () => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed: 60, playing: true })
    feed.start(T0, heard)
    scheduler.advance(1_500)
    feed.setSpeed(600)
    expect(feed.playback().positionMs).toBe(T0 + 90_000)
    scheduler.advance(850)
    expect(closes().length).toBe(10)
    feed.setSpeed(0)
    scheduler.advance(1)
    expect(closes().length).toBe(100)
    expect(heard.states).toEqual(['live', 'ended'])
  })

  it('obeys a listener that pauses it in the middle of a batch', () => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed: 0, playing: true })
    heard.alsoOnEvent = (event) => {
      if (event.type === 'candle' && event.candle.close === 104) feed.setPlaying(false)
    }
    feed.start(T0, heard)
    scheduler.advance(1_000)
    expect(closes()).toEqual([100, 101, 102, 103, 104])
    feed.setPlaying(true)
    scheduler.advance(1)
    expect(closes().length).toBe(100)
  })

  it('gives the event loop back after five milliseconds of a slow listener', () => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed: 0, playing: true })
    const batches: number[] = []
    heard.alsoOnEvent = () => scheduler.burn(1)
    feed.start(T0, heard)
    for (let turn = 0; scheduler.timers > 0 && turn < 1_000; turn++) {
      const before = closes().length
      scheduler.advance(0)
      if (closes().length > before) batches.push(closes().length - before)
    }
    expect(closes().length).toBe(100)
    expect(Math.max(...batches)).toBeLessThanOrEqual(5)
    expect(feed.playback().playing).toBe(false)
  })

  it('falls behind instead of bursting when its timer comes late', () => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed: 60, playing: true })
    feed.start(T0, heard)
    scheduler.advance(1_001)
    scheduler.burn(3_600_000)
    scheduler.advance(0)
    expect(closes().length).toBe(2)
  })

  it('never waits less than ten milliseconds between batches at a finite speed', () => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed: 600, playing: true })
    feed.start(T0, heard)
    scheduler.advance(0)
    for (let batch = 0; batch < 50; batch++) {
      expect(scheduler.nextInMs).toBeGreaterThanOrEqual(10)
      scheduler.advance(scheduler.nextInMs)
    }
  })

  it('merges instruments and funding by event time, candles before funding, instruments in their order', () => {
    const recording = recorded([
      {
        base: 'ETH',
        candles: candleCsv(minutes(0, 1, 2)),
        funding: fundingCsv([
          [T0 + LENGTH_MS, 0.0001],
          [T0 + LENGTH_MS + 4, 0.0002],
        ]),
      },
      { base: 'BTC', candles: candleCsv(minutes(0, 1, 2)), funding: fundingCsv([[T0 + LENGTH_MS, -0.0001]]) },
    ])
    createReplayFeed(recording, { scheduler, speed: 0, playing: true }).start(T0, heard)
    scheduler.advance(1)
    const text = (event: MarketEvent): string =>
      `${event.type} ${event.type === 'feed' ? event.state : event.instrumentId?.slice(0, 3)} ${eventTimeMs(event) - T0}`
    expect(heard.events.map(text)).toEqual([
      'feed live 1',
      'candle ETH 60000',
      'candle BTC 60000',
      'funding ETH 60000',
      'funding BTC 60000',
      'funding ETH 60004',
      'candle ETH 120000',
      'candle BTC 120000',
      'candle ETH 180000',
      'candle BTC 180000',
      'feed ended 180000',
    ])
  })

  it('reports gaps and bad candles where they are, and never emits a bad one', () => {
    const rows = [
      ...minutes(0, 1),
      { ...flatCandle(T0 + 2 * LENGTH_MS), high: 1 },
      ...minutes(4),
      { ...flatCandle(T0 + 5 * LENGTH_MS), volume: -1 },
    ]
    const feed = createReplayFeed(recorded([{ base: 'BTC', candles: candleCsv(rows) }]), { scheduler, speed: 60, playing: true })
    feed.start(T0, heard)
    scheduler.advance(2_020)
    expect(heard.incidents).toEqual([])
    scheduler.advance(10_000)
    expect(closes()).toEqual([100, 101, 104])
    expect(heard.incidents.map(({ kind, fault, missing, fromMs }) => [kind, fault, missing, (fromMs - T0) / LENGTH_MS])).toEqual([
      ['bad_candle', 'crossed', 0, 2],
      ['gap', null, 2, 2],
      ['bad_candle', 'negative_volume', 0, 5],
    ])
    expect(heard.states).toEqual(['live', 'ended'])
  })

  it('reports nothing that lies before its start', () => {
    const recording = recorded([
      { base: 'BTC', candles: candleCsv([...minutes(0), { ...flatCandle(T0 + LENGTH_MS), low: 0 }, ...minutes(2, 3, 4)]) },
    ])
    createReplayFeed(recording, { scheduler, speed: 0, playing: true }).start(T0 + 3 * LENGTH_MS, heard)
    scheduler.advance(1)
    expect(heard.incidents).toEqual([])
    expect(closes()).toEqual([103, 104])
  })

  it('serves several feeds over one recording, each from its own start', () => {
    const recording = hundredMinutes()
    const other = new HeardEvents()
    createReplayFeed(recording, { scheduler, speed: 0, playing: true }).start(T0 + 90 * LENGTH_MS, heard)
    createReplayFeed(recording, { scheduler, speed: 0, playing: true }).start(T0 + 97 * LENGTH_MS + 1, other)
    scheduler.advance(1)
    expect(closes()).toEqual(range(190, 200))
    expect(other.candles.map(({ candle }) => candle.close)).toEqual([197, 198, 199])
  })

  it('ends at once when it is started at its end, and then refuses to play', () => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed: 60, playing: true })
    feed.start(T0 + 100 * LENGTH_MS, heard)
    scheduler.advance(20)
    expect(heard.states).toEqual(['live', 'ended'])
    expect(feed.setPlaying(true)).toEqual({ ok: false, error: 'the recording has been played to its end' })
    expect(feed.setSpeed(5)).toMatchObject({ ok: false })
    expect(scheduler.timers).toBe(0)
  })

  it.each([0.5, 601, -1, Number.NaN])('refuses the speed %d', (speed) => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed: 1, playing: true })
    expect(feed.setSpeed(speed)).toEqual({
      ok: false,
      error: `replay speed ${speed} is not 1 to 600 times real time, nor 0 for as fast as it goes`,
    })
    expect(() => createReplayFeed(hundredMinutes(), { scheduler, speed, playing: true })).toThrow(RangeError)
    expect(feed.playback().speed).toBe(1)
  })

  it('tells as-fast-as-it-goes as an infinite speed', () => {
    expect(createReplayFeed(hundredMinutes(), { scheduler, speed: 0, playing: true }).playback().speed).toBe(Number.POSITIVE_INFINITY)
  })

  it('names an instrument that the recording does not hold', async () => {
    const feed = createReplayFeed(hundredMinutes(), { scheduler, speed: 0, playing: true })
    await expect(feed.history(instrumentId('SOL/USDT:USDT'), T0, 1)).rejects.toThrow(
      'instrument SOL/USDT:USDT is not in the recording "Test market"',
    )
  })
})
