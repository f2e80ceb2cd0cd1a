// The loopback endpoint through which tests outside the process set faults and prices, and read what the oracle saw. JSON in, JSON out.
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { money, price, quantity, rate, toText } from '../../../src-shared/domain/decimal.ts'
import type { VenueCore } from '../core/venue-core.ts'
import type { FaultPlane } from '../faults/fault-plane.ts'
import type { VenueClock } from '../wire/clock.ts'
import type { Conditions, Wire } from '../wire/contract.ts'
import { type ApiKey, practiceKey } from '../wire/keys.ts'
import { describeAccount } from './account-report.ts'
import type { Oracle } from './oracle.ts'

export type Controlled = {
  readonly core: VenueCore
  readonly clock: VenueClock
  readonly faults: FaultPlane
  readonly oracle: Oracle
  readonly conditions: Conditions
  /** By name; the first is the one that was printed. */
  readonly keys: Map<string, ApiKey>
  readonly wire: Wire
  readonly pump: () => number
  readonly step: (ms: number) => void
  readonly openSockets: () => number
}

const BODY_BYTES_MAX = 1024 * 1024
const decimal = z.string().regex(/^-?\d{1,24}(\.\d{1,12})?$/, 'a plain decimal as text')
const symbol = z.string().min(1).max(40)

const conditionsSchema = z.strictObject({
  clockOffsetMs: z.number().int().min(-86_400_000).max(86_400_000).optional(),
  isMaintenance: z.boolean().optional(),
  visibleAfterMs: z.number().int().min(0).max(600_000).optional(),
})
const keySchema = z.strictObject({
  /** Which one; the first when it is not said. */
  key: z.string().length(64).optional(),
  state: z.enum(['valid', 'unknown', 'expired']).optional(),
  canTrade: z.boolean().optional(),
  canWithdraw: z.boolean().optional(),
  allowedIps: z.array(z.string().max(50)).max(20).nullable().optional(),
})
const marketSchema = z.strictObject({
  symbol,
  price: z.number().positive().optional(),
  /** Null lets the mark follow the last price again. */
  mark: decimal.nullable().optional(),
  /** Multiplies the book; 0 empties it. */
  depth: z.number().min(0).max(1_000).optional(),
  fundingRate: decimal.optional(),
  delistAfterMs: z.number().int().min(0).optional(),
})
const clockSchema = z.strictObject({
  stepMs: z.number().int().min(1).max(86_400_000).optional(),
  speed: z.number().min(0).max(10_000).optional(),
})
const orderSchema = z.strictObject({
  symbol,
  side: z.enum(['buy', 'sell']),
  quantity: decimal,
  price: decimal.nullable().default(null),
  reduceOnly: z.boolean().default(false),
  positionSide: z.enum(['both', 'long', 'short']).default('both'),
})
const depositSchema = z.strictObject({ asset: z.string().min(1).max(12), amount: decimal })

const KEYS_MAX = 20
function firstOf(keys: ReadonlyMap<string, ApiKey>): ApiKey {
  const [first] = keys.values()
  if (!first) throw new Error('invariant broken: an exchange has a key')
  return first
}
/** Never with its secret. */
const describeKey = ({ key, state, canTrade, canWithdraw, allowedIps }: ApiKey) => ({ key, state, canTrade, canWithdraw, allowedIps })

type Handler = (controlled: Controlled, body: unknown) => unknown

/** What can be asked. `README.md` of this folder's parent lists them with examples. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /state': ({ core, clock, oracle, conditions, keys, faults, openSockets }) => ({
    nowMs: core.nowMs,
    openSockets: openSockets(),
    speed: clock.speed,
    conditions,
    keys: [...keys.values()].map(describeKey),
    faults: faults.list(),
    longestExposureMs: oracle.longestExposureMs(),
    exposures: oracle.exposures(),
    accounts: [...core.state.accounts.values()].map((account) => ({
      ...describeAccount(core, account),
      duplicates: oracle.duplicates(account.id),
      orphans: oracle.orphans(account.id),
    })),
    markets: [...core.state.markets.values()].map((market) => ({
      symbol: market.instrument.symbol,
      status: market.status,
      last: toText(market.last),
      mark: toText(market.mark),
    })),
  }),
  'GET /faults': ({ faults }) => faults.list(),
  // The schema lies with the faults: what is wrong with one is told from there.
  'POST /faults': ({ faults }, body) => ({ id: faults.add(body as Parameters<FaultPlane['add']>[0]) }),
  'DELETE /faults': ({ faults }) => ({ cleared: faults.clear(null) }),
  'POST /conditions': ({ conditions }, body) => Object.assign(conditions, conditionsSchema.parse(body)),
  'POST /key': ({ keys }, body) => {
    const { key: name, ...change } = keySchema.parse(body)
    const key = name === undefined ? firstOf(keys) : keys.get(name)
    if (!key) throw new RangeError(`key ${name} was never made`)
    return describeKey(Object.assign(key, change))
  },
  /** A new key of the same account, with its secret: for those who rotate theirs. */
  'POST /keys': ({ keys, core }) => {
    if (keys.size >= KEYS_MAX) throw new RangeError(`there are ${KEYS_MAX} keys already`)
    const made = practiceKey(firstOf(keys).accountId, keys.size + 1, core.nowMs)
    keys.set(made.key, made)
    return { apiKey: made.key, apiSecret: made.secret, passphrase: made.passphrase }
  },
  'POST /sessions/expire': ({ wire }) => ({ expired: wire.expireSessions() }),
  'POST /market': changeMarket,
  'POST /clock': ({ clock, step, core }, body) => {
    const { stepMs, speed } = clockSchema.parse(body)
    if (speed !== undefined) clock.setSpeed(speed)
    if (stepMs !== undefined) step(stepMs)
    return { nowMs: core.nowMs, speed: clock.speed }
  },
  /** Somebody trades by hand on the venue's own page. */
  'POST /orders': placeByHand,
  'POST /deposits': ({ core, keys }, body) => {
    const { asset, amount } = depositSchema.parse(body)
    const { accountId } = firstOf(keys)
    core.deposit(accountId, asset, money(amount))
    return { wallet: toText(core.margin(accountId, asset).wallet) }
  },
}

function changeMarket({ core }: Controlled, body: unknown): unknown {
  const change = marketSchema.parse(body)
  const market = core.market(change.symbol)
  if (!market) throw new RangeError(`symbol ${change.symbol} is not listed`)
  if (change.depth !== undefined) core.setDepth(change.symbol, change.depth)
  if (change.mark !== undefined) core.setMark(change.symbol, change.mark === null ? null : price(change.mark))
  if (change.price !== undefined) core.setPrice(change.symbol, change.price)
  if (change.fundingRate !== undefined) core.setFundingRate(change.symbol, rate(change.fundingRate))
  if (change.delistAfterMs !== undefined) core.announceDelisting(change.symbol, core.nowMs + change.delistAfterMs)
  return { symbol: change.symbol, status: market.status, last: toText(market.last), mark: toText(market.mark) }
}

function placeByHand({ core, keys }: Controlled, body: unknown): unknown {
  const asked = orderSchema.parse(body)
  const placed = core.submit(firstOf(keys).accountId, {
    ...asked,
    type: asked.price === null ? 'market' : 'limit',
    timeInForce: 'gtc',
    quantity: quantity(asked.quantity),
    price: asked.price === null ? null : price(asked.price),
    clientId: null,
  })
  if (!placed.ok) throw new RangeError(`${placed.error.code}: ${placed.error.detail}`)
  return { id: placed.value.id, status: placed.value.status, filled: toText(placed.value.filled) }
}

export class ControlServer {
  readonly #controlled: Controlled
  readonly #server: Server = createServer((incoming, response) => this.#receive(incoming, response))

  constructor(controlled: Controlled) {
    this.#controlled = controlled
  }
  async listen(port: number): Promise<void> {
    await new Promise<void>((done, failed) => {
      this.#server.once('error', failed)
      this.#server.listen(port, '127.0.0.1', () => done())
    })
  }
  get port(): number {
    const address: string | AddressInfo | null = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the control endpoint is not listening')
    return address.port
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((done) => this.#server.close(() => done()))
  }

  #receive(incoming: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = []
    let length = 0
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > BODY_BYTES_MAX) incoming.socket.destroy()
      else chunks.push(chunk)
    })
    incoming.on('end', () => {
      const { status, body } = this.#answer(`${incoming.method} ${(incoming.url ?? '').split('?')[0]}`, Buffer.concat(chunks).toString())
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  }

  #answer(target: string, text: string): { status: number; body: unknown } {
    const handler = HANDLERS[target]
    if (!handler) return { status: 404, body: { error: `${target} is not one of ${Object.keys(HANDLERS).join(', ')}` } }
    try {
      this.#controlled.pump()
      return { status: 200, body: handler(this.#controlled, text === '' ? {} : JSON.parse(text)) }
    } catch (error) {
      const isAsked = error instanceof z.ZodError || error instanceof SyntaxError || error instanceof RangeError
      if (!isAsked) throw error
      return { status: 400, body: { error: error instanceof z.ZodError ? z.prettifyError(error) : error.message } }
    }
  }
}
