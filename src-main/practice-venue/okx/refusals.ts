// What OKX says when it refuses, in its own words (error codes as documented in 2025). A request of one order is answered with status 200 and the order's
// own verdict; whatever concerns the request itself has a number of its own in front.
import type { ConditionalParams, Fault, FaultCode } from '../core/order.ts'
import type { Refusal, WireAnswer } from '../wire/contract.ts'

/** Thrown by what handles a request, caught by the router: the whole request is refused. */
export class OkxRefusal extends Error {
  readonly code: number
  readonly status: number
  constructor(code: number, text: string, status = 200) {
    super(text)
    this.code = code
    this.status = status
  }
}
/** Thrown for one order, caught by what answers for orders one by one. */
export class OrderRefusal extends Error {
  readonly code: number
  constructor(code: number, text: string) {
    super(text)
    this.code = code
  }
}

export const answerOf = ({ code, message, status }: OkxRefusal): WireAnswer => ({
  status,
  body: JSON.stringify({ code: String(code), data: [], msg: message }),
})
export const missing = (name: string): OkxRefusal => new OkxRefusal(50014, `Parameter ${name} cannot be empty.`, 400)
export const malformed = (name: string): OkxRefusal => new OkxRefusal(51000, `Parameter ${name} error`, 400)
export const noSuchOrder = (): OkxRefusal => new OkxRefusal(51603, 'Order does not exist')
export const noSuchInstrument = (): OkxRefusal => new OkxRefusal(51001, "Instrument ID, Instrument ID code or Spread ID doesn't exist.")

type Said = readonly [code: number, text: string]
/** `%s` is the bound that was broken. */
const SAID: Readonly<Record<FaultCode, Said>> = {
  unknown_symbol: [51001, "Instrument ID, Instrument ID code or Spread ID doesn't exist."],
  symbol_closed: [51028, 'Contract under delivery.'],
  duplicate_client_id: [51016, 'Client order ID already exists.'],
  price_missing: [51000, 'Parameter px error'],
  price_off_tick: [51000, 'Parameter px error'],
  price_too_high: [51006, 'Order price is not within the price limit (max buy price: %s , min sell price: %s )'],
  price_too_low: [51006, 'Order price is not within the price limit (max buy price: %s , min sell price: %s )'],
  market_price_out_of_band: [51109, 'No available offers.'],
  quantity_not_positive: [51000, 'Parameter sz error'],
  quantity_off_lot: [51121, 'Order quantity must be a multiple of the lot size.'],
  quantity_too_small: [51020, 'Your order should meet or exceed the minimum order amount.'],
  quantity_too_large: [51202, 'Market order amount exceeds the maximum amount.'],
  notional_too_small: [51020, 'Your order should meet or exceed the minimum order amount.'],
  insufficient_margin: [51008, 'Order failed. Insufficient USDT margin in account'],
  leverage_exceeded: [51004, 'Order failed. The order amount exceeds the maximum position amount under current leverage (%s).'],
  reduce_only_rejected: [
    51169,
    "Order failed because you don't have any positions in this direction for this contract to reduce or close. ",
  ],
  reduce_only_conflict: [51112, 'Close order size exceeds available size for this position.'],
  position_side_mismatch: [51000, 'Parameter posSide  error '],
  post_only_would_take: [51511, 'Modification failed as the order price did not meet the requirement for Post Only.'],
  would_trigger: [51280, 'SL trigger price cannot be higher than the last price'],
  close_position_exists: [51088, 'You can only place 1 TP/SL order to close an entire position'],
  callback_rate_invalid: [51257, 'Trailing stop order callback rate error.'],
  unknown_order: [51400, 'Order cancellation failed as the order has been filled, canceled or does not exist.'],
  not_modified: [51500, 'You must enter a price, quantity, or TP/SL'],
  too_many_orders: [51025, 'Order count exceeds the limit.'],
  invalid_leverage: [59102, 'Leverage exceeds the maximum limit. Please lower the leverage.'],
  no_change: [52000, 'No updates'],
  open_orders_exist: [59000, 'Setting failed. Cancel any open orders, close positions, and stop trading bots first.'],
  positions_exist: [59000, 'Setting failed. Cancel any open orders, close positions, and stop trading bots first.'],
}
const saidOf = (fault: Fault): Said => {
  const [code, text] = SAID[fault.code]
  return [code, text.replaceAll('%s', fault.bound ?? '')]
}
export const refusalOf = (fault: Fault): OkxRefusal => new OkxRefusal(...saidOf(fault))
export const orderRefusalOf = (fault: Fault): OrderRefusal => new OrderRefusal(...saidOf(fault))

const PASSED = { last: 0, mark: 1, index: 2 } as const
const PASSED_NUMBERS: Readonly<Record<string, readonly [number, number, number]>> = {
  'TP higher': [51277, 51300, 51305],
  'SL lower': [51278, 51302, 51306],
  'TP lower': [51279, 51303, 51307],
  'SL higher': [51280, 51304, 51308],
}
/** Of a conditional order: a trigger that is passed is told by side and by the price that it watches. */
export function conditionalRefusalOf(fault: Fault, { type, side, trigger }: ConditionalParams): OrderRefusal {
  if (fault.code === 'duplicate_client_id') return new OrderRefusal(51065, 'algoClOrdId already exists.')
  if (fault.code !== 'would_trigger') return orderRefusalOf(fault)
  const kind = type.startsWith('take_profit') ? 'TP' : 'SL'
  // A stop lies beyond the price on the side that hurts, a target on the other.
  const way = (kind === 'SL') === (side === 'sell') ? 'higher' : 'lower'
  const code = PASSED_NUMBERS[`${kind} ${way}`]?.[PASSED[trigger]] ?? SAID.would_trigger[0]
  return new OrderRefusal(code, `${kind} trigger price cannot be ${way} than the ${trigger} price`)
}

/** What the shared server refuses by itself. */
export function sharedRefusal(refusal: Refusal): WireAnswer {
  switch (refusal.type) {
    case 'unavailable':
      return refusal.isKnown
        ? answerOf(new OkxRefusal(50013, 'Systems are busy. Please try again later.', 429))
        : answerOf(new OkxRefusal(50026, 'System error. Try again later.', 500))
    case 'backend_timeout':
      return answerOf(
        new OkxRefusal(
          50004,
          'API endpoint request timeout (does not mean that the request was successful or failed, please check the request result).',
          400,
        ),
      )
    case 'internal_error':
      return answerOf(new OkxRefusal(50026, 'System error. Try again later.', 500))
    case 'maintenance':
      return answerOf(new OkxRefusal(50001, 'Service temporarily unavailable. Try again later', 503))
    case 'rate_limited': {
      const { status, body } = answerOf(new OkxRefusal(50011, 'Too Many Requests', 429))
      return { status, body, headers: { 'retry-after': String(refusal.retryAfterSeconds) } }
    }
  }
}
