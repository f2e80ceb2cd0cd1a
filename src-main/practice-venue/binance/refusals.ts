// What Binance says when it refuses, in its own words (USDT-M error codes as documented in 2025).
import type { Fault, FaultCode } from '../core/order.ts'
import type { Refusal, WireAnswer } from '../wire/contract.ts'

/** Thrown by what handles a request, caught by the router. */
export class BinanceRefusal extends Error {
  readonly code: number
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(code: number, text: string, more: { status?: number; headers?: Readonly<Record<string, string>> } = {}) {
    super(text)
    this.code = code
    this.status = more.status ?? 400
    this.headers = more.headers ?? {}
  }
}

export const answerOf = ({ code, message, status, headers }: BinanceRefusal): WireAnswer => ({
  status,
  body: JSON.stringify({ code, msg: message }),
  headers,
})

export const missing = (name: string): BinanceRefusal =>
  new BinanceRefusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)
export const malformed = (name: string): BinanceRefusal => new BinanceRefusal(-1130, `Data sent for parameter '${name}' is not valid.`)
export const invalidSymbol = (): BinanceRefusal => new BinanceRefusal(-1121, 'Invalid symbol.')
export const noSuchOrder = (): BinanceRefusal => new BinanceRefusal(-2013, 'Order does not exist.')

type Said = readonly [code: number, text: string]
/** `%s` is the bound that was broken. */
const SAID: Readonly<Record<FaultCode, Said>> = {
  unknown_symbol: [-1121, 'Invalid symbol.'],
  symbol_closed: [-4108, 'This symbol is on delivering or delivered or settling or closed or pre-trading.'],
  duplicate_client_id: [-4116, 'ClientOrderId is duplicated.'],
  price_missing: [-1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."],
  price_off_tick: [-4014, 'Price not increased by tick size.'],
  price_too_high: [-4016, "Limit price can't be higher than %s."],
  price_too_low: [-4024, "Limit price can't be lower than %s."],
  market_price_out_of_band: [-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."],
  quantity_not_positive: [-4003, 'Quantity less than or equal to zero.'],
  quantity_off_lot: [-1111, 'Precision is over the maximum defined for this asset.'],
  quantity_too_small: [-4004, 'Quantity less than min quantity.'],
  quantity_too_large: [-4005, 'Quantity greater than max quantity.'],
  notional_too_small: [-4164, "Order's notional must be no smaller than %s (unless you choose reduce only)."],
  insufficient_margin: [-2019, 'Margin is insufficient.'],
  leverage_exceeded: [-2027, 'Exceeded the maximum allowable position at current leverage.'],
  reduce_only_rejected: [-2022, 'ReduceOnly Order is rejected.'],
  reduce_only_conflict: [-4118, 'ReduceOnly Order Failed. Please check your existing position and open orders.'],
  position_side_mismatch: [-4061, "Order's position side does not match user's setting."],
  post_only_would_take: [
    -5022,
    'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history',
  ],
  would_trigger: [-2021, 'Order would immediately trigger.'],
  close_position_exists: [-4130, 'An open stop or take profit order with GTE and closePosition in the direction is existing.'],
  callback_rate_invalid: [-2007, 'Invalid callBack rate.'],
  unknown_order: [-2011, 'Unknown order sent.'],
  not_modified: [-5027, 'No need to modify the order.'],
  too_many_orders: [-2025, 'Reach max open order limit.'],
  invalid_leverage: [-4028, 'Leverage is not valid'],
  no_change: [-4059, 'No need to change position side.'],
  open_orders_exist: [-4067, 'Position side cannot be changed if there exists open orders.'],
  positions_exist: [-4068, 'Position side cannot be changed if there exists position.'],
}
/** Where a change of settings is refused in other words than an order. */
const SAID_OF_MARGIN_MODE: Partial<Record<FaultCode, Said>> = {
  no_change: [-4046, 'No need to change margin type.'],
  open_orders_exist: [-4047, 'Margin type cannot be changed if there exists open orders.'],
  positions_exist: [-4048, 'Margin type cannot be changed if there exists position.'],
}
const SAID_OF_LEVERAGE: Partial<Record<FaultCode, Said>> = {
  insufficient_margin: [-2028, 'Leverage is smaller than permitted: insufficient margin balance.'],
}

export function refusalOf(fault: Fault, about: 'order' | 'margin_mode' | 'leverage' = 'order'): BinanceRefusal {
  const special = about === 'margin_mode' ? SAID_OF_MARGIN_MODE : about === 'leverage' ? SAID_OF_LEVERAGE : {}
  const [code, text] = special[fault.code] ?? SAID[fault.code]
  return new BinanceRefusal(code, text.replace('%s', fault.bound ?? ''))
}

/** What the shared server refuses, in Binance's words. */
export function sharedRefusal(refusal: Refusal): WireAnswer {
  switch (refusal.type) {
    case 'unavailable':
      return refusal.isKnown
        ? answerOf(new BinanceRefusal(-1008, 'Service Unavailable.', { status: 503 }))
        : answerOf(new BinanceRefusal(-1000, 'Unknown error, please check your request or try again later.', { status: 503 }))
    case 'backend_timeout': {
      const text = 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.'
      return answerOf(new BinanceRefusal(-1007, text, { status: 408 }))
    }
    case 'internal_error':
      return answerOf(new BinanceRefusal(-1000, 'An unknown error occured while processing the request.', { status: 500 }))
    case 'maintenance':
      return answerOf(new BinanceRefusal(-1016, 'This service is no longer available.', { status: 503 }))
    case 'rate_limited':
      return answerOf(rateLimited(refusal))
  }
}

export function rateLimited(limit: { isBan: boolean; retryAfterSeconds: number; untilMs: number }): BinanceRefusal {
  const text = limit.isBan
    ? `Way too many requests; IP banned until ${limit.untilMs}. Please use the websocket for live updates to avoid bans.`
    : 'Too many requests; current limit of IP is 2400 requests per minute. Please use the websocket for live updates to avoid polling the API.'
  return new BinanceRefusal(-1003, text, { status: limit.isBan ? 418 : 429, headers: { 'retry-after': String(limit.retryAfterSeconds) } })
}
