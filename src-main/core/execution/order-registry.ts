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
import { removeAt } from '../../../src-shared/domain/lists.ts'
import { type Result, ensure } from '../../../src-shared/domain/result.ts'
import { RecentNames, RecentSet } from './recent.ts'

const ENDED_MAX = 2_000
const TRADES_MAX = 20_000
const FOREIGN_MAX = 1_000

/** Reason of an order that the venue was asked for twice and does not know. */
export const NEVER_ARRIVED = 'never_arrived'

export class OrderRegistry {
  /** All that are open, and those that ended lately. */
  readonly #entries = new Map<ClientOrderId, Entry>()
  /** Those that are not final, oldest first. A handful: what comes and goes this often would make a Map rebuild its table every other order. */
  readonly #open: Entry[] = []
  readonly #endedIds = new RecentNames<ClientOrderId>(ENDED_MAX)
  readonly #trades: RecentSet<string>
  readonly #foreign = new RecentSet<string>(FOREIGN_MAX)
  readonly #changes = new Map<InstrumentId, Change>()
  #lastFillMs = Number.NEGATIVE_INFINITY

  constructor(recovered: { orders: readonly Order[]; knownTradeIds: readonly string[] }) {
    for (const order of recovered.orders) this.#take(order)
    this.#trades = new RecentSet(Math.max(TRADES_MAX, recovered.knownTradeIds.length))
    for (const id of recovered.knownTradeIds) this.#trades.claim(id)
  }
  get(id: ClientOrderId): Order | null {
    return this.#entries.get(id)?.order ?? null
  }
  /** Orders that are not final, oldest first. */
  open(): readonly Order[] {
    return this.#open.map(({ order }) => order)
  }
  /** Is there an order of which nobody knows what became of it? */
  hasUnknown(): boolean {
    for (const { order } of this.#open) if (order.state === 'unknown') return true
    return false
  }
  openOf(positionId: PositionId): readonly Order[] {
    const found: Order[] = []
    for (const { order } of this.#open) if (order.positionId === positionId) found.push(order)
    return found
  }
  add(order: Order): void {
    ensure(this.get(order.clientOrderId) === null, () => `order ${order.clientOrderId} is registered already`)
    this.#take(order)
  }
  /** Folds an event in; a refused one changes nothing. The order must be known. */
  apply(id: ClientOrderId, event: OrderEvent, nowMs: number): Result<Order, IllegalTransition> {
    const entry = this.#entries.get(id)
    ensure(entry !== undefined, () => `order ${id} is not registered`)
    const result = applyOrderEvent(entry.order, event, nowMs)
    if (result.ok) this.#change(entry, result.value)
    return result
  }
  /** True the first time a trade is seen: a repeated report books nothing. */
  claimFill(fill: Fill): boolean {
    if (!this.#trades.claim(fill.tradeId)) return false
    this.#noteChange(fill.instrumentId, { tsMs: fill.tsEventMs, isRefusal: false })
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
  /**
   * When an order of this instrument last changed or filled, or −Infinity: a trade of that moment may not be known on both sides yet.
   * A reduce-only order that the venue refused has traded nothing. The first refusal counts all the same, because the trade that explains it
   * may be on its way; one refusal after another does not, or closing what is gone would hide for ever that it is gone.
   */
  changedMs(instrumentId: InstrumentId): number {
    let newestMs = this.#changes.get(instrumentId)?.tsMs ?? Number.NEGATIVE_INFINITY
    for (const { order } of this.#open) if (order.instrumentId === instrumentId) newestMs = Math.max(newestMs, order.updatedMs)
    return newestMs
  }
  /** True the first time something that is not ours is seen, so that it is written down once and not at every look. */
  claimForeign(name: string): boolean {
    return this.#foreign.claim(name)
  }

  #noteChange(instrumentId: InstrumentId, { tsMs, isRefusal }: { tsMs: number; isRefusal: boolean }): void {
    const known = this.#changes.get(instrumentId)
    if (known === undefined) this.#changes.set(instrumentId, new Change(tsMs, isRefusal))
    else if (tsMs > known.tsMs && !(isRefusal && known.isRefusal)) {
      known.tsMs = tsMs
      known.isRefusal = isRefusal
    }
  }

  #take(order: Order): void {
    const entry = new Entry(order)
    this.#entries.set(order.clientOrderId, entry)
    if (isFinal(order.state)) this.#end(order)
    else this.#open.push(entry)
  }

  #change(entry: Entry, order: Order): void {
    const hadEnded = isFinal(entry.order.state)
    entry.order = order
    if (!isFinal(order.state)) return
    if (hadEnded) return this.#noteEnd(order)
    removeAt(this.#open, this.#open.indexOf(entry))
    this.#end(order)
  }

  #end(order: Order): void {
    this.#noteEnd(order)
    const dropped = this.#endedIds.push(order.clientOrderId)
    if (dropped !== null) this.#entries.delete(dropped)
  }
  #noteEnd(order: Order): void {
    this.#noteChange(order.instrumentId, { tsMs: order.updatedMs, isRefusal: isRefusal(order) })
  }
}

/** The venue said no to an order that could only have reduced. One that is taken to be lost may still arrive. */
const isRefusal = (order: Order): boolean =>
  order.state === 'rejected' && order.reduceOnly && order.filledQuantity === 0n && order.reason !== NEVER_ARRIVED

/** An order as it is now: overwritten a dozen times in its life, and found by one look. */
class Entry {
  order: Order
  constructor(order: Order) {
    this.order = order
  }
}

/** When an order of an instrument last ended or filled. A class, overwritten in place: a number in a Map is made anew with each change. */
class Change {
  tsMs = Number.NaN
  isRefusal = false
  constructor(tsMs: number, isRefusal: boolean) {
    this.tsMs = tsMs
    this.isRefusal = isRefusal
  }
}
