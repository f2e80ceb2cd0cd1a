// Our trades as the venue's history tells them: those after a known one, and those of one order. What is older than a day is in another list of the same venue.
import { type Quantity, ZERO_QUANTITY, add } from '../../../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId, TradeId } from '../../../../../src-shared/domain/ids.ts'
import type { Fill } from '../../../../../src-shared/domain/order.ts'
import { DAY_MS, HOUR_MS } from '../../../../../src-shared/domain/time.ts'
import { type Fields, integerOf, isFields, listOf, textOf } from '../fields.ts'
import type { VenueContext } from '../venue-adapter.ts'
import type { DeribitAccount } from './deribit-account.ts'
import { fillOf } from './deribit-orders.ts'
import type { DeribitOwners } from './deribit-owners.ts'
import * as requests from './deribit-requests.ts'

/** Twenty thousand trades since the last look; more are reported as missing. */
const PAGES_MAX = 20
/** The present list keeps a day; the other one shows a trade some time after it. */
const PRESENT_MS = DAY_MS - HOUR_MS
/** How far back trades are looked for when only their time is known. */
const BACK_MS_MAX = 90 * DAY_MS
/** A trade may be listed a little later than another that came after it. */
const MARGIN_MS = 60_000

export type TradesSince = { readonly fills: readonly Fill[]; readonly isMissing: boolean }

export class DeribitTrades {
  readonly #context: VenueContext
  readonly #account: DeribitAccount
  readonly #owners: DeribitOwners
  readonly #openedMs: number
  /** The newest trade told of, and its time. */
  #reached: { readonly id: TradeId; readonly ms: number } | null = null

  constructor(context: VenueContext, account: DeribitAccount, owners: DeribitOwners) {
    this.#context = context
    this.#account = account
    this.#owners = owners
    this.#openedMs = context.nowMs()
  }

  /** All fills of this order of the venue, under the name given: `filled` of them, or what is listed by now. */
  async ofOrder(orderId: string, details: { instrumentId: InstrumentId; name: ClientOrderId; filled: Quantity }): Promise<readonly Fill[]> {
    const found = new Map<TradeId, Fill>()
    for (const historical of [false, true]) {
      const rows = rowsOf(await this.#context.ask(requests.tradesOfOrder(orderId, historical))).rows
      for (const row of rows) {
        const fill = fillOf(row, details.instrumentId, details.name)
        found.set(fill.tradeId, fill)
      }
      if ([...found.values()].reduce<Quantity>((sum, fill) => add(sum, fill.quantity), ZERO_QUANTITY) >= details.filled) break
    }
    return [...found.values()]
  }

  /**
   * Fills of all traded instruments after this trade, oldest first, and some from shortly before; null means since the oldest order remembered, or since this
   * run began. Missing: the venue does not know that trade, or there are more than can be read.
   */
  async since(after: TradeId | null): Promise<TradesSince> {
    const oldestMs = Math.min(this.#context.orders.oldestMs, this.#openedMs)
    const afterMs = after === null ? oldestMs : after === this.#reached?.id ? this.#reached.ms : await this.#timeOf(after)
    const nowMs = this.#context.nowMs()
    const fromMs = Math.max((afterMs ?? oldestMs) - MARGIN_MS, nowMs - BACK_MS_MAX)
    const rows = new Map<string, Fields>()
    let isMissing = afterMs === null
    for (const historical of fromMs < nowMs - PRESENT_MS ? [true, false] : [false])
      if (!(await this.#collect(rows, { fromMs, toMs: nowMs + MARGIN_MS, historical }))) isMissing = true
    const fills: Fill[] = []
    for (const row of rows.values()) {
      const instrumentId = this.#account.idByMarketId.get(textOf(row, 'instrument_name'))
      if (instrumentId !== undefined) fills.push(await this.#named(row, instrumentId))
    }
    fills.sort((a, b) => a.tsEventMs - b.tsEventMs || compareIds(a.tradeId, b.tradeId))
    const last = fills.at(-1)
    if (last !== undefined) this.#reached = { id: last.tradeId, ms: last.tsEventMs }
    return { fills, isMissing }
  }

  async #named(row: Fields, instrumentId: InstrumentId): Promise<Fill> {
    const known = this.#owners.ofTrade(row)
    const fill = fillOf(row, instrumentId, known?.clientOrderId ?? (await this.#owners.nameOfStranger(row, instrumentId)))
    const owner = this.#context.orders.get(fill.clientOrderId)
    if (owner !== null) this.#context.orders.noteTrade(owner, fill.tradeId, fill.quantity)
    return fill
  }

  /** Null when the venue does not know this trade. */
  async #timeOf(id: TradeId): Promise<number | null> {
    for (const historical of [false, true]) {
      const row = rowsOf(await this.#context.ask(requests.tradeById(id, historical))).rows.find((each) => textOf(each, 'trade_id') === id)
      if (row !== undefined) return integerOf(row, 'timestamp')
    }
    return null
  }

  /** By trade id, page by page. False when there are more than can be read. */
  async #collect(rows: Map<string, Fields>, range: { fromMs: number; toMs: number; historical: boolean }): Promise<boolean> {
    let { fromMs } = range
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const answer = rowsOf(await this.#context.ask(requests.tradesFrom(fromMs, range.toMs, range.historical)))
      for (const row of answer.rows) rows.set(textOf(row, 'trade_id'), row)
      const last = answer.rows.at(-1)
      if (!answer.hasMore || last === undefined) return true
      // From the last trade's time again, because others may carry it too; more of them than a page holds cannot be told apart.
      const nextMs = integerOf(last, 'timestamp')
      if (nextMs === fromMs) return false
      fromMs = nextMs
    }
    return false
  }
}

/** A list alone, or one that says whether it goes on. */
function rowsOf(body: unknown): { readonly rows: readonly Fields[]; readonly hasMore: boolean } {
  const result = requests.resultOf(body)
  if (!isFields(result)) return { rows: listOf(result, 'the trades'), hasMore: false }
  return { rows: listOf(result['trades'], 'the trades'), hasMore: result['has_more'] === true }
}
const compareIds = (a: TradeId, b: TradeId): number => a.length - b.length || (a < b ? -1 : 1)
