// A request as OKX reads it: parameters from the query or from a JSON body, and who signed it.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Price, type Quantity, type Rate, price, quantity, rate } from '../../../src-shared/domain/decimal.ts'
import type { WireContext, WireRequest } from '../wire/contract.ts'
import type { ApiKey } from '../wire/keys.ts'
import { OkxRefusal, malformed, missing } from './refusals.ts'

export class Parameters {
  readonly #values: Readonly<Record<string, unknown>>
  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values
  }

  /** Numbers and flags may come as such or as text. */
  text(name: string): string | null {
    const value = this.#values[name]
    if (value === undefined || value === null || value === '') return null
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
    throw malformed(name)
  }
  required(name: string): string {
    const value = this.text(name)
    if (value === null) throw missing(name)
    return value
  }
  integer(name: string): number | null {
    const value = this.text(name)
    if (value === null) return null
    if (!/^-?\d{1,16}$/.test(value)) throw malformed(name)
    return Number(value)
  }
  flag(name: string): boolean {
    const value = this.text(name)
    if (value === null || value === 'false') return false
    if (value === 'true') return true
    throw malformed(name)
  }
  oneOf<T extends string>(name: string, values: readonly T[], otherwise?: T): T {
    const text = this.text(name) ?? otherwise ?? null
    if (text === null) throw missing(name)
    const found = values.find((value) => value === text)
    if (found === undefined) throw malformed(name)
    return found
  }
  price(name: string): Price | null {
    return this.#exact(name, price)
  }
  quantity(name: string): Quantity | null {
    return this.#exact(name, quantity)
  }
  rate(name: string): Rate | null {
    return this.#exact(name, rate)
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

/** One set of parameters, or several where the body is a list. */
export function parametersOf({ method, query, body }: WireRequest): readonly Parameters[] {
  if (method === 'GET') return [new Parameters(Object.fromEntries(new URLSearchParams(query)))]
  if (body === '') return [new Parameters({})]
  const parsed = jsonOf(body)
  const rows: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed]
  return rows.map((row) => {
    if (typeof row !== 'object' || row === null) throw new OkxRefusal(50002, 'JSON syntax error', 400)
    return new Parameters({ ...row })
  })
}
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new OkxRefusal(50002, 'JSON syntax error', 400)
  }
}

/** How far a request's time may be from the venue's. */
export const TIME_MS_MAX = 30_000

export const signatureOf = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('base64')
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The key of a signed request. Throws what OKX answers to a wrong one, in the order in which it looks. */
export function signerOf(context: WireContext, request: WireRequest): ApiKey {
  const header = (name: string, code: number): string => {
    const value = request.headers[name]
    if (value !== undefined && value !== '') return value
    throw new OkxRefusal(code, `Request header "${name.toUpperCase()}" cannot be empty.`, 401)
  }
  const name = header('ok-access-key', 50103)
  const passphrase = header('ok-access-passphrase', 50104)
  const sign = header('ok-access-sign', 50106)
  const timestamp = header('ok-access-timestamp', 50107)
  const sentMs = Date.parse(timestamp)
  if (!Number.isFinite(sentMs)) throw new OkxRefusal(50112, 'Invalid OK-ACCESS-TIMESTAMP', 401)
  if (context.checksTimestamps() && Math.abs(context.nowMs() - sentMs) > TIME_MS_MAX)
    throw new OkxRefusal(50102, 'Timestamp request expired', 401)
  const key = context.keys.get(name)
  if (key === undefined || key.state === 'unknown') throw new OkxRefusal(50111, 'Invalid OK-ACCESS-KEY', 401)
  // A key that was not used for too long is deleted.
  if (key.state === 'expired') throw new OkxRefusal(50119, "API key doesn't exist", 401)
  if (!isSame(passphrase, key.passphrase)) throw new OkxRefusal(50105, 'Request header "OK-ACCESS-PASSPHRASE" incorrect.', 401)
  const target = request.query === '' ? request.path : `${request.path}?${request.query}`
  if (!isSame(sign, signatureOf(key.secret, `${timestamp}${request.method}${target}${request.body}`)))
    throw new OkxRefusal(50113, 'Invalid Sign', 401)
  if (!(key.allowedIps?.includes(request.ip) ?? true))
    throw new OkxRefusal(50110, `Your IP ${request.ip} is not included in your API key's ${key.key.slice(0, 4)}... IP whitelist.`, 401)
  return key
}
