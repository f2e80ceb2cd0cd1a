// Bybit v5's numbers for what went wrong, and what each proves (bybit-exchange.github.io/docs/v5/error). Nearly all come with status 200.
import { MINUTE_MS, SECOND_MS } from '../../../../../src-shared/domain/time.ts'
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
  [5004, ['unknown', 'timeout']],
  [10000, ['unknown', 'timeout']],
  [10016, ['unknown', 'server_error']],
  [10019, ['unknown', 'maintenance']],
  [12000, ['unknown', 'server_error']],
  [170007, ['unknown', 'timeout']],
  // Turned away before it was looked at.
  [429, ['retryable', 'rate_limited']],
  [10002, ['retryable', 'clock']],
  [10006, ['retryable', 'rate_limited']],
  [10009, ['retryable', 'rate_limited']],
  [10018, ['retryable', 'rate_limited']],
  [10429, ['retryable', 'rate_limited']],
  // The key and the account.
  [10003, ['final', 'key_invalid']],
  [10004, ['final', 'key_invalid']],
  [10007, ['final', 'key_invalid']],
  [33004, ['final', 'key_expired']],
  [10005, ['final', 'no_permission']],
  [10010, ['final', 'ip_not_allowed']],
  [10024, ['final', 'location_refused']],
  [10008, ['final', 'account_restricted']],
  [10027, ['final', 'account_restricted']],
  [10020, ['final', 'account_mode']],
  [10028, ['final', 'account_mode']],
  [100028, ['final', 'account_mode']],
  // The order.
  [10001, ['final', 'bad_request']],
  [10017, ['final', 'bad_request']],
  [10029, ['final', 'unknown_instrument']],
  [10014, ['final', 'duplicate_client_order_id']],
  [110030, ['final', 'duplicate_client_order_id']],
  [110072, ['final', 'duplicate_client_order_id']],
  [110001, ['final', 'unknown_order']],
  [110008, ['final', 'already_ended']],
  [110010, ['final', 'already_ended']],
  [110003, ['final', 'price_band']],
  [110004, ['final', 'insufficient_margin']],
  [110006, ['final', 'insufficient_margin']],
  [110007, ['final', 'insufficient_margin']],
  [110012, ['final', 'insufficient_margin']],
  [110014, ['final', 'insufficient_margin']],
  [110044, ['final', 'insufficient_margin']],
  [110045, ['final', 'insufficient_margin']],
  [110051, ['final', 'insufficient_margin']],
  [110052, ['final', 'insufficient_margin']],
  [110053, ['final', 'insufficient_margin']],
  [110009, ['final', 'too_many_orders']],
  [110020, ['final', 'too_many_orders']],
  [110011, ['final', 'would_liquidate']],
  [110039, ['final', 'would_liquidate']],
  [110040, ['final', 'would_liquidate']],
  [110046, ['final', 'would_liquidate']],
  [110035, ['final', 'in_liquidation']],
  [110013, ['final', 'leverage_bracket']],
  [110016, ['final', 'leverage_bracket']],
  [110031, ['final', 'leverage_bracket']],
  [110090, ['final', 'leverage_bracket']],
  [110017, ['final', 'reduce_only_rejected']],
  [110034, ['final', 'reduce_only_rejected']],
  [110021, ['final', 'open_interest']],
  [110023, ['final', 'market_closed']],
  [110042, ['final', 'market_closed']],
  [110063, ['final', 'market_closed']],
  [110066, ['final', 'market_closed']],
  [110074, ['final', 'market_closed']],
  [110092, ['final', 'would_immediately_trigger']],
  [110093, ['final', 'would_immediately_trigger']],
  [130074, ['final', 'would_immediately_trigger']],
  [110094, ['final', 'min_notional']],
  // What was wished is so already, or cannot be changed now.
  [110025, ['final', 'no_change']],
  [110026, ['final', 'no_change']],
  [110027, ['final', 'no_change']],
  [110043, ['final', 'no_change']],
  [110024, ['final', 'position_is_open']],
  [110028, ['final', 'orders_are_open']],
])
/** The limit of an endpoint is counted by the second; an address that asked too much is left out for ten minutes. */
const SECONDS_LIMITS = new Set([429, 10006, 10429])
const ADDRESS_BAN_MS = 10 * MINUTE_MS

/** Null when the venue did what was asked. */
export function bybitFailure(answer: RawAnswer): VenueFailure | null {
  const retCode = isFields(answer.body) ? answer.body['retCode'] : undefined
  const code = typeof retCode === 'number' || typeof retCode === 'string' ? Number(retCode) : Number.NaN
  if (!Number.isInteger(code)) return withoutNumber(answer)
  if (code === 0 && answer.status < 300) return null
  const retMsg = isFields(answer.body) ? answer.body['retMsg'] : null
  const words = typeof retMsg === 'string' ? retMsg : ''
  const [outcome, ours] = meaningOf(code, answer.status, words)
  const details = { message: `${code}: ${words}`, venueCode: String(code) }
  return refusal(outcome, ours, ours === 'rate_limited' ? { ...details, retryAfterMs: pauseMs(answer, code) } : details)
}

function meaningOf(code: number, status: number, words: string): Meaning {
  // One number for every wrong parameter, and for an account in hedge mode.
  if (code === 10001 && /position.?(idx|mode)/i.test(words)) return ['final', 'position_mode']
  // Whatever a server says that is being renewed, it may have done before.
  if (status >= 500 && /maintenance|upgrad/i.test(words)) return ['unknown', 'maintenance']
  return MEANINGS.get(code) ?? (status >= 500 ? ['unknown', 'server_error'] : ['final', 'refused'])
}

function withoutNumber(answer: RawAnswer): VenueFailure | null {
  const { status, text } = answer
  if (status >= 200 && status < 300) return refusal('unknown', 'unreadable', { message: `the answer cannot be read: ${text.slice(0, 80)}` })
  if (status === 403 && /frequen|too many/i.test(text))
    return refusal('retryable', 'rate_limited', { message: `HTTP 403: ${text}`, retryAfterMs: ADDRESS_BAN_MS })
  if (status === 429) return refusal('retryable', 'rate_limited', { message: `HTTP 429: ${text}`, retryAfterMs: pauseMs(answer, status) })
  if (status >= 500 && /maintenance|upgrad/i.test(text)) return refusal('unknown', 'maintenance', { message: `HTTP ${status}: ${text}` })
  return failureOfStatus(answer)
}

/** Until the endpoint's window ends, by the venue's own clock in the same answer; at most a second where that is not told. */
function pauseMs(answer: RawAnswer, code: number): number {
  const toldMs = retryAfterMs(answer.headers)
  if (toldMs !== null) return toldMs
  if (!SECONDS_LIMITS.has(code)) return ADDRESS_BAN_MS
  const resetMs = Number(answer.headers['x-bapi-limit-reset-timestamp'] ?? Number.NaN)
  const sentMs = isFields(answer.body) ? Number(answer.body['time']) : Number.NaN
  const leftMs = resetMs - sentMs
  return leftMs > 0 && leftMs < MINUTE_MS ? leftMs : SECOND_MS
}
