// Why a request came to nothing, and what that proves. Decided by the venue's own number, never by a class of the library.
import { redact } from '../redact.ts'

/**
 * `final`: the venue refused it, and would again. `retryable`: surely not carried out, later it may be. `unknown`: it may have been carried out.
 */
export type FailureOutcome = 'final' | 'retryable' | 'unknown'
export type VenueFailure = {
  readonly outcome: FailureOutcome
  /** Ours, such as `insufficient_margin`. */
  readonly code: string
  /** The venue's number and words, redacted. */
  readonly message: string
  /** As the venue writes it, or null when no venue answered. */
  readonly venueCode: string | null
  /** How long the venue wants to be left alone, or null. */
  readonly retryAfterMs: number | null
}

/** What came back, whatever its status. `body` is null when it is no JSON. */
export type RawAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
  readonly body: unknown
}

/** Thrown by requests, caught at the edge of the client. Its message is redacted. */
export class VenueRefusal extends Error {
  readonly failure: VenueFailure
  constructor(failure: VenueFailure) {
    super(failure.message)
    this.name = 'VenueRefusal'
    this.failure = failure
  }
}

export const refusal = (
  outcome: FailureOutcome,
  code: string,
  details: { readonly message: string; readonly venueCode?: string; readonly retryAfterMs?: number | null },
): VenueFailure => ({
  outcome,
  code,
  message: redact(details.message),
  venueCode: details.venueCode ?? null,
  retryAfterMs: details.retryAfterMs ?? null,
})

/** Errors of the operating system and of undici that come before the first byte of a request has left. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_PRX_TLS',
])
const isCertificateCode = (code: string): boolean => code.startsWith('CERT_') || code.startsWith('ERR_TLS') || /SIGNED|ISSUER/.test(code)

/** Of what a connection threw. A proxy that refuses the tunnel has let nothing through. */
export function failureOfTransport(error: unknown): VenueFailure {
  const cause = error instanceof AggregateError ? error.errors[0] : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const text = cause instanceof Error ? cause.message : String(cause)
  const message = `the venue cannot be reached: ${code === '' || text.includes(code) ? text : `${code} ${text}`}`
  const neverSent = NEVER_SENT.has(code) || isCertificateCode(code) || /Proxy response|tunneling|Socks/i.test(text)
  return neverSent ? refusal('retryable', 'unreachable', { message }) : refusal('unknown', 'connection_lost', { message })
}

/** Of a status alone, where the body says nothing better: a server error may come after the order was carried out. */
export function failureOfStatus({ status, headers, text }: RawAnswer): VenueFailure | null {
  if (status >= 200 && status < 300) return null
  const message = `HTTP ${status}: ${text}`
  if (status === 418 || status === 429) return refusal('retryable', 'rate_limited', { message, retryAfterMs: retryAfterMs(headers) })
  if (status === 403 || status === 451) return refusal('final', 'location_refused', { message })
  if (status === 401) return refusal('final', 'key_invalid', { message })
  if (status >= 400 && status < 500) return refusal('final', 'bad_request', { message })
  return refusal('unknown', 'server_error', { message })
}

/** Seconds, or a date by the clock of whoever sent it (RFC 9110, 10.2.3). Null without either. */
export function retryAfterMs(headers: RawAnswer['headers']): number | null {
  const text = String(headers['retry-after'] ?? '')
  const delayMs = /^\d{1,10}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.parse(String(headers['date'] ?? ''))
  return Number.isFinite(delayMs) && delayMs >= 0 ? delayMs : null
}
