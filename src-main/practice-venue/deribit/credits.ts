// Credits: each request costs one, they come back all the time, and orders have fewer of them (docs.deribit.com, rate limits).
import type { RequestLimits } from '../wire/contract.ts'
import { tooManyRequests } from './refusals.ts'

/** Of the lowest tier: 20 requests a second and 100 at once, 5 orders a second and 20 at once. */
export const DERIBIT_LIMITS: RequestLimits = { weightPerMinute: 1_200, ordersPer10Seconds: 50, ordersPerMinute: 300 }
const BURST_OF_REQUESTS_S = 5
const BURST_OF_ORDERS_S = 4

class Pool {
  readonly #perSecond: number
  readonly #most: number
  #left: number
  #atMs = Number.NEGATIVE_INFINITY
  constructor(perSecond: number, burstSeconds: number) {
    this.#perSecond = perSecond
    this.#most = perSecond * burstSeconds
    this.#left = this.#most
  }
  /** Throws what Deribit answers when nothing is left. */
  take(nowMs: number): void {
    if (this.#atMs > Number.NEGATIVE_INFINITY) {
      this.#left = Math.min(this.#most, this.#left + ((nowMs - this.#atMs) * this.#perSecond) / 1_000)
    }
    this.#atMs = nowMs
    if (this.#left < 1) throw tooManyRequests(1)
    this.#left -= 1
  }
}

export class Credits {
  readonly #requests: Pool
  readonly #orders: Pool
  constructor(limits: RequestLimits) {
    this.#requests = new Pool(limits.weightPerMinute / 60, BURST_OF_REQUESTS_S)
    this.#orders = new Pool(limits.ordersPer10Seconds / 10, BURST_OF_ORDERS_S)
  }
  take(nowMs: number, isOrder: boolean): void {
    if (isOrder) this.#orders.take(nowMs)
    else this.#requests.take(nowMs)
  }
}
