// Bybit v5 linear as the client knows it: a unified account in one-way mode, stops by mark price in a list of their own, amounts in base units.
import type { TradeId } from '../../../../../src-shared/domain/ids.ts'
import { venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { OrderRequest } from '../../../../../src-shared/domain/order.ts'
import { ensure } from '../../../../../src-shared/domain/result.ts'
import type { VenueReport } from '../../../../../src-shared/events/venue-report.ts'
import type { VenueFailure } from '../../transport/venue-failure.ts'
import type { Ask } from '../../transport/venue-rest.ts'
import { type Fields, fieldsOf, isFields, textOf, textOrNull } from '../fields.ts'
import type { KnownOrder } from '../order-memory.ts'
import type { KeyFindings, SnapshotReport, VenueAdapter, VenueContext, VenueKit } from '../venue-adapter.ts'
import { type BybitAccount, openBybitAccount } from './bybit-account.ts'
import { bybitFailure } from './bybit-errors.ts'
import { BybitLookup } from './bybit-lookup.ts'
import { resultOf } from './bybit-orders.ts'
import * as requests from './bybit-requests.ts'
import { takeSnapshot } from './bybit-snapshot.ts'
import { BybitStream } from './bybit-stream.ts'
import { BybitTrades } from './bybit-trades.ts'
import { BybitTriggers } from './bybit-triggers.ts'

export const bybitKit: VenueKit = {
  venue: 'bybit',
  budgetRules: requests.BUDGET_RULES,
  streamOrigins: { live: 'wss://stream.bybit.com', testnet: 'wss://stream-testnet.bybit.com' },
  clockRequest: requests.time,
  readClock: (body) => (isFields(body) ? Number(body['time']) : Number.NaN),
  useTestnet: (exchange) => exchange.setSandboxMode(true),
  failureOf: bybitFailure,
  create: (context) => new BybitAdapter(context),
  probeKey,
}

type Parts = {
  readonly account: BybitAccount
  readonly trades: BybitTrades
  readonly lookup: BybitLookup
  readonly stream: BybitStream
}

class BybitAdapter implements VenueAdapter {
  readonly #context: VenueContext
  readonly #triggers: BybitTriggers
  #opened: Parts | null = null
  readonly submitRequest = requests.submitRequest
  readonly cancelRequest = requests.cancelRequest

  constructor(context: VenueContext) {
    this.#context = context
    this.#triggers = new BybitTriggers(context.ask)
  }
  get #parts(): Parts {
    ensure(this.#opened !== null, 'the account was opened before it is used')
    return this.#opened
  }
  get streams(): VenueAdapter['streams'] {
    return [this.#parts.stream]
  }

  async open(): ReturnType<VenueAdapter['open']> {
    const account = await openBybitAccount(this.#context)
    const trades = new BybitTrades(this.#context, account)
    const lookup = new BybitLookup(this.#context, account, trades)
    const stream = new BybitStream(this.#context, { account, lookup, triggers: this.#triggers })
    this.#opened = { account, trades, lookup, stream }
    return account
  }

  objection(order: OrderRequest): Promise<VenueFailure | null> {
    return this.#triggers.objection(order)
  }
  /** The venue has taken it in; that it was then rejected, the private stream tells. */
  readSubmitted(body: unknown, known: KnownOrder): readonly VenueReport[] {
    const id = textOf(resultOf(body, 'the answer to the order'), 'orderId')
    this.#context.orders.name(known, id)
    const { clientOrderId } = known
    return [{ type: 'accepted', clientOrderId, venueOrderId: venueOrderId(id), tsEventMs: this.#timeOf(fieldsOf(body, 'the answer')) }]
  }
  /** Taken in, not carried out yet. The private stream tells; if it does not, whoever asked looks the order up. */
  readCanceled(): readonly VenueReport[] {
    return []
  }
  lookup(id: Parameters<VenueAdapter['lookup']>[0], known: KnownOrder | null): ReturnType<VenueAdapter['lookup']> {
    return this.#parts.lookup.find(id, known)
  }
  snapshot(afterTradeId: TradeId | null): Promise<SnapshotReport> {
    return takeSnapshot(this.#context, this.#parts, afterTradeId)
  }
  #timeOf(answer: Fields): number {
    const ms = Number(answer['time'])
    return Number.isSafeInteger(ms) && ms > 0 ? ms : this.#context.nowMs()
  }
}

/** Rights, addresses and end of a key in one answer. Any right to withdraw counts, wherever it stands. */
async function probeKey(ask: Ask): Promise<KeyFindings> {
  const rights = resultOf(await ask(requests.keyRights), 'the rights of the key')
  const permissions = fieldsOf(rights['permissions'], 'permissions')
  const listed = (name: string): readonly string[] => namesOf(permissions[name])
  const canTrade = Number(rights['readOnly']) === 0 && (listed('ContractTrade').includes('Order') || listed('Derivatives').length > 0)
  const ips = namesOf(rights['ips'])
  const expiresMs = Date.parse(textOrNull(rights, 'expiredAt') ?? '')
  return {
    report: {
      canTrade,
      canWithdraw: Object.values(permissions).some((names) => namesOf(names).some((name) => /withdraw/i.test(name))),
      ipRestricted: Array.isArray(rights['ips']) ? ips.length > 0 && !ips.includes('*') : null,
      // Keys that are bound to an address do not end; the venue then tells the beginning of time.
      expiresMs: expiresMs > 0 ? expiresMs : null,
    },
    unchecked: null,
  }
}
const namesOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])
