// Deribit's JSON-RPC: by address and by body over HTTP, and by message over a WebSocket. One list of methods answers all three.
import type { AccountEvent, CoreEvent, MarketEvent } from '../core/events.ts'
import type { Wire, WireAnswer, WireContext, WireRequest, WireSocket } from '../wire/contract.ts'
import type { ApiKey } from '../wire/keys.ts'
import { ACCOUNT_METHODS, isSettling } from './account-methods.ts'
import { Channels, socketMethods } from './channels.ts'
import { Connection } from './connection.ts'
import { Credits } from './credits.ts'
import { LEVERAGE_MAX } from './instruments.ts'
import { MARKET_METHODS } from './market-methods.ts'
import type { Methods } from './method.ts'
import { LIST_METHODS } from './order-lists.ts'
import { Parameters, parsedJson } from './parameters.ts'
import { DeribitRefusal, errorJson, sharedRefusal, unauthorized } from './refusals.ts'
import { Sessions, checkScope } from './sessions.ts'
import { TRADE_METHODS } from './trade-methods.ts'

const PATH = '/api/v2'
const SOCKET_PATH = '/ws/api/v2'

export const createDeribitWire = (context: WireContext): Wire => new DeribitWire(context)

/** Who asks, by what way, for what. */
type Asked = {
  readonly method: string
  readonly params: Parameters
  readonly ip: string
  readonly connection: Connection | null
  /** Whoever is logged in, asked for only where it matters. Throws for a wrong log-in. */
  readonly who: () => ApiKey | null
}

class DeribitWire implements Wire {
  readonly #context: WireContext
  readonly #connections = new Set<Connection>()
  readonly #sessions: Sessions
  readonly #channels: Channels
  readonly #methods: Methods
  readonly #credits: Credits

  constructor(context: WireContext) {
    this.#context = context
    this.#sessions = new Sessions(context)
    this.#channels = new Channels(context, this.#connections)
    this.#credits = new Credits(context.limits)
    this.#methods = { ...MARKET_METHODS, ...TRADE_METHODS, ...LIST_METHODS, ...ACCOUNT_METHODS, ...socketMethods(this.#channels) }
    // Nobody chooses a leverage here: what the account holds is what there is.
    for (const accountId of new Set([...context.keys.values()].map((key) => key.accountId)))
      for (const symbol of context.core.state.markets.keys()) context.core.setLeverage(accountId, symbol, LEVERAGE_MAX)
  }

  handle(request: WireRequest): WireAnswer {
    const { method, params, id } = callOf(request)
    const who = (): ApiKey | null => this.#sessions.ofRequest(request)
    return answerOf(this.#answer({ method, params, ip: request.ip, connection: null, who }, id))
  }
  refuse: Wire['refuse'] = (refusal) => answerOf(this.#envelope(null, { error: errorJson(sharedRefusal(refusal)) }))

  connect(socket: WireSocket): ReturnType<Wire['connect']> {
    const connection = new Connection(socket)
    this.#connections.add(connection)
    if (socket.path !== SOCKET_PATH) socket.close(1008, 'unknown path')
    return {
      message: (text) => this.#message(connection, text),
      closed: () => void this.#connections.delete(connection),
    }
  }
  onEvent(event: CoreEvent): void {
    if (isAccountEvent(event)) this.#channels.onAccount(event)
    else this.#channels.onMarket(event)
  }
  /** All log-ins end, and with them their connections. */
  expireSessions(): number {
    for (const { session, socket } of this.#connections) if (session !== null) socket.close(1008, 'session closed')
    return this.#sessions.forgetAll()
  }
  tick(nowMs: number): void {
    for (const connection of this.#connections) {
      connection.beat(nowMs)
      // A log-in that nobody renewed: its channels fall silent while the connection stands.
      if (connection.session !== null && !this.#sessions.isValid(connection.session)) connection.loggedOut()
    }
  }

  #message(connection: Connection, text: string): void {
    const parsed = parsedJson(text)
    const fields: Record<string, unknown> = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
    const { id = null, method, params } = fields
    const values = typeof params === 'object' && params !== null ? { ...params } : {}
    const asked = new Parameters(values)
    const ip = '127.0.0.1'
    const who = (): ApiKey | null => {
      const token = asked.text('access_token')
      return token === null ? (connection.session?.key ?? null) : this.#sessions.byToken(token, ip).key
    }
    const answer =
      parsed === undefined
        ? this.#envelope(null, { error: errorJson(new DeribitRefusal(-32_700, 'Parse error')) })
        : this.#answer({ method: String(method), params: asked, ip, connection, who }, id)
    connection.socket.send('answer', JSON.stringify(answer))
    // Whoever asks on without credits is cut off.
    if (isError(answer, 10_028)) connection.socket.close(1008, 'too_many_requests')
  }

  #answer(asked: Asked, id: unknown): Record<string, unknown> {
    if (this.#context.conditions.isMaintenance) return this.#envelope(id, { error: errorJson(sharedRefusal({ type: 'maintenance' })) })
    try {
      return this.#envelope(id, { result: this.#carryOut(asked) })
    } catch (error) {
      if (error instanceof DeribitRefusal) return this.#envelope(id, { error: errorJson(error) })
      throw error
    }
  }
  #carryOut({ method, params, ip, connection, who }: Asked): unknown {
    const found = this.#methods[method]
    if (!found) throw new DeribitRefusal(-32_601, 'Method not found')
    if (found.isSocketOnly === true && connection === null) throw new DeribitRefusal(10_030, 'must_be_websocket_request')
    this.#credits.take(this.#context.core.nowMs, found.isMatching)
    const key = method === 'public/auth' ? null : who()
    if (found.scope !== 'public') {
      if (key === null) throw unauthorized('invalid_token')
      checkScope(key, found.scope)
    }
    if (found.isMatching && isSettling(this.#context.core.nowMs)) throw new DeribitRefusal(10_041, 'settlement_in_progress')
    return found.handle({ context: this.#context, params, sessions: this.#sessions, key, ip, connection })
  }

  #envelope(id: unknown, what: object): Record<string, unknown> {
    const us = this.#context.nowMs() * 1_000
    return { jsonrpc: '2.0', ...(id !== null && id !== undefined && { id }), ...what, usIn: us, usOut: us, usDiff: 0, testnet: false }
  }
}

const isAccountEvent = (event: AccountEvent | MarketEvent): event is AccountEvent => 'accountId' in event
const isError = (answer: Record<string, unknown>, code: number): boolean => {
  const { error } = answer
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code
}
/** Every refusal has the same status: only the number tells what it is. */
const answerOf = (answer: Record<string, unknown>): WireAnswer => ({ status: 'error' in answer ? 400 : 200, body: JSON.stringify(answer) })

/** GET has its parameters in the address; POST has them, and maybe the method, in the body. */
function callOf({ method, path, query, body }: WireRequest): { method: string; params: Parameters; id: unknown } {
  const named = path.startsWith(`${PATH}/`) ? path.slice(PATH.length + 1) : ''
  if (method === 'GET') return { method: named, params: Parameters.ofQuery(query), id: null }
  const parsed = parsedJson(body)
  const fields: Record<string, unknown> = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
  const { params } = fields
  return {
    method: named === '' ? String(fields['method']) : named,
    params: new Parameters(typeof params === 'object' && params !== null ? { ...params } : {}),
    id: fields['id'] ?? null,
  }
}
