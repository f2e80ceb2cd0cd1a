// Deribit as the client knows it: linear perpetuals in USDC, amounts in base coins, one position for each, stops by mark price in the list of all orders.
import type { TradeId } from '../../../../../src-shared/domain/ids.ts'
import { venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { OrderRequest } from '../../../../../src-shared/domain/order.ts'
import { ensure } from '../../../../../src-shared/domain/result.ts'
import type { VenueReport } from '../../../../../src-shared/events/venue-report.ts'
import { VenueRefusal, refusal } from '../../transport/venue-failure.ts'
import type { VenueRequest } from '../../transport/venue-rest.ts'
import { fieldsOf, integerOf, isFields, listOf, textOf } from '../fields.ts'
import type { KnownOrder } from '../order-memory.ts'
import type { SnapshotReport, VenueAdapter, VenueContext, VenueKit } from '../venue-adapter.ts'
import { type DeribitAccount, openDeribitAccount } from './deribit-account.ts'
import { deribitFailure } from './deribit-errors.ts'
import { probeDeribitKey } from './deribit-key.ts'
import { DeribitLookup } from './deribit-lookup.ts'
import { filledOf, fillOf, stateOf } from './deribit-orders.ts'
import { DeribitOwners } from './deribit-owners.ts'
import * as requests from './deribit-requests.ts'
import { takeSnapshot } from './deribit-snapshot.ts'
import { DeribitStream } from './deribit-stream.ts'
import { DeribitTrades } from './deribit-trades.ts'

export const deribitKit: VenueKit = {
  venue: 'deribit',
  budgetRules: requests.BUDGET_RULES,
  streamOrigins: { live: 'wss://www.deribit.com', testnet: 'wss://test.deribit.com' },
  clockRequest: requests.time,
  readClock: (body) => (isFields(body) && typeof body['result'] === 'number' ? body['result'] : Number.NaN),
  useTestnet: (exchange) => exchange.setSandboxMode(true),
  failureOf: deribitFailure,
  create: (context) => new DeribitAdapter(context),
  probeKey: probeDeribitKey,
}

type Parts = {
  readonly account: DeribitAccount
  readonly owners: DeribitOwners
  readonly trades: DeribitTrades
  readonly lookup: DeribitLookup
  readonly stream: DeribitStream
}

class DeribitAdapter implements VenueAdapter {
  readonly #context: VenueContext
  #opened: Parts | null = null
  readonly cancelRequest = requests.cancelRequest

  constructor(context: VenueContext) {
    this.#context = context
  }
  get #parts(): Parts {
    ensure(this.#opened !== null, 'the account was opened before it is used')
    return this.#opened
  }
  get streams(): VenueAdapter['streams'] {
    return [this.#parts.stream]
  }

  async open(): ReturnType<VenueAdapter['open']> {
    const account = await openDeribitAccount(this.#context)
    const owners = new DeribitOwners(this.#context)
    const trades = new DeribitTrades(this.#context, account, owners)
    const lookup = new DeribitLookup(this.#context, account, trades)
    this.#opened = { account, owners, trades, lookup, stream: new DeribitStream(this.#context, { account, owners, lookup }) }
    return account
  }
  submitRequest(order: OrderRequest): VenueRequest {
    return requests.submitRequest(order, this.#context.nowMs())
  }

  /** The answer shows the order as it stands after it met the book, with its trades. Its end is told by the stream. */
  readSubmitted(body: unknown, known: KnownOrder): readonly VenueReport[] {
    const result = fieldsOf(requests.resultOf(body), 'the answer to the order')
    const row = fieldsOf(result['order'], 'the order')
    const id = textOf(row, 'order_id')
    this.#context.orders.name(known, id)
    const { clientOrderId, instrumentId } = known
    const accepted: VenueReport = {
      type: 'accepted',
      clientOrderId,
      venueOrderId: venueOrderId(id),
      tsEventMs: integerOf(row, 'creation_timestamp'),
    }
    const fills = listOf(result['trades'] ?? [], 'the trades').map((trade): VenueReport => {
      const fill = fillOf(trade, instrumentId, clientOrderId)
      this.#context.orders.noteTrade(known, fill.tradeId, fill.quantity)
      return { type: 'fill', fill, tsEventMs: fill.tsEventMs }
    })
    return [accepted, ...fills]
  }
  /** By id the order itself is answered, by label how many were canceled. What was filled further than was told of here is looked up before its end. */
  readCanceled(body: unknown, known: KnownOrder): readonly VenueReport[] {
    const result = requests.resultOf(body)
    if (typeof result === 'number') {
      if (result > 0) return []
      throw new VenueRefusal(refusal('final', 'unknown_order', { message: `no open order has the label ${known.clientOrderId}` }))
    }
    const row = fieldsOf(result, 'the answer to the cancel')
    if (stateOf(row) !== 'cancelled' || filledOf(row) > known.filled) return []
    known.isEnded = true
    const tsEventMs = integerOf(row, 'last_update_timestamp')
    return [{ type: 'canceled', clientOrderId: known.clientOrderId, code: 'canceled', tsEventMs }]
  }
  lookup(id: Parameters<VenueAdapter['lookup']>[0], known: KnownOrder | null): ReturnType<VenueAdapter['lookup']> {
    return this.#parts.lookup.find(id, known)
  }
  snapshot(afterTradeId: TradeId | null): Promise<SnapshotReport> {
    return takeSnapshot(this.#context, this.#parts, afterTradeId)
  }
}
