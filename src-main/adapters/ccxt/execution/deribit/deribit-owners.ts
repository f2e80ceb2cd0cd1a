// Whose order a row is about. A label is no name there: anybody may give it to two orders. It is believed once, and from then on the venue's id counts.
import type { ClientOrderId, InstrumentId } from '../../../../../src-shared/domain/ids.ts'
import { VenueRefusal } from '../../transport/venue-failure.ts'
import { type Fields, fieldsOf, textOf, textOrNull } from '../fields.ts'
import { isPossibleName, orderName } from '../foreign-order.ts'
import type { KnownOrder } from '../order-memory.ts'
import type { VenueContext } from '../venue-adapter.ts'
import { isTrigger, parentOf } from './deribit-orders.ts'
import * as requests from './deribit-requests.ts'

const OWNERS_MAX = 1_000

export class DeribitOwners {
  readonly #context: VenueContext
  /** Names of orders that are not remembered, by the venue's id. */
  readonly #names = new Map<string, ClientOrderId>()

  constructor(context: VenueContext) {
    this.#context = context
  }

  /** Of an order's row; names it in the memory. Null for a stranger, and for another order under the label of one of ours. */
  ofOrder(row: Fields): KnownOrder | null {
    const id = textOf(row, 'order_id')
    const present = this.#byId(id)
    if (present !== null) return present
    const parent = parentOf(row)
    const known = (parent === null ? null : this.#byId(parent)) ?? this.#byLabel(row)
    if (known === null) return null
    if (known.kind === 'plain') return parent === null && !isTrigger(row) ? this.#claim(known, id) : null
    if (isTrigger(row)) return this.#claim(known, id)
    const isOther = parent !== null && known.venueOrderId !== null && known.venueOrderId !== parent
    return isOther ? null : this.#claimChild(known, id)
  }
  /** Of a trade's row, which tells the order and its label, and not what made the order. */
  ofTrade(row: Fields): KnownOrder | null {
    const id = textOf(row, 'order_id')
    const known = this.#byId(id) ?? this.#byLabel(row)
    if (known === null) return null
    return known.kind === 'plain' ? this.#claim(known, id) : this.#claimChild(known, id)
  }
  /** The name under which a stranger's order is told of: its label where that cannot be taken for one of ours. */
  strangerName(row: Fields): ClientOrderId {
    const isTaken = this.#byLabel(row) !== null
    return orderName(isTaken ? null : textOrNull(row, 'label'), textOf(row, 'order_id'))
  }

  /** Of a trade that `ofTrade` finds no order for. It may be what one of our stops became, of which nothing but the order itself tells. */
  async nameOfStranger(row: Fields, instrumentId: InstrumentId): Promise<ClientOrderId> {
    const id = textOf(row, 'order_id')
    const known = this.#names.get(id)
    if (known !== undefined) return known
    if (this.#context.orders.waiting(instrumentId).length > 0) {
      const order = await orderOrNull(this.#context, id)
      const owner = order === null ? null : this.ofOrder(order)
      if (owner !== null) return owner.clientOrderId
    }
    const name = this.strangerName(row)
    this.#names.set(id, name)
    for (const oldest of this.#names.keys()) {
      if (this.#names.size <= OWNERS_MAX) break
      this.#names.delete(oldest)
    }
    return name
  }

  /** The memory finds plain orders, and what fired; stops that wait are found by looking. */
  #byId(id: string): KnownOrder | null {
    return this.#context.orders.byVenueOrderId(id) ?? this.#context.orders.conditionalByVenueId(id)
  }
  #byLabel(row: Fields): KnownOrder | null {
    const label = textOrNull(row, 'label')
    return label !== null && isPossibleName(label) ? this.#context.orders.get(label) : null
  }
  #claim(known: KnownOrder, id: string): KnownOrder | null {
    if (known.venueOrderId !== null && known.venueOrderId !== id) return null
    this.#context.orders.name(known, id)
    return known
  }
  #claimChild(known: KnownOrder, id: string): KnownOrder | null {
    if (known.childOrderId !== null && known.childOrderId !== id) return null
    this.#context.orders.nameChild(known, id)
    return known
  }
}

/** The order of this id of the venue's, or null when it is not known there. */
export async function orderOrNull({ ask }: VenueContext, orderId: string): Promise<Fields | null> {
  try {
    return fieldsOf(requests.resultOf(await ask(requests.orderState(orderId))), 'the order')
  } catch (error) {
    if (error instanceof VenueRefusal && error.failure.code === 'unknown_order') return null
    throw error
  }
}
