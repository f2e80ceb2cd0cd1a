// Limits, counted as OKX does: every endpoint in two seconds by itself, and orders of an account all together. There are no headers that tell.
import type { RequestLimits } from '../wire/contract.ts'
import { OkxRefusal } from './refusals.ts'

/** An account may place a thousand orders in two seconds; requests have no limit all together. */
export const OKX_LIMITS: RequestLimits = { weightPerMinute: 100_000, ordersPer10Seconds: 5_000, ordersPerMinute: 30_000 }

type Window = { startMs: number; used: number }

export class RequestMeter {
  readonly #limits: RequestLimits
  readonly #windows = new Map<string, Window>()
  constructor(limits: RequestLimits) {
    this.#limits = limits
  }

  /** Throws what OKX answers when it is too much. */
  count(nowMs: number, { endpoint, limit, orders }: { endpoint: string; limit: number; orders: number }): void {
    const tooMany = this.#spend(endpoint, { nowMs, lengthMs: 2_000, amount: 1 }) > limit
    const isFlood = this.#spend('all', { nowMs, lengthMs: 60_000, amount: 1 }) > this.#limits.weightPerMinute
    if (tooMany || isFlood) throw new OkxRefusal(50011, 'Too Many Requests', 429)
    if (orders === 0) return
    const in10Seconds = this.#spend('orders 10 s', { nowMs, lengthMs: 10_000, amount: orders })
    const inMinute = this.#spend('orders 1 min', { nowMs, lengthMs: 60_000, amount: orders })
    if (in10Seconds > this.#limits.ordersPer10Seconds || inMinute > this.#limits.ordersPerMinute)
      throw new OkxRefusal(50061, "You've reached the maximum order rate limit for this account.")
  }
  #spend(name: string, { nowMs, lengthMs, amount }: { nowMs: number; lengthMs: number; amount: number }): number {
    const startMs = Math.floor(nowMs / lengthMs) * lengthMs
    const window = this.#windows.get(name) ?? { startMs, used: 0 }
    if (window.startMs !== startMs) Object.assign(window, { startMs, used: 0 })
    window.used += amount
    this.#windows.set(name, window)
    return window.used
  }
}
