// Deribit's private messages as reports. One channel tells trades and orders of one moment in one message; where it is not given, two others do.
import { quantity } from '../../../../../src-shared/domain/decimal.ts'
import { venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import { MINUTE_MS } from '../../../../../src-shared/domain/time.ts'
import type { VenueReport } from '../../../../../src-shared/events/venue-report.ts'
import { parseJson } from '../../transport/venue-rest.ts'
import { type Fields, decimalOf, fieldsOf, integerOf, isFields, listOf, textOf, textOrNull } from '../fields.ts'
import type { KnownOrder } from '../order-memory.ts'
import type { PrivateStream, StreamEvent, VenueContext } from '../venue-adapter.ts'
import type { DeribitAccount } from './deribit-account.ts'
import { failureOfError } from './deribit-errors.ts'
import { loginParams } from './deribit-key.ts'
import type { DeribitLookup } from './deribit-lookup.ts'
import { filledOf, fillOf, stateOf } from './deribit-orders.ts'
import type { DeribitOwners } from './deribit-owners.ts'

/** A log-in holds for a quarter of an hour. */
const RENEW_EVERY_MS = 5 * MINUTE_MS
const CHANGES = 'user.changes.any.any.raw'
const APART = ['user.orders.any.any.raw', 'user.trades.any.any.raw']
/** By which an answer is known. */
const ID = { login: 1, subscribe: 2, subscribeApart: 3, ping: 4 } as const
const call = (id: number, method: string, params: object): string => JSON.stringify({ jsonrpc: '2.0', id, method, params })

const report = (told: VenueReport): StreamEvent => ({ type: 'report', report: told })

export class DeribitStream implements PrivateStream {
  readonly name = 'orders'
  readonly readyOnOpen = false
  /** The venue's own servers answer this one; whoever stands before them would answer the protocol's. */
  readonly pingText = call(ID.ping, 'public/test', {})
  readonly renewal = { everyMs: RENEW_EVERY_MS, renew: () => Promise.resolve(this.greeting()) }
  readonly #context: VenueContext
  readonly #account: DeribitAccount
  readonly #owners: DeribitOwners
  readonly #lookup: DeribitLookup

  constructor(context: VenueContext, parts: { account: DeribitAccount; owners: DeribitOwners; lookup: DeribitLookup }) {
    this.#context = context
    this.#account = parts.account
    this.#owners = parts.owners
    this.#lookup = parts.lookup
  }

  path(): Promise<string> {
    return Promise.resolve('/ws/api/v2')
  }
  /** The log-in; the subscription follows its answer. Asked for again, both go on. */
  greeting(): readonly string[] {
    return [call(ID.login, 'public/auth', loginParams(this.#context.login, this.#context.nowMs()))]
  }

  read(text: string): readonly StreamEvent[] {
    try {
      const message = parseJson(text)
      // Whatever it told is lost, and so is the order in which it came: a new connection is followed by a look at the whole account.
      if (message === null) return [{ type: 'redial', reason: 'a private message is no JSON' }]
      if (!isFields(message)) return []
      if (message['method'] === 'subscription') return this.#notification(fieldsOf(message['params'], 'the notification'))
      // The venue asks whether anybody listens, where a heartbeat was set.
      if (message['method'] === 'heartbeat') return [{ type: 'send', text: this.pingText }]
      return answered(message)
    } catch (error) {
      // An unfamiliar state or a missing field: the account's own lists tell what this message could not.
      const reason = error instanceof Error ? error.message : String(error)
      return [{ type: 'ask', find: () => Promise.reject(new Error(`a private message cannot be read: ${reason}`)) }]
    }
  }

  #notification(params: Fields): readonly StreamEvent[] {
    const channel = textOf(params, 'channel')
    const { data } = params
    if (channel.startsWith('user.orders.')) return rowsOf(data).flatMap((row) => this.#order(row))
    if (channel.startsWith('user.trades.')) return rowsOf(data).flatMap((row) => this.#trade(row))
    if (!channel.startsWith('user.changes.')) return []
    const changes = fieldsOf(data, 'the changes')
    // The trades first: an order that has ended is then known to be complete.
    return [
      ...rowsOf(changes['trades'] ?? []).flatMap((row) => this.#trade(row)),
      ...rowsOf(changes['orders'] ?? []).flatMap((row) => this.#order(row)),
    ]
  }

  #trade(row: Fields): readonly StreamEvent[] {
    const instrumentId = this.#account.idByMarketId.get(textOf(row, 'instrument_name'))
    if (instrumentId === undefined || quantity(decimalOf(row, 'amount')) === 0n) return []
    const known = this.#owners.ofTrade(row)
    if (known !== null) {
      const fill = fillOf(row, instrumentId, known.clientOrderId)
      this.#context.orders.noteTrade(known, fill.tradeId, fill.quantity)
      if (row['state'] === 'filled') known.isEnded = true
      return [report({ type: 'fill', fill, tsEventMs: fill.tsEventMs })]
    }
    const told = (name: ReturnType<DeribitOwners['strangerName']>): VenueReport => {
      const fill = fillOf(row, instrumentId, name)
      return { type: 'fill', fill, tsEventMs: fill.tsEventMs }
    }
    if (this.#context.orders.waiting(instrumentId).length === 0) return [report(told(this.#owners.strangerName(row)))]
    return [{ type: 'ask', find: async () => [told(await this.#owners.nameOfStranger(row, instrumentId))] }]
  }

  /** Of strangers' orders only trades matter. */
  #order(row: Fields): readonly StreamEvent[] {
    if (!this.#account.idByMarketId.has(textOf(row, 'instrument_name'))) return []
    const known = this.#owners.ofOrder(row)
    if (known === null) return []
    const { clientOrderId } = known
    const tsEventMs = integerOf(row, 'last_update_timestamp')
    const hasAll = filledOf(row) <= known.filled
    const state = stateOf(row)
    switch (state) {
      case 'open':
        if (filledOf(row) > 0n) return hasAll ? [] : [this.#lookUp(known)]
        if (known.kind === 'conditional') return [report({ type: 'triggered', clientOrderId, tsEventMs })]
        return [report({ type: 'accepted', clientOrderId, venueOrderId: venueOrderId(textOf(row, 'order_id')), tsEventMs })]
      case 'untriggered':
        return [report({ type: 'accepted', clientOrderId, venueOrderId: venueOrderId(textOf(row, 'order_id')), tsEventMs })]
      case 'triggered':
        return [report({ type: 'triggered', clientOrderId, tsEventMs })]
      case 'filled':
        known.isEnded = true
        return hasAll ? [] : [this.#lookUp(known)]
      case 'cancelled':
      case 'rejected':
        known.isEnded = true
        return [hasAll ? report(endOf(row, known)) : this.#lookUp(known)]
      default:
        throw new TypeError(`state ${JSON.stringify(state)} of order ${clientOrderId} is not known`)
    }
  }
  #lookUp(known: KnownOrder): StreamEvent {
    return { type: 'ask', find: async () => [await this.#lookup.find(known.clientOrderId, known)] }
  }
}

/** A single one, or a list. */
const rowsOf = (data: unknown): readonly Fields[] => (Array.isArray(data) ? listOf(data, 'the rows') : [fieldsOf(data, 'the row')])

function endOf(row: Fields, { clientOrderId, kind }: KnownOrder): VenueReport {
  const tsEventMs = integerOf(row, 'last_update_timestamp')
  const reason = textOrNull(row, 'reject_reason') ?? textOf(row, 'order_state').split(':')[1] ?? 'rejected after it was accepted'
  if (stateOf(row) === 'rejected')
    return { type: 'rejected', clientOrderId, code: kind === 'plain' ? 'rejected' : 'rejected_when_triggered', message: reason, tsEventMs }
  return { type: 'canceled', clientOrderId, code: `venue_${textOrNull(row, 'cancel_reason') ?? 'canceled'}`, tsEventMs }
}

/** What the answers to our own messages lead to. */
function answered(message: Fields): readonly StreamEvent[] {
  const id = Number(message['id'])
  const failure = isFields(message['error']) ? failureOfError(message['error']) : null
  if (id === ID.login) {
    if (failure !== null) return [{ type: 'redial', reason: `the log-in is refused: ${failure.message}` }]
    return [{ type: 'send', text: call(ID.subscribe, 'private/subscribe', { channels: [CHANGES] }) }]
  }
  if (id !== ID.subscribe && id !== ID.subscribeApart) return []
  const granted = Array.isArray(message['result']) ? message['result'] : []
  const wanted = id === ID.subscribe ? [CHANGES] : APART
  if (failure === null && wanted.every((channel) => granted.includes(channel))) return [{ type: 'ready' }]
  if (id === ID.subscribe) return [{ type: 'send', text: call(ID.subscribeApart, 'private/subscribe', { channels: APART }) }]
  return [{ type: 'redial', reason: `the subscription is refused: ${failure?.message ?? 'it gives no private channels'}` }]
}
