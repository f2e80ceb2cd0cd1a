// Our trades as the venue's history tells them: those after a known one, and those of one order.
import type { InstrumentId, TradeId } from '../../../../../src-shared/domain/ids.ts'
import type { Fill } from '../../../../../src-shared/domain/order.ts'
import { DAY_MS, MINUTE_MS } from '../../../../../src-shared/domain/time.ts'
import { type Fields, textOf } from '../fields.ts'
import type { VenueContext } from '../venue-adapter.ts'
import type { BybitAccount } from './bybit-account.ts'
import { fillOf, isFunding, timeOfTrade, tradeIdOf } from './bybit-orders.ts'
import { readPages, readWhole } from './bybit-pages.ts'
import * as requests from './bybit-requests.ts'

/** The venue answers for a week at a time, and keeps two years. */
const WINDOW_MS = 7 * DAY_MS
const BACK_MS_MAX = 90 * DAY_MS
/** The trades of one market may be listed a little after later ones of another. */
const MARGIN_MS = MINUTE_MS

export type TradesSince = { readonly fills: readonly Fill[]; readonly isMissing: boolean }

export class BybitTrades {
  readonly #context: VenueContext
  readonly #account: BybitAccount
  readonly #openedMs: number
  readonly #traded: ReadonlyMap<string, InstrumentId>
  /** The newest trade that was handed out, and when those were that may be listed again. */
  #reached: TradeId | null = null
  readonly #handed = new Map<TradeId, number>()

  constructor(context: VenueContext, account: BybitAccount) {
    this.#context = context
    this.#account = account
    this.#openedMs = context.nowMs()
    this.#traded = new Map(account.instruments.map(({ id }) => [requests.marketIdOf(id), id]))
  }

  /** All fills of one order, oldest first. */
  async ofOrder(key: requests.OrderKey): Promise<readonly Fill[]> {
    return this.#fills(await readWhole(this.#context.ask, (cursor) => requests.executionsOf(key, cursor), 'the trades of the order'))
  }

  /**
   * Fills of all traded instruments after this trade, oldest first, and those of the minute before it that were not handed out yet; null means since
   * the oldest order remembered, or since this run began. Missing: the venue does not know that trade, or there are more than can be read.
   */
  async since(after: TradeId | null): Promise<TradesSince> {
    const goesOn = after !== null && after === this.#reached
    const nowMs = this.#context.nowMs()
    const sinceMs = (after === null ? null : timeOfTrade(after)) ?? Math.min(this.#context.orders.oldestMs, this.#openedMs)
    const { rows, isWhole } = await this.#between(Math.max(sinceMs - MARGIN_MS, nowMs - BACK_MS_MAX), nowMs + MARGIN_MS)
    const isKnown = after === null || rows.some((row) => !isFunding(row) && tradeIdOf(row) === after)
    const isNew = ({ tradeId }: Fill): boolean => tradeId !== after && !(goesOn && this.#handed.has(tradeId))
    const fills = this.#fills(rows).filter(isNew)
    this.#remember(fills, after)
    return { fills, isMissing: !isKnown || !isWhole }
  }

  async #between(fromMs: number, toMs: number): Promise<{ readonly rows: readonly Fields[]; readonly isWhole: boolean }> {
    const found: Fields[] = []
    for (let startMs = fromMs; startMs < toMs; startMs += WINDOW_MS) {
      const endMs = Math.min(startMs + WINDOW_MS, toMs)
      const { rows, isWhole } = await readPages(this.#context.ask, (cursor) => requests.executions(startMs, endMs, cursor), 'the trades')
      found.push(...rows)
      if (!isWhole) return { rows: found, isWhole }
    }
    return { rows: found, isWhole: true }
  }

  #fills(rows: readonly Fields[]): readonly Fill[] {
    const { orders } = this.#context
    const fills: Fill[] = []
    const seen = new Set<TradeId>()
    // The newest come first, and windows overlap in the millisecond that parts them.
    for (const row of rows.toReversed()) {
      const instrumentId = this.#traded.get(textOf(row, 'symbol'))
      if (instrumentId === undefined || isFunding(row)) continue
      const fill = fillOf(row, { instrumentId, settle: this.#account.settle })
      if (seen.has(fill.tradeId)) continue
      seen.add(fill.tradeId)
      fills.push(fill)
      const known = orders.get(fill.clientOrderId)
      if (known !== null) orders.noteTrade(known, fill.tradeId, fill.quantity)
    }
    return fills.toSorted((a, b) => a.tsEventMs - b.tsEventMs)
  }

  #remember(fills: readonly Fill[], after: TradeId | null): void {
    for (const fill of fills) this.#handed.set(fill.tradeId, fill.tsEventMs)
    const afterMs = after === null ? null : timeOfTrade(after)
    if (after !== null && afterMs !== null) this.#handed.set(after, afterMs)
    this.#reached = fills.at(-1)?.tradeId ?? after
    const reachedMs = this.#reached === null ? null : timeOfTrade(this.#reached)
    if (reachedMs === null) return
    for (const [id, ms] of this.#handed) if (ms < reachedMs - MARGIN_MS) this.#handed.delete(id)
  }
}
