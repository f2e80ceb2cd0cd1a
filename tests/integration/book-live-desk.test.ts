// Proves that the live desk trades the same with a book beside it, without one, and while it dies: the engine with real ccxt on one loopback venue
// and the book on another.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
// The library keeps the Date.now that it finds when it is loaded.
import 'ccxt'
import { createLiveBookFeed } from '../../src-main/adapters/binance-stream/live-book-feed.ts'
import { createLiveFeed } from '../../src-main/adapters/ccxt/live-feed.ts'
import { probeLive } from '../../src-main/adapters/ccxt/probe.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import { openMarket } from '../../src-main/engine/market.ts'
import { replaySession } from '../../src-main/engine/session-replay.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { LoopbackBook } from '../support/book-loopback.ts'
import { type EngineInProcess, openEngine } from '../support/engine-in-process.ts'
import { LoopbackVenue } from '../support/market-loopback.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const BTC = 'BTC/USDT:USDT'
const START_MS = Date.UTC(2025, 4, 20, 12)
const recording = openRecording(resolve(import.meta.dirname, '../../assets/market'))
const running: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop()
  vi.useRealTimers()
})

async function openDesk(dataDir: string): Promise<{ engine: EngineInProcess; venue: LoopbackVenue; book: LoopbackBook }> {
  if (!recording.ok) throw new Error(recording.error)
  // Timers stay real, because sockets need them; the time of day is the venue's.
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS })
  const venue = new LoopbackVenue(recording.value, START_MS)
  venue.listedSinceMs = START_MS - 6 * 3_600_000
  const book = new LoopbackBook(START_MS)
  await Promise.all([venue.listen(), book.listen()])
  running.push(
    () => venue.close(),
    () => book.close(),
  )
  book.move([['106000.0', '3']], [['106000.1', '1']], true)
  const scheduler = new FakeScheduler(START_MS)
  const engine = await openEngine(
    dataDir,
    { market: 'live', settings: Settings.parse({ strategies: [] }) },
    {
      openMarket: (options) =>
        openMarket(options, {
          probe: (timeoutMs) => probeLive(timeoutMs, venue.baseUrl),
          createFeed: () => createLiveFeed({ scheduler, endpoints: venue.endpoints }),
          createBooks: (instruments) => createLiveBookFeed({ instruments, scheduler: systemScheduler, endpoints: book.endpoints }),
        }),
    },
  )
  running.push(() => engine.stop())
  await venue.subscribed(4)
  return { engine, venue, book }
}

describe('a live desk with an order book', () => {
  it('shows the book, keeps its measures in the session, and goes on trading when it dies', async () => {
    const dataDir = temporaryDir()
    const { engine, venue, book } = await openDesk(dataDir)
    const latest = () => engine.ask('book.latest', { instrumentId: BTC })
    await engine.until('both streams of the book', () => book.openSockets === 2)
    await engine.until('the book', async () => {
      book.nowMs += 100
      book.move([['106000.0', String(1 + (book.nowMs % 7))]], [])
      return (await latest())?.state === 'synced'
    })
    for (let i = 0; i < 12; i += 1) {
      book.nowMs += 1_000
      book.move([['105999.0', String(1 + i)]], [])
    }
    await engine.until('the last change', async () => (await latest())?.bids[1]?.[1] === 12)

    book.letsIn = false
    book.drop()
    await engine.until('the loss', async () => (await latest())?.state === 'syncing')
    expect(await latest()).toMatchObject({ bids: [], detail: expect.stringContaining('the connection was lost') })
    vi.setSystemTime(START_MS + 60_000)
    venue.closeMinute()
    await engine.until('the closed candle', async () => (await engine.ask('desk.snapshot', {})).feed.lastEventMs === START_MS + 60_000)
    expect((await engine.ask('desk.snapshot', {})).feed.state).toBe('live')

    await running.pop()?.()
    const [file = ''] = readdirSync(join(dataDir, 'recordings'))
    const path = join(dataDir, 'recordings', file)
    const measures = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"type":"measures"'))
    expect(measures.length).toBeGreaterThan(10)
    expect(measures.at(-1)).toContain('"microprice":null')
    expect(await replaySession(path)).toMatchObject({ ok: true, value: { matches: true } })
  }, 30_000)
})
