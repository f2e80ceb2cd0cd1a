// What must be known of an order to find it at its venue: its list, its instrument, and the names the venue gave it.
import { type Quantity, ZERO_QUANTITY, add } from '../../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId, TradeId } from '../../../../src-shared/domain/ids.ts'
import type { Order, OrderRequest, OrderType } from '../../../../src-shared/domain/order.ts'

/** In which of a venue's lists an order is: orders that wait for a price have one of their own at most venues. */
export type OrderKind = 'plain' | 'conditional'
export const kindOf = (type: OrderType): OrderKind => (type === 'stop_market' || type === 'take_profit_market' ? 'conditional' : 'plain')

export type KnownOrder = {
  readonly clientOrderId: ClientOrderId
  readonly instrumentId: InstrumentId
  readonly kind: OrderKind
  /** Base units. */
  readonly quantity: Quantity
  /** The venue's name for it in the list of its kind. */
  venueOrderId: string | null
  /** The plain order that a fired conditional order became. */
  childOrderId: string | null
  /** Of the trades that were told of, each once. */
  filled: Quantity
  readonly trades: Set<TradeId>
  /** The private stream has told of it. */
  isTold: boolean
  /** It can trade no more. */
  isEnded: boolean
  /** Its name at the venue is not this client id. */
  readonly isForeign: boolean
}

/** Ended orders are kept, because a trade or a lookup may come late. */
const ORDERS_MAX = 5_000

export class OrderMemory {
  readonly #orders = new Map<ClientOrderId, KnownOrder>()
  readonly #byVenueId = new Map<string, ClientOrderId>()
  /** Conditional orders apart: at some venues their ids may be those of other, plain orders. */
  readonly #byConditionalId = new Map<string, ClientOrderId>()

  get(id: ClientOrderId): KnownOrder | null {
    return this.#orders.get(id) ?? null
  }
  /** Of a plain order's venue id, be it an order of its own or what a conditional one became. */
  byVenueOrderId(venueOrderId: string): KnownOrder | null {
    const id = this.#byVenueId.get(venueOrderId)
    return id === undefined ? null : this.get(id)
  }
  /** Of a conditional order's own venue id. */
  conditionalByVenueId(venueOrderId: string): KnownOrder | null {
    const id = this.#byConditionalId.get(venueOrderId)
    return id === undefined ? null : this.get(id)
  }

  add(order: Pick<OrderRequest, 'clientOrderId' | 'instrumentId' | 'type' | 'quantity'>, isForeign = false): KnownOrder {
    const present = this.#orders.get(order.clientOrderId)
    if (present !== undefined) return present
    const { clientOrderId, instrumentId, quantity } = order
    const known: KnownOrder = {
      clientOrderId,
      instrumentId,
      kind: kindOf(order.type),
      quantity,
      venueOrderId: null,
      childOrderId: null,
      filled: ZERO_QUANTITY,
      trades: new Set(),
      isTold: false,
      isEnded: false,
      isForeign,
    }
    this.#orders.set(clientOrderId, known)
    this.#trim()
    return known
  }
  /** Orders of this instrument that wait for a price, or have fired and nobody knows yet as what. */
  waiting(instrumentId: InstrumentId): readonly KnownOrder[] {
    const found: KnownOrder[] = []
    for (const known of this.#orders.values()) {
      const waits = known.kind === 'conditional' && !known.isEnded && known.childOrderId === null
      if (waits && known.instrumentId === instrumentId) found.push(known)
    }
    return found
  }
  /** When the oldest remembered order was made, or Infinity. */
  oldestMs = Number.POSITIVE_INFINITY

  /** An order of an earlier run. Trades told of then are not known here, so its fills may be told again. */
  remember(order: Order): void {
    const known = this.add(order)
    known.filled = order.filledQuantity
    this.oldestMs = Math.min(this.oldestMs, order.createdMs)
    // After it fired, an order goes by the name of what it became: which of the two this is, the venue says when asked.
    if (order.venueOrderId !== null && known.kind === 'plain') this.name(known, order.venueOrderId)
  }
  name(known: KnownOrder, venueOrderId: string): void {
    known.venueOrderId = venueOrderId
    const names = known.kind === 'plain' ? this.#byVenueId : this.#byConditionalId
    names.set(venueOrderId, known.clientOrderId)
  }
  nameChild(known: KnownOrder, childOrderId: string): void {
    known.childOrderId = childOrderId
    this.#byVenueId.set(childOrderId, known.clientOrderId)
  }
  /** Counts a trade once. */
  noteTrade(known: KnownOrder, tradeId: TradeId, quantity: Quantity): void {
    if (known.trades.has(tradeId)) return
    known.trades.add(tradeId)
    known.filled = add(known.filled, quantity)
  }

  #trim(): void {
    for (const [id, { kind, venueOrderId, childOrderId }] of this.#orders) {
      if (this.#orders.size <= ORDERS_MAX) return
      this.#orders.delete(id)
      if (venueOrderId !== null) (kind === 'plain' ? this.#byVenueId : this.#byConditionalId).delete(venueOrderId)
      if (childOrderId !== null) this.#byVenueId.delete(childOrderId)
    }
  }
}
