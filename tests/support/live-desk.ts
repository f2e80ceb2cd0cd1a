// The real engine on a live market that a test conducts: Binance on loopback through real ccxt, HTTP and WebSocket. Only the clock is not real:
// it stands still until the test lets time pass.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
// The library keeps the Date.now that it finds when it is loaded. Loaded here, it finds the real one, which its pauses are measured by.
import 'ccxt'
import { vi } from 'vitest'
import { createLiveFeed } from '../../src-main/adapters/ccxt/live-feed.ts'
import { probeLive } from '../../src-main/adapters/ccxt/probe.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import type { Outside } from '../../src-main/engine/engine.ts'
import { type LiveVenue, openMarket } from '../../src-main/engine/market.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import type { Output } from '../../src-shared/bridge/contract.ts'
import { type EngineInProcess, openEngine } from './engine-in-process.ts'
import { LoopbackVenue } from './market-loopback.ts'
import { FakeScheduler } from './market-scheduler.ts'

const recording = openRecording(resolve(import.meta.dirname, '../../assets/market'))
if (!recording.ok) throw new Error(recording.error)
const DAY_MS = 86_400_000
const MARKETS = ['BTCUSDT', 'ETHUSDT'] as const
export const BTC = 'BTC/USDT:USDT'

/** Buys BTC at every close of a minute at which nothing is open, with a stop half a per cent below. */
const ALWAYS_LONG = `import type { Signal, Strategy } from 'tradewright'
export const strategy: Strategy = {
  id: 'always-long', title: 'Always long', description: 'Buys whenever nothing is open', timeframe: '1m', warmupCandles: 10, features: [], parameters: [],
  create: (instrumentId) => ({
    onCandle({ close, position }): Signal | null {
      if (instrumentId !== '${BTC}' || position !== null) return null
      return { direction: 'buy', strength: 1, stopPrice: close * 0.995, why: { close } }
    },
  }),
}
`
export const LIVE_SETTINGS = Settings.parse({ strategies: [], risk: { cooldownMs: 0 } })

type Accounts = Pick<Partial<Outside>, 'openExecution' | 'probeAccount'>

export class LiveDesk {
  readonly venue: LoopbackVenue
  #engine: EngineInProcess | null = null
  #isRunning = false
  #scheduler: FakeScheduler
  readonly #dataDir: string
  readonly #settings: Settings
  /** What surrounds the market; nothing unless a test says so. */
  createContext: LiveVenue['createContext']

  /** How accounts outside are reached; nobody has any unless a test says so. */
  readonly #outside: Accounts
  /** An account to practise with belongs to the practice market. */
  readonly #market: 'live' | 'practice'

  private constructor(dataDir: string, startMs: number, { settings, outside }: { settings: Settings; outside: Accounts }) {
    this.#outside = outside
    this.#market = outside.openExecution === undefined ? 'live' : 'practice'
    if (!recording.ok) throw new Error(recording.error)
    this.#dataDir = dataDir
    this.#settings = settings
    this.venue = new LoopbackVenue(recording.value, startMs)
    this.venue.listedSinceMs = startMs - 3 * DAY_MS
    this.#scheduler = new FakeScheduler(startMs)
    // Timers stay real, because sockets need them; what the program takes for the time of day is the test's.
    vi.useFakeTimers({ toFake: ['Date'], now: startMs })
  }
  /** `startMs` is a full minute of the bundled recording, which the venue takes its candles from. */
  // oxlint-disable-next-line max-params -- the last two are for few tests
  static async open(dataDir: string, startMs: number, settings: Settings = LIVE_SETTINGS, outside: Accounts = {}): Promise<LiveDesk> {
    const desk = new LiveDesk(dataDir, startMs, { settings, outside })
    mkdirSync(join(dataDir, 'strategies'), { recursive: true })
    writeFileSync(join(dataDir, 'strategies', 'always-long.ts'), ALWAYS_LONG)
    await desk.venue.listen()
    await desk.start()
    return desk
  }

  get engine(): EngineInProcess {
    if (this.#engine === null) throw new Error('the engine has not been started')
    return this.#engine
  }
  /** Starts the engine at the present time; also again after `stop`. */
  async start(): Promise<void> {
    this.#engine = await this.openEngine(this.#dataDir)
    this.#isRunning = true
    await this.venue.subscribed(4)
  }
  /** An engine that asks for this live market; whether it gets it is up to the venue. */
  openEngine(dataDir: string): Promise<EngineInProcess> {
    const scheduler = new FakeScheduler(Date.now())
    this.#scheduler = scheduler
    const { endpoints, baseUrl } = this.venue
    const venue: LiveVenue = {
      probe: (timeoutMs) => probeLive(timeoutMs, baseUrl),
      createFeed: () => createLiveFeed({ scheduler, endpoints }),
      ...(this.createContext ? { createContext: this.createContext } : {}),
    }
    return openEngine(
      dataDir,
      { market: this.#market, settings: this.#settings },
      { ...this.#outside, openMarket: (options) => openMarket(options, venue) },
    )
  }
  async stop(): Promise<void> {
    if (this.#isRunning) await this.engine.stop()
    this.#isRunning = false
  }
  async close(): Promise<void> {
    await this.stop()
    await this.venue.close()
    vi.useRealTimers()
  }

  snapshot(): Promise<Output<'desk.snapshot'>> {
    return this.engine.ask('desk.snapshot', {})
  }
  async until(what: string, holds: (snapshot: Output<'desk.snapshot'>) => boolean): Promise<Output<'desk.snapshot'>> {
    let last = await this.snapshot()
    try {
      await this.engine.until(what, async () => holds((last = await this.snapshot())))
    } catch (cause) {
      throw new Error(`${what}; the desk says ${JSON.stringify({ ...last, decisions: last.decisions.slice(-1) })}`, { cause })
    }
    return last
  }

  /** Timers of the feed that are still set. */
  get timers(): number {
    return this.#scheduler.timers
  }
  /** The time of day jumps, as after a sleep or between two runs: no timer has run. */
  setTime(nowMs: number): void {
    vi.setSystemTime(nowMs)
  }
  /** Time passes, for the engine and for the feed. */
  pass(ms: number): void {
    vi.setSystemTime(Date.now() + ms)
    this.#scheduler.advance(ms)
  }
  /** A trade in BTC, now; resolves when the desk knows its price. */
  async trade(price: number, atMs = Date.now()): Promise<void> {
    this.venue.sendTrade('BTCUSDT', price.toFixed(1), atMs, '50')
    await this.until(`the price ${price}`, ({ lastPrices }) => lastPrices[BTC] === Number(price.toFixed(1)))
  }
  /** The rest of the present minute, with trades at the prices of its candle; ends with the closed candles of both markets. */
  async minute(): Promise<void> {
    const openTimeMs = this.venue.nowMs
    for (const [atMs, name] of [
      [1_000, 'open'],
      [20_000, 'low'],
      [40_000, 'high'],
      [59_900, 'close'],
    ] as const) {
      this.pass(Math.max(0, openTimeMs + atMs - Date.now()))
      for (const marketId of MARKETS) {
        this.venue.sendTrade(marketId, this.venue.candle(marketId, openTimeMs)[name].toFixed(2), Date.now(), '50')
        this.venue.sendCandle(marketId, openTimeMs, false)
      }
      await this.venue.heard()
    }
    this.pass(openTimeMs + 60_000 - Date.now())
    this.venue.closeMinute()
    await this.until('the closed candle', ({ feed }) => feed.lastEventMs === openTimeMs + 60_000)
  }
}
