// Who may come in: login tokens that work once, and the sessions they are exchanged for. Only hashes are kept, and only in memory.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export type LoginGateOptions = {
  readonly nowMs: () => number
  readonly tokenLifeMs: number
  /** A session ends after this long without use. */
  readonly sessionIdleMs: number
  /** This many wrong tokens within `lockoutMs` close the gate to tokens until the oldest is that long ago. Sessions still pass. */
  readonly failuresMax: number
  readonly lockoutMs: number
}
export const LOGIN_GATE_DEFAULTS: LoginGateOptions = {
  nowMs: Date.now,
  tokenLifeMs: 2 * 60_000,
  sessionIdleMs: 12 * 60 * 60_000,
  failuresMax: 10,
  lockoutMs: 60_000,
}
const TOKENS_MAX = 16
const SESSIONS_MAX = 32

type Hashed = { readonly hash: Buffer; expiresMs: number }
export interface Session {
  /** What the client shows next time. */
  readonly secret: string
  /** Says that the session is in use; false when it has expired. */
  touch(): boolean
}

const newSecret = (): string => randomBytes(32).toString('base64url')
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

export class LoginGate {
  readonly #options: LoginGateOptions
  #tokens: Hashed[] = []
  #sessions: Hashed[] = []
  /** Times of the latest wrong tokens, oldest first, never more than `failuresMax`. */
  #failuresMs: number[] = []

  constructor(options: Partial<LoginGateOptions> = {}) {
    this.#options = { ...LOGIN_GATE_DEFAULTS, ...options }
  }

  /** A new token for one login. The oldest unused one gives way when there are too many. */
  issueToken(): string {
    const token = newSecret()
    this.#dropExpired()
    this.#tokens = [...this.#tokens, { hash: digest(token), expiresMs: this.#options.nowMs() + this.#options.tokenLifeMs }].slice(
      -TOKENS_MAX,
    )
    return token
  }

  /** `secret` is a login token, used up by this, or that of a session. Null when it is neither, or while the gate is locked. */
  enter(secret: string): Session | null {
    this.#dropExpired()
    const hash = digest(secret)
    const session = find(this.#sessions, hash)
    if (session) return this.#present(session, secret)
    if (this.#isLocked()) return null
    const token = find(this.#tokens, hash)
    if (!token) {
      this.#failuresMs = [...this.#failuresMs, this.#options.nowMs()].slice(-this.#options.failuresMax)
      return null
    }
    this.#tokens = this.#tokens.filter((other) => other !== token)
    return this.#openSession()
  }

  #openSession(): Session {
    const secret = newSecret()
    const session = { hash: digest(secret), expiresMs: 0 }
    // The one that expires first, which is the one unused for longest, gives way.
    const others = this.#sessions.toSorted((a, b) => a.expiresMs - b.expiresMs)
    this.#sessions = [...others, session].slice(-SESSIONS_MAX)
    return this.#present(session, secret)
  }

  #present(session: Hashed, secret: string): Session {
    const touch = (): boolean => {
      this.#dropExpired()
      if (!this.#sessions.includes(session)) return false
      session.expiresMs = this.#options.nowMs() + this.#options.sessionIdleMs
      return true
    }
    session.expiresMs = this.#options.nowMs() + this.#options.sessionIdleMs
    return { secret, touch }
  }

  #isLocked(): boolean {
    const sinceMs = this.#options.nowMs() - this.#options.lockoutMs
    return this.#failuresMs.filter((ms) => ms > sinceMs).length >= this.#options.failuresMax
  }

  #dropExpired(): void {
    const nowMs = this.#options.nowMs()
    const isAlive = ({ expiresMs }: Hashed): boolean => expiresMs > nowMs
    this.#tokens = this.#tokens.filter(isAlive)
    this.#sessions = this.#sessions.filter(isAlive)
  }
}

const find = (entries: readonly Hashed[], hash: Buffer): Hashed | undefined => entries.find((entry) => timingSafeEqual(entry.hash, hash))
