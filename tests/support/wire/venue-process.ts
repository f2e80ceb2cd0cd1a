// The practice venue as its users meet it: a process of its own, controlled over its endpoint alone.
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { FaultInput } from '../../../src-main/practice-venue/faults/fault.ts'
import { COMPILE_CACHE, shiftedClock } from './shifted-clock.ts'

const SCRIPT = resolve(import.meta.dirname, '../../../scripts/practice-venue.ts')
const START_MS_MAX = 60_000
const PRINT_EVERY_MS = 5_000
export const START_PRICE = 100_000

const Told = z.object({ restUrl: z.string(), wsUrl: z.string(), controlUrl: z.string(), apiKey: z.string(), apiSecret: z.string() })
export type ToldAddresses = z.infer<typeof Told>

const Exposure = z.object({ symbol: z.string(), fromMs: z.number(), toMs: z.number().nullable() })
const Account = z.object({
  wallets: z.record(z.string(), z.string()),
  positions: z.array(z.object({ symbol: z.string(), quantity: z.string(), entryPrice: z.string(), isCovered: z.boolean() })),
  openOrders: z.array(z.object({ clientId: z.string(), symbol: z.string() })),
  stops: z.array(z.object({ clientId: z.string(), symbol: z.string(), triggerPrice: z.string().nullable() })),
  orderCount: z.number(),
  trades: z.array(z.object({ id: z.string().or(z.number()), clientId: z.string(), symbol: z.string(), tsMs: z.number() })),
  duplicates: z.array(z.string()),
  orphans: z.array(z.string()),
})
const State = z.object({
  nowMs: z.number(),
  exposures: z.array(Exposure),
  accounts: z.array(Account).min(1),
  faults: z.array(z.object({ happened: z.number() })),
})
export type VenueAccountState = z.infer<typeof Account>
export type VenueState = Omit<z.infer<typeof State>, 'accounts'> & { readonly account: VenueAccountState }

export class VenueProcess {
  readonly told: ToldAddresses
  readonly #child: ChildProcess
  #price = START_PRICE
  #isClosing = false

  private constructor(child: ChildProcess, told: ToldAddresses) {
    this.#child = child
    this.told = told
  }

  /** A market that stands still until a price is set. `dir` exists. */
  static async open(
    dir: string,
    { seed, shiftMs, historyMinutes }: { seed: number; shiftMs: number; historyMinutes: number },
  ): Promise<VenueProcess> {
    const config = join(dir, 'venue.json')
    const markets = ['BTCUSDT', 'ETHUSDT'].map((symbol, index) => ({
      symbol,
      source: { kind: 'manual', startPrice: index === 0 ? START_PRICE : 3_500 },
      historyMinutes,
    }))
    writeFileSync(config, JSON.stringify({ wallets: { USDT: '5000' }, markets }))
    const child = spawn(process.execPath, ['--import', shiftedClock(shiftMs), SCRIPT, `--seed=${seed}`, `--config=${config}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...COMPILE_CACHE },
    })
    const lines = createInterface({ input: child.stdout })
    const told = await new Promise<ToldAddresses>((done, failed) => {
      const timer = setTimeout(() => failed(new Error('the practice venue does not say where it is')), START_MS_MAX)
      child.once('exit', (code) => failed(new Error(`the practice venue ended with ${code}`)))
      lines.once('line', (line) => {
        clearTimeout(timer)
        done(Told.parse(JSON.parse(line)))
      })
    })
    const venue = new VenueProcess(child, told)
    void venue.#print()
    return venue
  }

  async post(path: string, body: unknown): Promise<unknown> {
    return this.#ask('POST', path, body)
  }
  fault(fault: FaultInput): Promise<unknown> {
    return this.post('/faults', fault)
  }
  price(value: number): Promise<unknown> {
    this.#price = value
    return this.post('/market', { symbol: 'BTCUSDT', price: value })
  }
  /** A market that stands still prints no trades, and silence counts as a dead feed: it moves by one tick, back and forth, until the exchange closes. */
  async #print(): Promise<void> {
    for (let times = 0; this.#child.exitCode === null && !this.#isClosing; times += 1) {
      await this.post('/market', { symbol: 'BTCUSDT', price: this.#price + (times % 2) * 0.1 }).catch(() => {})
      await pause(PRINT_EVERY_MS)
    }
  }
  /** Everything as it should be from now on. */
  async calm(): Promise<void> {
    await this.#ask('DELETE', '/faults')
    await this.post('/conditions', { clockOffsetMs: 0, isMaintenance: false, visibleAfterMs: 0 })
    await this.post('/market', { symbol: 'BTCUSDT', depth: 1, mark: null })
    await this.post('/key', { state: 'valid', canTrade: true })
  }
  async state(): Promise<VenueState> {
    const { accounts, ...rest } = State.parse(await this.#ask('GET', '/state'))
    const [account] = accounts
    if (account === undefined) throw new Error('the practice venue has no account')
    return { ...rest, account }
  }
  async close(): Promise<void> {
    this.#isClosing = true
    if (this.#child.exitCode !== null) return
    const ended = new Promise((done) => this.#child.once('exit', done))
    this.#child.kill('SIGTERM')
    await ended
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.told.controlUrl}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const told: unknown = await answer.json()
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(told)}`)
    return told
  }
}
