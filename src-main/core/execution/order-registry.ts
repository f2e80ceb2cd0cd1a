// Every order of ours that may still trade, and a bounded memory of those that ended. No order lives at the venue without an entry here.
import type { ClientOrderId, PositionId } from '../../../src-shared/domain/ids.ts'
import { type Order, type OrderEvent, applyOrderEvent, isFinal } from '../../../src-shared/domain/order.ts'
import { type Result, ensure } from '../../../src-shared/domain/result.ts'
import type { IllegalTransition } from '../../../src-shared/domain/order.ts'

const ENDED_MAX = 2_000
const TRADES_MAX = 20_000

export class OrderRegistry {
  readonly #open = new Map<ClientOrderId, Order>()
  readonly #ended = new Map<ClientOrderId, Order>()
  readonly #trades = new Set<string>()

  constructor(recovered: { orders: readonly Order[]; knownTradeIds: readonly string[] }) {
    for (const order of recovered.orders) this.#store(order)
    for (const id of recovered.knownTradeIds) this.#trades.add(id)
  }
  get(id: ClientOrderId): Order | null {
    return this.#open.get(id) ?? this.#ended.get(id) ?? null
  }
  /** Orders that are not final, oldest first. */
  open(): readonly Order[] {
    return [...this.#open.values()]
  }
  openOf(positionId: PositionId): readonly Order[] {
    return this.open().filter((order) => order.positionId === positionId)
  }
  add(order: Order): void {
    ensure(this.get(order.clientOrderId) === null, `order ${order.clientOrderId} is registered already`)
    this.#store(order)
  }
  /** Folds an event in; a refused one changes nothing. The order must be known. */
  apply(id: ClientOrderId, event: OrderEvent, nowMs: number): Result<Order, IllegalTransition> {
    const order = this.get(id)
    ensure(order !== null, `order ${id} is not registered`)
    const result = applyOrderEvent(order, event, nowMs)
    if (result.ok) this.#store(result.value)
    return result
  }
  /** True the first time a trade id is seen: a repeated report books nothing. */
  claimTrade(tradeId: string): boolean {
    if (this.#trades.has(tradeId)) return false
    this.#trades.add(tradeId)
    dropOldest(this.#trades, TRADES_MAX)
    return true
  }

  #store(order: Order): void {
    if (!isFinal(order.state)) {
      this.#open.set(order.clientOrderId, order)
      return
    }
    this.#open.delete(order.clientOrderId)
    this.#ended.set(order.clientOrderId, order)
    dropOldest(this.#ended, ENDED_MAX)
  }
}

/** Maps and sets keep insertion order: the first key is the oldest. */
function dropOldest(collection: Map<unknown, unknown> | Set<unknown>, sizeMax: number): void {
  if (collection.size <= sizeMax) return
  for (const key of collection.keys()) {
    collection.delete(key)
    return
  }
}
