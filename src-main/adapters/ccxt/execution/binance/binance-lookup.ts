// One order, wherever it is: the list of its kind, the other one, then the history of trades.
import { type Quantity, ZERO_QUANTITY, add, quantity } from '../../../../../src-shared/domain/decimal.ts'
import { type ClientOrderId, venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { Fill } from '../../../../../src-shared/domain/order.ts'
import type { VenueOrder } from '../../../../../src-shared/events/venue-report.ts'
import { VenueRefusal } from '../../transport/venue-failure.ts'
import type { VenueRequest } from '../../transport/venue-rest.ts'
import { type Fields, decimalOf, fieldsOf, textOf } from '../fields.ts'
import type { KnownOrder, OrderKind } from '../order-memory.ts'
import type { LookupReport, VenueContext } from '../venue-adapter.ts'
import type { BinanceAccount } from './binance-account.ts'
import { algoOrder, childOf, plainOrder } from './binance-orders.ts'
import * as requests from './binance-requests.ts'
import type { BinanceTrades } from './binance-trades.ts'

type Found = { readonly order: VenueOrder; readonly fills: readonly Fill[] }

export class BinanceLookup {
  readonly #context: VenueContext
  readonly #account: BinanceAccount
  readonly #trades: BinanceTrades

  constructor(context: VenueContext, account: BinanceAccount, trades: BinanceTrades) {
    this.#context = context
    this.#account = account
    this.#trades = trades
  }

  async find(id: ClientOrderId, known: KnownOrder | null): Promise<LookupReport> {
    const kinds: readonly OrderKind[] = known?.kind === 'plain' ? ['plain', 'conditional'] : ['conditional', 'plain']
    let found: Found | null = null
    for (const kind of kinds) found ??= kind === 'plain' ? await this.#plain(id, known) : await this.#conditional(id, known)
    found ??= known === null ? null : await this.#history(known)
    for (const fill of found?.fills ?? []) this.#noteTrade(id, fill)
    const { order = null, fills = [] } = found ?? {}
    const ended = order !== null && order.status !== 'working' && order.status !== 'triggered'
    const present = this.#context.orders.get(id)
    if (present !== null && ended) present.isEnded = true
    return { type: 'lookup', clientOrderId: id, order, fills, tsEventMs: this.#context.nowMs() }
  }

  async #plain(id: ClientOrderId, known: KnownOrder | null): Promise<Found | null> {
    const candidates = known === null ? this.#account.instruments.map((instrument) => instrument.id) : [known.instrumentId]
    for (const instrumentId of candidates) {
      const symbol = requests.marketIdOf(instrumentId)
      const foreignId = known?.isForeign === true ? known.venueOrderId : null
      const request = foreignId === null ? requests.plainByClientId(symbol, id) : requests.plainByVenueId(symbol, foreignId)
      const row = await this.#orNull(request)
      if (row === null) continue
      const order = { ...plainOrder(row, instrumentId), clientOrderId: id }
      const kept = known ?? this.#context.orders.add(order)
      if (kept.kind === 'plain') this.#context.orders.name(kept, order.venueOrderId)
      const fills = order.filledQuantity > 0n ? await this.#trades.ofOrder(instrumentId, order.venueOrderId, id) : []
      return { order, fills }
    }
    return null
  }

  /** Once it has fired, the plain order it became tells how far it got and how it ended. */
  async #conditional(id: ClientOrderId, known: KnownOrder | null): Promise<Found | null> {
    const row = await this.#orNull(requests.algoByClientId(id))
    if (row === null) return null
    const instrumentId = this.#account.idByMarketId.get(textOf(row, 'symbol')) ?? known?.instrumentId
    if (instrumentId === undefined) return null
    const order = { ...algoOrder(row, instrumentId), clientOrderId: id }
    const kept = known ?? this.#context.orders.add(order)
    if (kept.kind === 'conditional') this.#context.orders.name(kept, order.venueOrderId)
    const childId = childOf(row, 'actualOrderId')
    if (childId === null) return { order, fills: [] }
    this.#context.orders.nameChild(kept, childId)
    const childRow = await this.#orNull(requests.plainByVenueId(requests.marketIdOf(instrumentId), childId))
    const fills = await this.#trades.ofOrder(instrumentId, childId, id)
    if (childRow === null) return { order: { ...order, ...endedBy(fills, order.quantity) }, fills }
    const child = plainOrder(childRow, instrumentId)
    const status = child.status === 'working' ? 'triggered' : child.status
    return { order: { ...order, status, filledQuantity: child.filledQuantity }, fills }
  }

  /** The lists forget an order that ended unfilled after three days; trades are kept for longer. */
  async #history(known: KnownOrder): Promise<Found | null> {
    const id = known.childOrderId ?? (known.kind === 'plain' ? known.venueOrderId : null)
    if (id === null) return null
    const fills = await this.#trades.ofOrder(known.instrumentId, id, known.clientOrderId)
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

  #noteTrade(id: ClientOrderId, fill: Fill): void {
    const known = this.#context.orders.get(id)
    if (known !== null) this.#context.orders.noteTrade(known, fill.tradeId, fill.quantity)
  }
  async #orNull(request: VenueRequest): Promise<Fields | null> {
    try {
      return fieldsOf(await this.#context.ask(request), 'the order')
    } catch (error) {
      if (error instanceof VenueRefusal && error.failure.code === 'unknown_order') return null
      throw error
    }
  }
}

const endedBy = (fills: readonly Fill[], wanted: Quantity): Pick<VenueOrder, 'status' | 'filledQuantity'> => {
  const filledQuantity = fills.reduce<Quantity>((sum, fill) => add(sum, fill.quantity), ZERO_QUANTITY)
  return { filledQuantity, status: filledQuantity >= wanted ? 'filled' : 'canceled' }
}
/** How much of it was traded, by its row. */
export const executedOf = (row: Fields): Quantity => quantity(decimalOf(row, 'executedQty'))
