// One order, wherever it is: by its label, by the venue's id, in the history of triggers and in that of orders.
import { ZERO_QUANTITY } from '../../../../../src-shared/domain/decimal.ts'
import { type ClientOrderId, type InstrumentId, venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { VenueOrder } from '../../../../../src-shared/events/venue-report.ts'
import { type Fields, integerOf, isFields, listOf, textOf, textOrNull } from '../fields.ts'
import type { KnownOrder } from '../order-memory.ts'
import type { LookupReport, VenueContext } from '../venue-adapter.ts'
import type { DeribitAccount } from './deribit-account.ts'
import { filledOf, isTrigger, orderOf, parentOf } from './deribit-orders.ts'
import { orderOrNull } from './deribit-owners.ts'
import * as requests from './deribit-requests.ts'
import type { DeribitTrades } from './deribit-trades.ts'

/** What the venue knows under one name: a plain order, or one that waited and what it became. */
type Found = { readonly trigger: Fields | null; readonly order: Fields | null }

export class DeribitLookup {
  readonly #context: VenueContext
  readonly #account: DeribitAccount
  readonly #trades: DeribitTrades

  constructor(context: VenueContext, account: DeribitAccount, trades: DeribitTrades) {
    this.#context = context
    this.#account = account
    this.#trades = trades
  }

  async find(id: ClientOrderId, known: KnownOrder | null): Promise<LookupReport> {
    const found = await this.#found(id, known)
    const order = found === null ? null : this.#orderOf(found, id)
    if (found === null || order === null) return this.#told(id, null, [])
    const kept = known ?? this.#context.orders.add({ ...order, type: found.trigger === null ? 'limit' : order.type })
    if (found.trigger !== null && kept.kind === 'conditional') this.#context.orders.name(kept, textOf(found.trigger, 'order_id'))
    if (found.order !== null && kept.kind === 'conditional') this.#context.orders.nameChild(kept, textOf(found.order, 'order_id'))
    if (found.order !== null && kept.kind === 'plain') this.#context.orders.name(kept, textOf(found.order, 'order_id'))
    const { instrumentId, filledQuantity: filled } = order
    const traded = found.order ?? found.trigger
    const fills =
      traded === null || filled === 0n ? [] : await this.#trades.ofOrder(textOf(traded, 'order_id'), { instrumentId, name: id, filled })
    for (const fill of fills) this.#context.orders.noteTrade(kept, fill.tradeId, fill.quantity)
    if (order.status !== 'working' && order.status !== 'triggered') kept.isEnded = true
    return this.#told(id, order, fills)
  }
  #told(id: ClientOrderId, order: VenueOrder | null, fills: LookupReport['fills']): LookupReport {
    return { type: 'lookup', clientOrderId: id, order, fills, tsEventMs: this.#context.nowMs() }
  }

  /** What waited tells what was asked for, what it became how far it got. Null in an instrument that is not traded here. */
  #orderOf({ trigger, order }: Found, id: ClientOrderId): VenueOrder | null {
    const row = trigger ?? order
    const instrumentId = row === null ? undefined : this.#account.idByMarketId.get(textOf(row, 'instrument_name'))
    if (row === null || instrumentId === undefined) return null
    if (trigger === null || order === null) return this.#orphanOf(orderOf(row, instrumentId, id), row)
    const child = orderOf(order, instrumentId, id)
    const status = child.status === 'working' ? 'triggered' : child.status
    return { ...orderOf(trigger, instrumentId, id), status, filledQuantity: child.filledQuantity }
  }
  /** Of a stop that fired so long ago that only what it became is listed. */
  #orphanOf(order: VenueOrder, row: Fields): VenueOrder {
    if (parentOf(row) === null) return order
    return { ...order, type: 'stop_market', status: order.status === 'working' ? 'triggered' : order.status }
  }

  async #found(id: ClientOrderId, known: KnownOrder | null): Promise<Found | null> {
    const byLabel = known?.isForeign === true ? null : this.#chosen(await this.#labelled(id), known)
    if (byLabel !== null) return this.#withChild(byLabel, known)
    const byId = await this.#byId(known)
    if (byId !== null) return this.#withChild(byId, known)
    return known === null ? null : this.#history(id, known)
  }
  async #labelled(id: ClientOrderId): Promise<readonly Fields[]> {
    const rows = listOf(requests.resultOf(await this.#context.ask(requests.ordersByLabel(id))), 'the orders')
    return rows.filter((row) => row['label'] === id)
  }

  /** Labels are not unique: what the venue's id says comes first, then whoever was there first. */
  #chosen(rows: readonly Fields[], known: KnownOrder | null): Found | null {
    const sorted = rows.toSorted((a, b) => integerOf(a, 'creation_timestamp') - integerOf(b, 'creation_timestamp'))
    const own = (row: Fields): boolean => textOf(row, 'order_id') === known?.venueOrderId
    const triggers = sorted.filter(isTrigger)
    const others = sorted.filter((row) => !isTrigger(row))
    if (known?.kind === 'conditional' || (known === null && triggers.length > 0)) {
      const trigger = triggers.find(own) ?? triggers[0] ?? null
      const parent = trigger === null ? (known?.venueOrderId ?? null) : textOf(trigger, 'order_id')
      const order = others.find((row) => parentOf(row) === parent || parentOf(row) === null || parent === null) ?? null
      return trigger === null && order === null ? null : { trigger, order }
    }
    const order = others.find(own) ?? others[0] ?? null
    return order === null ? null : { trigger: null, order }
  }

  async #byId(known: KnownOrder | null): Promise<Found | null> {
    const ids = [known?.venueOrderId ?? null, known?.childOrderId ?? null].filter((each) => each !== null)
    const rows: Fields[] = []
    for (const each of new Set(ids)) {
      const row = await orderOrNull(this.#context, each)
      if (row !== null) rows.push(row)
    }
    const trigger = rows.find(isTrigger) ?? null
    const order = rows.find((row) => !isTrigger(row)) ?? null
    return trigger === null && order === null ? null : { trigger, order }
  }

  /** The list says that it fired and not always what it became; the history of triggers does. */
  async #withChild(found: Found, known: KnownOrder | null): Promise<Found> {
    const { trigger, order } = found
    if (trigger === null || order !== null || trigger['order_state'] !== 'triggered' || filledOf(trigger) > ZERO_QUANTITY) return found
    const instrumentId = this.#account.idByMarketId.get(textOf(trigger, 'instrument_name')) ?? known?.instrumentId
    if (instrumentId === undefined) return found
    const entry = (await this.#triggers(instrumentId)).find((each) => each['trigger_order_id'] === trigger['order_id'])
    const childId = entry === undefined ? null : textOrNull(entry, 'order_id')
    return childId === null ? found : { trigger, order: await orderOrNull(this.#context, childId) }
  }
  async #triggers(instrumentId: InstrumentId): Promise<readonly Fields[]> {
    const result = requests.resultOf(await this.#context.ask(requests.triggerHistory(instrumentId)))
    return isFields(result) ? listOf(result['entries'], 'the triggers') : listOf(result, 'the triggers')
  }

  /** Ended more than half an hour ago. */
  async #history(id: ClientOrderId, known: KnownOrder): Promise<Found | null> {
    const isOwn = (row: Fields): boolean =>
      (!known.isForeign && row['label'] === id) ||
      row['order_id'] === (known.venueOrderId ?? '') ||
      parentOf(row) === (known.venueOrderId ?? '')
    for (const historical of [false, true]) {
      const rows = listOf(requests.resultOf(await this.#context.ask(requests.orderHistory(known.instrumentId, historical))), 'the orders')
      const found = this.#chosen(rows.filter(isOwn), known)
      if (found !== null) return found
    }
    if (known.kind === 'plain') return null
    const entry = (await this.#triggers(known.instrumentId)).find(
      (each) => each['label'] === id || each['trigger_order_id'] === (known.venueOrderId ?? ''),
    )
    return entry === undefined ? null : this.#fromTrigger(entry, known)
  }
  /** An entry of the history of triggers is a row of its own kind: the state in it is how it ended as one that waited. */
  async #fromTrigger(entry: Fields, known: KnownOrder): Promise<Found> {
    const childId = textOrNull(entry, 'order_id')
    const trigger = {
      ...entry,
      order_id: venueOrderId(textOf(entry, 'trigger_order_id')),
      order_type: 'stop_market',
      label: known.clientOrderId,
      trigger_order_id: undefined,
    }
    return { trigger, order: childId === null ? null : await orderOrNull(this.#context, childId) }
  }
}
