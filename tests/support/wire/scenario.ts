// One seeded scenario over the wire: the real engine trades live on the practice venue, something goes wrong at one moment of an order's life, the engine
// is perhaps killed between two steps, and when all is calm again books and venue must agree. What was not to happen is in the result.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { CommandName, Input, Output } from '../../../src-shared/bridge/contract.ts'
import { Settings } from '../../../src-shared/config/settings.ts'
import { type Random, createRandom } from '../../../src-main/core/simulation/random.ts'
import { EngineProcess } from './engine-process.ts'
import { ProgramProcess } from './program-process.ts'
import { FAULT_KINDS, FAULT_KIND_NAMES, type FaultKind, type FaultKindName, type Moment, isEarly, pick } from './fault-kinds.ts'
import { type Findings, type Span, judge } from './oracle.ts'
import { START_PRICE, VenueProcess, type VenueState } from './venue-process.ts'

export type ScenarioResult = Findings & {
  readonly seed: number
  readonly kind: FaultKindName
  readonly moment: Moment
  readonly ending: Ending
  readonly restarts: number
  /** How often a fault of the venue really happened. */
  readonly happened: number
  /** What the program or the venue did that no scenario should see, in one sentence; null when all is well. */
  readonly violation: string | null
  readonly log: readonly string[]
}

/** Buys at every close of a minute at which nothing is open, with a stop half a per cent below. */
const STRATEGY = `import type { Signal, Strategy } from 'tradewright'
export const strategy: Strategy = {
  id: 'always-long', title: 'Always long', description: 'Buys whenever nothing is open', timeframe: '1m', warmupCandles: 10, features: [], parameters: [],
  create: (instrumentId) => ({
    onCandle({ close, position }): Signal | null {
      if (instrumentId !== 'BTC/USDT:USDT' || position !== null) return null
      return { direction: 'buy', strength: 1, stopPrice: close * 0.995, why: { close } }
    },
  }),
}
`
const MINUTE_MS = 60_000
const DAY_START_MS = Date.UTC(2025, 4, 21, 10, 0)
/** Long enough for venue and engine to start, eight of each at once; on a busier machine it is the next minute. */
const LEAD_MS = 14_000
/** As long as no fault can last. */
const START_AGAIN_MS_MAX = 120_000
const SETTLE_MS_MAX = 75_000
const ENDINGS = ['trigger', 'close', 'kill_switch', 'targets', 'stay'] as const
type Ending = (typeof ENDINGS)[number]
type Kill = {
  readonly phase: 'entry' | 'life' | 'end'
  readonly afterOrders: number | null
  readonly afterMs: number
  readonly pauseMs: number
}
type Plan = { readonly kind: FaultKindName; readonly moment: Moment; readonly ending: Ending; readonly kills: readonly Kill[] }

/** What a seed stands for. The kinds take turns, so that any row of seeds has all of them. */
export function planOf(seed: number, random: Random): Plan {
  const kind = FAULT_KIND_NAMES[seed % FAULT_KIND_NAMES.length] ?? 'none'
  const moment = pick(random, FAULT_KINDS[kind].moments)
  const killCount = kind === 'kill' ? random.integer(1, 3) : pick(random, moment === 'restart' ? [1] : [0, 0, 1])
  const phaseOf = (): Kill['phase'] =>
    kind === 'kill' ? pick(random, ['entry', 'life', 'end'] as const) : isEarly(moment) ? 'entry' : 'life'
  const kills = Array.from({ length: killCount }, (): Kill => {
    const afterOrders = random.fraction() < 0.6 ? random.integer(1, 5) : null
    return { phase: phaseOf(), afterOrders, afterMs: random.integer(0, 2_500), pauseMs: random.integer(0, 1_500) }
  })
  const ending =
    moment === 'trigger'
      ? 'trigger'
      : moment === 'target'
        ? 'targets'
        : moment === 'close'
          ? pick(random, ['close', 'kill_switch'] as const)
          : pick(random, ENDINGS)
  return { kind, moment, ending, kills }
}

export type ScenarioOptions = {
  /** Leaves the data directory where it is. */
  readonly keep?: boolean
  /** The whole program in the browser shell, at the real time of day, instead of the engine alone. */
  readonly program?: boolean
}

export async function runScenario(seed: number, { keep = false, program = false }: ScenarioOptions = {}): Promise<ScenarioResult> {
  const random = createRandom(seed)
  const plan = planOf(seed, random)
  const run = new Run(seed, random, { plan, program })
  const { kind, moment, ending } = plan
  const base = { seed, kind, moment, ending }
  try {
    await run.open()
    await run.all()
    const findings = await run.findings()
    return {
      ...base,
      ...findings,
      restarts: run.restarts,
      happened: run.happened,
      violation: run.crash ?? findings.violation,
      log: run.log,
    }
  } catch (cause) {
    const violation = run.crash ?? (cause instanceof Error ? cause.message : String(cause))
    const findings = await run.findings().catch(() => null)
    return {
      ...base,
      ...(findings ?? NOTHING),
      restarts: run.restarts,
      happened: run.happened,
      violation: findings?.violation == null ? violation : `${violation}; ${findings.violation}`,
      log: run.log,
    }
  } finally {
    await run.close(keep)
  }
}
const NOTHING: Findings = { duplicates: 0, lost: 0, orphans: 0, exposures: [], verified: false, violation: null, trades: 0 }

class Run {
  readonly #seed: number
  readonly #program: boolean
  readonly #random: Random
  readonly #plan: Plan
  readonly #dir: string
  readonly #shiftMs: number
  /** The close of the minute at which the engine is to enter. */
  #boundaryMs: number
  readonly #down: Span[] = []
  readonly log: string[] = []
  #venue: VenueProcess | null = null
  #engine: EngineProcess | ProgramProcess | null = null
  #killing: Promise<void> = Promise.resolve()
  restarts = 0
  happened = 0
  crash: string | null = null

  constructor(seed: number, random: Random, { plan, program }: { plan: Plan; program: boolean }) {
    this.#program = program
    this.#seed = seed
    this.#random = random
    this.#plan = plan
    this.#dir = mkdtempSync(join(tmpdir(), `tradewright-wire-${seed}-`))
    this.#boundaryMs = program ? Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS : DAY_START_MS + (seed % 240) * MINUTE_MS
    this.#shiftMs = program ? 0 : this.#boundaryMs - LEAD_MS - Date.now()
  }
  get venue(): VenueProcess {
    if (this.#venue === null) throw new Error('the venue is not open')
    return this.#venue
  }
  get engine(): EngineProcess | ProgramProcess {
    if (this.#engine === null) throw new Error('the engine is not started')
    return this.#engine
  }
  get #nowMs(): number {
    return Date.now() + this.#shiftMs
  }
  #note(line: string): void {
    this.log.push(`${((this.#nowMs - this.#boundaryMs) / 1000).toFixed(2)} ${line}`)
  }

  // ---- life of the processes -----------------------------------------------------------------------------------

  async open(): Promise<void> {
    mkdirSync(join(this.#dir, 'strategies'), { recursive: true })
    mkdirSync(join(this.#dir, 'tmp'))
    writeFileSync(join(this.#dir, 'strategies', 'always-long.ts'), STRATEGY)
    this.#venue = await VenueProcess.open(this.#dir, { seed: this.#seed, shiftMs: this.#shiftMs, historyMinutes: 60 })
    await this.#start()
    await this.#until('market data', async () => (await this.#ask('desk.snapshot', {})).feed.state === 'live')
    const account = { venue: 'binanceusdm', environment: 'practice' } as const
    const { consent, evidence } = await this.#ask('live.sheet', account)
    const missing = evidence.filter(({ state }) => state === 'missing' || state === 'failed')
    if (missing.length > 0) throw new Error(`not armed: ${JSON.stringify(missing)}`)
    await this.#ask('live.arm', { ...account, hash: consent.hash, word: consent.word })
    await this.#untilLive()
    // On a busy machine it may be the next minute.
    while (this.#boundaryMs - this.#nowMs < 1_500) this.#boundaryMs += MINUTE_MS
    this.#note(`live; ${JSON.stringify(this.#plan)}`)
  }
  async #start(): Promise<void> {
    const { restUrl, wsUrl, apiKey, apiSecret } = this.venue.told
    const settings = {
      strategies: [],
      risk: { cooldownMs: 0, dayLossMax: 0.5, weekLossMax: 0.9, drawdownMax: 0.9, consecutiveLossesMax: 100, tradesPerDayMax: 1_000 },
      care: { reconcileIntervalMs: 5_000 },
      venues: { binanceusdm: { practice: { restOrigin: restUrl, streamOrigin: wsUrl } } },
    }
    const credentials = { key: apiKey, secret: apiSecret, passphrase: null }
    if (this.#program) {
      writeFileSync(join(this.#dir, 'settings.json'), JSON.stringify(settings))
      this.#engine = await ProgramProcess.start(this.#dir, this.restarts === 0 ? credentials : null)
      return
    }
    const assetsDir = resolve(import.meta.dirname, '../../../assets')
    const options = {
      version: '1.0.0',
      dataDir: this.#dir,
      assetsDir,
      market: 'practice',
      speed: 1,
      settings: Settings.parse(settings),
      allowFaults: false,
    } as const
    const engine = new EngineProcess(options, { shiftMs: this.#shiftMs, credentials, env: { TMPDIR: join(this.#dir, 'tmp') } })
    this.#engine = engine
    try {
      await engine.ready()
    } catch (error) {
      const isTemporary = engine.againMs !== null && this.#nowMs < this.#boundaryMs + START_AGAIN_MS_MAX
      if (!isTemporary) throw error
      this.#note(`cannot start: ${error instanceof Error ? error.message : String(error)}`)
      await engine.kill()
      await pause(engine.againMs ?? 0)
      await this.#start()
    }
  }
  async #kill({ pauseMs }: Kill): Promise<void> {
    this.#collect()
    const fromMs = this.#nowMs
    await this.engine.kill()
    this.restarts += 1
    this.#note('killed')
    await pause(pauseMs)
    await this.#start()
    this.#note('started again')
    await this.#untilLive()
    this.#note('live again')
    this.#down.push({ fromMs, toMs: this.#nowMs })
  }
  #collect(): void {
    for (const line of this.#engine?.logs.splice(0) ?? []) this.log.push(`    ${line}`)
    this.crash ??= this.#engine?.crash ?? null
  }
  async close(keep: boolean): Promise<void> {
    await this.#killing.catch(() => {})
    await this.#engine?.kill().catch(() => {})
    await this.#venue?.close()
    if (!keep) rmSync(this.#dir, { recursive: true, force: true, maxRetries: 3 })
  }

  // ---- asking --------------------------------------------------------------------------------------------------

  #ask<C extends CommandName>(command: C, input: Input<C>): Promise<Output<C>> {
    return this.engine.ask(command, input)
  }
  /** Of an engine that may be on its way down or up, or of something that has gone meanwhile. */
  async #try<C extends CommandName>(command: C, input: Input<C>): Promise<Output<C> | null> {
    try {
      return await this.#ask(command, input)
    } catch (error) {
      this.#note(`${command}: ${error instanceof Error ? error.message : String(error)}`)
      return null
    }
  }
  async #until(what: string, holds: () => Promise<boolean>, msMax = 60_000): Promise<void> {
    const endMs = Date.now() + msMax
    while (!(await holds().catch(() => false))) {
      if (this.engine.crash !== null) throw new Error(this.engine.crash)
      if (Date.now() > endMs) throw new Error(`not within ${msMax / 1000} s: ${what}`)
      await pause(150)
    }
  }
  #untilLive(): Promise<void> {
    return this.#until('live', async () => (await this.#ask('live.state', {})).state === 'live', 90_000)
  }

  // ---- the scenario --------------------------------------------------------------------------------------------

  async all(): Promise<void> {
    const { moment, ending } = this.#plan
    const kind: FaultKind = FAULT_KINDS[this.#plan.kind]
    const set = (): Promise<void> => kind.set({ venue: this.venue, random: this.#random, moment })
    const early = isEarly(moment)
    if (early && kind.isAtOnce !== true) await set()
    await pause(Math.max(0, this.#boundaryMs - 300 - this.#nowMs))
    if (early && kind.isAtOnce === true)
      void pause(100 + this.#random.integer(0, 800))
        .then(set)
        .catch(() => {})
    this.#scheduleKills('entry')
    await this.#untilEntered()
    await this.#killing
    this.#note('entered')
    this.#scheduleKills('life')
    if (!early && moment !== 'close' && moment !== 'trigger' && moment !== 'target') {
      await set()
      this.#note('fault set')
    }
    if (moment === 'restart' && this.#plan.kills.length === 0)
      await this.#kill({ phase: 'life', afterOrders: null, afterMs: 0, pauseMs: 0 })
    await this.#live()
    await this.#killing
    if (moment === 'close' || moment === 'trigger' || moment === 'target') await set()
    this.#scheduleKills('end')
    await this.#end(ending)
    await pause(this.#random.integer(300, 3_000))
    await this.#killing
    await this.#settle()
  }

  #scheduleKills(phase: Kill['phase']): void {
    for (const kill of this.#plan.kills.filter((each) => each.phase === phase)) {
      this.#killing = this.#killing.then(async () => {
        await this.#waitFor(kill)
        await this.#kill(kill)
      })
      this.#killing.catch(() => {})
    }
  }
  /** Until the venue has taken in so many more orders, or the time is over. */
  async #waitFor({ afterOrders, afterMs }: Kill): Promise<void> {
    if (afterOrders === null) return pause(afterMs)
    const countOf = ({ account }: VenueState): number => account.orderCount + account.stops.length
    const before = countOf(await this.venue.state())
    const endMs = Date.now() + 4_000
    while (Date.now() < endMs && countOf(await this.venue.state()) < before + afterOrders) await pause(12)
  }

  /** Ends when the account has traded; without a trade within some seconds the fault has prevented it, which is in order. */
  async #untilEntered(): Promise<void> {
    const endMs = Math.max(this.#boundaryMs, this.#nowMs) + 9_000
    while (this.#nowMs < endMs && (await this.venue.state()).account.trades.length === 0) await pause(80)
    if ((await this.venue.state()).account.trades.length === 0) await this.#noteWhyNot()
    await pause(this.#random.integer(50, 1_500))
  }
  async #noteWhyNot(): Promise<void> {
    const desk = await this.#try('desk.snapshot', {})
    if (desk === null) return
    this.#note(
      `no entry; ${JSON.stringify({ feed: desk.feed, decision: desk.decisions.at(-1), strategies: desk.strategies, orders: desk.orders })}`,
    )
  }

  async #live(): Promise<void> {
    const { moment } = this.#plan
    if (moment === 'stop_move' || moment === 'cancel' || (moment === 'idle' && this.#random.fraction() < 0.5)) {
      await this.#moveStop()
      await pause(this.#random.integer(50, 1_500))
    } else if (moment === 'snapshot' || moment === 'listen_key' || moment === 'idle') await pause(6_000)
  }
  async #moveStop(): Promise<void> {
    const position = (await this.#try('desk.snapshot', {}))?.positions[0]
    if (position === undefined) return
    await this.#try('position.moveStop', { positionId: position.id, stopPrice: String(START_PRICE * 0.997) })
  }

  async #end(ending: Ending): Promise<void> {
    this.#note(`ending: ${ending}`)
    switch (ending) {
      case 'trigger':
        await this.venue.price(START_PRICE * 0.9935)
        return
      case 'targets':
        for (const step of [1.0056, 1.0111, 1.0165]) {
          await this.venue.price(START_PRICE * step)
          await pause(this.#random.integer(100, 900))
        }
        return
      case 'close': {
        const position = (await this.#try('desk.snapshot', {}))?.positions[0]
        if (position !== undefined) await this.#try('position.close', { positionId: position.id })
        return
      }
      case 'kill_switch':
        await this.#try('kill.activate', { confirmation: 'KILL' })
        return
      case 'stay':
        return
    }
  }

  /** No faults any more and nothing new: books and venue must agree, then what is left is closed and they must agree again. */
  async #settle(): Promise<void> {
    this.happened = (await this.venue.state()).faults.reduce((sum, { happened }) => sum + happened, 0)
    await this.venue.calm()
    this.#note('calm')
    await this.#untilLive()
    await this.#until('halted', async () => (await this.#try('trading.setState', { state: 'halted' })) !== null)
    await this.#untilAgreed('agreement', (state) => state.account.positions.every(({ isCovered }) => isCovered))
    this.#note('agreed')
    let askedMs = 0
    await this.#untilAgreed('flat', (state) => {
      if (state.account.positions.length === 0) return true
      if (Date.now() - askedMs > 3_000) {
        askedMs = Date.now()
        void this.#closeAll()
      }
      return false
    })
    this.#note('flat')
    this.#collect()
    await this.engine.stop()
  }
  async #closeAll(): Promise<void> {
    for (const { id } of (await this.#try('desk.snapshot', {}))?.positions ?? []) await this.#try('position.close', { positionId: id })
  }
  async #untilAgreed(what: string, holds: (state: VenueState) => boolean): Promise<void> {
    let last = ''
    const endMs = Date.now() + SETTLE_MS_MAX
    for (;;) {
      if (this.engine.crash !== null) throw new Error(this.engine.crash)
      const [state, desk] = [await this.venue.state(), await this.#ask('desk.snapshot', {})]
      const there = [...state.account.openOrders, ...state.account.stops].map(({ clientId }) => clientId).toSorted()
      const here = desk.orders.map(({ clientOrderId }) => clientOrderId).toSorted()
      const positions = [
        state.account.positions.map(({ quantity }) => Number(quantity)),
        desk.positions.map(({ quantity }) => Number(quantity)),
      ]
      last = JSON.stringify({
        there,
        here: desk.orders.map(({ clientOrderId, state: at }) => `${clientOrderId} ${at}`),
        positions,
        care: desk.positions,
      })
      const isAgreed = JSON.stringify(there) === JSON.stringify(here) && JSON.stringify(positions[0]) === JSON.stringify(positions[1])
      if (isAgreed && state.account.orphans.length === 0 && holds(state)) return
      if (Date.now() > endMs) throw new Error(`no ${what} within ${SETTLE_MS_MAX / 1000} s: ${last}`)
      await pause(300)
    }
  }

  async findings(): Promise<Findings> {
    this.#collect()
    return judge(await this.venue.state(), { dataDir: this.#dir, down: this.#down, byHand: this.#plan.kind === 'traded_by_hand' })
  }
}
