// One order, wherever it is: the list of its kind, the other one, then the history of trades.
import { type Quantity, ZERO_QUANTITY, add } from '../../../../../src-shared/domain/decimal.ts'
import { type ClientOrderId, venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { Fill } from '../../../../../src-shared/domain/order.ts'
import type { VenueOrder } from '../../../../../src-shared/events/venue-report.ts'
import { textOf } from '../fields.ts'
import type { KnownOrder, OrderKind } from '../order-memory.ts'
import type { LookupReport, VenueContext } from '../venue-adapter.ts'
import type { OkxAccount } from './okx-account.ts'
import type { OkxContract } from './okx-contracts.ts'
import { algoOrder, childOf, parentOf, plainOrder } from './okx-orders.ts'
import * as requests from './okx-requests.ts'
import { type OkxTrades, orderOrNull } from './okx-trades.ts'

type Found = { readonly order: VenueOrder; readonly fills: readonly Fill[] }

export class OkxLookup {
  readonly #context: VenueContext
  readonly #account: OkxAccount
  readonly #trades: OkxTrades

  constructor(context: VenueContext, account: OkxAccount, trades: OkxTrades) {
    this.#context = context
    this.#account = account
    this.#trades = trades
  }

  async find(id: ClientOrderId, known: KnownOrder | null): Promise<LookupReport> {
    const kinds: readonly OrderKind[] = known?.kind === 'plain' ? ['plain', 'conditional'] : ['conditional', 'plain']
    let found: Found | null = null
    for (const kind of kinds) found ??= kind === 'plain' ? await this.#plain(id, known) : await this.#conditional(id, known)
    found ??= known === null ? null : await this.#history(known)
    const { order = null, fills = [] } = found ?? {}
    const present = this.#context.orders.get(id)
    if (present !== null) {
      for (const fill of fills) this.#context.orders.noteTrade(present, fill.tradeId, fill.quantity)
      if (order !== null && order.status !== 'working' && order.status !== 'triggered') present.isEnded = true
    }
    return { type: 'lookup', clientOrderId: id, order, fills, tsEventMs: this.#context.nowMs() }
  }

  async #plain(id: ClientOrderId, known: KnownOrder | null): Promise<Found | null> {
    const candidates = known === null ? [...this.#account.traded.values()] : [this.#account.contracts.of(known.instrumentId)]
    for (const contract of candidates) {
      const foreignId = known?.isForeign === true && known.kind === 'plain' ? known.venueOrderId : null
      const byName =
        foreignId === null ? requests.plainByClientId(contract.instId, id) : requests.plainByVenueId(contract.instId, foreignId)
      const row = await orderOrNull(this.#context, byName)
      // What a fired order became is told with that order.
      if (row === null || (foreignId === null && parentOf(row) !== null)) continue
      const order = { ...plainOrder(row, contract), clientOrderId: id }
      const kept = known ?? this.#context.orders.add(order)
      if (kept.kind === 'plain') this.#context.orders.name(kept, order.venueOrderId)
      const fills = order.filledQuantity > 0n ? await this.#trades.ofOrder(contract, order.venueOrderId, id) : []
      return { order, fills }
    }
    return null
  }

  /** Once it has fired, the plain order it became tells how far it got and how it ended. */
  async #conditional(id: ClientOrderId, known: KnownOrder | null): Promise<Found | null> {
    const foreignId = known?.isForeign === true && known.kind === 'conditional' ? known.venueOrderId : null
    const row = await orderOrNull(this.#context, foreignId === null ? requests.algoByClientId(id) : requests.algoByVenueId(foreignId))
    const contract = row === null ? null : this.#account.contracts.byInstId(textOf(row, 'instId'))
    if (row === null || contract === null) return null
    const order = { ...algoOrder(row, contract), clientOrderId: id }
    const kept = known ?? this.#context.orders.add(order)
    if (kept.kind === 'conditional') this.#context.orders.name(kept, order.venueOrderId)
    const childId = childOf(row)
    if (childId === null) return { order, fills: [] }
    this.#context.orders.nameChild(kept, childId)
    return this.#child(order, contract, childId)
  }
  async #child(order: VenueOrder, contract: OkxContract, childId: string): Promise<Found> {
    const row = await orderOrNull(this.#context, requests.plainByVenueId(contract.instId, childId))
    const fills = await this.#trades.ofOrder(contract, childId, order.clientOrderId)
    if (row === null) return { order: { ...order, ...endedBy(fills, order.quantity) }, fills }
    const child = plainOrder(row, contract)
    const status = child.status === 'working' ? 'triggered' : child.status
    return { order: { ...order, status, filledQuantity: child.filledQuantity }, fills }
  }

  /** The venue forgets an order that ended unfilled after two hours; trades are kept for months. */
  async #history(known: KnownOrder): Promise<Found | null> {
    const id = known.childOrderId ?? (known.kind === 'plain' ? known.venueOrderId : null)
    if (id === null) return null
    const fills = await this.#trades.ofOrder(this.#account.contracts.of(known.instrumentId), id, known.clientOrderId)
    const [first] = fills
    if (first === undefined) return null
    const order: VenueOrder = {
      clientOrderId: known.clientOrderId,
      venueOrderId: venueOrderId(id),
      instrumentId: known.instrumentId,
      side: first.side,
      type: known.kind === 'plain' ? 'market' : 'stop_market',
      quantity: known.quantity,
      limitPrice: null,
      triggerPrice: null,
      reduceOnly: false,
      ...endedBy(fills, known.quantity),
    }
    return { order, fills }
  }
}

const endedBy = (fills: readonly Fill[], wanted: Quantity): Pick<VenueOrder, 'status' | 'filledQuantity'> => {
  const filledQuantity = fills.reduce<Quantity>((sum, fill) => add(sum, fill.quantity), ZERO_QUANTITY)
  return { filledQuantity, status: filledQuantity >= wanted ? 'filled' : 'canceled' }
}
