// Our trades as the venue's history tells them: those after a known one, and those of one order. The lists are newest first, and know trades by the
// venue's bill, not by the trade's own name, so a known trade is found by going back to it.
import type { ClientOrderId, TradeId } from '../../../../../src-shared/domain/ids.ts'
import type { Fill } from '../../../../../src-shared/domain/order.ts'
import { DAY_MS } from '../../../../../src-shared/domain/time.ts'
import { VenueRefusal } from '../../transport/venue-failure.ts'
import type { RequestParams } from '../../transport/venue-rest.ts'
import { type Fields, fieldsOf, textOf, textOrNull } from '../fields.ts'
import { orderName } from '../foreign-order.ts'
import type { VenueContext } from '../venue-adapter.ts'
import { type OkxAccount, rowsOf } from './okx-account.ts'
import type { OkxContract } from './okx-contracts.ts'
import { childOf, fillOf, parentOf, tradeIdOf } from './okx-orders.ts'
import * as requests from './okx-requests.ts'

/** Two thousand trades since the last look; more are reported as missing. */
const PAGES_MAX = 20
/** A trade of another contract may have been booked a little before the one that is known. */
const MARGIN_MS = 10_000
const BACK_MS_MAX = 90 * DAY_MS
const OWNERS_MAX = 1_000

export type TradesSince = { readonly fills: readonly Fill[]; readonly isMissing: boolean }

export class OkxTrades {
  readonly #context: VenueContext
  readonly #account: OkxAccount
  readonly #openedMs: number
  /** Whose order it is that has this id there. */
  readonly #owners = new Map<string, ClientOrderId>()

  constructor(context: VenueContext, account: OkxAccount) {
    this.#context = context
    this.#account = account
    this.#openedMs = context.nowMs()
  }

  /** All fills of this order of the venue, under the name given. */
  async ofOrder(contract: OkxContract, ordId: string, clientOrderId: ClientOrderId): Promise<readonly Fill[]> {
    for (const list of requests.FILL_LISTS) {
      const { rows } = await this.#back(list, { instId: contract.instId, ordId }, () => false)
      if (rows.length > 0) return rows.map((row) => fillOf(row, { contract, clientOrderId, fee: 'fee' })).toReversed()
    }
    return []
  }

  /**
   * Fills of all traded contracts after this trade, oldest first, and some just before it; null means since the oldest order remembered, or since this
   * run began. Missing: the venue does not know that trade, or there are more than can be read.
   */
  async since(after: TradeId | null): Promise<TradesSince> {
    const { rows, isMissing } = after === null ? await this.#sinceTime() : await this.#sinceTrade(after)
    const fills: Fill[] = []
    for (const row of rows.toReversed()) {
      const contract = this.#account.traded.get(textOf(row, 'instId'))
      if (contract === undefined) continue
      fills.push(fillOf(row, { contract, clientOrderId: await this.#ownerOf(row, contract), fee: 'fee' }))
    }
    for (const fill of fills) {
      const known = this.#context.orders.get(fill.clientOrderId)
      if (known !== null) this.#context.orders.noteTrade(known, fill.tradeId, fill.quantity)
    }
    return { fills, isMissing }
  }

  async #sinceTime(): Promise<{ rows: readonly Fields[]; isMissing: boolean }> {
    const nowMs = this.#context.nowMs()
    const begin = Math.max(Math.min(this.#context.orders.oldestMs, this.#openedMs) - MARGIN_MS, nowMs - BACK_MS_MAX)
    const list = nowMs - begin > 2 * DAY_MS ? 'fills-history' : 'fills'
    const { rows, isWhole } = await this.#back(list, { begin: String(Math.floor(begin)) }, () => false)
    return { rows, isMissing: !isWhole }
  }
  async #sinceTrade(after: TradeId): Promise<{ rows: readonly Fields[]; isMissing: boolean }> {
    let foundMs: number | null = null
    const isBefore = (row: Fields): boolean => {
      if (tradeIdOf(row) === after) foundMs = timeOf(row)
      return foundMs !== null && timeOf(row) < foundMs - MARGIN_MS
    }
    let all: readonly Fields[] = []
    for (const list of requests.FILL_LISTS) {
      const { rows } = await this.#back(list, {}, isBefore)
      if (rows.length > 0) all = rows
      if (foundMs !== null) return { rows: all, isMissing: false }
    }
    return { rows: all, isMissing: true }
  }

  /** Goes back from the newest until `isBefore` says that it is far enough. `isWhole`: the list ended, or that was reached. */
  async #back(
    list: (typeof requests.FILL_LISTS)[number],
    filter: RequestParams,
    isBefore: (row: Fields) => boolean,
  ): Promise<{ readonly rows: readonly Fields[]; readonly isWhole: boolean }> {
    const rows: Fields[] = []
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const last = rows.at(-1)
      const from: RequestParams = last === undefined ? {} : { after: textOf(last, 'billId') }
      const found = rowsOf(await this.#context.ask(requests.fills(list, { ...filter, ...from })), 'the trades')
      for (const row of found) {
        if (isBefore(row)) return { rows, isWhole: true }
        rows.push(row)
      }
      if (found.length < requests.PAGE) return { rows, isWhole: true }
    }
    return { rows, isWhole: false }
  }

  /** The trade tells only the venue's id of its order: ours may be one it was, or one it became when it fired. */
  async #ownerOf(fill: Fields, contract: OkxContract): Promise<ClientOrderId> {
    const ordId = textOf(fill, 'ordId')
    const present = this.#context.orders.byVenueOrderId(ordId)?.clientOrderId ?? this.#owners.get(ordId)
    if (present !== undefined) return present
    const own = this.#context.orders.get(orderName(textOrNull(fill, 'clOrdId'), ordId))
    if (own?.kind === 'plain') return own.clientOrderId
    const name = await this.#askOwner(fill, contract, ordId)
    this.#owners.set(ordId, name)
    for (const oldest of this.#owners.keys()) {
      if (this.#owners.size <= OWNERS_MAX) break
      this.#owners.delete(oldest)
    }
    return name
  }
  async #askOwner(fill: Fields, { instId }: OkxContract, ordId: string): Promise<ClientOrderId> {
    const row = await orderOrNull(this.#context, requests.plainByVenueId(instId, ordId))
    const algoClOrdId = row === null ? null : (parentOf(row)?.algoClOrdId ?? null)
    const name = orderName(algoClOrdId ?? textOrNull(row ?? fill, 'clOrdId'), ordId)
    const known = this.#context.orders.get(name)
    if (known?.kind === 'conditional') this.#context.orders.nameChild(known, ordId)
    return name
  }
}

/** The order's row, or null when the venue does not know it. */
export async function orderOrNull({ ask }: VenueContext, request: Parameters<VenueContext['ask']>[0]): Promise<Fields | null> {
  try {
    const [row] = rowsOf(await ask(request), 'the order')
    return row === undefined ? null : fieldsOf(row, 'the order')
  } catch (error) {
    if (error instanceof VenueRefusal && error.failure.code === 'unknown_order') return null
    throw error
  }
}

/** Asks what has become of every conditional order of this contract that may have fired unheard. */
export async function findChildren(context: VenueContext, { instrument }: OkxContract): Promise<void> {
  for (const known of context.orders.waiting(instrument.id)) {
    const row = await orderOrNull(context, requests.algoByClientId(known.clientOrderId))
    const child = row === null ? null : childOf(row)
    if (child !== null) context.orders.nameChild(known, child)
  }
}

const timeOf = (row: Fields): number => Number(textOrNull(row, 'fillTime') ?? row['ts'])
