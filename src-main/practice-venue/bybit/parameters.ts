// The parameters of a request, from a query or from a JSON body, and whether they are signed.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Price, type Quantity, price, quantity } from '../../../src-shared/domain/decimal.ts'
import type { WireContext, WireRequest } from '../wire/contract.ts'
import type { ApiKey } from '../wire/keys.ts'
import { BybitRefusal, malformed, missing } from './refusals.ts'

export class Parameters {
  readonly #values: ReadonlyMap<string, string>
  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values
  }
  static of({ method, query, body }: WireRequest): Parameters {
    if (method === 'GET') return new Parameters(new Map(new URLSearchParams(query)))
    return new Parameters(new Map(Object.entries(jsonObject(body)).map(([name, value]) => [name, textOf(value)])))
  }

  text(name: string): string | null {
    const value = this.#values.get(name)
    return value === undefined || value === '' ? null : value
  }
  required(name: string): string {
    const value = this.text(name)
    if (value === null) throw missing(name)
    return value
  }
  integer(name: string): number | null {
    const value = this.text(name)
    if (value === null) return null
    if (!/^\d{1,15}$/.test(value)) throw malformed(name)
    return Number(value)
  }
  flag(name: string): boolean {
    const value = this.text(name)?.toLowerCase()
    if (value === undefined || value === 'false') return false
    if (value === 'true') return true
    throw malformed(name)
  }
  oneOf<T extends string>(name: string, values: readonly T[], otherwise: T | null): T {
    const text = this.text(name)
    if (text === null && otherwise !== null) return otherwise
    const found = values.find((value) => value === text)
    if (found === undefined) throw text === null ? missing(name) : malformed(name)
    return found
  }
  price(name: string): Price | null {
    return this.#exact(name, price)
  }
  quantity(name: string): Quantity | null {
    return this.#exact(name, quantity)
  }
  #exact<T>(name: string, parse: (text: string) => T): T | null {
    const value = this.text(name)
    if (value === null) return null
    try {
      return parse(value)
    } catch {
      throw malformed(name)
    }
  }
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}
function jsonObject(body: string): object {
  try {
    const parsed: unknown = JSON.parse(body === '' ? '{}' : body)
    if (typeof parsed === 'object' && parsed !== null) return parsed
  } catch {
    // Said below.
  }
  throw new BybitRefusal(10001, 'Request parameter error.')
}

const RECV_WINDOW_DEFAULT = 5_000
/** How far a client's clock may be ahead. */
const AHEAD_MS_MAX = 1_000

/** True when `signature` is the hex HMAC-SHA256 of the text. */
export function isSigned(key: ApiKey, text: string, signature: string): boolean {
  const expected = createHmac('sha256', key.secret).update(text).digest()
  const given = Buffer.from(signature, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** The key of a request and its signature over time, key, window and what was sent. Throws what Bybit answers to a wrong one. */
export function signedKey(context: WireContext, request: WireRequest): ApiKey {
  const { headers } = request
  const [name, timestamp, signature] = [headers['x-bapi-api-key'], headers['x-bapi-timestamp'], headers['x-bapi-sign']]
  if (name === undefined || timestamp === undefined || signature === undefined || !/^\d{13}$/.test(timestamp))
    throw new BybitRefusal(10001, `empty value: apiTimestamp[${timestamp ?? ''}] apiKey[${name ?? ''}] apiSignature[${signature ?? ''}]`)
  const recvWindow = Number(headers['x-bapi-recv-window'] ?? RECV_WINDOW_DEFAULT)
  checkTime(context, Number(timestamp), recvWindow)
  const key = context.keys.get(name)
  if (key === undefined || key.state === 'unknown') throw new BybitRefusal(10003, 'API key is invalid.', { status: 401 })
  if (key.state === 'expired') throw new BybitRefusal(33004, 'Your api key has expired.', { status: 401 })
  if (key.allowedIps?.includes(request.ip) === false)
    throw new BybitRefusal(10010, "Unmatched IP, please check your API key's bound IP addresses.")
  const sent = request.method === 'GET' ? request.query : request.body
  const text = `${timestamp}${name}${headers['x-bapi-recv-window'] ?? ''}${sent}`
  if (!isSigned(key, text, signature))
    throw new BybitRefusal(10004, `error sign! origin_string[${timestamp}${name}${recvWindow}${sent.slice(0, 60)}]`)
  return key
}

function checkTime(context: WireContext, timestamp: number, recvWindow: number): void {
  if (!context.checksTimestamps()) return
  const nowMs = context.nowMs()
  if (timestamp < nowMs + AHEAD_MS_MAX && nowMs - timestamp <= recvWindow) return
  throw new BybitRefusal(
    10002,
    `invalid request, please check your server timestamp or recv_window param. req_timestamp[${timestamp}],server_timestamp[${nowMs}],recv_window[${recvWindow}]`,
  )
}
