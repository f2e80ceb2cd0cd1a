// Who asks: by a signed request, by a token, or by the key itself. Tokens hold for a quarter of an hour.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { WireContext, WireRequest } from '../wire/contract.ts'
import type { ApiKey } from '../wire/keys.ts'
import type { Parameters } from './parameters.ts'
import { forbidden, invalidCredentials, invalidParam, unauthorized } from './refusals.ts'

export type Session = { readonly key: ApiKey; readonly token: string; readonly refreshToken: string; readonly expiresMs: number }
const TOKEN_MS = 900_000
/** A signature is good for this long. */
const SIGNED_MS = 60_000

export class Sessions {
  readonly #context: WireContext
  readonly #byToken = new Map<string, Session>()
  readonly #byRefresh = new Map<string, Session>()
  #opened = 0

  constructor(context: WireContext) {
    this.#context = context
  }

  /** The three ways of public/auth. Throws what Deribit answers to a wrong one. */
  login(params: Parameters, ip: string): Session {
    switch (params.oneOf('grant_type', ['client_credentials', 'client_signature', 'refresh_token'], null)) {
      case 'refresh_token': {
        const old = this.#byRefresh.get(params.required('refresh_token'))
        if (!old) throw invalidCredentials()
        this.#forget(old)
        return this.#open(this.#usable(old.key.key, ip))
      }
      case 'client_credentials': {
        const key = this.#usable(params.required('client_id'), ip)
        if (!sameText(params.required('client_secret'), key.secret)) throw invalidCredentials()
        return this.#open(key)
      }
      case 'client_signature': {
        const key = this.#usable(params.required('client_id'), ip)
        const timestamp = params.required('timestamp')
        const signed = `${timestamp}\n${params.text('nonce') ?? ''}\n${params.text('data') ?? ''}`
        if (!isSigned(signed, params.required('signature'), key)) throw invalidCredentials()
        this.#checkTime(timestamp)
        return this.#open(key)
      }
    }
  }
  /** By a token that an earlier log-in gave. */
  byToken(token: string, ip: string): Session {
    const session = this.#byToken.get(token)
    if (!session || session.expiresMs <= this.#context.core.nowMs) throw unauthorized('invalid_token')
    this.#usable(session.key.key, ip)
    return session
  }
  isValid(session: Session): boolean {
    return this.#byToken.has(session.token) && session.expiresMs > this.#context.core.nowMs
  }
  /** Whoever signed this request, by its header. Null without one. */
  ofRequest(request: WireRequest): ApiKey | null {
    const [kind = '', value = ''] = (request.headers['authorization'] ?? '').split(/ (.*)/s)
    switch (kind.toLowerCase()) {
      case '':
        return null
      case 'bearer':
        return this.byToken(value, request.ip).key
      case 'basic': {
        const [id = '', secret = ''] = Buffer.from(value, 'base64').toString().split(/:(.*)/s)
        const key = this.#usable(id, request.ip)
        if (!sameText(secret, key.secret)) throw invalidCredentials()
        return key
      }
      case 'deri-hmac-sha256':
        return this.#signed(request, value)
      default:
        throw unauthorized('invalid_authorization_header')
    }
  }
  /** Returns how many. */
  forgetAll(): number {
    const count = this.#byToken.size
    this.#byToken.clear()
    this.#byRefresh.clear()
    return count
  }

  #signed(request: WireRequest, value: string): ApiKey {
    const parts = new Map(value.split(',').map((part): [string, string] => [part.split('=')[0] ?? '', part.split('=').slice(1).join('=')]))
    const [id, ts, sig, nonce] = ['id', 'ts', 'sig', 'nonce'].map((name) => parts.get(name) ?? '')
    if (!id || !ts || !sig || !nonce) throw unauthorized('invalid_authorization_header')
    const key = this.#usable(id, request.ip)
    const uri = request.query === '' ? request.path : `${request.path}?${request.query}`
    if (!isSigned(`${ts}\n${nonce}\n${request.method}\n${uri}\n${request.body}\n`, sig, key)) throw unauthorized('invalid_signature')
    this.#checkTime(ts)
    return key
  }
  #checkTime(timestamp: string): void {
    const ms = Number(timestamp)
    if (!Number.isSafeInteger(ms)) throw invalidParam('timestamp', 'must be an integer')
    if (this.#context.checksTimestamps() && Math.abs(this.#context.nowMs() - ms) > SIGNED_MS) throw unauthorized('invalid_timestamp')
  }
  #usable(id: string, ip: string): ApiKey {
    const key = this.#context.keys.get(id)
    if (!key || key.state !== 'valid') throw invalidCredentials()
    if (key.allowedIps?.includes(ip) === false) throw invalidCredentials('ip_not_whitelisted')
    return key
  }
  #open(key: ApiKey): Session {
    this.#opened += 1
    const make = (what: string): string => createHash('sha256').update(`${what} ${key.key} ${this.#opened}`).digest('base64url')
    const session = { key, token: make('access'), refreshToken: make('refresh'), expiresMs: this.#context.core.nowMs + TOKEN_MS }
    this.#byToken.set(session.token, session)
    this.#byRefresh.set(session.refreshToken, session)
    for (const old of this.#byToken.values()) if (old.expiresMs <= this.#context.core.nowMs) this.#forget(old)
    return session
  }
  #forget(session: Session): void {
    this.#byToken.delete(session.token)
    this.#byRefresh.delete(session.refreshToken)
  }
}

export const scopeOf = (key: ApiKey): string =>
  `account:read block_trade:read trade:${key.canTrade ? 'read_write' : 'read'} wallet:${key.canWithdraw ? 'read_write' : 'read'}`

export const sessionJson = (session: Session): Record<string, unknown> => ({
  access_token: session.token,
  expires_in: TOKEN_MS / 1_000,
  refresh_token: session.refreshToken,
  scope: `${scopeOf(session.key)} connection mainaccount`,
  enabled_features: [],
  token_type: 'bearer',
})

export function checkScope(key: ApiKey, scope: 'read' | 'trade'): void {
  if (scope === 'trade' && !key.canTrade) throw forbidden('insufficient_scope')
}

const sameText = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
const isSigned = (text: string, signature: string, key: ApiKey): boolean =>
  sameText(signature.toLowerCase(), createHmac('sha256', key.secret).update(text).digest('hex'))
