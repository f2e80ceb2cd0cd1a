// What the client asks of a venue. A venue translates: from our orders to its requests, from its messages to our reports. It sends nothing by itself
// but what it is asked for, decides nothing, and keeps no time.
import type { ClientOrderId, InstrumentId, TradeId } from '../../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../../../src-shared/domain/order.ts'
import type { KeyReport, VenueId } from '../../../../src-shared/domain/venue.ts'
import type { VenueReport } from '../../../../src-shared/events/venue-report.ts'
import type { CcxtExchange } from '../transport/ccxt-module.ts'
import type { RawAnswer, VenueFailure } from '../transport/venue-failure.ts'
import type { Ask, VenueRequest } from '../transport/venue-rest.ts'
import type { BudgetRule } from '../transport/weight-budget.ts'
import type { KnownOrder, OrderMemory } from './order-memory.ts'
import type { StreamLogin } from './stream-login.ts'

export type AccountWishes = {
  readonly instrumentIds: readonly InstrumentId[]
  /** Set at the venue for each instrument, at most what its first bracket allows; null leaves it as it is. */
  readonly leverage: number | null
  readonly marginMode: 'cross' | 'isolated' | null
}

/** What a venue is given to work with. */
export type VenueContext = {
  /** Throws VenueRefusal, which may be left to the client. */
  readonly ask: Ask
  readonly orders: OrderMemory
  /** The venue's time in milliseconds. */
  readonly nowMs: () => number
  /** False on a test system or the practice venue. */
  readonly isLive: boolean
  readonly wishes: AccountWishes
  /** For streams that ask for a log-in. */
  readonly login: StreamLogin
}

export type OpenedAccount = {
  readonly instruments: readonly Instrument[]
  /** What could not be had or set though trading is possible: one sentence each. */
  readonly notices: readonly string[]
}
/** Thrown by `open` when the account cannot be traded from here. The message is one sentence for a person. */
export class AccountFault extends Error {
  override readonly name = 'AccountFault'
}

/** What a private message means. */
export type StreamEvent =
  | { readonly type: 'report'; readonly report: VenueReport }
  /** The streams are logged in and subscribed; only of those that are not ready as soon as they are open. */
  | { readonly type: 'ready' }
  /** To be sent on this stream: subscriptions, once it is logged in. */
  | { readonly type: 'send'; readonly text: string }
  /** The message alone does not tell: this asks for the rest. What it throws is shown as a degraded state, and the next snapshot tells. */
  | { readonly type: 'ask'; readonly find: () => Promise<readonly VenueReport[]> }
  /** The connection is worth nothing any more; one sentence. */
  | { readonly type: 'redial'; readonly reason: string }

export type PrivateStream = {
  /** For a person: `orders`. */
  readonly name: string
  /** Path and query after the stream's origin; asked before each dial. `attempt` counts the dials since the stream was last ready, from 0. */
  path(attempt: number): Promise<string>
  /** Sent when the connection is open: log-in and subscriptions. Called once for each connection. */
  greeting(): readonly string[]
  readonly readyOnOpen: boolean
  /** Where the venue answers no ping of the protocol. */
  readonly pingText: string | null
  /** To be done while the stream is open, by the wall clock. What it returns is sent; what it throws ends the connection. */
  readonly renewal: { readonly everyMs: number; renew(): Promise<readonly string[]> } | null
  /** Never throws: what cannot be read is no event. */
  read(text: string): readonly StreamEvent[]
}

export type SnapshotReport = Extract<VenueReport, { type: 'snapshot' }>
export type LookupReport = Extract<VenueReport, { type: 'lookup' }>

export type VenueAdapter = {
  /** Checks the account, sets what is wished, and reads the instruments with their fees and first brackets. Throws AccountFault or VenueRefusal. */
  open(): Promise<OpenedAccount>

  /**
   * Where the venue accepts what it should refuse: why this order must not be sent, or null. Asked before it is sent, which waits a moment for it and
   * no longer; whatever it throws is no reason to hold an order back.
   */
  objection?(order: OrderRequest): Promise<VenueFailure | null>
  /** The instrument is among those that `open` gave. */
  submitRequest(order: OrderRequest): VenueRequest
  /** What the answer to a submitted order says of it, such as `accepted`; names it in the memory. */
  readSubmitted(body: unknown, known: KnownOrder): readonly VenueReport[]
  /** In the list that the order is in, or became part of when it fired. */
  cancelRequest(known: KnownOrder): VenueRequest
  /** `canceled`, or nothing where the private stream or a lookup must tell. */
  readCanceled(body: unknown, known: KnownOrder): readonly VenueReport[]
  /** Both lists, the one it should be in first, then the history. `known` is null for an id never heard of. */
  lookup(id: ClientOrderId, known: KnownOrder | null): Promise<LookupReport>
  /** One consistent moment; names all orders it lists in the memory. */
  snapshot(afterTradeId: TradeId | null): Promise<SnapshotReport>

  readonly streams: readonly PrivateStream[]
}

export type KeyFindings = {
  readonly report: KeyReport
  /** What the venue could not be asked here, one sentence, or null. */
  readonly unchecked: string | null
}

export type ProbeOptions = Pick<VenueContext, 'isLive' | 'login'> & { readonly nowMs: number }

/** A venue before anything is asked of it. */
export type VenueKit = {
  readonly venue: VenueId
  readonly budgetRules: readonly BudgetRule[]
  readonly clockRequest: VenueRequest
  /** The venue's time in milliseconds; NaN when the answer is none. */
  readClock(body: unknown): number
  /** Where the streams are, without a path. */
  readonly streamOrigins: { readonly live: string; readonly testnet: string }
  /** Turns the library to the venue's test system. */
  useTestnet(exchange: CcxtExchange): void
  /** Null when the answer is what was asked for. By the venue's own number. */
  failureOf(answer: RawAnswer): VenueFailure | null
  create(context: VenueContext): VenueAdapter
  /** Throws VenueRefusal. */
  probeKey(ask: Ask, options: ProbeOptions): Promise<KeyFindings>
}
