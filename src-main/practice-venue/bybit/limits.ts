// Requests counted as Bybit does: of an address in five seconds, of an account per endpoint in a rolling second.
import type { RequestLimits, WireAnswer } from '../wire/contract.ts'
import { tooManyVisits } from './refusals.ts'

const ADDRESS_WINDOW_MS = 5_000
const BAN_MS = 600_000
const SECOND_MS = 1_000
const READS_PER_SECOND = 50
const ORDER_PATHS = new Set(['/v5/order/create', '/v5/order/amend', '/v5/order/cancel'])

/** Times of the requests within a rolling window. */
class Rolling {
  readonly #windowMs: number
  #times: number[] = []
  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }
  count(nowMs: number): number {
    this.#times = this.#times.filter((ms) => ms > nowMs - this.#windowMs)
    return this.#times.length
  }
  add(nowMs: number): void {
    this.#times.push(nowMs)
  }
  /** When the oldest drops out. */
  freeAtMs(nowMs: number): number {
    return (this.#times[0] ?? nowMs) + this.#windowMs
  }
}

export type Counted = { readonly refused: WireAnswer | null; readonly headers: Readonly<Record<string, string>> }

export class LimitMeter {
  readonly #limits: RequestLimits
  readonly #address = new Rolling(ADDRESS_WINDOW_MS)
  readonly #endpoints = new Map<string, Rolling>()
  #bannedUntilMs = 0

  constructor(limits: RequestLimits) {
    this.#limits = limits
  }

  /** Counts a request. `shownMs` is what the venue's clock shows. */
  count(request: { path: string; isPrivate: boolean }, nowMs: number, shownMs: number): Counted {
    this.#address.add(nowMs)
    const most = (this.#limits.weightPerMinute * ADDRESS_WINDOW_MS) / 60_000
    if (this.#address.count(nowMs) > most) this.#bannedUntilMs = nowMs + BAN_MS
    if (nowMs < this.#bannedUntilMs) return { refused: { status: 403, body: '403, access too frequent' }, headers: {} }
    return request.isPrivate ? this.#countEndpoint(request.path, nowMs, shownMs) : { refused: null, headers: {} }
  }

  #countEndpoint(path: string, nowMs: number, shownMs: number): Counted {
    const limit = ORDER_PATHS.has(path) ? Math.ceil(this.#limits.ordersPer10Seconds / 10) : READS_PER_SECOND
    const endpoint = this.#endpoints.get(path) ?? new Rolling(SECOND_MS)
    this.#endpoints.set(path, endpoint)
    const used = endpoint.count(nowMs)
    const offsetMs = shownMs - nowMs
    if (used >= limit) return { refused: tooManyVisits({ resetMs: endpoint.freeAtMs(nowMs) + offsetMs, limit }, shownMs), headers: {} }
    endpoint.add(nowMs)
    return {
      refused: null,
      headers: {
        'x-bapi-limit': String(limit),
        'x-bapi-limit-status': String(limit - used - 1),
        'x-bapi-limit-reset-timestamp': String(shownMs),
      },
    }
  }
}
