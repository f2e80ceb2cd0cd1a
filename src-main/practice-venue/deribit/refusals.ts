// What Deribit says when it refuses: a number, a name, and often the parameter and the reason (docs.deribit.com, RPC error codes).
import type { Fault, FaultCode } from '../core/order.ts'
import type { Refusal } from '../wire/contract.ts'

export type RefusalData = { readonly param?: string; readonly reason?: string; readonly wait?: number }

/** Thrown by what handles a request, caught by the router. */
export class DeribitRefusal extends Error {
  readonly code: number
  readonly data: RefusalData | null
  constructor(code: number, text: string, data: RefusalData | null = null) {
    super(text)
    this.code = code
    this.data = data
  }
}

export const errorJson = ({ code, message, data }: DeribitRefusal): Record<string, unknown> => ({
  code,
  message,
  ...(data !== null && { data }),
})

export const invalidParam = (param: string, reason: string): DeribitRefusal =>
  new DeribitRefusal(-32_602, 'Invalid params', { param, reason })
export const missing = (param: string): DeribitRefusal => invalidParam(param, 'value required')
export const noSuchInstrument = (): DeribitRefusal => invalidParam('instrument_name', 'instrument not found')
export const noSuchOrder = (): DeribitRefusal => new DeribitRefusal(10_004, 'order_not_found')
export const notOpen = (): DeribitRefusal => new DeribitRefusal(11_044, 'not_open_order')
export const unauthorized = (reason: string): DeribitRefusal => new DeribitRefusal(13_009, 'unauthorized', { reason })
export const invalidCredentials = (reason?: string): DeribitRefusal =>
  new DeribitRefusal(13_004, 'invalid_credentials', reason === undefined ? null : { reason })
export const forbidden = (reason: string): DeribitRefusal => new DeribitRefusal(13_021, 'forbidden', { reason })
export const tooManyRequests = (wait: number): DeribitRefusal => new DeribitRefusal(10_028, 'too_many_requests', { wait })

/** `%s` is the bound that was broken. */
const SAID: Readonly<Record<FaultCode, () => DeribitRefusal>> = {
  unknown_symbol: noSuchInstrument,
  symbol_closed: () => new DeribitRefusal(10_012, 'book_closed'),
  duplicate_client_id: () => new DeribitRefusal(11_030, 'other_reject duplicate_label'),
  price_missing: () => missing('price'),
  price_off_tick: () => invalidParam('price', 'must conform to tick size'),
  price_too_high: () => new DeribitRefusal(10_007, 'price_too_high %s'),
  price_too_low: () => new DeribitRefusal(10_005, 'price_too_low %s'),
  market_price_out_of_band: () => new DeribitRefusal(10_011, 'price_not_allowed'),
  quantity_not_positive: () => invalidParam('amount', 'must be a positive number'),
  quantity_off_lot: () => invalidParam('amount', 'must be a multiple of the minimum order size'),
  quantity_too_small: () => new DeribitRefusal(10_002, 'qty_too_low'),
  quantity_too_large: () => new DeribitRefusal(10_021, 'invalid_amount'),
  notional_too_small: () => new DeribitRefusal(10_032, 'whole_cost_too_low'),
  insufficient_margin: () => new DeribitRefusal(10_009, 'not_enough_funds'),
  leverage_exceeded: () => new DeribitRefusal(10_018, 'non_pme_max_future_position_size %s'),
  reduce_only_rejected: () => new DeribitRefusal(11_030, 'other_reject invalid_reduce_only_order'),
  reduce_only_conflict: () => new DeribitRefusal(11_030, 'other_reject invalid_reduce_only_order'),
  position_side_mismatch: () => new DeribitRefusal(11_029, 'invalid_arguments'),
  post_only_would_take: () => new DeribitRefusal(11_054, 'post_only_reject'),
  would_trigger: () => new DeribitRefusal(11_036, 'invalid_trigger_price'),
  close_position_exists: () => new DeribitRefusal(11_029, 'invalid_arguments'),
  callback_rate_invalid: () => invalidParam('trigger_offset', 'value out of range'),
  unknown_order: notOpen,
  not_modified: () => new DeribitRefusal(11_029, 'invalid_arguments'),
  too_many_orders: () => new DeribitRefusal(10_014, 'pme_max_future_open_orders %s'),
  invalid_leverage: () => new DeribitRefusal(11_029, 'invalid_arguments'),
  no_change: () => new DeribitRefusal(11_029, 'invalid_arguments'),
  open_orders_exist: () => new DeribitRefusal(11_029, 'invalid_arguments'),
  positions_exist: () => new DeribitRefusal(11_029, 'invalid_arguments'),
}
export function refusalOf(fault: Fault): DeribitRefusal {
  const said = SAID[fault.code]()
  return said.message.includes('%s') ? new DeribitRefusal(said.code, said.message.replace('%s', fault.bound ?? '').trim()) : said
}
/** A trigger that the price is through already: too high for one that fires on a fall, too low for one that fires on a rise. */
export const triggerPassed = (direction: 'rise' | 'fall'): DeribitRefusal =>
  direction === 'fall' ? new DeribitRefusal(10_034, 'trigger_price_too_high') : new DeribitRefusal(10_035, 'trigger_price_too_low')

/** What the shared server refuses, in Deribit's words. */
export function sharedRefusal(refusal: Refusal): DeribitRefusal {
  switch (refusal.type) {
    case 'unavailable':
      return refusal.isKnown ? new DeribitRefusal(10_040, 'retry') : new DeribitRefusal(13_028, 'temporarily_unavailable')
    case 'backend_timeout':
      return new DeribitRefusal(13_888, 'timed_out')
    case 'internal_error':
      return new DeribitRefusal(11_094, 'internal_server_error')
    case 'maintenance':
      return new DeribitRefusal(11_051, 'system_maintenance')
    case 'rate_limited':
      return tooManyRequests(refusal.retryAfterSeconds)
  }
}
