// Bybit's private messages as reports. Trades and orders come on two topics, in either order: trades are told by the one, ends by the other.
import { type Quantity, money, negate, quantity, subtract } from '../../../../../src-shared/domain/decimal.ts'
import { type ClientOrderId, type InstrumentId, venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import { SECOND_MS } from '../../../../../src-shared/domain/time.ts'
import type { VenueReport } from '../../../../../src-shared/events/venue-report.ts'
import { parseJson } from '../../transport/venue-rest.ts'
import { type Fields, decimalOf, integerOf, isFields, listOf, textOf, textOrNull } from '../fields.ts'
import { orderName } from '../foreign-order.ts'
import type { KnownOrder } from '../order-memory.ts'
import type { PrivateStream, StreamEvent, VenueContext } from '../venue-adapter.ts'
import type { BybitAccount } from './bybit-account.ts'
import type { BybitLookup } from './bybit-lookup.ts'
import { endOf, fillOf, isFunding, isPostOnlyRefusal, statusOf } from './bybit-orders.ts'
import * as requests from './bybit-requests.ts'
import type { BybitTriggers } from './bybit-triggers.ts'

const TOPICS = ['order', 'execution', 'position', 'wallet'] as const
/** The log-in is good until then. */
const LOGIN_MS = 10 * SECOND_MS

const report = (told: VenueReport): StreamEvent => ({ type: 'report', report: told })
/** Trades that an order's own message has counted and that have not been told of yet. */
type Owed = { readonly known: KnownOrder; readonly total: Quantity; wasSeen: boolean }
type Parts = { readonly account: BybitAccount; readonly lookup: BybitLookup; readonly triggers: BybitTriggers }

export class BybitStream implements PrivateStream {
  readonly name = 'orders'
  readonly readyOnOpen = false
  readonly pingText = '{"op":"ping"}'
  readonly renewal = null
  readonly #context: VenueContext
  readonly #parts: Parts
  readonly #listed: ReadonlyMap<string, InstrumentId>
  readonly #owed = new Map<ClientOrderId, Owed>()

  constructor(context: VenueContext, parts: Parts) {
    this.#context = context
    this.#parts = parts
    this.#listed = new Map(parts.account.instruments.map(({ id }) => [requests.marketIdOf(id), id]))
  }

  path(): Promise<string> {
    return Promise.resolve('/v5/private')
  }
  greeting(): readonly string[] {
    const { login, nowMs } = this.#context
    const expires = nowMs() + LOGIN_MS
    return [JSON.stringify({ op: 'auth', args: [login.key, expires, login.sign(`GET/realtime${expires}`, 'hex')] })]
  }

  read(text: string): readonly StreamEvent[] {
    try {
      const message = parseJson(text)
      // Whatever it told is lost, and so is the order in which it came: a new connection is followed by a look at the whole account.
      if (message === null) return [{ type: 'redial', reason: 'a private message is no JSON' }]
      if (!isFields(message)) return []
      return typeof message['op'] === 'string' ? this.#answer(message, message['op']) : this.#topic(message)
    } catch (error) {
      // An unfamiliar status or a missing field: the account's own lists tell what this message could not.
      const reason = error instanceof Error ? error.message : String(error)
      return [{ type: 'ask', find: () => Promise.reject(new Error(`a private message cannot be read: ${reason}`)) }]
    }
  }

  #answer(message: Fields, op: string): readonly StreamEvent[] {
    if (op === 'pong' || op === 'ping') return this.#settleOwed()
    if (op !== 'auth' && op !== 'subscribe') return []
    const isRefused = message['success'] === false || (message['retCode'] !== undefined && Number(message['retCode']) !== 0)
    const words = textOrNull(message, 'ret_msg') ?? textOrNull(message, 'retMsg') ?? 'without a word'
    if (isRefused) return [{ type: 'redial', reason: `the private stream refused to ${op === 'auth' ? 'log in' : op}: ${words}` }]
    return op === 'auth' ? [{ type: 'send', text: JSON.stringify({ op: 'subscribe', args: TOPICS }) }] : [{ type: 'ready' }]
  }

  #topic(message: Fields): readonly StreamEvent[] {
    const topic = (textOrNull(message, 'topic') ?? '').replace(/\..*$/, '')
    if (topic !== 'order' && topic !== 'execution') return []
    return listOf(message['data'], topic).flatMap((row) => {
      const instrumentId = this.#listed.get(textOf(row, 'symbol'))
      if (instrumentId === undefined || (row['category'] ?? 'linear') !== 'linear') return []
      return topic === 'order' ? this.#order(row) : this.#execution(row, instrumentId)
    })
  }

  // ---- trades --------------------------------------------------------------------------------------------------

  #execution(row: Fields, instrumentId: InstrumentId): readonly StreamEvent[] {
    if (isFunding(row)) {
      const tsEventMs = integerOf(row, 'execTime')
      const amount = negate(money(decimalOf(row, 'execFee')))
      return [report({ type: 'funding_paid', instrumentId, amount, rate: Number(row['feeRate'] ?? 0), tsEventMs })]
    }
    const fill = fillOf(row, { instrumentId, settle: this.#parts.account.settle })
    const known = this.#context.orders.get(fill.clientOrderId)
    if (known !== null) this.#count(row, known, fill)
    return [report({ type: 'fill', fill, tsEventMs: fill.tsEventMs })]
  }
  #count(row: Fields, known: KnownOrder, fill: ReturnType<typeof fillOf>): void {
    this.#context.orders.noteTrade(known, fill.tradeId, fill.quantity)
    if (textOrNull(row, 'orderQty') === null || textOrNull(row, 'leavesQty') === null) return
    const leaves = quantity(decimalOf(row, 'leavesQty'))
    const total = subtract(quantity(decimalOf(row, 'orderQty')), leaves)
    if (leaves === 0n && known.filled >= total) known.isEnded = true
    this.#owe(known, total)
  }

  // ---- orders --------------------------------------------------------------------------------------------------

  #order(row: Fields): readonly StreamEvent[] {
    const orderId = textOf(row, 'orderId')
    const known = this.#context.orders.get(orderName(textOrNull(row, 'orderLinkId'), orderId))
    // Of others' orders only the trades matter, and these have a topic of their own.
    if (known === null) return []
    this.#context.orders.name(known, orderId)
    const { clientOrderId } = known
    const tsEventMs = integerOf(row, 'updatedTime')
    const status = statusOf(row)
    switch (status) {
      case 'Created':
        return []
      case 'Untriggered': {
        const fault = this.#parts.triggers.fault(clientOrderId, row)
        if (fault !== null) return [report({ type: 'rejected', clientOrderId, code: 'wrong_trigger', message: fault, tsEventMs })]
        return [report({ type: 'accepted', clientOrderId, venueOrderId: venueOrderId(orderId), tsEventMs })]
      }
      case 'Active':
      case 'Triggered':
        return [report({ type: 'triggered', clientOrderId, tsEventMs })]
      case 'New':
        if (known.kind === 'conditional') return [report({ type: 'triggered', clientOrderId, tsEventMs })]
        return [report({ type: 'accepted', clientOrderId, venueOrderId: venueOrderId(orderId), tsEventMs })]
      case 'PartiallyFilled':
      case 'Filled': {
        const total = quantity(decimalOf(row, 'cumExecQty'))
        if (status === 'Filled' && known.filled >= total) known.isEnded = true
        this.#owe(known, total)
        return []
      }
      case 'Cancelled':
      case 'PartiallyFilledCanceled':
      case 'Deactivated':
      case 'Rejected':
        return this.#ended(row, known, tsEventMs)
    }
  }

  #ended(row: Fields, known: KnownOrder, tsEventMs: number): readonly StreamEvent[] {
    known.isEnded = true
    const { clientOrderId } = known
    // The venue counts more than was told of here: the trades first, then the end.
    const total = textOrNull(row, 'cumExecQty') === null ? known.filled : quantity(decimalOf(row, 'cumExecQty'))
    if (total > known.filled) return [this.#lookUp(known)]
    const end = endOf(row)
    // What has traded was not rejected, whatever it is called there.
    if (end === 'rejected' && known.filled === 0n) {
      const message = textOrNull(row, 'rejectReason') ?? 'rejected after it was accepted'
      return [
        report({ type: 'rejected', clientOrderId, code: isPostOnlyRefusal(row) ? 'would_take' : 'rejected_later', message, tsEventMs }),
      ]
    }
    return [report({ type: end === 'canceled' ? 'canceled' : 'expired', clientOrderId, code: codeOf(row), tsEventMs })]
  }

  // ---- trades that were counted and not told -------------------------------------------------------------------

  #owe(known: KnownOrder, total: Quantity): void {
    if (known.filled < total) this.#owed.set(known.clientOrderId, { known, total, wasSeen: false })
    else this.#owed.delete(known.clientOrderId)
  }
  /** Called every few seconds, with each sign of life: what is still owed the second time is asked for. */
  #settleOwed(): readonly StreamEvent[] {
    const events: StreamEvent[] = []
    for (const [id, owed] of this.#owed) {
      if (owed.known.filled >= owed.total) this.#owed.delete(id)
      else if (owed.wasSeen) {
        this.#owed.delete(id)
        events.push(this.#lookUp(owed.known))
      } else owed.wasSeen = true
    }
    return events
  }
  #lookUp(known: KnownOrder): StreamEvent {
    return { type: 'ask', find: async () => [await this.#parts.lookup.find(known.clientOrderId, known)] }
  }
}

/** The venue's reason in our spelling: CancelByReduceOnly is venue_cancel_by_reduce_only. */
function codeOf(row: Fields): string {
  const isTold = (text: string | null): text is string => text !== null && text !== 'UNKNOWN' && text !== 'EC_NoError'
  const words = [textOrNull(row, 'rejectReason'), textOrNull(row, 'cancelType'), textOf(row, 'orderStatus')].find(isTold) ?? 'ended'
  return `venue_${words
    .replace(/^EC_/, '')
    .replace(/([a-z])(?=[A-Z])/g, '$1_')
    .toLowerCase()}`
}
