// Proves the live order book against a venue on loopback, over real sockets and HTTP: it comes into step, is rebuilt after a hole, a lost
// connection, a refused or broken snapshot, says why it is not there, and leaves nothing running when it is stopped.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLiveBookFeed } from '../../src-main/adapters/binance-stream/live-book-feed.ts'
import type { BookFeed } from '../../src-main/core/ports/book-feed.ts'
import type { BookFrame } from '../../src-main/core/ports/market-feed.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import type { MarketEvent } from '../../src-shared/events/market-event.ts'
import { BookFrame as BookFrameSchema } from '../../src-shared/bridge/views.ts'
import { LoopbackBook } from '../support/book-loopback.ts'
import { BTC_PERPETUAL } from '../support/book-recordings.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'

const START_MS = Date.UTC(2026, 0, 1)
let venue: LoopbackBook
let scheduler: FakeScheduler
let feed: BookFeed
let events: MarketEvent[]
let frames: BookFrame[]
const frame = (): BookFrame | undefined => frames.at(-1)
const measures = () => events.flatMap((event) => (event.type === 'measures' ? [event] : []))

/** Time passes in small steps, with the network in between, until it holds. */
async function until(what: string, holds: () => boolean, stepMs = 50): Promise<void> {
  for (let turn = 0; !holds(); turn += 1) {
    if (turn > 2_000) throw new Error(`never: ${what}; the last frame is ${JSON.stringify(frame())}`)
    scheduler.advance(stepMs)
    venue.nowMs += stepMs
    await new Promise((resolve) => setImmediate(resolve))
  }
}
async function inStep(): Promise<void> {
  feed.start({ onEvent: (event) => events.push(event), onBook: (each) => frames.push(each) })
  await until('two connections', () => venue.openSockets === 2)
  await until('the book', () => {
    venue.move([['100.0', String(1 + (venue.nowMs % 7))]], [])
    return frame()?.state === 'synced'
  })
}

beforeEach(async () => {
  venue = new LoopbackBook(START_MS)
  await venue.listen()
  venue.move(
    [
      ['100.0', '3'],
      ['99.9', '1'],
    ],
    [
      ['100.2', '1'],
      ['100.4', '2'],
    ],
    true,
  )
  scheduler = new FakeScheduler(START_MS)
  events = []
  frames = []
  feed = createLiveBookFeed({ instruments: [BTC_PERPETUAL], scheduler, endpoints: venue.endpoints, chance: () => 0.5 })
})
afterEach(async () => {
  await feed.stop()
  expect(scheduler.timers).toBe(0)
  await venue.close()
})

describe('the live order book', () => {
  it('comes into step and gives levels, trades and measures', async () => {
    await inStep()
    expect(venue.connections.toSorted()).toEqual([
      '/market/stream?streams=btcusdt@aggTrade/btcusdt@forceOrder/btcusdt@markPrice@1s',
      '/public/stream?streams=btcusdt@depth@100ms',
    ])
    expect(venue.snapshots[0]).toBe('/fapi/v1/depth?symbol=BTCUSDT&limit=1000')
    venue.move([['100.1', '5']], [])
    venue.trade('100.1', '0.250', { isMaker: true })
    await until('the trade', () => frames.some(({ trades }) => trades.length > 0))
    await until('the new bid', () => frame()?.bids[0]?.[0] === 100.1)
    expect(frames.flatMap(({ trades }) => trades)).toEqual([{ tsMs: expect.any(Number), price: 100.1, quantity: 0.25, side: 'sell' }])
    expect(frame()).toMatchObject({
      state: 'synced',
      resyncs: 0,
      asks: [
        [100.2, 1],
        [100.4, 2],
      ],
    })
    for (const each of frames) expect(BookFrameSchema.safeParse(each).success).toBe(true)
    venue.nowMs += 2_000
    venue.move([], [['100.4', '3']])
    await until('measures', () => measures().some(({ values }) => typeof values.microprice === 'number'))
    expect(measures().at(-1)).toMatchObject({ instrumentId: 'BTC/USDT:USDT', validForMs: 5_000, values: { cvd: -0.25 } })
  })

  it('is rebuilt after a hole in the updates, and says what was mended', async () => {
    await inStep()
    venue.move([['99.0', '7']], [], true)
    venue.move([['98.0', '7']], [])
    await until('the loss', () => frame()?.state === 'syncing')
    expect(frame()).toMatchObject({ bids: [], asks: [], detail: expect.stringContaining('updates are missing') })
    expect(measures().at(-1)?.values.microprice).toBeNull()
    await until('the book again', () => frame()?.state === 'synced')
    expect(frame()).toMatchObject({ resyncs: 1, detail: expect.stringContaining('rebuilt from a new snapshot') })
    expect(frame()?.bids.map(([price]) => price)).toEqual([100, 99.9, 99, 98])
  })

  it('is rebuilt after the connection was lost, dialled again by itself', async () => {
    await inStep()
    venue.drop()
    await until('the loss', () => frame()?.state === 'syncing')
    expect(frame()?.detail).toContain('the connection was lost')
    venue.move([['99.5', '4']], [])
    await until('both connections', () => venue.openSockets === 2)
    await until('the book again', () => {
      venue.move([['99.4', String(1 + (venue.nowMs % 7))]], [])
      return frame()?.state === 'synced'
    })
    expect(frame()?.bids.map(([price]) => price)).toEqual([100, 99.9, 99.5, 99.4])
  })

  it('knows nothing of trades after a hole in them, or the loss of their connection, until a minute of them was heard', async () => {
    await inStep()
    const cvd = () => measures().findLast(({ values }) => values.cvd !== undefined)?.values.cvd
    /** Trades and updates every second until what takers did is known, and how long that took. */
    const untilKnown = async (): Promise<number> => {
      const fromMs = venue.nowMs
      const isKnown = () => typeof cvd() === 'number'
      await until(
        'what takers did',
        () => {
          venue.trade('100.1', '1.000')
          venue.move([['100.0', String(1 + (venue.nowMs % 7))]], [])
          return isKnown()
        },
        500,
      )
      return venue.nowMs - fromMs
    }
    expect(await untilKnown()).toBeLessThan(10_000)
    venue.trade('100.1', '9.000', { silent: true })
    venue.trade('100.1', '1.000')
    await until('the hole', () => cvd() === null)
    expect(await untilKnown()).toBeGreaterThan(59_000)
    venue.drop()
    await until('the loss', () => cvd() === null)
    await until('both connections', () => venue.openSockets === 2)
    expect(await untilKnown()).toBeGreaterThan(59_000)
  })

  it('asks again, ever more slowly, while snapshots are refused, and comes into step when they are given', async () => {
    venue.status = 503
    feed.start({ onEvent: (event) => events.push(event), onBook: (each) => frames.push(each) })
    await until('four refusals', () => venue.snapshots.length === 4)
    await until('the reason', () => frame()?.detail === 'no snapshot: the venue answered HTTP 503 for the book of BTCUSDT')
    const slow = scheduler.monotonicMs()
    await until('one more refusal', () => venue.snapshots.length === 5)
    expect(scheduler.monotonicMs() - slow).toBeGreaterThan(1_000)
    venue.status = 200
    await until('the book', () => {
      venue.move([['100.0', String(1 + (venue.nowMs % 7))]], [])
      return frame()?.state === 'synced'
    })
  })

  it('leaves the venue alone for a minute when it says that there were too many requests', async () => {
    venue.status = 429
    feed.start({ onEvent: (event) => events.push(event), onBook: (each) => frames.push(each) })
    await until('the refusal', () => frame()?.detail.includes('HTTP 429') === true)
    const refusedMs = scheduler.monotonicMs()
    await until('the next request', () => venue.snapshots.length === 2, 500)
    expect(scheduler.monotonicMs() - refusedMs).toBeGreaterThan(55_000)
  })

  /** The streams go on meanwhile. */
  const asksAgain = (asked: number): boolean => {
    venue.move([['100.0', String(1 + (venue.nowMs % 7))]], [])
    return venue.snapshots.length > asked
  }
  it.each([
    ['an hour, as it is asked to', { 'retry-after': '3600' }, 3_600_000],
    ['a minute at least', { 'retry-after': '1' }, 60_000],
    ['three days at most', { 'retry-after': '99999999' }, 3 * 86_400_000],
    [
      'as long as until the date that it names',
      { 'retry-after': 'Thu, 01 Jan 2026 00:10:00 GMT', date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
      600_000,
    ],
    ['a minute when what it asks for cannot be read', { 'retry-after': 'soon' }, 60_000],
  ])('leaves a venue that bans this address alone: for %s', async (_, headers, pauseMs) => {
    venue.status = 418
    venue.headers = headers
    feed.start({ onEvent: (event) => events.push(event), onBook: (each) => frames.push(each) })
    await until(
      'the refusal',
      () => frame()?.detail.includes(`HTTP 418 for the book of BTCUSDT, and is left alone for ${pauseMs / 1_000} s`) === true,
    )
    const refusedMs = scheduler.monotonicMs()
    await until('the next request', () => asksAgain(1), Math.max(500, pauseMs / 100))
    expect(scheduler.monotonicMs() - refusedMs).toBeGreaterThan(pauseMs - 1_000)
    expect(scheduler.monotonicMs() - refusedMs).toBeLessThan(pauseMs * 1.1 + 5_000)
  })

  it('holds the pause for every instrument, also for a request that was set before it began', async () => {
    const ether: Instrument = { ...BTC_PERPETUAL, id: instrumentId('ETH/USDT:USDT'), base: 'ETH' }
    feed = createLiveBookFeed({ instruments: [BTC_PERPETUAL, ether], scheduler, endpoints: venue.endpoints, chance: () => 0.5 })
    venue.holds = true
    venue.status = 503
    feed.start({ onEvent: (event) => events.push(event), onBook: (each) => frames.push(each) })
    await until('both requests', () => venue.snapshots.length === 2)
    const fails = (id: string) => frames.some(({ instrumentId, detail }) => instrumentId.startsWith(id) && detail.includes('HTTP'))
    // The first is refused as such, and asks again in a while; before that the second is told to leave.
    venue.answerHeld()
    await until('the refusal', () => fails('BTC') || fails('ETH'), 1)
    venue.status = 429
    venue.headers = { 'retry-after': '600' }
    venue.answerHeld()
    await until('the pause', () => fails('BTC') && fails('ETH'), 1)
    const pausedMs = scheduler.monotonicMs()
    await until('the next request', () => asksAgain(2), 1_000)
    expect(scheduler.monotonicMs() - pausedMs).toBeGreaterThan(598_000)
  })

  it.each([
    ['garbage', '<html>', 'cannot be read'],
    ['another answer', '{"code":-1121,"msg":"Invalid symbol."}', 'the answer is no book'],
    ['an empty book', '{"lastUpdateId":1,"E":1,"T":1,"bids":[],"asks":[]}', 'one side of the snapshot is empty'],
  ])('says what is wrong with a snapshot that is %s, and goes on', async (_, body, sentence) => {
    venue.body = body
    feed.start({ onEvent: (event) => events.push(event), onBook: (each) => frames.push(each) })
    await until('the sentence', () => frame()?.detail.includes(sentence) === true)
    venue.body = null
    await until('the book', () => {
      venue.move([['100.0', String(1 + (venue.nowMs % 7))]], [])
      return frame()?.state === 'synced'
    })
  })

  it('is stale when no update comes, with null measures, and goes on where it was', async () => {
    await inStep()
    await until('staleness', () => frame()?.state === 'stale', 200)
    expect(frame()?.detail).toBe('no update of the book for 5 s')
    expect(measures().at(-1)?.values.spread_bp).toBeNull()
    venue.move([['100.0', '9']], [])
    await until('the book again', () => frame()?.state === 'synced')
    expect([frame()?.resyncs, frame()?.bids[0]]).toEqual([0, [100, 9]])
  })

  it('gives up a connection that is silent for long, and dials again', async () => {
    await inStep()
    const before = venue.connections.length
    // Pongs come at once here, so only time without any turn of the network is silence.
    scheduler.advance(60_000)
    await until('a new connection', () => venue.connections.length > before)
  })

  /** Waits in small steps, so that every ping has its pong, and does this every second. */
  const pass = async (seconds: number, everySecond: () => void): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      everySecond()
      const untilMs = scheduler.monotonicMs() + 1_000
      await until('a second', () => scheduler.monotonicMs() >= untilMs, 100)
    }
  }
  const dials = (path: string): number => venue.connections.filter((url) => url.startsWith(path)).length

  it('gives up a stream of the book that answers pings and sends no data, and is in step again on a new one', async () => {
    await inStep()
    const tradeDials = dials('/market/')
    const before = frames.length
    await until('the reason', () => frame()?.detail === 'the connection was lost: it sent no data for 15 s', 100)
    // The end of staleness and the loss: no copies in between.
    expect(
      frames
        .slice(before)
        .map(({ state }) => state)
        .filter((state, i, all) => state !== all[i - 1]),
    ).toEqual(['synced', 'stale', 'syncing'])
    expect(frames.slice(before).filter(({ state }) => state === 'stale')).toHaveLength(1)
    await until('a new connection', () => dials('/public/') === 2)
    await until('the book again', () => {
      venue.move([['99.4', String(1 + (venue.nowMs % 7))]], [])
      return frame()?.state === 'synced'
    })
    expect([frame()?.resyncs, dials('/market/')]).toEqual([1, tradeDials])
  })

  it('keeps the stream of trades while nobody trades, and gives it up when the mark price stays away too', async () => {
    await inStep()
    const move = () => venue.move([['100.0', String(1 + (venue.nowMs % 7))]], [])
    await pass(120, () => {
      move()
      venue.markPrice('100.1')
    })
    expect([dials('/market/'), dials('/public/')]).toEqual([1, 1])
    await pass(58, move)
    expect(dials('/market/')).toBe(1)
    await until('a new connection', () => {
      move()
      return dials('/market/') === 2
    })
    expect(dials('/public/')).toBe(1)
  })

  it('survives garbage, unknown instruments and times of the future on the stream', async () => {
    await inStep()
    for (const text of [
      '',
      'x',
      '{"e":"depthUpdate"}',
      '[]',
      '{"stream":"a","data":{"e":"depthUpdate","s":"XYZ","E":1,"U":1,"u":1,"b":[],"a":[]}}',
    ])
      venue.sendPublic(text)
    const nowMs = venue.nowMs
    venue.nowMs = nowMs + 10 * 3_600_000
    venue.trade('1.0', '1.000')
    venue.nowMs = nowMs
    venue.forced('100.0', '2.000', 'SELL')
    venue.move([['99.8', '2']], [])
    await until('the change', () => frame()?.bids.some(([price]) => price === 99.8) === true)
    expect(frame()?.state).toBe('synced')
    expect(frame()?.tsMs).toBeLessThan(nowMs + 3_600_000)
  })

  it('says why it is not there when nothing can be reached, and can be stopped in the middle of it', async () => {
    venue.letsIn = false
    feed.start({ onEvent: (event) => events.push(event), onBook: (each) => frames.push(each) })
    await until('the reason', () => frame()?.detail.includes('there is no connection: ') === true)
    expect(frame()).toMatchObject({ state: 'syncing', tsMs: 0, bids: [], trades: [] })
    expect(events).toEqual([])
    await feed.stop()
    const count = frames.length
    scheduler.advance(60_000)
    expect(frames.length).toBe(count)
  })
})
