// Binance USDT-M as the client knows it: one-way mode, stops in the algo list by mark price, amounts in base units.
import { ZERO_QUANTITY } from '../../../../../src-shared/domain/decimal.ts'
import type { TradeId } from '../../../../../src-shared/domain/ids.ts'
import { venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import { ensure } from '../../../../../src-shared/domain/result.ts'
import type { VenueReport } from '../../../../../src-shared/events/venue-report.ts'
import { VenueRefusal } from '../../transport/venue-failure.ts'
import type { Ask } from '../../transport/venue-rest.ts'
import { type Fields, fieldsOf, isFields, textOf } from '../fields.ts'
import type { KnownOrder } from '../order-memory.ts'
import type { KeyFindings, ProbeOptions, SnapshotReport, VenueAdapter, VenueContext, VenueKit } from '../venue-adapter.ts'
import { type BinanceAccount, openBinanceAccount } from './binance-account.ts'
import { binanceFailure } from './binance-errors.ts'
import { BinanceLookup, executedOf } from './binance-lookup.ts'
import * as requests from './binance-requests.ts'
import { takeSnapshot } from './binance-snapshot.ts'
import { BinanceStream } from './binance-stream.ts'
import { BinanceTrades } from './binance-trades.ts'

export const binanceKit: VenueKit = {
  venue: 'binanceusdm',
  budgetRules: requests.BUDGET_RULES,
  streamOrigins: { live: 'wss://fstream.binance.com', testnet: 'wss://fstream.binancefuture.com' },
  clockRequest: requests.time,
  readClock: (body) => (isFields(body) ? Number(body['serverTime']) : Number.NaN),
  useTestnet: (exchange) => exchange.enableDemoTrading(true),
  failureOf: binanceFailure,
  create: (context) => new BinanceAdapter(context),
  probeKey,
}

type Parts = {
  readonly account: BinanceAccount
  readonly trades: BinanceTrades
  readonly lookup: BinanceLookup
  readonly stream: BinanceStream
}

class BinanceAdapter implements VenueAdapter {
  readonly #context: VenueContext
  #opened: Parts | null = null
  readonly submitRequest = requests.submitRequest
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
    const account = await openBinanceAccount(this.#context)
    const trades = new BinanceTrades(this.#context, account)
    const lookup = new BinanceLookup(this.#context, account, trades)
    this.#opened = { account, trades, lookup, stream: new BinanceStream(this.#context, account, lookup) }
    return account
  }

  readSubmitted(body: unknown, known: KnownOrder): readonly VenueReport[] {
    const row = fieldsOf(body, 'the answer to the order')
    const id = textOf(row, known.kind === 'plain' ? 'orderId' : 'algoId')
    this.#context.orders.name(known, id)
    const { clientOrderId } = known
    return [{ type: 'accepted', clientOrderId, venueOrderId: venueOrderId(id), tsEventMs: this.#timeOf(row) }]
  }
  /** An order that was filled further than was told of here is looked up, so that its trades come before its end. */
  readCanceled(body: unknown, known: KnownOrder): readonly VenueReport[] {
    const row = fieldsOf(body, 'the answer to the cancel')
    const executed = row['executedQty'] === undefined ? ZERO_QUANTITY : executedOf(row)
    // The private stream tells the rest; if it does not, whoever asked looks the order up.
    if (executed > known.filled) return []
    known.isEnded = true
    return [{ type: 'canceled', clientOrderId: known.clientOrderId, code: 'canceled_by_us', tsEventMs: this.#timeOf(row) }]
  }
  lookup(id: Parameters<VenueAdapter['lookup']>[0], known: KnownOrder | null): ReturnType<VenueAdapter['lookup']> {
    return this.#parts.lookup.find(id, known)
  }
  snapshot(afterTradeId: TradeId | null): Promise<SnapshotReport> {
    return takeSnapshot(this.#context, this.#parts, afterTradeId)
  }
  #timeOf(row: Fields): number {
    const ms = Number(row['updateTime'])
    return Number.isSafeInteger(ms) && ms > 0 ? ms : this.#context.nowMs()
  }
}

/** The rights of a key are told by the spot side of the venue, which has no demo and which a practice venue need not have. */
async function probeKey(ask: Ask, { isLive, nowMs }: ProbeOptions): Promise<KeyFindings> {
  const rights = await askRights(ask, isLive)
  // A key that the spot side knows and the futures side refuses lacks the right for futures.
  await signedQuestion(ask, rights !== null)
  if (rights === null) {
    const report = { canTrade: true, canWithdraw: false, ipRestricted: null, expiresMs: null }
    return { report, unchecked: 'this venue does not tell whether the key can withdraw, is bound to an address or expires' }
  }
  const expiresMs = Number(rights['tradingAuthorityExpirationTime'])
  return {
    report: {
      canTrade: rights['enableFutures'] === true,
      canWithdraw: rights['enableWithdrawals'] === true,
      ipRestricted: typeof rights['ipRestrict'] === 'boolean' ? rights['ipRestrict'] : null,
      expiresMs: Number.isSafeInteger(expiresMs) && expiresMs > 0 && nowMs > 0 ? expiresMs : null,
    },
    unchecked: null,
  }
}
async function askRights(ask: Ask, isLive: boolean): Promise<Fields | null> {
  try {
    return fieldsOf(await ask(requests.keyRights), 'the rights of the key')
  } catch (error) {
    const isMissing = error instanceof VenueRefusal && ['bad_request', 'not_sent', 'refused'].includes(error.failure.code)
    if (isMissing && !isLive) return null
    throw error
  }
}
async function signedQuestion(ask: Ask, isKnown: boolean): Promise<void> {
  try {
    await ask(requests.positionMode)
  } catch (error) {
    if (isKnown && error instanceof VenueRefusal && error.failure.code === 'key_ip_or_permission')
      throw new VenueRefusal({ ...error.failure, code: 'no_permission' })
    throw error
  }
}
