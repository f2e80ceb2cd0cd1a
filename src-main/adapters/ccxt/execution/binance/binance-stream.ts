// Binance's private messages as reports. The messages as they came are the only source: nothing stands between, so nothing gets lost in a burst.
import { money, price, quantity } from '../../../../../src-shared/domain/decimal.ts'
import { type ClientOrderId, type InstrumentId, venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { Fill } from '../../../../../src-shared/domain/order.ts'
import { HOUR_MS, MINUTE_MS } from '../../../../../src-shared/domain/time.ts'
import type { VenueReport } from '../../../../../src-shared/events/venue-report.ts'
import { parseJson } from '../../transport/venue-rest.ts'
import { type Fields, decimalOf, fieldsOf, integerOf, isFields, listOf, textOf, textOrNull } from '../fields.ts'
import { orderName } from '../foreign-order.ts'
import type { KnownOrder } from '../order-memory.ts'
import type { PrivateStream, StreamEvent, VenueContext } from '../venue-adapter.ts'
import type { BinanceAccount } from './binance-account.ts'
import type { BinanceLookup } from './binance-lookup.ts'
import { childOf, feeOf, sideOf, tradeIdOf } from './binance-orders.ts'
import * as requests from './binance-requests.ts'
import { findChildren } from './binance-trades.ts'

/** The key of the stream lives for an hour after it was renewed. */
const RENEW_EVERY_MS = 20 * MINUTE_MS
/** The venue books funding within seconds of the hour, and lists it a little later. */
const FUNDING_BACK_MS = 5 * MINUTE_MS

const report = (told: VenueReport): StreamEvent => ({ type: 'report', report: told })

export class BinanceStream implements PrivateStream {
  readonly name = 'orders'
  readonly readyOnOpen = true
  readonly pingText = null
  readonly renewal = {
    everyMs: RENEW_EVERY_MS,
    renew: async () => {
      await this.#context.ask(requests.listenKey('PUT'))
      return []
    },
  }
  readonly #context: VenueContext
  readonly #account: BinanceAccount
  readonly #lookup: BinanceLookup
  readonly #listed: ReadonlyMap<string, InstrumentId>

  constructor(context: VenueContext, account: BinanceAccount, lookup: BinanceLookup) {
    this.#context = context
    this.#account = account
    this.#lookup = lookup
    this.#listed = new Map(account.instruments.map(({ id }) => [requests.marketIdOf(id), id]))
  }

  /**
   * A new key is asked for at each dial: the old one may be why the stream ended. Test systems may still have the address from before 2026, and are dialled there
   * every other time; the live venue has it too, takes the connection, and never sends anything.
   */
  async path(attempt: number): Promise<string> {
    const body = fieldsOf(await this.#context.ask(requests.listenKey('POST')), 'the stream key')
    const key = encodeURIComponent(textOf(body, 'listenKey'))
    return !this.#context.isLive && attempt % 2 === 1 ? `/ws/${key}` : `/private/ws?listenKey=${key}`
  }
  greeting(): readonly string[] {
    return []
  }

  read(text: string): readonly StreamEvent[] {
    try {
      const message = parseJson(text)
      // Whatever it told is lost, and so is the order in which it came: a new connection is followed by a look at the whole account.
      if (message === null) return [{ type: 'redial', reason: 'a private message is no JSON' }]
      if (!isFields(message)) return []
      return this.#events(isFields(message['data']) ? message['data'] : message)
    } catch (error) {
      // An unfamiliar status or a missing field: the account's own lists tell what this message could not.
      const reason = error instanceof Error ? error.message : String(error)
      return [{ type: 'ask', find: () => Promise.reject(new Error(`a private message cannot be read: ${reason}`)) }]
    }
  }

  #events(message: Fields): readonly StreamEvent[] {
    switch (message['e']) {
      case 'ORDER_TRADE_UPDATE':
        return this.#order(fieldsOf(message['o'], 'the order'), integerOf(message, 'T'))
      case 'ALGO_UPDATE':
        return this.#algo(fieldsOf(message['o'], 'the algo order'), integerOf(message, 'T'))
      case 'ACCOUNT_UPDATE':
        return this.#wallet(message)
      case 'listenKeyExpired':
        return [{ type: 'redial', reason: 'the stream key has expired' }]
      default:
        return []
    }
  }

  // ---- plain orders, and what conditional ones became ----------------------------------------------------------

  #order(o: Fields, tsEventMs: number): readonly StreamEvent[] {
    const instrumentId = this.#listed.get(textOf(o, 's'))
    if (instrumentId === undefined) return []
    const orderId = textOf(o, 'i')
    const clientId = orderName(textOrNull(o, 'c'), orderId)
    const known = this.#context.orders.byVenueOrderId(orderId) ?? this.#context.orders.get(clientId)
    if (known === null) return this.#stranger(o, instrumentId, clientId)
    if (known.kind === 'conditional') this.#context.orders.nameChild(known, orderId)
    else this.#context.orders.name(known, orderId)
    return this.#ofKnown(o, known, tsEventMs)
  }

  #ofKnown(o: Fields, known: KnownOrder, tsEventMs: number): readonly StreamEvent[] {
    const { clientOrderId } = known
    const x = textOf(o, 'x')
    switch (x) {
      case 'NEW':
        if (known.kind === 'conditional') return [report({ type: 'triggered', clientOrderId, tsEventMs })]
        return [report({ type: 'accepted', clientOrderId, venueOrderId: venueOrderId(textOf(o, 'i')), tsEventMs })]
      case 'TRADE':
      case 'CALCULATED':
        return this.#trade(o, known)
      case 'CANCELED':
      case 'EXPIRED':
      case 'REJECTED':
        return this.#ended(o, known, tsEventMs)
      case 'AMENDMENT':
        return []
      default:
        throw new TypeError(`execution type ${JSON.stringify(x)} of order ${clientOrderId} is not known`)
    }
  }

  #trade(o: Fields, known: KnownOrder): readonly StreamEvent[] {
    if (quantity(decimalOf(o, 'l')) === 0n) return []
    const fill = this.#fill(o, known.clientOrderId, known.instrumentId)
    this.#context.orders.noteTrade(known, fill.tradeId, fill.quantity)
    if (o['X'] === 'FILLED') known.isEnded = true
    const told = report({ type: 'fill', fill, tsEventMs: fill.tsEventMs })
    return this.#hasAll(o, known) ? [told] : [told, this.#lookUp(known)]
  }
  #ended(o: Fields, known: KnownOrder, tsEventMs: number): readonly StreamEvent[] {
    known.isEnded = true
    // The venue counts more than was told of here: the trades first, then the end.
    if (!this.#hasAll(o, known)) return [this.#lookUp(known)]
    const { clientOrderId } = known
    const code = textOf(o, 'x').toLowerCase()
    if (code === 'rejected')
      return [report({ type: 'rejected', clientOrderId, code, message: 'rejected after it was accepted', tsEventMs })]
    return [report({ type: code === 'expired' ? 'expired' : 'canceled', clientOrderId, code: `venue_${code}`, tsEventMs })]
  }
  #hasAll = (o: Fields, known: KnownOrder): boolean => quantity(decimalOf(o, 'z')) <= known.filled

  #fill(o: Fields, clientOrderId: ClientOrderId, instrumentId: InstrumentId): Fill {
    const fee = textOrNull(o, 'n') === null ? '0' : decimalOf(o, 'n')
    return {
      tradeId: tradeIdOf(textOf(o, 's'), textOf(o, 't')),
      clientOrderId,
      venueOrderId: venueOrderId(textOf(o, 'i')),
      instrumentId,
      side: sideOf(textOf(o, 'S')),
      price: price(decimalOf(o, 'L')),
      quantity: quantity(decimalOf(o, 'l')),
      fee: feeOf(textOrNull(o, 'N'), this.#account.settle, fee),
      liquidity: o['m'] === true ? 'maker' : 'taker',
      tsEventMs: integerOf(o, 'T'),
    }
  }

  /** Not ours, or what one of ours became when it fired and the message that says so is still on its way. Only trades matter of others' orders. */
  #stranger(o: Fields, instrumentId: InstrumentId, clientId: ClientOrderId): readonly StreamEvent[] {
    const isTrade = o['x'] === 'TRADE' || o['x'] === 'CALCULATED'
    if (!isTrade || quantity(decimalOf(o, 'l')) === 0n) return []
    const told = (name: ClientOrderId): VenueReport => {
      const fill = this.#fill(o, name, instrumentId)
      return { type: 'fill', fill, tsEventMs: fill.tsEventMs }
    }
    if (this.#context.orders.waiting(instrumentId).length === 0) return [report(told(clientId))]
    const find = async (): Promise<readonly VenueReport[]> => {
      await findChildren(this.#context, instrumentId)
      const owner = this.#context.orders.byVenueOrderId(textOf(o, 'i'))
      if (owner === null) return [told(clientId)]
      const fill = this.#fill(o, owner.clientOrderId, instrumentId)
      this.#context.orders.noteTrade(owner, fill.tradeId, fill.quantity)
      return [told(owner.clientOrderId)]
    }
    return [{ type: 'ask', find }]
  }

  // ---- conditional orders --------------------------------------------------------------------------------------

  #algo(o: Fields, tsEventMs: number): readonly StreamEvent[] {
    const { orders } = this.#context
    const known = orders.get(orderName(textOrNull(o, 'caid'), textOf(o, 'aid')))
    if (known === null || known.kind !== 'conditional') return []
    orders.name(known, textOf(o, 'aid'))
    const child = childOf(o, 'ai')
    if (child !== null) orders.nameChild(known, child)
    const { clientOrderId } = known
    const status = textOf(o, 'X')
    switch (status) {
      case 'NEW':
        return [report({ type: 'accepted', clientOrderId, venueOrderId: venueOrderId(textOf(o, 'aid')), tsEventMs })]
      case 'TRIGGERING':
      case 'TRIGGERED':
        return [report({ type: 'triggered', clientOrderId, tsEventMs })]
      case 'CANCELED':
      case 'EXPIRED': {
        known.isEnded = true
        const type = status === 'EXPIRED' ? 'expired' : 'canceled'
        return [report({ type, clientOrderId, code: `venue_${type}`, tsEventMs })]
      }
      case 'REJECTED': {
        known.isEnded = true
        const message = textOrNull(o, 'rm') ?? 'rejected when it fired'
        return [report({ type: 'rejected', clientOrderId, code: 'rejected_when_triggered', message, tsEventMs })]
      }
      case 'FINISHED':
        // What it became has ended: filled, or canceled with nothing or a part of it done. Only that order tells.
        return known.filled >= known.quantity || known.isEnded ? [] : [this.#lookUp(known)]
      default:
        throw new TypeError(`status ${JSON.stringify(status)} of conditional order ${clientOrderId} is not known`)
    }
  }

  #lookUp(known: KnownOrder): StreamEvent {
    return { type: 'ask', find: async () => [await this.#lookup.find(known.clientOrderId, known)] }
  }

  // ---- wallet --------------------------------------------------------------------------------------------------

  /** The message does not say which position was charged: the income list does. */
  #wallet(message: Fields): readonly StreamEvent[] {
    if (fieldsOf(message['a'], 'the account')['m'] !== 'FUNDING_FEE') return []
    const tsMs = integerOf(message, 'T')
    return [{ type: 'ask', find: () => this.#funding(tsMs) }]
  }
  async #funding(tsMs: number): Promise<readonly VenueReport[]> {
    const rows = listOf(await this.#context.ask(requests.fundingIncome(tsMs - FUNDING_BACK_MS)), 'the income')
    const paid: VenueReport[] = []
    for (const row of rows) {
      const instrumentId = this.#listed.get(textOrNull(row, 'symbol') ?? '')
      if (instrumentId === undefined || row['asset'] !== this.#account.settle) continue
      const tsEventMs = integerOf(row, 'time')
      const rate = await this.#fundingRate(instrumentId, tsEventMs)
      paid.push({ type: 'funding_paid', instrumentId, amount: money(decimalOf(row, 'income')), rate, tsEventMs })
    }
    return paid
  }
  /** Of the payment nearest to that time; 0 where the venue does not tell it, because the amount counts and the rate explains. */
  async #fundingRate(instrumentId: InstrumentId, tsMs: number): Promise<number> {
    const symbol = requests.marketIdOf(instrumentId)
    const rows = listOf(await this.#context.ask(requests.fundingRates(symbol, tsMs - HOUR_MS / 2)), 'the funding rates')
    return Number(rows.find((row) => Math.abs(integerOf(row, 'fundingTime') - tsMs) < HOUR_MS / 2)?.['fundingRate'] ?? 0)
  }
}
