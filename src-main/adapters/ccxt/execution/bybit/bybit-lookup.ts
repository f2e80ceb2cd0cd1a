// One order, wherever it is: among those that work or have just ended, then in the history, then by its trades.
import { type Quantity, ZERO_QUANTITY, add } from '../../../../../src-shared/domain/decimal.ts'
import type { ClientOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { Fill } from '../../../../../src-shared/domain/order.ts'
import type { VenueOrder } from '../../../../../src-shared/events/venue-report.ts'
import type { VenueRequest } from '../../transport/venue-rest.ts'
import { type Fields, textOf } from '../fields.ts'
import type { KnownOrder } from '../order-memory.ts'
import type { LookupReport, VenueContext } from '../venue-adapter.ts'
import type { BybitAccount } from './bybit-account.ts'
import { orderOf, rowsOf } from './bybit-orders.ts'
import * as requests from './bybit-requests.ts'
import type { BybitTrades } from './bybit-trades.ts'

type Found = { readonly order: VenueOrder; readonly fills: readonly Fill[] }

export class BybitLookup {
  readonly #context: VenueContext
  readonly #account: BybitAccount
  readonly #trades: BybitTrades

  constructor(context: VenueContext, account: BybitAccount, trades: BybitTrades) {
    this.#context = context
    this.#account = account
    this.#trades = trades
  }

  /** Plain and conditional orders are both found by their own id, which they keep when they fire. */
  async find(id: ClientOrderId, known: KnownOrder | null): Promise<LookupReport> {
    const askedMs = this.#context.nowMs()
    const key = known === null ? { settleCoin: this.#account.settle, orderLinkId: id } : requests.keyOf(known)
    const row = (await this.#row(requests.orderNow(key), key)) ?? (await this.#row(requests.orderHistory(key), key))
    const found = row === null ? await this.#byTrades(known) : await this.#found(row, id, known)
    const present = this.#context.orders.get(id)
    const isOver = found !== null && found.order.status !== 'working' && found.order.status !== 'triggered'
    if (present !== null && isOver) present.isEnded = true
    const { order = null, fills = [] } = found ?? {}
    return { type: 'lookup', clientOrderId: id, order, fills, tsEventMs: askedMs }
  }

  /** What is listed beside it, whatever it was asked for, is not it. */
  async #row(request: VenueRequest, key: Readonly<Record<string, unknown>>): Promise<Fields | null> {
    const rows = rowsOf(await this.#context.ask(request), 'the order')
    return rows.find((row) => ('orderId' in key ? row['orderId'] === key['orderId'] : row['orderLinkId'] === key['orderLinkId'])) ?? null
  }
  async #found(row: Fields, id: ClientOrderId, known: KnownOrder | null): Promise<Found | null> {
    const instrumentId = this.#account.idByMarketId.get(textOf(row, 'symbol'))
    if (instrumentId === undefined) return null
    const order = { ...orderOf(row, instrumentId), clientOrderId: id }
    const kept = known ?? this.#context.orders.add(order)
    this.#context.orders.name(kept, order.venueOrderId)
    const fills = order.filledQuantity > 0n ? await this.#ofOrder(kept, id) : []
    return { order, fills }
  }
  async #ofOrder(known: KnownOrder, id: ClientOrderId): Promise<readonly Fill[]> {
    return (await this.#trades.ofOrder(requests.keyOf(known))).map((fill) => ({ ...fill, clientOrderId: id }))
  }

  /** The lists forget an order that ended unfilled after a week; trades are kept for longer. */
  async #byTrades(known: KnownOrder | null): Promise<Found | null> {
    if (known === null || known.venueOrderId === null) return null
    const fills = await this.#ofOrder(known, known.clientOrderId)
    const [first] = fills
    if (first === undefined) return null
    const filledQuantity = fills.reduce<Quantity>((sum, fill) => add(sum, fill.quantity), ZERO_QUANTITY)
    return { order: orderFromTrades(known, first, filledQuantity), fills }
  }
}

const orderFromTrades = (known: KnownOrder, first: Fill, filledQuantity: Quantity): VenueOrder => ({
  clientOrderId: known.clientOrderId,
  venueOrderId: first.venueOrderId,
  instrumentId: known.instrumentId,
  side: first.side,
  type: known.kind === 'plain' ? 'market' : 'stop_market',
  quantity: known.quantity,
  filledQuantity,
  limitPrice: null,
  triggerPrice: null,
  reduceOnly: false,
  status: filledQuantity >= known.quantity ? 'filled' : 'canceled',
})
