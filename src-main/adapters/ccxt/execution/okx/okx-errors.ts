// OKX's numbers for what went wrong, and what each proves (okx.com, docs-v5, error codes). An order's own verdict is `sCode` in the data, whatever the
// answer's code says; a number may carry a part after a line, as in 51008_1000.
import {
  type FailureOutcome,
  type RawAnswer,
  type VenueFailure,
  failureOfStatus,
  refusal,
  retryAfterMs,
} from '../../transport/venue-failure.ts'
import { type Fields, isFields, textOf, textOrNull } from '../fields.ts'

type Meaning = readonly [outcome: FailureOutcome, code: string]
const meanings = (outcome: FailureOutcome, code: string, numbers: readonly number[]): (readonly [number, Meaning])[] =>
  numbers.map((number) => [number, [outcome, code]])

const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  // The venue does not know itself what became of it.
  ...meanings('unknown', 'timeout', [50004, 51054, 51149]),
  ...meanings('unknown', 'server_error', [50026]),
  ...meanings('unknown', 'cancel_pending', [51410, 51412, 51416]),
  // Turned away before it was looked at.
  ...meanings('retryable', 'rate_limited', [50011]),
  ...meanings('retryable', 'too_many_orders', [50061, 51113]),
  ...meanings('retryable', 'server_busy', [50013]),
  ...meanings('retryable', 'maintenance', [50001, 50005, 51767]),
  ...meanings('retryable', 'clock', [50102, 50112]),
  ...meanings('retryable', 'market_closed', [51030]),
  // The key and the account.
  ...meanings('final', 'key_invalid', [50101, 50103, 50104, 50105, 50106, 50107, 50108, 50109, 50111, 50113, 50114, 50119]),
  ...meanings('final', 'ip_not_allowed', [50110, 50118, 50121]),
  ...meanings('final', 'no_permission', [50120]),
  ...meanings('final', 'account_restricted', [50007, 50008, 50009, 50012, 50027, 50028, 50100, 51009, 51024, 51155]),
  ...meanings('final', 'in_liquidation', [50017, 50018, 50019, 50020, 50021, 50022, 50023]),
  ...meanings('final', 'account_mode', [51010, 51128]),
  // The order.
  ...meanings('final', 'bad_request', [50000, 50002, 50006, 50014, 50015, 50016, 50024, 50025, 50115, 51000, 51003]),
  ...meanings('final', 'unknown_instrument', [51001, 51002, 51012, 51014, 51015, 51026]),
  ...meanings('final', 'market_closed', [51021, 51022, 51027, 51028, 51029, 51087, 54072]),
  ...meanings('final', 'insufficient_margin', [51008, 51119, 51127, 51131, 51502, 51736, 51764]),
  ...meanings('final', 'min_quantity', [50122, 51007, 51020, 51120]),
  ...meanings('final', 'max_quantity', [51005, 51101, 51108, 51185, 51201, 51202, 51203, 51207, 51275]),
  ...meanings('final', 'precision', [51121, 51150]),
  ...meanings('final', 'leverage_bracket', [51004, 51105, 51106, 51107, 51129, 51186, 51187]),
  ...meanings('final', 'price_band', [51006, 51031, 51116, 51122, 51135, 51136, 51137, 51138, 51250]),
  ...meanings('final', 'too_many_orders', [51025, 51102, 51103, 51104, 51117, 51165, 51174, 51261, 51299]),
  ...meanings('final', 'reduce_only_rejected', [51023, 51058, 51112, 51134, 51148, 51169, 51170, 51205]),
  ...meanings('final', 'unfillable', [51109]),
  // By last, mark and index price.
  ...meanings('final', 'would_immediately_trigger', [51277, 51278, 51279, 51280, 51300, 51302, 51303, 51304, 51305, 51306, 51307, 51308]),
  ...meanings('final', 'duplicate_client_order_id', [50071, 51011, 51016, 51065, 51068]),
  ...meanings('final', 'unknown_order', [51063, 51400, 51401, 51402, 51503, 51603]),
  ...meanings('final', 'orders_are_open', [51162, 59000]),
  ...meanings('final', 'position_is_open', [51163]),
])

/** Most limits there are counted over two seconds. */
const PAUSE_MS = 2_000

/** Null when the venue did what was asked. One request asks for one thing, so the first row's verdict is that of all. */
export function okxFailure(answer: RawAnswer): VenueFailure | null {
  const { body, status, text } = answer
  if (!isFields(body) || typeof body['code'] !== 'string')
    return failureOfStatus(answer) ?? refusal('unknown', 'unreadable', { message: `the answer cannot be read: ${text.slice(0, 80)}` })
  const said = verdictOf(body)
  if (said.code === '0') return failureOfStatus(answer)
  const number = Number.parseInt(said.code, 10)
  const details = { message: `${said.code}: ${said.words}`, venueCode: said.code }
  // The parameter that is wrong is in the words alone.
  if (number === 51000 && said.words.includes('posSide')) return refusal('final', 'position_mode', details)
  const [outcome, ours] = MEANINGS.get(number) ?? fallback(number, status)
  if (ours !== 'rate_limited') return refusal(outcome, ours, details)
  return refusal('retryable', 'rate_limited', { ...details, retryAfterMs: retryAfterMs(answer.headers) ?? PAUSE_MS })
}

function verdictOf(body: Fields): { readonly code: string; readonly words: string } {
  const data: unknown = body['data']
  const row: unknown = Array.isArray(data) ? data[0] : null
  if (isFields(row) && typeof row['sCode'] === 'string' && row['sCode'] !== '0')
    return { code: row['sCode'], words: textOrNull(row, 'sMsg') ?? '' }
  return { code: textOf(body, 'code'), words: textOrNull(body, 'msg') ?? '' }
}

/** A number that is not known here: a refusal of the venue's own rules, unless its servers say that they failed or that it was too much. */
const fallback = (number: number, status: number): Meaning => {
  if (status >= 500) return ['unknown', 'server_error']
  if (status === 429) return ['retryable', 'rate_limited']
  return ['final', number >= 50000 && number < 50100 ? 'bad_request' : 'refused']
}
