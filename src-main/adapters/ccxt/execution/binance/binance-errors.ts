// Binance USDT-M's numbers for what went wrong, and what each proves (developers.binance.com, derivatives, USDS-M futures, error codes).
import {
  type FailureOutcome,
  type RawAnswer,
  type VenueFailure,
  failureOfStatus,
  refusal,
  retryAfterMs,
} from '../../transport/venue-failure.ts'
import { isFields } from '../fields.ts'

type Meaning = readonly [outcome: FailureOutcome, code: string]

const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  // The venue does not know itself what became of it.
  [-1000, ['unknown', 'server_error']],
  [-1001, ['unknown', 'server_error']],
  [-1006, ['unknown', 'server_error']],
  [-1007, ['unknown', 'timeout']],
  // Turned away before it was looked at.
  [-1003, ['retryable', 'rate_limited']],
  [-1008, ['retryable', 'server_busy']],
  [-1015, ['retryable', 'too_many_orders']],
  [-1016, ['retryable', 'maintenance']],
  [-1021, ['retryable', 'clock']],
  [-5028, ['retryable', 'clock']],
  // The key.
  [-1002, ['final', 'no_permission']],
  [-1011, ['final', 'ip_not_allowed']],
  [-1022, ['final', 'key_invalid']],
  [-2008, ['final', 'key_invalid']],
  [-2014, ['final', 'key_invalid']],
  [-2015, ['final', 'key_ip_or_permission']],
  [-2017, ['final', 'no_permission']],
  [-4087, ['final', 'no_permission']],
  [-4088, ['final', 'no_permission']],
  [-4109, ['final', 'no_permission']],
  [-4400, ['final', 'account_restricted']],
  [-4192, ['final', 'account_restricted']],
  [-1125, ['final', 'stream_key_invalid']],
  // The order.
  [-1111, ['final', 'precision']],
  [-4014, ['final', 'precision']],
  [-4023, ['final', 'precision']],
  [-1013, ['final', 'filter']],
  [-1121, ['final', 'unknown_instrument']],
  [-4144, ['final', 'unknown_instrument']],
  [-4108, ['final', 'market_closed']],
  [-4140, ['final', 'market_closed']],
  [-4141, ['final', 'market_closed']],
  [-2011, ['final', 'unknown_order']],
  [-2013, ['final', 'unknown_order']],
  [-2018, ['final', 'insufficient_margin']],
  [-2019, ['final', 'insufficient_margin']],
  [-4050, ['final', 'insufficient_margin']],
  [-4051, ['final', 'insufficient_margin']],
  [-2020, ['final', 'unfillable']],
  [-2021, ['final', 'would_immediately_trigger']],
  [-4142, ['final', 'would_immediately_trigger']],
  [-2022, ['final', 'reduce_only_rejected']],
  [-2024, ['final', 'reduce_only_rejected']],
  [-2026, ['final', 'reduce_only_rejected']],
  [-4062, ['final', 'reduce_only_rejected']],
  [-4118, ['final', 'reduce_only_rejected']],
  [-2023, ['final', 'in_liquidation']],
  [-2025, ['final', 'too_many_orders']],
  [-4045, ['final', 'too_many_orders']],
  [-2027, ['final', 'leverage_bracket']],
  [-2028, ['final', 'leverage_bracket']],
  [-4161, ['final', 'leverage_bracket']],
  [-4004, ['final', 'min_quantity']],
  [-4005, ['final', 'max_quantity']],
  [-4164, ['final', 'min_notional']],
  [-4013, ['final', 'price_band']],
  [-4016, ['final', 'price_band']],
  [-4024, ['final', 'price_band']],
  [-4131, ['final', 'price_band']],
  [-4183, ['final', 'price_band']],
  [-4184, ['final', 'price_band']],
  [-4060, ['final', 'position_mode']],
  [-4061, ['final', 'position_mode']],
  [-4067, ['final', 'position_mode']],
  [-4068, ['final', 'position_mode']],
  [-4116, ['final', 'duplicate_client_order_id']],
  [-4120, ['final', 'wrong_list']],
  [-5021, ['final', 'unfillable']],
  [-5022, ['final', 'would_take']],
  // What was wished is so already, or cannot be changed now.
  [-4046, ['final', 'no_change']],
  [-4059, ['final', 'no_change']],
  [-4047, ['final', 'orders_are_open']],
  [-4048, ['final', 'position_is_open']],
])

/** Null when the venue did what was asked. */
export function binanceFailure(answer: RawAnswer): VenueFailure | null {
  const code = isFields(answer.body) ? Number(answer.body['code']) : Number.NaN
  if (!(code < 0)) {
    if (answer.status < 300 && answer.body === null)
      return refusal('unknown', 'unreadable', { message: `the answer cannot be read: ${answer.text.slice(0, 80)}` })
    return failureOfStatus(answer)
  }
  const msg = isFields(answer.body) ? answer.body['msg'] : null
  const words = typeof msg === 'string' ? msg : ''
  const [outcome, ours] = MEANINGS.get(code) ?? fallback(code, answer.status)
  const details = { message: `${code}: ${words}`, venueCode: String(code) }
  const isLimit = ours === 'rate_limited' || answer.status === 418 || answer.status === 429
  if (!isLimit) return refusal(outcome, ours, details)
  return refusal('retryable', code === -1015 ? ours : 'rate_limited', { ...details, retryAfterMs: pauseMs(answer, words) })
}

/** A number that is not known here: a refusal of the venue's own rules, unless its servers say that they failed. */
const fallback = (code: number, status: number): Meaning => {
  if (status >= 500) return ['unknown', 'server_error']
  return ['final', code <= -1100 && code > -1200 ? 'bad_request' : 'refused']
}

/** "Way too many requests; IP banned until 1573770000000", against the sender's own clock, where the header is missing. */
function pauseMs(answer: RawAnswer, words: string): number | null {
  const untilMs = Number(/banned until (\d{13})/.exec(words)?.[1] ?? Number.NaN)
  const sentMs = Date.parse(String(answer.headers['date'] ?? ''))
  const tillThen = untilMs - sentMs
  return retryAfterMs(answer.headers) ?? (tillThen > 0 ? tillThen : null)
}
