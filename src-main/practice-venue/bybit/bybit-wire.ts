// Bybit v5 linear over REST and WebSocket: routes, signatures, limits, streams.
import type { AccountEvent, CoreEvent, MarketEvent } from '../core/events.ts'
import type { Wire, WireAnswer, WireContext, WireRequest, WireSocket } from '../wire/contract.ts'
import { LimitMeter } from './limits.ts'
import { MarketStreams } from './market-streams.ts'
import { Parameters, signedKey } from './parameters.ts'
import { PrivateStreams, type StreamRequest } from './private-streams.ts'
import { BybitRefusal, answerOf, envelope, sharedRefusal } from './refusals.ts'
import { ACCOUNT_ROUTES } from './rest-account.ts'
import { LIST_ROUTES } from './rest-lists.ts'
import { MARKET_ROUTES } from './rest-market.ts'
import { TRADE_ROUTES } from './rest-trade.ts'
import type { Route } from './route.ts'

const ROUTES: Readonly<Record<string, Route>> = { ...MARKET_ROUTES, ...TRADE_ROUTES, ...LIST_ROUTES, ...ACCOUNT_ROUTES }

export function createBybitWire(context: WireContext): Wire {
  const accounts = new PrivateStreams(context)
  const markets = new MarketStreams(context)
  const meter = new LimitMeter(context.limits)
  return {
    handle: (request) => handle(context, meter, request),
    refuse: (refusal) => sharedRefusal(refusal, context.nowMs()),
    connect: (socket) => connect(socket, accounts, markets),
    onEvent(event: CoreEvent): void {
      if (isAccountEvent(event)) accounts.onEvent(event)
      else markets.onEvent(event)
    },
    expireSessions: () => accounts.expireAll(),
    tick: () => {},
  }
}
const isAccountEvent = (event: AccountEvent | MarketEvent): event is AccountEvent => 'accountId' in event

function handle(context: WireContext, meter: LimitMeter, request: WireRequest): WireAnswer {
  const route = ROUTES[`${request.method} ${request.path}`]
  const isPrivate = route !== undefined && route.security !== 'none'
  const counted = meter.count({ path: request.path, isPrivate }, context.core.nowMs, context.nowMs())
  if (counted.refused !== null) return counted.refused
  try {
    if (!route) throw new BybitRefusal(10017, 'Route not found.', { status: 404 })
    const key = isPrivate ? signedKey(context, request) : null
    if (route.security === 'trade' && key?.canTrade !== true)
      throw new BybitRefusal(10005, 'Permission denied, please check your API key permissions.')
    const call = { context, parameters: Parameters.of(request), key, accountId: key?.accountId ?? '' }
    const result = route.handle(call)
    return { status: 200, body: envelope({ code: 0, text: 'OK', result }, context.nowMs()), headers: counted.headers }
  } catch (error) {
    if (error instanceof BybitRefusal) return { ...answerOf(error, context.nowMs()), headers: counted.headers }
    throw error
  }
}

/** `/v5/private`, or `/v5/public/linear`; any other takes the connection and refuses whatever is asked. */
function connect(socket: WireSocket, accounts: PrivateStreams, markets: MarketStreams): ReturnType<Wire['connect']> {
  const isPrivate = socket.path === '/v5/private'
  if (isPrivate) accounts.open(socket)
  return {
    message(text: string): void {
      const request = requestOf(text)
      if (request === null)
        socket.send('answer', JSON.stringify({ success: false, ret_msg: 'Invalid request', conn_id: 'practice', op: '' }))
      else if (isPrivate) accounts.message(socket, request)
      else if (socket.path === '/v5/public/linear') markets.message(socket, request)
      else socket.send('answer', JSON.stringify({ success: false, ret_msg: 'Path not found', conn_id: 'practice', op: request.op }))
    },
    closed(): void {
      accounts.close(socket)
      markets.close(socket)
    },
  }
}

function requestOf(text: string): StreamRequest | null {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || !('op' in parsed) || typeof parsed.op !== 'string') return null
    const args: unknown = 'args' in parsed ? parsed.args : []
    const reqId = 'req_id' in parsed && typeof parsed.req_id === 'string' ? parsed.req_id : ''
    return { op: parsed.op, args: Array.isArray(args) ? args : [], reqId }
  } catch {
    return null
  }
}
