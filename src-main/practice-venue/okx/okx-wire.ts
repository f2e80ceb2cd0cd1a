// OKX v5 over REST and WebSocket: routes, signatures, limits, streams.
import type { CoreEvent } from '../core/events.ts'
import type { Wire, WireAnswer, WireContext, WireRequest, WireSocket } from '../wire/contract.ts'
import { RequestMeter } from './limits.ts'
import { MarketStreams } from './market-streams.ts'
import { PrivateStreams } from './private-streams.ts'
import { OkxRefusal, OrderRefusal, answerOf, sharedRefusal } from './refusals.ts'
import { Parameters, parametersOf, signerOf } from './request.ts'
import { ACCOUNT_ROUTES } from './rest-account.ts'
import { AlgoDesk, algoRoutes } from './rest-algo.ts'
import { MARKET_ROUTES } from './rest-market.ts'
import { TRADE_ROUTES } from './rest-trade.ts'
import type { Answer, Call, Route } from './route.ts'
import { Session } from './session.ts'

type Parts = { readonly routes: Readonly<Record<string, Route>>; readonly meter: RequestMeter }

export function createOkxWire(context: WireContext): Wire {
  const desk = new AlgoDesk()
  const streams = { privates: new PrivateStreams(context, desk), markets: new MarketStreams(context) }
  const routes = { ...MARKET_ROUTES, ...TRADE_ROUTES, ...algoRoutes(desk), ...ACCOUNT_ROUTES }
  const parts = { routes, meter: new RequestMeter(context.limits) }
  const sessions = new Set<Session>()
  let opened = 0
  return {
    handle: (request) => handle(context, parts, request),
    refuse: sharedRefusal,
    connect(socket: WireSocket) {
      opened += 1
      const connId = opened.toString(16).padStart(8, 'a')
      const session: Session = new Session(context, socket, { streams, connId, onClosed: () => sessions.delete(session) })
      sessions.add(session)
      return session
    },
    onEvent(event: CoreEvent): void {
      if ('accountId' in event) streams.privates.onEvent(event)
      else streams.markets.onEvent(event)
    },
    expireSessions(): number {
      const loggedIn = [...sessions].filter(({ isLoggedIn }) => isLoggedIn)
      for (const session of loggedIn) session.end()
      return loggedIn.length
    },
    tick(nowMs: number): void {
      for (const session of sessions) session.tick(nowMs)
    },
  }
}

function handle(context: WireContext, parts: Parts, request: WireRequest): WireAnswer {
  try {
    const handled = carryOut(context, parts, request)
    const answer: Answer = 'code' in handled ? handled : { code: '0', msg: '', data: handled }
    return { status: 200, body: JSON.stringify(answer) }
  } catch (error) {
    if (error instanceof OkxRefusal) return answerOf(error)
    if (error instanceof OrderRefusal) return answerOf(new OkxRefusal(error.code, error.message))
    throw error
  }
}

const PREFIX = '/api/v5/'
function carryOut(context: WireContext, { routes, meter }: Parts, request: WireRequest): readonly unknown[] | Answer {
  const endpoint = `${request.method} ${request.path.startsWith(PREFIX) ? request.path.slice(PREFIX.length) : request.path}`
  const route = routes[endpoint]
  if (!route) throw new OkxRefusal(404, `Invalid request path ${request.path}`, 404)
  const key = route.security === 'none' ? null : signerOf(context, request)
  if (key && route.security === 'trade' && !key.canTrade)
    throw new OkxRefusal(50120, "This API key doesn't have permission to use this function")
  const list = parametersOf(request)
  meter.count(context.core.nowMs, { endpoint, limit: route.limit, orders: route.orders * list.length })
  const header = (name: string): string | null => request.headers[name] ?? null
  const call: Call = { context, list, parameters: list[0] ?? new Parameters({}), accountId: key?.accountId ?? '', key, header }
  return route.handle(call)
}
