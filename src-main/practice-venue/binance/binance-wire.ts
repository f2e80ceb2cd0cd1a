// Binance USDT-M over REST and WebSocket: routes, signatures, weights, streams.
import type { AccountEvent, CoreEvent, MarketEvent } from '../core/events.ts'
import type { Wire, WireAnswer, WireContext, WireRequest, WireSocket } from '../wire/contract.ts'
import { type Category, MarketStreams, categoryOf } from './market-streams.ts'
import { Parameters, checkSignature, knownKey } from './parameters.ts'
import { BinanceRefusal, answerOf, sharedRefusal } from './refusals.ts'
import { ACCOUNT_ROUTES } from './rest-account.ts'
import { ALGO_ROUTES } from './rest-algo.ts'
import { MARKET_ROUTES } from './rest-market.ts'
import { POSITION_ROUTES } from './rest-positions.ts'
import { TRADE_ROUTES } from './rest-trade.ts'
import type { Call, Route } from './route.ts'
import { UserStreams } from './user-streams.ts'
import { WeightMeter } from './weights.ts'

const ROUTES: Readonly<Record<string, Route>> = { ...MARKET_ROUTES, ...TRADE_ROUTES, ...ALGO_ROUTES, ...ACCOUNT_ROUTES, ...POSITION_ROUTES }

export function createBinanceWire(context: WireContext): Wire {
  const users = new UserStreams(context)
  const markets = new MarketStreams(context)
  const weights = new WeightMeter(context.limits)
  return {
    handle: (request) => handle(context, { users, weights }, request),
    refuse: (refusal) => withWeights(sharedRefusal(refusal), weights, context),
    connect: (socket) => new StreamSession(socket, users, markets),
    onEvent(event: CoreEvent): void {
      if (isAccountEvent(event)) users.onEvent(event)
      else markets.onEvent(event)
    },
    expireSessions: () => users.expireAll(),
    tick: (nowMs) => users.tick(nowMs),
  }
}

const isAccountEvent = (event: AccountEvent | MarketEvent): event is AccountEvent => 'accountId' in event

const withWeights = (answer: WireAnswer, weights: WeightMeter, context: WireContext): WireAnswer => ({
  ...answer,
  headers: { ...weights.headers(context.core.nowMs), ...answer.headers },
})

function handle(context: WireContext, parts: { users: UserStreams; weights: WeightMeter }, request: WireRequest): WireAnswer {
  try {
    const body = JSON.stringify(carryOut(context, parts, request))
    return withWeights({ status: 200, body }, parts.weights, context)
  } catch (error) {
    if (error instanceof BinanceRefusal) return withWeights(answerOf(error), parts.weights, context)
    throw error
  }
}

function carryOut(context: WireContext, parts: { users: UserStreams; weights: WeightMeter }, request: WireRequest): unknown {
  const route = ROUTES[`${request.method} ${request.path}`]
  if (!route) throw new BinanceRefusal(-5000, `Path ${request.path}, Method ${request.method} is invalid`, { status: 404 })
  const parameters = Parameters.of(request)
  const key = route.security === 'none' ? null : knownKey(context, request)
  const call: Call = { context, parameters, key, accountId: key?.accountId ?? '', streams: parts.users }
  parts.weights.count(context.core.nowMs, { weight: route.weigh?.(call) ?? route.weight, orders: route.orders })
  if (key && route.security !== 'key') checkSignature(context, request, key)
  if (key && route.security === 'trade' && !key.canTrade) {
    const text = `Invalid API-key, IP, or permissions for action, request ip: ${request.ip}`
    throw new BinanceRefusal(-2015, text, { status: 401 })
  }
  return route.handle(call)
}

/** One socket: `/public`, `/market` or `/private`, raw (`/ws`) or combined (`/stream`), streams by address or by SUBSCRIBE. */
class StreamSession {
  readonly #socket: WireSocket
  readonly #users: UserStreams
  readonly #markets: MarketStreams
  readonly #category: Category
  readonly #wraps: boolean
  readonly #streams = new Set<string>()

  constructor(socket: WireSocket, users: UserStreams, markets: MarketStreams) {
    this.#socket = socket
    this.#users = users
    this.#markets = markets
    const [, prefix = '', kind = '', named = ''] = /^(?:\/(public|market|private))?\/(ws|stream)(?:\/(.+))?$/.exec(socket.path) ?? []
    this.#category = prefix === 'public' || prefix === 'market' || prefix === 'private' ? prefix : 'legacy'
    this.#wraps = kind === 'stream'
    const listenKey = socket.query.get('listenKey')
    if (listenKey !== null) users.attach(socket, listenKey, this.#wraps)
    for (const stream of [...named.split('/'), ...(socket.query.get('streams') ?? '').split('/')]) if (stream !== '') this.#add(stream)
  }

  message(text: string): void {
    const request = requestOf(text)
    if (request === null) {
      this.#answer({ error: { code: 2, msg: 'Invalid request: JSON request expected' }, id: null })
      return
    }
    switch (request.method) {
      case 'SUBSCRIBE':
        for (const stream of request.params) this.#add(stream)
        this.#answer({ result: null, id: request.id })
        break
      case 'UNSUBSCRIBE':
        for (const stream of request.params) this.#remove(stream)
        this.#answer({ result: null, id: request.id })
        break
      case 'LIST_SUBSCRIPTIONS':
        this.#answer({ result: [...this.#streams], id: request.id })
        break
      default:
        this.#answer({ error: { code: 2, msg: `Invalid request: unknown method ${request.method}` }, id: request.id })
    }
  }
  closed(): void {
    for (const stream of this.#streams) this.#markets.unsubscribe(stream, this.#socket)
    this.#users.detach(this.#socket)
  }

  #add(stream: string): void {
    this.#streams.add(stream)
    if (!stream.includes('@') && !stream.startsWith('!')) {
      if (this.#category === 'private') this.#users.attach(this.#socket, stream, this.#wraps)
      return
    }
    // Elsewhere than where it is served a stream is acknowledged and stays silent.
    if (this.#category === categoryOf(stream)) this.#markets.subscribe(stream, { socket: this.#socket, wraps: this.#wraps })
  }
  #remove(stream: string): void {
    this.#streams.delete(stream)
    this.#markets.unsubscribe(stream, this.#socket)
  }
  #answer(message: unknown): void {
    this.#socket.send('answer', JSON.stringify(message))
  }
}

type StreamRequest = { readonly method: string; readonly params: readonly string[]; readonly id: unknown }
function requestOf(text: string): StreamRequest | null {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || !('method' in parsed) || typeof parsed.method !== 'string') return null
    const params = 'params' in parsed && Array.isArray(parsed.params) ? parsed.params.filter((each) => typeof each === 'string') : []
    return { method: parsed.method, params, id: 'id' in parsed ? parsed.id : null }
  } catch {
    return null
  }
}
