// OKX's private messages as reports. The messages as they came are the only source: nothing stands between, so nothing gets lost in a burst.
import { type Quantity, money } from '../../../../../src-shared/domain/decimal.ts'
import { type ClientOrderId, venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { Fill } from '../../../../../src-shared/domain/order.ts'
import { HOUR_MS, MINUTE_MS } from '../../../../../src-shared/domain/time.ts'
import type { VenueReport } from '../../../../../src-shared/events/venue-report.ts'
import { type Fields, decimalOf, integerOf, textOf, textOrNull } from '../fields.ts'
import { orderName } from '../foreign-order.ts'
import type { KnownOrder } from '../order-memory.ts'
import type { StreamEvent, VenueContext } from '../venue-adapter.ts'
import { type OkxAccount, rowsOf } from './okx-account.ts'
import { type OkxContract, baseOf } from './okx-contracts.ts'
import type { OkxLookup } from './okx-lookup.ts'
import { algoStatusOf, childOf, fillOf, parentOf, plainStatusOf } from './okx-orders.ts'
import * as requests from './okx-requests.ts'
import { type OkxTrades, findChildren } from './okx-trades.ts'

/** The venue books funding within seconds of the hour, and lists it a little later. */
const FUNDING_BACK_MS = 5 * MINUTE_MS
/** Canceled by whoever has the account; any other reason is the venue's own. */
const CANCELED_BY_USER = '1'

const report = (told: VenueReport): StreamEvent => ({ type: 'report', report: told })

export class OkxMessages {
  readonly #context: VenueContext
  readonly #account: OkxAccount
  readonly #lookup: OkxLookup
  readonly #trades: OkxTrades

  constructor(context: VenueContext, parts: { account: OkxAccount; lookup: OkxLookup; trades: OkxTrades }) {
    this.#context = context
    this.#account = parts.account
    this.#lookup = parts.lookup
    this.#trades = parts.trades
  }

  readonly read = (channel: string, row: Fields): readonly StreamEvent[] => {
    switch (channel) {
      case 'orders':
        return this.#order(row)
      case 'orders-algo':
        return this.#algo(row)
      case 'balance_and_position':
        return row['eventType'] === 'funding_fee' ? [{ type: 'ask', find: () => this.#funding(integerOf(row, 'pTime')) }] : []
      default:
        return []
    }
  }

  // ---- plain orders, and what conditional ones became ----------------------------------------------------------

  #order(row: Fields): readonly StreamEvent[] {
    const contract = this.#account.traded.get(textOf(row, 'instId'))
    if (contract === undefined) return []
    const ordId = textOf(row, 'ordId')
    const known = this.#context.orders.byVenueOrderId(ordId) ?? this.#ownerOf(row, ordId)
    if (known === null) return this.#stranger(row, contract)
    if (known.kind === 'conditional') this.#context.orders.nameChild(known, ordId)
    else this.#context.orders.name(known, ordId)
    return this.#ofKnown(row, contract, known)
  }
  /** By the algo order's name where it came from one: its own may be made up by the venue then. */
  #ownerOf(row: Fields, ordId: string): KnownOrder | null {
    const { orders } = this.#context
    const parent = parentOf(row)
    if (parent === null) return orders.get(orderName(textOrNull(row, 'clOrdId'), ordId))
    return orders.get(orderName(parent.algoClOrdId, parent.algoId ?? ordId))
  }

  #ofKnown(row: Fields, contract: OkxContract, known: KnownOrder): readonly StreamEvent[] {
    const { clientOrderId } = known
    const tsEventMs = integerOf(row, 'uTime')
    const status = plainStatusOf(row)
    // A change of price or size is told in the same state as before.
    if (textOrNull(row, 'amendResult') !== null && row['state'] === 'live') return []
    if (row['state'] === 'live') {
      if (known.kind === 'conditional') return [report({ type: 'triggered', clientOrderId, tsEventMs })]
      return [report({ type: 'accepted', clientOrderId, venueOrderId: venueOrderId(textOf(row, 'ordId')), tsEventMs })]
    }
    if (status === 'working' || status === 'filled') return this.#trade(row, contract, known)
    known.isEnded = true
    // The venue counts more than was told of here: the trades first, then the end.
    if (!hasAll(row, contract, known)) return [this.#lookUp(known)]
    const source = textOrNull(row, 'cancelSource') ?? CANCELED_BY_USER
    const type = source === CANCELED_BY_USER ? 'canceled' : 'expired'
    return [report({ type, clientOrderId, code: source === CANCELED_BY_USER ? 'venue_canceled' : `venue_${source}`, tsEventMs })]
  }

  #trade(row: Fields, contract: OkxContract, known: KnownOrder): readonly StreamEvent[] {
    if (row['state'] === 'filled') known.isEnded = true
    const fill = fillIn(row, contract, known.clientOrderId)
    if (fill !== null) this.#context.orders.noteTrade(known, fill.tradeId, fill.quantity)
    const told = fill === null ? [] : [report({ type: 'fill', fill, tsEventMs: fill.tsEventMs })]
    return hasAll(row, contract, known) ? told : [...told, this.#lookUp(known)]
  }

  /** Not ours, or what one of ours became when it fired, told without its name. Only trades matter of others' orders. */
  #stranger(row: Fields, contract: OkxContract): readonly StreamEvent[] {
    const isTrade = textOrNull(row, 'fillSz') !== null && baseOf(contract, row, 'fillSz') > 0n
    if (!isTrade) return []
    const ordId = textOf(row, 'ordId')
    const parent = parentOf(row)
    const name = orderName(parent?.algoClOrdId ?? textOrNull(row, 'clOrdId'), ordId)
    const fill = fillIn(row, contract, name)
    const isCertain = parent !== null || this.#context.orders.waiting(contract.instrument.id).length === 0
    if (fill !== null && isCertain) return [report({ type: 'fill', fill, tsEventMs: fill.tsEventMs })]
    const find = async (): Promise<readonly VenueReport[]> => {
      if (!isCertain) await findChildren(this.#context, contract)
      const owner = this.#context.orders.byVenueOrderId(ordId)
      if (owner !== null) return [await this.#lookup.find(owner.clientOrderId, owner)]
      const fills = fill === null ? await this.#trades.ofOrder(contract, ordId, name) : [fill]
      return fills.map((each) => ({ type: 'fill', fill: each, tsEventMs: each.tsEventMs }))
    }
    return [{ type: 'ask', find }]
  }

  // ---- conditional orders --------------------------------------------------------------------------------------

  #algo(row: Fields): readonly StreamEvent[] {
    const { orders } = this.#context
    const algoId = textOf(row, 'algoId')
    const known = orders.get(orderName(textOrNull(row, 'algoClOrdId'), algoId))
    if (known === null || known.kind !== 'conditional') return []
    orders.name(known, algoId)
    const child = childOf(row)
    if (child !== null) orders.nameChild(known, child)
    const { clientOrderId } = known
    const tsEventMs = integerOf(row, 'uTime')
    const status = algoStatusOf(row)
    switch (status) {
      case 'working':
        return [report({ type: 'accepted', clientOrderId, venueOrderId: venueOrderId(algoId), tsEventMs })]
      case 'triggered':
        return [report({ type: 'triggered', clientOrderId, tsEventMs })]
      case 'rejected': {
        known.isEnded = true
        const message = `${textOrNull(row, 'failCode') ?? 'rejected'} when it fired`
        return [report({ type: 'rejected', clientOrderId, code: 'rejected_when_triggered', message, tsEventMs })]
      }
      default:
        known.isEnded = true
        return [report({ type: 'canceled', clientOrderId, code: 'venue_canceled', tsEventMs })]
    }
  }

  #lookUp(known: KnownOrder): StreamEvent {
    return { type: 'ask', find: async () => [await this.#lookup.find(known.clientOrderId, known)] }
  }

  // ---- funding -------------------------------------------------------------------------------------------------

  /** The message does not say how much was charged: the bills do. */
  async #funding(tsMs: number): Promise<readonly VenueReport[]> {
    const bills = rowsOf(await this.#context.ask(requests.fundingBills(tsMs - FUNDING_BACK_MS)), 'the bills')
    const paid: VenueReport[] = []
    for (const bill of bills.toReversed()) {
      const contract = this.#account.traded.get(textOrNull(bill, 'instId') ?? '')
      if (contract === undefined || bill['ccy'] !== this.#account.settle) continue
      const tsEventMs = integerOf(bill, 'ts')
      const rate = await this.#fundingRate(contract, tsEventMs)
      paid.push({ type: 'funding_paid', instrumentId: contract.instrument.id, amount: money(decimalOf(bill, 'pnl')), rate, tsEventMs })
    }
    return paid
  }
  /** Of the payment nearest to that time; 0 where the venue does not tell it, because the amount counts and the rate explains. */
  async #fundingRate({ instId }: OkxContract, tsMs: number): Promise<number> {
    const rows = rowsOf(await this.#context.ask(requests.fundingRates(instId)), 'the funding rates')
    const near = rows.find((row) => Math.abs(integerOf(row, 'fundingTime') - tsMs) < HOUR_MS / 2)
    return Number(near?.['realizedRate'] ?? near?.['fundingRate'] ?? 0)
  }
}

/** The trade that a row tells of; null where it tells of none, or not all of it: a liquidation's trades have their names in the history alone. */
function fillIn(row: Fields, contract: OkxContract, clientOrderId: ClientOrderId): Fill | null {
  if ((textOrNull(row, 'tradeId') ?? '0') === '0' || textOrNull(row, 'fillFee') === null) return null
  const fill = fillOf(row, { contract, clientOrderId, fee: 'fillFee' })
  return fill.quantity > 0n ? fill : null
}
const hasAll = (row: Fields, contract: OkxContract, known: KnownOrder): boolean => {
  const counted: Quantity = baseOf(contract, row, 'accFillSz')
  return counted <= known.filled
}
