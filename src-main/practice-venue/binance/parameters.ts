// The parameters of a request, from query and body alike, and whether they are signed.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Money, type Price, type Quantity, type Rate, money, price, quantity, rate } from '../../../src-shared/domain/decimal.ts'
import type { WireContext, WireRequest } from '../wire/contract.ts'
import type { ApiKey } from '../wire/keys.ts'
import { BinanceRefusal, malformed, missing } from './refusals.ts'

export class Parameters {
  readonly #values: URLSearchParams
  constructor(values: URLSearchParams) {
    this.#values = values
  }
  static of({ query, body }: WireRequest): Parameters {
    const values = new URLSearchParams(query)
    for (const [name, value] of new URLSearchParams(body)) values.append(name, value)
    return new Parameters(values)
  }

  text(name: string): string | null {
    const value = this.#values.get(name)
    return value === null || value === '' ? null : value
  }
  required(name: string): string {
    const value = this.text(name)
    if (value === null) throw missing(name)
    return value
  }
  integer(name: string): number | null {
    const value = this.text(name)
    if (value === null) return null
    if (!/^\d{1,19}$/.test(value)) throw malformed(name)
    return Number(value)
  }
  flag(name: string): boolean {
    const value = this.text(name)?.toLowerCase()
    if (value === undefined || value === 'false') return false
    if (value === 'true') return true
    throw malformed(name)
  }
  oneOf<T extends string>(name: string, values: readonly T[], otherwise: T | BinanceRefusal): T {
    const text = this.text(name)
    const found = values.find((value) => value === text)
    if (found !== undefined) return found
    if (text === null && typeof otherwise === 'string') return otherwise
    throw text === null ? missing(name) : typeof otherwise === 'string' ? malformed(name) : otherwise
  }
  price(name: string): Price | null {
    return this.#exact(name, price)
  }
  quantity(name: string): Quantity | null {
    return this.#exact(name, quantity)
  }
  money(name: string): Money | null {
    return this.#exact(name, money)
  }
  /** A percentage, such as the callback rate "1" for 1 %. */
  percent(name: string): Rate | null {
    const value = this.#exact(name, rate)
    return value === null ? null : (((value as bigint) / 100n) as Rate)
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

const unsigned = (text: string): string =>
  text
    .split('&')
    .filter((part) => !part.startsWith('signature='))
    .join('&')

const RECV_WINDOW_DEFAULT = 5_000
const RECV_WINDOW_MAX = 60_000
/** How far a client's clock may be ahead. */
const AHEAD_MS_MAX = 1_000

/** The key of a request. Throws what Binance answers to a wrong one. */
export function knownKey(context: WireContext, request: WireRequest): ApiKey {
  const name = request.headers['x-mbx-apikey']
  if (name === undefined || name.length !== 64) throw new BinanceRefusal(-2014, 'API-key format invalid.', { status: 401 })
  const key = context.keys.get(name)
  const isAllowed = key !== undefined && key.state === 'valid' && (key.allowedIps?.includes(request.ip) ?? true)
  if (isAllowed) return key
  const text = `Invalid API-key, IP, or permissions for action, request ip: ${request.ip}`
  throw new BinanceRefusal(-2015, text, { status: 401 })
}

/** Signed over query and body together: both without the signature, one after the other. */
export function checkSignature(context: WireContext, request: WireRequest, key: ApiKey): void {
  const parameters = Parameters.of(request)
  const given = parameters.text('signature')
  if (given === null) throw missing('signature')
  const timestamp = parameters.integer('timestamp')
  if (timestamp === null) throw missing('timestamp')
  const expected = createHmac('sha256', key.secret)
    .update(unsigned(request.query) + unsigned(request.body))
    .digest()
  const actual = Buffer.from(given, 'hex')
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw new BinanceRefusal(-1022, 'Signature for this request is not valid.')
  }
  const recvWindow = parameters.integer('recvWindow') ?? RECV_WINDOW_DEFAULT
  if (recvWindow > RECV_WINDOW_MAX) throw new BinanceRefusal(-1131, 'recvWindow must be less than 60000')
  if (!context.checksTimestamps()) return
  const nowMs = context.nowMs()
  if (timestamp >= nowMs + AHEAD_MS_MAX) {
    throw new BinanceRefusal(-1021, `Timestamp for this request was ${AHEAD_MS_MAX}ms ahead of the server's time.`)
  }
  if (nowMs - timestamp > recvWindow) throw new BinanceRefusal(-1021, 'Timestamp for this request is outside of the recvWindow.')
}
