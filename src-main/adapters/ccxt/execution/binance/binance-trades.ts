// Our trades as the venue's history tells them: those after a known one, and those of one order.
import type { InstrumentId, TradeId } from '../../../../../src-shared/domain/ids.ts'
import type { ClientOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { Fill } from '../../../../../src-shared/domain/order.ts'
import { DAY_MS } from '../../../../../src-shared/domain/time.ts'
import { VenueRefusal } from '../../transport/venue-failure.ts'
import { type Fields, fieldsOf, integerOf, listOf, textOf, textOrNull } from '../fields.ts'
import { orderName } from '../foreign-order.ts'
import type { VenueContext } from '../venue-adapter.ts'
import type { BinanceAccount } from './binance-account.ts'
import { childOf, fillOf } from './binance-orders.ts'
import * as requests from './binance-requests.ts'

const PAGE = 1_000
/** Twenty thousand trades of one instrument since the last look; more are reported as missing. */
const PAGES_MAX = 20
/** The venue answers for a week at a time. */
const WINDOW_MS = 7 * DAY_MS
/** How far back trades are looked for when only their time is known. The venue keeps half a year. */
const BACK_MS_MAX = 90 * DAY_MS
/** A trade of another instrument may have been booked a little before the one that is known. */
const MARGIN_MS = 60_000
const OWNERS_MAX = 1_000

export type TradesSince = { readonly fills: readonly Fill[]; readonly isMissing: boolean }
/** From where the history of one instrument is read: after a trade, or from a time. */
type Cursor = { readonly afterId: bigint } | { readonly fromMs: number }

export class BinanceTrades {
  readonly #context: VenueContext
  readonly #account: BinanceAccount
  readonly #openedMs: number
  readonly #cursors = new Map<InstrumentId, Cursor>()
  /** The trade that all cursors belong to. */
  #reached: TradeId | null = null
  /** Whose order it is that has this id there. */
  readonly #owners = new Map<string, ClientOrderId>()

  constructor(context: VenueContext, account: BinanceAccount) {
    this.#context = context
    this.#account = account
    this.#openedMs = context.nowMs()
  }

  /** All fills of this order of the venue, under the name given. */
  async ofOrder(instrumentId: InstrumentId, orderId: string, clientOrderId: ClientOrderId): Promise<readonly Fill[]> {
    const { settle } = this.#account
    const symbol = requests.marketIdOf(instrumentId)
    const fills: Fill[] = []
    let fromId: string | null = null
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const rows: readonly Fields[] = await this.#rows({ symbol, orderId, limit: PAGE, ...(fromId !== null && { fromId }) })
      for (const row of rows) fills.push(fillOf(row, { instrumentId, clientOrderId, settle }))
      if (rows.length < PAGE) break
      fromId = afterLast(rows)
    }
    return fills
  }

  /**
   * Fills of all traded instruments after this trade, oldest first; null means since the oldest order remembered, or since this run began.
   * Missing: the venue does not know that trade, or there are more than can be read.
   */
  async since(after: TradeId | null): Promise<TradesSince> {
    const goesOn = after !== null && after === this.#reached
    // Until this has come to its end, the cursors belong to no trade: a look that fails is begun anew.
    this.#reached = null
    let isMissing = goesOn ? false : !(await this.#begin(after))
    const fills: Fill[] = []
    for (const { id } of this.#account.instruments) {
      const rows = await this.#after(id)
      if (rows === null) isMissing = true
      for (const row of rows ?? []) {
        const clientOrderId = await this.#ownerOf(id, textOf(row, 'orderId'))
        fills.push(fillOf(row, { instrumentId: id, clientOrderId, settle: this.#account.settle }))
      }
    }
    fills.sort((a, b) => a.tsEventMs - b.tsEventMs || compareIds(a.tradeId, b.tradeId))
    for (const fill of fills) this.#note(fill)
    this.#reached = fills.at(-1)?.tradeId ?? after
    return { fills, isMissing }
  }

  #note(fill: Fill): void {
    const known = this.#context.orders.get(fill.clientOrderId)
    if (known !== null) this.#context.orders.noteTrade(known, fill.tradeId, fill.quantity)
  }

  /** Sets every cursor to the moment of that trade. False when the venue does not know it. */
  async #begin(after: TradeId | null): Promise<boolean> {
    this.#cursors.clear()
    const oldestMs = Math.min(this.#context.orders.oldestMs, this.#openedMs) - MARGIN_MS
    const split = after === null ? null : /^(.+)-(\d+)$/.exec(after)
    const [symbol, id] = [split?.[1], split?.[2]]
    const listed = this.#account.instruments.find((instrument) => requests.marketIdOf(instrument.id) === symbol)
    let fromMs = oldestMs
    let isKnown = after === null
    if (listed !== undefined && symbol !== undefined && id !== undefined) {
      const [row] = await this.#rows({ symbol, fromId: id, limit: 1 })
      isKnown = row !== undefined && textOf(row, 'id') === id
      if (row !== undefined) fromMs = integerOf(row, 'time') - MARGIN_MS
      if (isKnown) this.#cursors.set(listed.id, { afterId: BigInt(id) })
    }
    for (const instrument of this.#account.instruments) if (!this.#cursors.has(instrument.id)) this.#cursors.set(instrument.id, { fromMs })
    return isKnown
  }

  /** Null when there are more than can be read. The cursor then stays. */
  async #after(instrumentId: InstrumentId): Promise<readonly Fields[] | null> {
    const symbol = requests.marketIdOf(instrumentId)
    const nowMs = this.#context.nowMs()
    let cursor: Cursor = this.#cursors.get(instrumentId) ?? { fromMs: nowMs }
    const found: Fields[] = []
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const rows: readonly Fields[] = await this.#rows({ symbol, limit: PAGE, ...paramsOf(cursor, nowMs) })
      found.push(...rows)
      if ('fromMs' in cursor && rows.length < PAGE) {
        const fromMs: number = Math.max(cursor.fromMs, nowMs - BACK_MS_MAX) + WINDOW_MS
        if (fromMs < nowMs) {
          cursor = { fromMs }
          continue
        }
      }
      const last = found.at(-1)
      // Without a trade so far, the next look begins a little before this one.
      this.#cursors.set(instrumentId, last === undefined ? { fromMs: nowMs - MARGIN_MS } : { afterId: BigInt(textOf(last, 'id')) })
      if (rows.length < PAGE) return found
      cursor = { afterId: BigInt(afterLast(rows)) - 1n }
    }
    return null
  }

  async #rows(params: Readonly<Record<string, string | number>>): Promise<readonly Fields[]> {
    return listOf(await this.#context.ask(requests.userTrades(params)), 'the trades')
  }

  /** The trade tells only the venue's id of its order: ours may be one it was, or one it became when it fired. */
  async #ownerOf(instrumentId: InstrumentId, orderId: string): Promise<ClientOrderId> {
    const present = this.#context.orders.byVenueOrderId(orderId)?.clientOrderId ?? this.#owners.get(orderId)
    if (present !== undefined) return present
    await findChildren(this.#context, instrumentId)
    const child = this.#context.orders.byVenueOrderId(orderId)
    if (child !== null) return child.clientOrderId
    const name = orderName(await this.#clientIdOf(instrumentId, orderId), orderId)
    this.#owners.set(orderId, name)
    for (const oldest of this.#owners.keys()) {
      if (this.#owners.size <= OWNERS_MAX) break
      this.#owners.delete(oldest)
    }
    return name
  }
  async #clientIdOf(instrumentId: InstrumentId, orderId: string): Promise<string | null> {
    try {
      const body = await this.#context.ask(requests.plainByVenueId(requests.marketIdOf(instrumentId), orderId))
      return textOrNull(fieldsOf(body, 'the order'), 'clientOrderId')
    } catch (error) {
      if (error instanceof VenueRefusal && error.failure.code === 'unknown_order') return null
      throw error
    }
  }
}

/** Asks what has become of every conditional order of this instrument that may have fired unheard. */
export async function findChildren({ ask, orders }: VenueContext, instrumentId: InstrumentId): Promise<void> {
  for (const known of orders.waiting(instrumentId)) {
    try {
      const row = fieldsOf(await ask(requests.algoByClientId(known.clientOrderId)), 'the algo order')
      const child = childOf(row, 'actualOrderId')
      if (child !== null) orders.nameChild(known, child)
    } catch (error) {
      if (!(error instanceof VenueRefusal) || error.failure.code !== 'unknown_order') throw error
    }
  }
}

const paramsOf = (cursor: Cursor, nowMs: number): Record<string, string | number> => {
  if ('afterId' in cursor) return { fromId: String(cursor.afterId + 1n) }
  const startTime = Math.max(cursor.fromMs, nowMs - BACK_MS_MAX)
  return { startTime, endTime: Math.min(startTime + WINDOW_MS, nowMs + MARGIN_MS) }
}
const afterLast = (rows: readonly Fields[]): string => {
  const last = rows.at(-1)
  return last === undefined ? '0' : String(BigInt(textOf(last, 'id')) + 1n)
}
const compareIds = (a: TradeId, b: TradeId): number => a.length - b.length || (a < b ? -1 : 1)
