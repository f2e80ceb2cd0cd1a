// Every order of ours that may still trade, and a bounded memory of those that ended. No order lives at the venue without an entry here.
import type { ClientOrderId, InstrumentId, PositionId, TradeId } from '../../../src-shared/domain/ids.ts'
import {
  type Fill,
  type IllegalTransition,
  type Order,
  type OrderEvent,
  applyOrderEvent,
  isFinal,
} from '../../../src-shared/domain/order.ts'
import { type Result, ensure } from '../../../src-shared/domain/result.ts'

const ENDED_MAX = 2_000
const TRADES_MAX = 20_000
const FOREIGN_MAX = 1_000

export class OrderRegistry {
  readonly #open = new Map<ClientOrderId, Order>()
  readonly #ended = new Map<ClientOrderId, Order>()
  readonly #trades = new Set<string>()
  readonly #foreign = new Set<string>()
  readonly #changedMs = new Map<InstrumentId, number>()
  #lastFillMs = Number.NEGATIVE_INFINITY

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
    ensure(this.get(order.clientOrderId) === null, () => `order ${order.clientOrderId} is registered already`)
    this.#store(order)
  }
  /** Folds an event in; a refused one changes nothing. The order must be known. */
  apply(id: ClientOrderId, event: OrderEvent, nowMs: number): Result<Order, IllegalTransition> {
    const order = this.get(id)
    ensure(order !== null, () => `order ${id} is not registered`)
    const result = applyOrderEvent(order, event, nowMs)
    if (result.ok) this.#store(result.value)
    return result
  }
  /** True the first time a trade is seen: a repeated report books nothing. */
  claimFill(fill: Fill): boolean {
    if (this.#trades.has(fill.tradeId)) return false
    this.#trades.add(fill.tradeId)
    dropOldest(this.#trades, TRADES_MAX)
    this.#noteChange(fill.instrumentId, fill.tsEventMs)
    this.#lastFillMs = Math.max(this.#lastFillMs, fill.tsEventMs)
    return true
  }
  knowsTrade(tradeId: TradeId): boolean {
    return this.#trades.has(tradeId)
  }
  /** Event time of the newest fill seen in this run, or −Infinity. */
  get lastFillMs(): number {
    return this.#lastFillMs
  }
  /** When an order of this instrument last changed or filled, or −Infinity. */
  changedMs(instrumentId: InstrumentId): number {
    return this.#changedMs.get(instrumentId) ?? Number.NEGATIVE_INFINITY
  }
  /** True the first time something that is not ours is seen, so that it is written down once and not at every look. */
  claimForeign(name: string): boolean {
    if (this.#foreign.has(name)) return false
    this.#foreign.add(name)
    dropOldest(this.#foreign, FOREIGN_MAX)
    return true
  }

  #noteChange(instrumentId: InstrumentId, tsMs: number): void {
    this.#changedMs.set(instrumentId, Math.max(this.changedMs(instrumentId), tsMs))
  }

  #store(order: Order): void {
    this.#noteChange(order.instrumentId, order.updatedMs)
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
