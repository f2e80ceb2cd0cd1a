// A desk that trades live for hours within minutes: the whole engine in this process, the practice venue in another, real HTTP and WebSocket between
// them, and time that moves in steps of five market seconds (a price, a candle update and a book update of each market), each as soon as both sides have settled what the last one set off.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openJournalReader } from '../../src-main/adapters/journal/reader.ts'
import { Engine, startEngine } from '../../src-main/engine/engine.ts'
import { openExecutionBy, probeAccountBy } from '../../src-main/engine/execution-choice.ts'
import { binanceVenue, openMarket } from '../../src-main/engine/market.ts'
import type { CommandName, Input, Output } from '../../src-shared/bridge/contract.ts'
import type { FromEngine } from '../../src-shared/bridge/wire.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { liveJournalName } from '../../src-shared/domain/venue.ts'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type PracticeProcess, startPractice } from './practice-process.ts'
import { SteppedTime } from './stepped-time.ts'
import { temporaryDir } from './temporary-dir.ts'

/** Midnight, so that a day of the risk limits is a day of the run. */
const START_MS = Date.UTC(2026, 0, 5)
const STEP_MS = 5_000
const STEPS_PER_HOUR = 3_600_000 / STEP_MS
/** Real time after which a step that nothing came of is over. */
const SETTLE_MS_MAX = 250
const START_STEPS_MAX = 180
const LOG_LINES_MAX = 200
const ACCOUNT = { venue: 'binanceusdm', environment: 'practice' } as const

/** Buys whatever market has nothing open, at each close of a minute, with a stop a quarter of a per cent below. */
const OFTEN_LONG = `import type { Signal, Strategy } from 'tradewright'
export const strategy: Strategy = {
  id: 'often-long', title: 'Often long', description: 'Buys whenever nothing is open', timeframe: '1m', warmupCandles: 10, features: [], parameters: [],
  create: () => ({
    onCandle({ close, position }): Signal | null {
      if (position !== null) return null
      return { direction: 'buy', strength: 1, stopPrice: close * 0.9975, why: { close } }
    },
  }),
}
`
/** Nothing but the stops ends a trade, and nothing ends the day. */
const LIMITS = {
  cooldownMs: 0,
  riskPerTrade: 0.0005,
  dayLossMax: 1,
  weekLossMax: 1,
  drawdownMax: 1,
  tradesPerDayMax: 1_000,
  consecutiveLossesMax: 100,
}

export type HourRow = {
  readonly hour: number
  readonly realSeconds: number
  readonly heapBytes: number
  readonly rssBytes: number
  readonly sockets: number
  readonly resources: Readonly<Record<string, number>>
  readonly listeners: number
  readonly scheduled: number
  readonly intervals: number
  readonly venueSockets: number
  readonly orders: number
  readonly fills: number
  readonly exposedSeconds: number
  readonly lateSteps: number
}
export type DayEnd = {
  readonly journalOk: boolean
  readonly journalFills: number
  readonly venueFills: number
  readonly roundTrips: number
  readonly paperRoundTrips: number
  readonly orphans: readonly string[]
  readonly duplicates: readonly string[]
  readonly positionsLeft: number
  readonly longestExposureMs: number
}

/** Requests on their way, of everything in this process that asks by HTTP. */
class Requests {
  open = 0
  readonly #began = (): void => void (this.open += 1)
  readonly #ended = (): void => void (this.open -= 1)
  constructor() {
    subscribe('undici:request:create', this.#began)
    subscribe('undici:request:trailers', this.#ended)
    subscribe('undici:request:error', this.#ended)
  }
  close(): void {
    unsubscribe('undici:request:create', this.#began)
    unsubscribe('undici:request:trailers', this.#ended)
    unsubscribe('undici:request:error', this.#ended)
  }
}

export class LiveDay {
  readonly dataDir = temporaryDir()
  /** The newest warnings and errors of the engine. */
  readonly log: string[] = []
  readonly #venue: PracticeProcess
  readonly #time: SteppedTime
  readonly #requests = new Requests()
  readonly #answers = new Map<number, (message: Extract<FromEngine, { t: 'response' }>) => void>()
  readonly #fills = new Set<string>()
  readonly #tmpDir = process.env['TMPDIR']
  #engine: Engine | null = null
  #lastId = 0
  #nowMs = START_MS
  #lateSteps = 0
  #bye = Promise.withResolvers<void>()

  private constructor(venue: PracticeProcess) {
    this.#venue = venue
    this.#time = new SteppedTime(START_MS)
  }
  /** Resolves when the desk is live. */
  static async open(): Promise<LiveDay> {
    const venue = await startPractice({ start: new Date(START_MS).toISOString(), tickMs: STEP_MS, wallet: '100000' })
    const day = new LiveDay(venue)
    await day.#start()
    return day
  }

  /** One market hour, or so many steps. The row says how things stand at its end. */
  async hour(hour: number, steps = STEPS_PER_HOUR): Promise<HourRow> {
    const startedMs = performance.now()
    const lateBefore = this.#lateSteps
    for (let at = 0; at < steps; at += 1) await this.#step()
    const realSeconds = (performance.now() - startedMs) / 1_000
    const { openSockets, exposures, accounts } = await this.#venue.state()
    for (const { id } of accounts[0]?.trades ?? []) this.#fills.add(id)
    const fromMs = this.#nowMs - steps * STEP_MS
    const exposedMs = exposures.reduce(
      (sum, each) => sum + Math.max(0, (each.toMs ?? this.#nowMs) - Math.max(fromMs, each.fromMs)) * (each.fromMs >= fromMs ? 1 : 0),
      0,
    )
    await delay(20)
    global.gc?.()
    global.gc?.()
    const { heapUsed: heapBytes, rss: rssBytes } = process.memoryUsage()
    const resources = countOf(process.getActiveResourcesInfo())
    return {
      hour,
      realSeconds,
      heapBytes,
      rssBytes,
      sockets: resources['TCPSocketWrap'] ?? 0,
      resources,
      listeners: listenersOfHandles(),
      ...this.#time.timers,
      venueSockets: openSockets,
      orders: accounts[0]?.orderCount ?? 0,
      fills: this.#fills.size,
      exposedSeconds: exposedMs / 1_000,
      lateSteps: this.#lateSteps - lateBefore,
    }
  }

  /** Back to paper with everything closed, and what venue and books then say. */
  async end(): Promise<DayEnd> {
    const back = this.ask('live.disarm', { positions: 'close' })
    let isBack = false
    void back.finally(() => (isBack = true))
    await this.#stepUntil('back to paper', async () => isBack && (await this.#liveState()) === 'off')
    const { accounts, longestExposureMs } = await this.#venue.state()
    const [account] = accounts
    for (const { id } of account?.trades ?? []) this.#fills.add(id)
    await this.#shutDown()
    const live = openJournalReader(join(this.dataDir, liveJournalName(ACCOUNT.venue, ACCOUNT.environment)))
    const paper = openJournalReader(join(this.dataDir, 'journal.db'))
    const count = (reader: typeof live, command: 'journal.fills' | 'journal.roundTrips'): number =>
      (
        reader.handle(command, { run: null, limit: 1, offset: 0, fromMs: null, toMs: null, instrumentId: null, strategyId: null }) as {
          total: number
        }
      ).total
    try {
      return {
        journalOk: (live.handle('journal.verify', { run: null }) as { ok: boolean }).ok,
        journalFills: (live.handle('journal.fills', { run: null, limit: 1, offset: 0 }) as { total: number }).total,
        venueFills: this.#fills.size,
        roundTrips: count(live, 'journal.roundTrips'),
        paperRoundTrips: count(paper, 'journal.roundTrips'),
        orphans: account?.orphans ?? [],
        duplicates: account?.duplicates ?? [],
        positionsLeft: account?.positions.length ?? 0,
        longestExposureMs,
      }
    } finally {
      live.close()
      paper.close()
    }
  }
  async close(): Promise<void> {
    await this.#shutDown()
    this.#requests.close()
    this.#time.restore()
    if (this.#tmpDir === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = this.#tmpDir
    await this.#venue.stop()
  }

  /** Orderly end of the engine; what is open stays open. */
  async #shutDown(): Promise<void> {
    if (this.#engine === null) return
    this.#engine.handle({ t: 'shutdown' })
    await this.#bye.promise
    this.#engine = null
  }
  ask<C extends CommandName>(command: C, input: Input<C>): Promise<Output<C>> {
    const id = (this.#lastId += 1)
    return new Promise((resolve, reject) => {
      this.#answers.set(id, (message) => {
        if (message.ok) resolve(message.value as Output<C>)
        else reject(new Error(`${message.code}: ${message.message}`))
      })
      this.#engine?.handle({ t: 'request', id, command, input })
    })
  }

  async #start(): Promise<void> {
    // Every practice venue has the same key: leases of accounts lie in a folder of our own, away from other programs on this machine.
    process.env['TMPDIR'] = this.dataDir
    mkdirSync(join(this.dataDir, 'strategies'))
    writeFileSync(join(this.dataDir, 'strategies', 'often-long.ts'), OFTEN_LONG)
    const practice = { restOrigin: this.#venue.restUrl, streamOrigin: this.#venue.wsUrl }
    const settings = Settings.parse({ strategies: [], risk: LIMITS, venues: { binanceusdm: { practice } } })
    const { scheduler } = this.#time
    const market = { ...binanceVenue(practice, scheduler), createContext: undefined }
    const engine = await startEngine(
      {
        version: 'test',
        dataDir: this.dataDir,
        assetsDir: join(import.meta.dirname, '../../assets'),
        market: 'practice',
        speed: 1,
        settings,
        allowFaults: false,
      },
      (message) => this.#hear(message),
      {
        openMarket: (options) => openMarket(options, market),
        openExecution: openExecutionBy(settings, scheduler),
        probeAccount: probeAccountBy(settings, scheduler),
      },
    )
    if (!(engine instanceof Engine)) throw new Error('the engine is another one than before')
    this.#engine = engine
    await this.#stepUntil('a live market', async () => (await this.ask('desk.snapshot', {})).feed.state === 'live')
    const { consent } = await this.ask('live.sheet', ACCOUNT)
    await this.ask('live.arm', { ...ACCOUNT, hash: consent.hash, word: consent.word })
    await this.#stepUntil('live trading', async () => (await this.#liveState()) === 'live')
  }
  #liveState = async (): Promise<string> => (await this.ask('live.state', {})).state

  async #stepUntil(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let at = 0; at < START_STEPS_MAX; at += 1) {
      if (await holds()) return
      await this.#step()
      await delay(10)
    }
    const { positions } = await this.ask('desk.snapshot', {})
    const open = positions.map(({ id, instrumentId, stopState }) => `${id} ${instrumentId} ${stopState}`)
    const { message } = await this.ask('live.state', {})
    throw new Error(
      `not within ${START_STEPS_MAX} steps: ${what}; open: ${open.join(', ')}; ${message}; the engine said ${this.log.slice(-5).join(' | ')}`,
    )
  }

  /** A step passes here and at the venue; over when its last price has come and no request is on its way. */
  async #step(): Promise<void> {
    this.#nowMs += STEP_MS
    this.#time.pass(STEP_MS)
    await this.#venue.control('/clock', { stepMs: STEP_MS })
    const giveUpMs = performance.now() + SETTLE_MS_MAX
    while (!this.#isSettled()) {
      if (performance.now() > giveUpMs) {
        this.#lateSteps += 1
        return
      }
      await new Promise(setImmediate)
    }
    // What the last message set off is on its way by now: it is waited for as well.
    await new Promise(setImmediate)
    while (this.#requests.open > 0 && performance.now() < giveUpMs) await new Promise(setImmediate)
  }
  #isSettled(): boolean {
    const sessions = this.#engine?.sessions
    if (sessions === undefined || !sessions.isOpen || sessions.isChanging) return false
    return (sessions.front.driver.lastDataMs ?? 0) >= this.#nowMs && this.#requests.open === 0
  }

  #hear(message: FromEngine): void {
    switch (message.t) {
      case 'response':
        this.#answers.get(message.id)?.(message)
        this.#answers.delete(message.id)
        break
      case 'key_wanted': {
        const { venue, environment } = message
        const value = { key: this.#venue.apiKey, secret: this.#venue.apiSecret, passphrase: null }
        setImmediate(() => this.#engine?.handle({ t: 'credentials', venue, environment, answer: { ok: true, value } }))
        break
      }
      case 'log':
        if (message.level !== 'warn' && message.level !== 'error') break
        this.log.push(`${new Date(message.tsMs).toISOString()} ${message.message}`)
        if (this.log.length > LOG_LINES_MAX) this.log.shift()
        break
      case 'bye':
        this.#bye.resolve()
        break
      default:
    }
  }
}

function countOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** Listeners on the process and on every open handle (sockets, servers, pipes) that has any. */
function listenersOfHandles(): number {
  const of = (emitter: EventEmitter): number => emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0)
  const handles = (Reflect.get(process, '_getActiveHandles') as () => unknown[]).call(process)
  return handles.reduce<number>((sum, handle) => sum + (handle instanceof EventEmitter ? of(handle) : 0), of(process))
}

/** By least squares, per hour. */
export function slopeOf(values: readonly number[]): number {
  const meanX = (values.length - 1) / 2
  const meanY = values.reduce((sum, value) => sum + value, 0) / values.length
  const rise = values.reduce((sum, value, at) => sum + (at - meanX) * (value - meanY), 0)
  return rise / values.reduce((sum, _value, at) => sum + (at - meanX) ** 2, 0)
}
