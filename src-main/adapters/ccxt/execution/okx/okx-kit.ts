// OKX's linear perpetuals as the client knows them: net mode, stops as `conditional` algo orders by mark price, sizes in contracts.
import type { OrderRequest } from '../../../../../src-shared/domain/order.ts'
import { type TradeId, venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import { ensure } from '../../../../../src-shared/domain/result.ts'
import type { VenueReport } from '../../../../../src-shared/events/venue-report.ts'
import type { Ask, VenueRequest } from '../../transport/venue-rest.ts'
import { type Fields, fieldsOf, textOf, textOrNull } from '../fields.ts'
import type { KnownOrder } from '../order-memory.ts'
import type { KeyFindings, SnapshotReport, VenueAdapter, VenueContext, VenueKit } from '../venue-adapter.ts'
import { type OkxAccount, openOkxAccount, rowsOf } from './okx-account.ts'
import { okxFailure } from './okx-errors.ts'
import { OkxLookup } from './okx-lookup.ts'
import { OkxMessages } from './okx-messages.ts'
import * as requests from './okx-requests.ts'
import { takeSnapshot } from './okx-snapshot.ts'
import { OkxStream } from './okx-stream.ts'
import { OkxTrades } from './okx-trades.ts'

export const okxKit: VenueKit = {
  venue: 'okx',
  budgetRules: requests.BUDGET_RULES,
  streamOrigins: { live: 'wss://ws.okx.com:8443', testnet: 'wss://wspap.okx.com:8443' },
  clockRequest: requests.time,
  readClock: (body) => Number(rowsOf(body, 'the time')[0]?.['ts'] ?? Number.NaN),
  useTestnet: (exchange) => exchange.setSandboxMode(true),
  failureOf: okxFailure,
  create: (context) => new OkxAdapter(context),
  probeKey,
}

type Parts = {
  readonly account: OkxAccount
  readonly trades: OkxTrades
  readonly lookup: OkxLookup
  readonly streams: readonly OkxStream[]
}

class OkxAdapter implements VenueAdapter {
  readonly #context: VenueContext
  #opened: Parts | null = null

  constructor(context: VenueContext) {
    this.#context = context
  }
  get #parts(): Parts {
    ensure(this.#opened !== null, 'the account was opened before it is used')
    return this.#opened
  }
  get streams(): VenueAdapter['streams'] {
    return this.#parts.streams
  }

  async open(): ReturnType<VenueAdapter['open']> {
    const account = await openOkxAccount(this.#context)
    const trades = new OkxTrades(this.#context, account)
    const lookup = new OkxLookup(this.#context, account, trades)
    const { read } = new OkxMessages(this.#context, { account, lookup, trades })
    const orders = { channel: 'orders', instType: 'SWAP' }
    const streams = [
      new OkxStream(this.#context, {
        name: 'orders',
        address: '/ws/v5/private',
        channels: [orders, { channel: 'balance_and_position' }],
        read,
      }),
      new OkxStream(this.#context, {
        name: 'stops',
        address: '/ws/v5/business',
        channels: [{ channel: 'orders-algo', instType: 'SWAP' }],
        read,
      }),
    ]
    this.#opened = { account, trades, lookup, streams }
    return account
  }

  submitRequest(order: OrderRequest): VenueRequest {
    return requests.submitRequest(order, this.#parts.account.contracts.of(order.instrumentId), this.#context.nowMs)
  }
  cancelRequest(known: KnownOrder): VenueRequest {
    return requests.cancelRequest(known, this.#parts.account.contracts.of(known.instrumentId))
  }
  readSubmitted(body: unknown, known: KnownOrder): readonly VenueReport[] {
    const row = fieldsOf(rowsOf(body, 'the answer to the order')[0], 'the answer to the order')
    const id = textOf(row, known.kind === 'plain' ? 'ordId' : 'algoId')
    this.#context.orders.name(known, id)
    const { clientOrderId } = known
    return [{ type: 'accepted', clientOrderId, venueOrderId: venueOrderId(id), tsEventMs: this.#timeOf(row) }]
  }
  /** The venue has taken the wish, no more: the private stream tells the end, and if it does not, whoever asked looks the order up. */
  readCanceled(): readonly VenueReport[] {
    return []
  }
  lookup(id: Parameters<VenueAdapter['lookup']>[0], known: KnownOrder | null): ReturnType<VenueAdapter['lookup']> {
    return this.#parts.lookup.find(id, known)
  }
  snapshot(afterTradeId: TradeId | null): Promise<SnapshotReport> {
    return takeSnapshot(this.#context, this.#parts, afterTradeId)
  }
  #timeOf(row: Fields): number {
    const ms = Number(row['ts'])
    return Number.isSafeInteger(ms) && ms > 0 ? ms : this.#context.nowMs()
  }
}

/** Told by the account itself, in the demo as well. A key without an address and unused for two weeks is deleted there; when is not told. */
async function probeKey(ask: Ask): Promise<KeyFindings> {
  const config = fieldsOf(rowsOf(await ask(requests.accountConfig), 'the account')[0], 'the account')
  const rights = textOf(config, 'perm').split(',')
  return {
    report: {
      canTrade: rights.includes('trade'),
      canWithdraw: rights.includes('withdraw'),
      ipRestricted: textOrNull(config, 'ip') !== null,
      expiresMs: null,
    },
    unchecked: null,
  }
}
