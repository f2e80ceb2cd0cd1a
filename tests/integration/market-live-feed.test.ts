// Proves that the live feed survives what venues do: lost messages, dropped and silent sockets, refusals, holes and bad candles in the candle list.
// The venue runs on loopback and ccxt talks to it; the feed's own clock stands still until a test moves it.
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WeightBudget } from '../../src-main/adapters/ccxt/transport/weight-budget.ts'
import { createLiveFeed } from '../../src-main/adapters/ccxt/live-feed.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import type { MarketFeed } from '../../src-main/core/ports/market-feed.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import type { MarketEvent } from '../../src-shared/events/market-event.ts'
import { HeardEvents, LENGTH_MS, eventTimeMs } from '../support/market-events.ts'
import { LoopbackVenue } from '../support/market-loopback.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'

const opened = openRecording(resolve(import.meta.dirname, '../../assets/market'))
if (!opened.ok) throw new Error(opened.error)
const recording = opened.value
const fromMs = recording.suggestedStartMs

describe('the live feed', () => {
  let venue: LoopbackVenue
  let scheduler: FakeScheduler
  let feed: MarketFeed
  let heard: HeardEvents
  beforeEach(async () => {
    venue = new LoopbackVenue(recording, fromMs)
    await venue.listen()
    scheduler = new FakeScheduler(fromMs)
    heard = new HeardEvents()
    const opening = await createLiveFeed({ scheduler, endpoints: venue.endpoints })
    if (!opening.ok) throw new Error(opening.error)
    feed = opening.value
  })
  afterEach(async () => {
    await feed.stop()
    await venue.close()
  })

  /** Starts the feed and lives through one minute, so that it is live. */
  async function goLive(): Promise<void> {
    feed.start(fromMs, heard)
    await venue.subscribed(4)
    closeMinute()
    await heard.until(() => heard.states.at(-1) === 'live' && heard.candles.length === 2)
  }
  /** The venue's clock moves, the feed's own does not: its streams do not grow old. */
  const closeMinute = (options: Parameters<LoopbackVenue['closeMinute']>[0] = {}): void => venue.closeMinute(options)
  const minutesOf = (id: string): number[] =>
    heard.candles.filter((event) => event.instrumentId.startsWith(id)).map((event) => (event.candle.openTimeMs - fromMs) / LENGTH_MS)
  const fundings = (): MarketEvent[] => heard.events.filter(({ type }) => type === 'funding')
  const expectOrder = (): void => {
    const times = heard.events.map(eventTimeMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  }
  /** Lets timers of the feed run, again and again, while real sockets do their part and the market stays awake. */
  async function turnClockUntil(condition: () => boolean, stepMs: number, awake = ['BTCUSDT', 'ETHUSDT']): Promise<void> {
    for (let turn = 0; !condition(); turn++) {
      if (turn === 1_000) throw new Error(`nothing came of turning the clock by ${turn} times ${stepMs} ms`)
      scheduler.advance(stepMs)
      venue.sendTrade('BTCUSDT', '106000', venue.nowMs)
      for (const marketId of awake) venue.sendCandle(marketId, venue.nowMs, false)
      await new Promise((done) => setTimeout(done, 5))
    }
  }

  it('knows the exact instruments before it is started', () => {
    expect(feed.instruments.map(({ id, tickSize, minNotional }) => [id, tickSize, minNotional])).toEqual(
      recording.instruments.map(({ id, tickSize, minNotional }) => [id, tickSize, minNotional]),
    )
    expect(venue.connections).toBe(0)
  })

  it('cannot be paused or hurried', () => {
    expect(feed.setPlaying(false)).toEqual({ ok: false, error: 'a live market cannot be paused' })
    expect(feed.setSpeed(2)).toEqual({ ok: false, error: 'a live market has only one speed' })
    expect(feed.playback()).toMatchObject({ kind: 'live', playing: true, speed: 1 })
  })

  it('asks for more history than one answer holds, page by page', async () => {
    const history = await feed.history(instrumentId('BTCUSDT'), fromMs + 30_000, 4_000)
    expect(history.openTimeMs.length).toBe(4_000)
    expect([...history.openTimeMs].every((ms, row) => ms === fromMs + (row - 4_000) * LENGTH_MS)).toBe(true)
    expect(venue.requests.filter((path) => path.includes('klines')).length).toBe(5)
  })

  it('gives closed bars of a longer timeframe from as far back as is asked', async () => {
    const dayMs = 86_400_000
    const bars = await feed.bars(instrumentId('BTCUSDT'), { timeframe: '1d', untilMs: fromMs, limit: 300 })
    const endMs = Math.floor(fromMs / dayMs) * dayMs
    expect([bars.openTimeMs[0], bars.openTimeMs.at(-1)]).toEqual([endMs - 300 * dayMs, endMs - dayMs])
  })

  it('leaves a candle out of the history that is still growing where our clock is ahead of the venue', async () => {
    venue.nowMs = fromMs - 1
    const asking = feed.history(instrumentId('BTCUSDT'), fromMs, 3)
    for (let second = 0; second < 4; second++)
      await turnClockUntil(() => scheduler.nextInMs === 1_000, 0, []).then(() => scheduler.advance(1_000))
    expect([...(await asking).openTimeMs]).toEqual([fromMs - 3 * LENGTH_MS, fromMs - 2 * LENGTH_MS])
  })

  it('waits for the venue to close the newest candle of the history', async () => {
    venue.nowMs = fromMs - 1
    const asking = feed.history(instrumentId('BTCUSDT'), fromMs, 3)
    await turnClockUntil(() => scheduler.nextInMs === 1_000, 0, [])
    venue.nowMs = fromMs
    scheduler.advance(1_000)
    expect((await asking).openTimeMs.length).toBe(3)
  })

  it('names the reason when history cannot be had', async () => {
    venue.status = 503
    const before = venue.requests.length
    let reason = ''
    feed.history(instrumentId('BTCUSDT'), fromMs, 10).catch((error: unknown) => (reason = String(error)))
    await turnClockUntil(() => reason !== '', 500, [])
    expect(reason).toMatch(/ExchangeNotAvailable.*503/)
    expect(venue.requests.length - before).toBe(5)
  })

  it('asks again for a page of history whose answer was lost', async () => {
    venue.status = 503
    const asking = feed.history(instrumentId('BTCUSDT'), fromMs, 10)
    await turnClockUntil(() => scheduler.timers === 1 && scheduler.nextInMs === 1_000, 0, [])
    venue.status = 200
    scheduler.advance(1_000)
    expect((await asking).openTimeMs.length).toBe(10)
  })

  it('fetches what closed between the history and the start of the stream', async () => {
    feed.start(fromMs - 10 * LENGTH_MS, heard)
    await venue.subscribed(4)
    venue.sendCandle('BTCUSDT', fromMs, false)
    await heard.until(() => heard.candles.length === 20)
    expect(minutesOf('BTC')).toEqual([-10, -9, -8, -7, -6, -5, -4, -3, -2, -1])
    expect(minutesOf('ETH')).toEqual(minutesOf('BTC'))
    expectOrder()
  })

  it('asks for a closed candle whose message was lost, and emits nothing later before it', async () => {
    await goLive()
    closeMinute({ without: ['ETHUSDT'] })
    await heard.until(() => minutesOf('BTC').length === 2)
    expect(minutesOf('ETH')).toEqual([0])
    scheduler.advance(3_000)
    await heard.until(() => minutesOf('ETH').length === 2)
    closeMinute()
    await heard.until(() => heard.candles.length === 6)
    expectOrder()
    expect(heard.incidents).toEqual([])
  })

  it('fills the hole after a dropped connection', async () => {
    await goLive()
    venue.dropSockets()
    await heard.until(() => heard.states.at(-1) === 'connecting')
    for (let minute = 0; minute < 3; minute++) closeMinute({ silent: true })
    scheduler.advance(1_000)
    await venue.subscribed(4)
    closeMinute()
    await heard.until(() => heard.states.at(-1) === 'live' && heard.candles.length === 10)
    expect(minutesOf('BTC')).toEqual([0, 1, 2, 3, 4])
    expect(minutesOf('ETH')).toEqual([0, 1, 2, 3, 4])
    expectOrder()
    expect(heard.incidents).toEqual([])
  })

  it('reports a hole that the venue itself has, and goes on', async () => {
    await goLive()
    for (const marketId of ['BTCUSDT', 'ETHUSDT']) venue.missing.set(marketId, new Set([fromMs + LENGTH_MS]))
    closeMinute({ silent: true })
    closeMinute()
    await turnClockUntil(() => heard.candles.length === 4, 250)
    expect(minutesOf('BTC')).toEqual([0, 2])
    expect(heard.incidents.map(({ kind, instrumentId: id, missing, fromMs: from }) => [kind, id, missing, from])).toEqual([
      ['gap', 'BTC/USDT:USDT', 1, fromMs + LENGTH_MS],
      ['gap', 'ETH/USDT:USDT', 1, fromMs + LENGTH_MS],
    ])
  })

  it('gives a candle up that the venue never lists, and tells of the gap with the next one', async () => {
    await goLive()
    for (const marketId of ['BTCUSDT', 'ETHUSDT']) venue.missing.set(marketId, new Set([fromMs + LENGTH_MS]))
    closeMinute({ silent: true })
    venue.sendCandle('BTCUSDT', venue.nowMs, false)
    const asked = (): number => venue.requests.filter((path) => path.includes('klines')).length
    const before = asked()
    await turnClockUntil(() => asked() - before >= 10, 250)
    await turnClockUntil(() => scheduler.timers === 1, 250)
    closeMinute()
    await heard.until(() => heard.candles.length === 4)
    expect(heard.incidents.map(({ kind, missing }) => [kind, missing])).toEqual([
      ['gap', 1],
      ['gap', 1],
    ])
  })

  it('never emits a bad candle: it asks the candle list, and reports what is bad there too', async () => {
    await goLive()
    venue.spoil = (marketId, candle) =>
      marketId === 'ETHUSDT' && candle.openTimeMs === fromMs + LENGTH_MS ? { ...candle, high: 1 } : candle
    const crossed = { ...venue.candle('ETHUSDT', fromMs + LENGTH_MS), low: 1e6 }
    venue.closeMinute({ without: ['ETHUSDT'] })
    const k = {
      t: crossed.openTimeMs,
      s: 'ETHUSDT',
      i: '1m',
      o: String(crossed.open),
      h: String(crossed.high),
      l: '1000000',
      c: String(crossed.close),
      v: '1',
      x: true,
    }
    venue.send('ethusdt@kline_1m', JSON.stringify({ e: 'kline', E: venue.nowMs, s: 'ETHUSDT', k }))
    await heard.until(() => minutesOf('BTC').length === 2)
    await turnClockUntil(() => heard.incidents.length > 0, 250)
    closeMinute()
    await heard.until(() => heard.candles.length === 5)
    expect(minutesOf('ETH')).toEqual([0, 2])
    expect(heard.incidents.map(({ kind, fault }) => [kind, fault])).toEqual([
      ['bad_candle', 'crossed'],
      ['gap', null],
    ])
  })

  it('takes a candle from the far future for a fault, not for the time', async () => {
    await goLive()
    const later = fromMs + 600 * LENGTH_MS
    venue.sendCandle('BTCUSDT', later, true)
    await heard.until(() => heard.states.at(-1) === 'connecting')
    closeMinute()
    await heard.until(() => heard.candles.length === 4)
    expect(minutesOf('BTC')).toEqual([0, 1])
  })

  it('hands trades over between the candles, in order', async () => {
    await goLive()
    const nowMs = venue.nowMs
    venue.sendTrade('BTCUSDT', '106000.5', nowMs + 10_000)
    venue.sendTrade('ETHUSDT', '2500.25', nowMs + LENGTH_MS + 5)
    await heard.until(() => heard.events.at(-1)?.type === 'trade')
    closeMinute()
    await heard.until(() => heard.events.filter(({ type }) => type === 'trade').length === 2)
    expect(heard.events.slice(-4).map((event) => [event.type, eventTimeMs(event) - nowMs])).toEqual([
      ['trade', 10_000],
      ['candle', LENGTH_MS],
      ['candle', LENGTH_MS],
      ['trade', LENGTH_MS + 5],
    ])
    expect(heard.events.at(-1)).toMatchObject({ instrumentId: 'ETH/USDT:USDT', price: 2500.25, quantity: 0.1 })
  })

  it('tells of settled funding once, also across a redial', async () => {
    await goLive()
    for (const marketId of ['BTCUSDT', 'ETHUSDT']) venue.funding.set(marketId, [{ rate: '0.00010000', tsMs: fromMs + LENGTH_MS }])
    const hourMs = 3_600_000
    await turnClockUntil(() => scheduler.nowMs() > fromMs + hourMs + 60_000, 20_000)
    await heard.until(() => fundings().length === 2)
    venue.dropSockets()
    await turnClockUntil(() => scheduler.nowMs() > fromMs + 2 * hourMs + 60_000, 20_000)
    expect(fundings()).toEqual([
      { type: 'funding', instrumentId: 'BTC/USDT:USDT', rate: 0.0001, tsEventMs: fromMs + LENGTH_MS },
      { type: 'funding', instrumentId: 'ETH/USDT:USDT', rate: 0.0001, tsEventMs: fromMs + LENGTH_MS },
    ])
  })

  it('takes a trade from the far future for a fault, not for the time', async () => {
    await goLive()
    venue.sendTrade('BTCUSDT', '1', venue.nowMs + 10 * 3_600_000)
    venue.sendTrade('BTCUSDT', '106000', venue.nowMs + 1)
    await heard.until(() => heard.events.at(-1)?.type === 'trade')
    expect(heard.events.filter(({ type }) => type === 'trade')).toHaveLength(1)
  })

  it('calls itself stale and dials again when no trade has come for 30 s', async () => {
    await goLive()
    const before = venue.connections
    scheduler.advance(31_500)
    expect(heard.states.at(-1)).toBe('stale')
    expect(heard.events.at(-1)).toMatchObject({ type: 'feed', detail: 'no trade for 30 s' })
    await turnClockUntil(() => venue.connections === before + 2, 100)
    await venue.subscribed(4)
    venue.sendTrade('BTCUSDT', '106000', venue.nowMs + 1)
    venue.sendCandle('BTCUSDT', venue.nowMs, false)
    await heard.until(() => heard.states.at(-1) === 'live')
  })

  it('calls itself stale when one instrument has no candle data for 90 s', async () => {
    await goLive()
    await turnClockUntil(() => heard.states.at(-1) === 'stale', 500, ['BTCUSDT'])
    expect(heard.events.filter(({ type }) => type === 'feed').at(-1)).toMatchObject({
      state: 'stale',
      detail: 'no candle data of ETH/USDT:USDT for 90 s',
    })
  })

  it('is never busy while the venue refuses every connection', async () => {
    await goLive()
    venue.status = 503
    venue.dropSockets()
    await heard.until(() => heard.states.at(-1) === 'connecting')
    // The clock stands still, so nothing may dial again, however long this takes in the world outside.
    const before = venue.refusals
    await new Promise((done) => setTimeout(done, 300))
    expect(venue.refusals).toBe(before)
    scheduler.advance(1_000)
    await turnClockUntil(() => venue.refusals > before, 0, [])
    await new Promise((done) => setTimeout(done, 300))
    expect(venue.refusals - before).toBeLessThanOrEqual(2)
    expect(scheduler.nextInMs).toBeGreaterThan(0)
  })

  it('leaves no timer behind when it stops', async () => {
    await goLive()
    closeMinute({ without: ['ETHUSDT'] })
    await heard.until(() => minutesOf('BTC').length === 2)
    await feed.stop()
    expect(scheduler.timers).toBe(0)
  })
})

describe('opening the live feed', () => {
  let venue: LoopbackVenue
  beforeEach(async () => {
    venue = new LoopbackVenue(recording, fromMs)
    await venue.listen()
  })
  afterEach(() => venue.close())

  it('says in one sentence why the markets cannot be loaded', async () => {
    venue.status = 503
    const opening = await createLiveFeed({ scheduler: new FakeScheduler(fromMs), endpoints: venue.endpoints })
    expect(opening.ok ? '' : opening.error).toMatch(/^Binance USDT-M markets cannot be loaded: ExchangeNotAvailable: .*503/)
  })

  it('names an instrument that the venue does not list', async () => {
    const options = { scheduler: new FakeScheduler(fromMs), endpoints: venue.endpoints, instrumentIds: [instrumentId('NOSUCHUSDT')] }
    expect(await createLiveFeed(options)).toEqual({ ok: false, error: 'Binance USDT-M does not list NOSUCH/USDT:USDT' })
  })

  it("is paid from the venue's one budget, and keeps to its limits", async () => {
    const scheduler = new FakeScheduler(fromMs)
    const budget = new WeightBudget(scheduler, [{ unit: 'weight', limit: 2_400, windowMs: 60_000, header: 'x-mbx-used-weight-1m' }])
    venue.headers = { 'X-MBX-USED-WEIGHT-1M': '77' }
    const opening = await createLiveFeed({ scheduler, endpoints: venue.endpoints, budget })
    if (!opening.ok) throw new Error(opening.error)
    expect(budget.gauge.used).toBe(77)
    venue.status = 429
    venue.headers = { 'Retry-After': '9' }
    const history = opening.value.history(instrumentId('BTC/USDT:USDT'), fromMs, 10).catch((error: unknown) => error)
    while (budget.gauge.bannedUntilMs === null) await new Promise((resolve) => setTimeout(resolve, 2))
    expect(budget.gauge.bannedUntilMs).toBe(fromMs + 9_000)
    await opening.value.stop()
    await history
  })
  it('says so when the library cannot be loaded', async () => {
    const importCcxt = (): Promise<never> => Promise.reject(new Error('Cannot find package'))
    expect(await createLiveFeed({ scheduler: new FakeScheduler(fromMs), importCcxt })).toEqual({
      ok: false,
      error: 'Binance USDT-M markets cannot be loaded: Cannot find package',
    })
  })
})
