// Deribit's numbers for what went wrong, and what each proves (docs.deribit.com, RPC error codes). Refusals come with status 400, whatever they are about.
import { type FailureOutcome, type RawAnswer, type VenueFailure, failureOfStatus, refusal } from '../../transport/venue-failure.ts'
import { type Fields, isFields, textOrNull } from '../fields.ts'

type Meaning = readonly [outcome: FailureOutcome, code: string]

const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  // The venue does not know itself what became of it.
  [10001, ['unknown', 'server_error']],
  [11031, ['unknown', 'server_error']],
  [11094, ['unknown', 'server_error']],
  [13008, ['unknown', 'server_error']],
  [13028, ['unknown', 'server_error']],
  [13888, ['unknown', 'timeout']],
  // Turned away before it was looked at.
  [10028, ['retryable', 'rate_limited']],
  [10066, ['retryable', 'rate_limited']],
  [10040, ['retryable', 'server_busy']],
  [10047, ['retryable', 'server_busy']],
  [11056, ['retryable', 'server_busy']],
  // Trading stops for some seconds each day at 08:00 UTC.
  [10041, ['retryable', 'maintenance']],
  [11051, ['retryable', 'maintenance']],
  // The key.
  [9999, ['final', 'no_permission']],
  [10000, ['final', 'key_invalid']],
  [13004, ['final', 'key_invalid']],
  [13009, ['final', 'key_invalid']],
  [11042, ['final', 'no_permission']],
  [13021, ['final', 'no_permission']],
  [10019, ['final', 'account_restricted']],
  [13002, ['final', 'account_restricted']],
  [13012, ['final', 'account_restricted']],
  [12005, ['final', 'location_refused']],
  // The order.
  [10002, ['final', 'min_quantity']],
  [10003, ['final', 'self_trade']],
  [10004, ['final', 'unknown_order']],
  [10010, ['final', 'unknown_order']],
  [10025, ['final', 'unknown_order']],
  [10029, ['final', 'unknown_order']],
  [11008, ['final', 'unknown_order']],
  [11044, ['final', 'unknown_order']],
  [10005, ['final', 'price_band']],
  [10006, ['final', 'price_band']],
  [10007, ['final', 'price_band']],
  [10008, ['final', 'price_band']],
  [10011, ['final', 'price_band']],
  [10009, ['final', 'insufficient_margin']],
  [10039, ['final', 'insufficient_margin']],
  [10012, ['final', 'market_closed']],
  [11037, ['final', 'market_closed']],
  [13019, ['final', 'market_closed']],
  [10013, ['final', 'too_many_orders']],
  [10014, ['final', 'too_many_orders']],
  [11035, ['final', 'too_many_orders']],
  [10016, ['final', 'leverage_bracket']],
  [10018, ['final', 'leverage_bracket']],
  [10020, ['final', 'unknown_instrument']],
  [13020, ['final', 'unknown_instrument']],
  [10021, ['final', 'precision']],
  [10023, ['final', 'precision']],
  [10026, ['final', 'precision']],
  [10027, ['final', 'precision']],
  [10043, ['final', 'precision']],
  [10044, ['final', 'precision']],
  [10032, ['final', 'min_notional']],
  // The price is through the trigger already.
  [10034, ['final', 'would_immediately_trigger']],
  [10035, ['final', 'would_immediately_trigger']],
  [11036, ['final', 'would_immediately_trigger']],
  [10045, ['final', 'in_liquidation']],
  [10046, ['final', 'in_liquidation']],
  [11054, ['final', 'would_take']],
])
/** Credits come back at once, some each second. */
const PAUSE_MS = 2_000
const INVALID_PARAMS = -32_602
const OTHER_REJECT = 11_030
const BAD_REQUESTS: ReadonlySet<number> = new Set([-32_700, -32_601, -32_600, -32_000, 11_029, 11_043, 11_049, 11_050])

/** Null when the venue did what was asked. */
export function deribitFailure(answer: RawAnswer): VenueFailure | null {
  const { body } = answer
  const error = isFields(body) && isFields(body['error']) ? body['error'] : null
  if (error !== null) return failureOfError(error)
  if (answer.status < 300 && (!isFields(body) || body['result'] === undefined))
    return refusal('unknown', 'unreadable', { message: `the answer cannot be read: ${answer.text.slice(0, 80)}` })
  return failureOfStatus(answer)
}

/** Of the `error` of a JSON-RPC answer, by whichever way it came. */
export function failureOfError(error: Fields): VenueFailure {
  const code = Number(error['code'])
  const words = wordsOf(error)
  const [outcome, ours] = meaningOf(code, words)
  const details = { message: `${code}: ${words}`, venueCode: String(code) }
  return ours === 'rate_limited' ? refusal(outcome, ours, { ...details, retryAfterMs: PAUSE_MS }) : refusal(outcome, ours, details)
}

/** `unauthorized (invalid_token)`, `Invalid params (amount: must be a multiple of the minimum order size)`. */
function wordsOf(error: Fields): string {
  const data = isFields(error['data']) ? error['data'] : {}
  const more = [data['param'], data['reason']].filter((each) => typeof each === 'string').join(': ')
  const message = textOrNull(error, 'message') ?? ''
  return more === '' ? message : `${message} (${more})`
}

function meaningOf(code: number, words: string): Meaning {
  if (code === INVALID_PARAMS) return ['final', faultyParameter(words)]
  if (code === OTHER_REJECT) return ['final', /reduce/.test(words) ? 'reduce_only_rejected' : 'refused']
  if (BAD_REQUESTS.has(code)) return ['final', 'bad_request']
  const known = MEANINGS.get(code)
  if (known?.[1] !== 'key_invalid') return known ?? ['final', 'refused']
  // One number stands for whatever is wrong with a log-in; the reason tells some of it.
  if (/timestamp|nonce/.test(words)) return ['retryable', 'clock']
  return /\bip\b|_ip\b|ip_|whitelist/i.test(words) ? ['final', 'ip_not_allowed'] : known
}
function faultyParameter(words: string): string {
  if (/instrument/.test(words)) return 'unknown_instrument'
  return /tick|multiple|amount|price/.test(words) ? 'precision' : 'bad_request'
}
