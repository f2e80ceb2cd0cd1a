// Carries a request through whatever fault it meets. The answer leaves, comes late, comes in parts, or never comes.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestAction } from '../faults/fault.ts'
import type { Refusal, WireAnswer, WireRequest } from './contract.ts'

type Exchange = {
  readonly request: WireRequest
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
  /** Carries the request out. */
  readonly handle: (request: WireRequest) => WireAnswer
  readonly refuse: (refusal: Refusal) => WireAnswer
  readonly nowMs: () => number
  /** The last answer to the same request, or null. */
  readonly previous: () => WireAnswer | null
  /** Runs later unless the server closes before. */
  readonly after: (ms: number, run: () => void) => void
}

export function send(response: ServerResponse, answer: WireAnswer): void {
  if (response.destroyed || response.writableEnded) return
  response.writeHead(answer.status, { 'content-type': 'application/json;charset=UTF-8', ...answer.headers })
  response.end(answer.body)
}

/** Sends `prepared` where the fault asks for no other answer. */
// oxlint-disable-next-line max-lines-per-function -- one case per fault; splitting the list would hide that it is complete
export function meet(exchange: Exchange, action: RequestAction): void {
  const { request, incoming, response, handle, refuse, after } = exchange
  const carryOut = (isProcessed: boolean): void => {
    if (isProcessed) handle(request)
  }
  switch (action.type) {
    case 'accept_then_drop':
      handle(request)
      incoming.socket.destroy()
      return
    case 'reject_then_drop':
      incoming.socket.destroy()
      return
    case 'reset':
      incoming.socket.resetAndDestroy()
      return
    case 'partial_body': {
      const answer = handle(request)
      openBody(response, answer)
      response.write(answer.body.slice(0, Math.floor(answer.body.length / 2)), () => incoming.socket.destroy())
      return
    }
    case 'slow_body': {
      const answer = handle(request)
      openBody(response, answer)
      response.write(answer.body.slice(0, 1))
      after(action.ms, () => response.end(answer.body.slice(1)))
      return
    }
    case 'silence': {
      carryOut(action.isProcessed)
      openBody(response, { status: 200, body: '{"code":200}' })
      response.flushHeaders()
      return
    }
    case 'late_request':
      after(action.ms, () => send(response, handle(request)))
      return
    case 'late_answer': {
      const answer = handle(request)
      after(action.ms, () => send(response, answer))
      return
    }
    case 'unavailable':
      carryOut(action.isProcessed)
      send(response, refuse({ type: 'unavailable', isKnown: action.isKnown }))
      return
    case 'backend_timeout':
      carryOut(action.isProcessed)
      send(response, refuse({ type: 'backend_timeout' }))
      return
    case 'internal_error':
      carryOut(action.isProcessed)
      send(response, refuse({ type: 'internal_error' }))
      return
    case 'rate_limited': {
      const untilMs = exchange.nowMs() + action.retryAfterSeconds * 1_000
      send(response, refuse({ type: 'rate_limited', isBan: action.isBan, retryAfterSeconds: action.retryAfterSeconds, untilMs }))
      return
    }
    case 'answer':
      carryOut(action.isProcessed)
      send(response, { status: action.status, body: action.body, headers: action.headers })
      return
    case 'stale':
      send(response, exchange.previous() ?? handle(request))
  }
}

function openBody(response: ServerResponse, answer: WireAnswer): void {
  const length = { 'content-length': String(Buffer.byteLength(answer.body)) }
  response.writeHead(answer.status, { 'content-type': 'application/json;charset=UTF-8', ...answer.headers, ...length })
}
