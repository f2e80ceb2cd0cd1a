// What Bybit says when it refuses, in its own words (v5 error codes as documented in 2025). Nearly all of it with status 200.
import type { Fault, FaultCode } from '../core/order.ts'
import type { Refusal, WireAnswer } from '../wire/contract.ts'

/** Thrown by what handles a request, caught by the router. */
export class BybitRefusal extends Error {
  readonly code: number
  readonly status: number
  readonly result: unknown

  constructor(code: number, text: string, more: { status?: number; result?: unknown } = {}) {
    super(text)
    this.code = code
    this.status = more.status ?? 200
    this.result = more.result ?? {}
  }
}

export const envelope = (answer: { code: number; text: string; result: unknown }, nowMs: number): string =>
  JSON.stringify({ retCode: answer.code, retMsg: answer.text, result: answer.result, retExtInfo: {}, time: nowMs })
export const answerOf = ({ code, message, status, result }: BybitRefusal, nowMs: number): WireAnswer => ({
  status,
  body: envelope({ code, text: message, result }, nowMs),
})

export const malformed = (name: string): BybitRefusal => new BybitRefusal(10001, `params error: ${name} invalid`)
export const missing = (name: string): BybitRefusal => new BybitRefusal(10001, `params error: ${name} is required`)
export const noSuchOrder = (): BybitRefusal => new BybitRefusal(110001, 'order not exists or too late to cancel')
export const duplicateLinkId = (): BybitRefusal => new BybitRefusal(110072, 'OrderLinkedID is duplicate')

type Said = readonly [code: number, text: string]
/** `%s` is the bound that was broken. */
const SAID: Readonly<Record<FaultCode, Said>> = {
  unknown_symbol: [10001, 'params error: symbol invalid'],
  symbol_closed: [110074, 'This contract is not live'],
  duplicate_client_id: [110072, 'OrderLinkedID is duplicate'],
  price_missing: [10001, 'Price invalid'],
  price_off_tick: [10001, 'Price invalid'],
  price_too_high: [110003, 'Order price exceeds the allowable range.'],
  price_too_low: [110003, 'Order price exceeds the allowable range.'],
  market_price_out_of_band: [110003, 'Order price exceeds the allowable range.'],
  quantity_not_positive: [10001, 'Qty invalid'],
  quantity_off_lot: [10001, 'Qty invalid'],
  quantity_too_small: [10001, 'The number of contracts exceeds minimum limit allowed'],
  quantity_too_large: [10001, 'The number of contracts exceeds maximum limit allowed: too large'],
  notional_too_small: [110094, 'Order does not meet minimum order value %sUSDT'],
  insufficient_margin: [110007, 'ab not enough for new order'],
  leverage_exceeded: [110090, 'Order placement failed as your position may exceed the max limit. Please adjust your leverage.'],
  reduce_only_rejected: [110017, 'current position is zero, cannot fix reduce-only order qty'],
  reduce_only_conflict: [110017, 'orderQty will be truncated to zero.'],
  position_side_mismatch: [10001, 'position idx not match position mode'],
  post_only_would_take: [10001, 'post only order would take liquidity'],
  would_trigger: [110092, 'expect Rising, but trigger_price <= current'],
  close_position_exists: [110009, 'The number of stop orders exceeds maximum limit allowed'],
  callback_rate_invalid: [10001, 'TrailingStop invalid'],
  unknown_order: [110001, 'order not exists or too late to cancel'],
  not_modified: [10001, 'The order remains unchanged as the parameters entered match the existing ones.'],
  too_many_orders: [110020, 'You can not have more than 500 active orders'],
  invalid_leverage: [110013, 'cannot set leverage gt maxLeverage [%s] by risk limit'],
  no_change: [110025, 'Position mode is not modified'],
  open_orders_exist: [110028, 'Open orders exist, so you cannot change position mode'],
  positions_exist: [110024, 'You have an existing position, so position mode cannot be switched'],
}

export function refusalOf(fault: Fault): BybitRefusal {
  const [code, text] = SAID[fault.code]
  return new BybitRefusal(code, text.replace('%s', fault.bound ?? ''))
}

/** What the shared server refuses, in Bybit's words. */
export function sharedRefusal(refusal: Refusal, nowMs: number): WireAnswer {
  switch (refusal.type) {
    case 'unavailable':
      if (!refusal.isKnown) return { status: 503, body: '<html><title>503 Service Temporarily Unavailable</title></html>' }
      return answerOf(
        new BybitRefusal(429, 'The trading service is experiencing a high server load. Please retry.', { status: 429 }),
        nowMs,
      )
    case 'backend_timeout':
      return answerOf(new BybitRefusal(10000, 'Server Timeout'), nowMs)
    case 'internal_error':
      return answerOf(new BybitRefusal(10016, 'Internal System Error.'), nowMs)
    case 'maintenance':
      return answerOf(new BybitRefusal(10016, 'System maintenance, please try again later.', { status: 503 }), nowMs)
    case 'rate_limited':
      return refusal.isBan
        ? { status: 403, body: '403, access too frequent' }
        : tooManyVisits({ resetMs: nowMs + refusal.retryAfterSeconds * 1_000, limit: 10 }, nowMs)
  }
}

/** The limit of one endpoint. */
export function tooManyVisits({ resetMs, limit }: { resetMs: number; limit: number }, nowMs: number): WireAnswer {
  const headers = { 'x-bapi-limit': String(limit), 'x-bapi-limit-status': '0', 'x-bapi-limit-reset-timestamp': String(resetMs) }
  return { ...answerOf(new BybitRefusal(10006, 'Too many visits. Exceeded the API Rate Limit.'), nowMs), headers }
}
