// Request weight and order counts, counted as Binance does: by address and minute, by account and 10 seconds and minute.
import type { RequestLimits } from '../wire/contract.ts'
import { BinanceRefusal, rateLimited } from './refusals.ts'

/** Who goes on after this many refusals is banned. */
const REFUSALS_MAX = 50
const BAN_MS = 120_000

class Window {
  readonly lengthMs: number
  #startMs = 0
  used = 0
  constructor(lengthMs: number) {
    this.lengthMs = lengthMs
  }
  at(nowMs: number): this {
    const startMs = Math.floor(nowMs / this.lengthMs) * this.lengthMs
    if (startMs !== this.#startMs) {
      this.#startMs = startMs
      this.used = 0
    }
    return this
  }
  secondsLeft(nowMs: number): number {
    return Math.max(1, Math.ceil((this.#startMs + this.lengthMs - nowMs) / 1_000))
  }
}

/** What an ordinary account has. */
export const BINANCE_LIMITS: RequestLimits = { weightPerMinute: 2_400, ordersPer10Seconds: 300, ordersPerMinute: 1_200 }

export class WeightMeter {
  readonly #weight = new Window(60_000)
  readonly #orders10s = new Window(10_000)
  readonly #orders1m = new Window(60_000)
  readonly #limits: RequestLimits
  #refusals = 0
  #bannedUntilMs = 0

  constructor(limits: RequestLimits) {
    this.#limits = limits
  }

  /** Counts a request. Throws what Binance answers when it is too much. */
  count(nowMs: number, cost: { weight: number; orders: number }): void {
    if (nowMs < this.#bannedUntilMs) {
      const retryAfterSeconds = Math.ceil((this.#bannedUntilMs - nowMs) / 1_000)
      throw rateLimited({ isBan: true, retryAfterSeconds, untilMs: this.#bannedUntilMs })
    }
    const weight = this.#weight.at(nowMs)
    weight.used += cost.weight
    if (weight.used > this.#limits.weightPerMinute) {
      this.#refusals += 1
      if (this.#refusals > REFUSALS_MAX) {
        this.#refusals = 0
        this.#bannedUntilMs = nowMs + BAN_MS
      }
      throw rateLimited({ isBan: false, retryAfterSeconds: weight.secondsLeft(nowMs), untilMs: 0 })
    }
    this.#refusals = 0
    this.#countOrders(nowMs, cost.orders)
  }

  #countOrders(nowMs: number, orders: number): void {
    const { ordersPer10Seconds, ordersPerMinute } = this.#limits
    const windows = [this.#orders10s.at(nowMs), this.#orders1m.at(nowMs)]
    for (const window of windows) window.used += orders
    if (orders === 0 || (this.#orders10s.used <= ordersPer10Seconds && this.#orders1m.used <= ordersPerMinute)) return
    const text = `Too many new orders; current limit is ${ordersPer10Seconds} orders per 10 SECOND.`
    throw new BinanceRefusal(-1015, text, { status: 429, headers: { 'retry-after': String(this.#orders10s.secondsLeft(nowMs)) } })
  }

  headers(nowMs: number): Record<string, string> {
    return {
      'x-mbx-used-weight-1m': String(this.#weight.at(nowMs).used),
      'x-mbx-order-count-10s': String(this.#orders10s.at(nowMs).used),
      'x-mbx-order-count-1m': String(this.#orders1m.at(nowMs).used),
    }
  }
}
