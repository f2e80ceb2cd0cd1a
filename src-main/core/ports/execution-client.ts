// How orders reach a venue outside this process, and how its word comes back. What a venue is like (units, lists of conditional orders,
// error codes, signatures) is known behind this door alone; in front of it there are our ids, base units and closed sets of reports.
import type { Money } from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, TradeId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { Order, OrderRequest } from '../../../src-shared/domain/order.ts'
import type { Result } from '../../../src-shared/domain/result.ts'
import type { ConnectionState, KeyReport, VenueAccount, VenueCredentials, VenueHealth, VenueId } from '../../../src-shared/domain/venue.ts'
import type { VenueReport } from '../../../src-shared/events/venue-report.ts'

export type ExecutionListener = {
  /** In the order in which they became known. Duplicates and late ones are allowed: the kernel knows them by id. */
  onReport(report: VenueReport): void
  /** Called on every change. `detail` is one sentence without secrets. */
  onState(state: ConnectionState, detail: string): void
  /** The clocks are this far apart (venue minus ours), measured anew. */
  onClock(offsetMs: number): void
}

/**
 * One account at one venue. None of the four requests throws or waits: whatever becomes of it arrives as a report, at the latest when its
 * deadline passes, then as `outcome_unknown`. Nothing is ever sent twice in here: whoever asked looks the order up and decides. The one exception
 * is a request that the venue refused for its time stamp alone, before it looked at anything else: the clock is measured and it goes out once more.
 * Lookups may be answered unasked: a client that misses a trade asks for it by itself.
 */
export type ExecutionClient = {
  readonly venue: VenueId
  /** With this account's fees and first leverage bracket; ids are those of the data venue's instruments. */
  readonly instruments: readonly Instrument[]
  /** When it was opened; what a new account begins with. */
  readonly walletBalance: Money
  /** Orders of earlier runs that may still work: cancel and lookup need their instrument and their list. Call before `start`. */
  remember(orders: readonly Order[]): void
  /** Opens the private streams. Reports may come from here on. Call once. */
  start(listener: ExecutionListener): void
  submit(order: OrderRequest): void
  cancel(id: ClientOrderId): void
  /** Looks in both lists, plain and conditional, and in the history. Answered by a `lookup` report. */
  lookup(id: ClientOrderId): void
  /** Positions, both lists of orders, wallet, and the fills after this trade. Answered by a `snapshot` report, or not at all when the venue is down. */
  requestSnapshot(afterTradeId: TradeId | null): void
  health(): VenueHealth
  /** Ends everything that was started; orders at the venue stay. Resolves when no further report can come. */
  close(): Promise<void>
}

export type { VenueCredentials }

/** What a venue says about a key and the account behind it, asked without trading or changing anything. */
export type AccountProbe = {
  readonly key: KeyReport
  /** Venue's clock minus ours. */
  readonly clockOffsetMs: number
  /** Of the currency that our instruments settle in; null when the venue does not tell this key. */
  readonly balance: { readonly amount: Money; readonly currency: string } | null
}
/** One or two read-only questions, answered within seconds. The error is one sentence without secrets. */
export type ProbeAccount = (
  account: VenueAccount,
  credentials: VenueCredentials,
  instruments: readonly Instrument[],
) => Promise<Result<AccountProbe, string>>

export type OpenExecutionOptions = VenueAccount & {
  readonly credentials: VenueCredentials
  /** Of the market data. The client's own have the same ids in the same order, with what this venue and account say about them. */
  readonly instruments: readonly Instrument[]
  /** Set at the venue before the first order. */
  readonly leverage: number
  readonly onLog: (level: 'info' | 'warn', message: string) => void
}
/** Connects, checks the account's modes, reads instruments and wallet. The error is one sentence without secrets; nothing is left open then. */
export type OpenExecution = (options: OpenExecutionOptions) => Promise<Result<ExecutionClient, string>>
