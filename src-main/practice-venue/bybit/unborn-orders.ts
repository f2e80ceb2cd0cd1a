// Orders that Bybit acknowledges and ends before they work: a post-only order that would take. They are listed and told of like any other.
import type { OrderParams } from '../core/order.ts'
import type { VenueCore } from '../core/venue-core.ts'

export type UnbornOrder = { readonly id: number; readonly accountId: string; readonly params: OrderParams; readonly tsMs: number }

const KEPT_MAX = 500
/** Far from the ids of the exchange. */
const FIRST_ID = 2 ** 44

export class UnbornOrders {
  readonly #orders: UnbornOrder[] = []
  readonly #tell: (order: UnbornOrder) => void
  #made = 0

  /** `tell` is called once for each, as it ends. */
  constructor(tell: (order: UnbornOrder) => void) {
    this.#tell = tell
  }
  add(core: VenueCore, accountId: string, params: OrderParams): UnbornOrder {
    this.#made += 1
    const order = { id: FIRST_ID + this.#made, accountId, params, tsMs: core.nowMs }
    this.#orders.push(order)
    if (this.#orders.length > KEPT_MAX) this.#orders.shift()
    this.#tell(order)
    return order
  }
  of(accountId: string): readonly UnbornOrder[] {
    return this.#orders.filter((order) => order.accountId === accountId)
  }
}
