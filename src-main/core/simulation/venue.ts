// The simulated venue as the event loop sees it. Deterministic: time and prices arrive as parameters, chance from a seeded generator.
import type { Candle } from '../../../src-shared/domain/candle.ts'
import type { Money, Price, Rate } from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId, TradeId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../../src-shared/domain/order.ts'
import type { VenueReport } from '../../../src-shared/events/venue-report.ts'

/** What an order that takes liquidity pays beyond the last price. `pricing.ts` has the formulas and their sources. */
export type SlippageModel =
  | { readonly kind: 'fixed'; readonly basisPoints: number }
  /** A share of the average range of the last candles, 0 to 1. */
  | { readonly kind: 'volatility'; readonly share: number }
  /** Half the spread, and an impact that grows with the square root of the order's share of the candle's volume. */
  | { readonly kind: 'depth'; readonly basisPoints: number; readonly impact: number }

/** Where a limit order stands among the others at its price. */
export type QueueModel =
  /** Behind everything that will ever come: it fills once the market has traded beyond its price. */
  | { readonly kind: 'last' }
  /** Behind `ahead` × the mean volume of the last candles: what trades at its price eats that first, then fills it. */
  | { readonly kind: 'volume'; readonly ahead: number }

/** Negative for a rebate. */
export type FeeRates = { readonly maker: Rate; readonly taker: Rate }
export type FeeTier = FeeRates & {
  /** Notional traded in the 30 UTC days before, in settlement currency, from which on the tier counts. */
  readonly volumeMin: Money
}
export type FeeModel =
  | { readonly kind: 'instrument' }
  | ({ readonly kind: 'fixed' } & FeeRates)
  /** Lowest first, the first from 0. Evaluated at 00:00 UTC, as Binance evaluates its levels once a day. */
  | { readonly kind: 'tiers'; readonly tiers: readonly FeeTier[] }

export type SimulationConfig = {
  readonly seed: number
  readonly initialBalance: Money
  readonly leverage: number
  /** Milliseconds from our send to the venue's matching engine, and the same back. */
  readonly latencyMs: number
  /** Each message takes up to this much longer, drawn from the seed; left out for 0. None overtakes another on the same way. */
  readonly latencyJitterMs?: number
  readonly slippage: SlippageModel
  /** Largest share of a candle's volume that one order may take; the rest fills later. 1 switches partial fills off. */
  readonly participationMax: number
  /** Left out for `last`. */
  readonly queue?: QueueModel
  /** Left out for `instrument`. */
  readonly fees?: FeeModel
  /** False when nobody pays funding; left out for true. */
  readonly funding?: boolean
  /** Mark price follows the last price: mark = last × (1 + this). 0 unless a test wants them apart. */
  readonly markPremium: number
}

/** A closed candle, as the venue lives through it. */
export type CandlePath = Readonly<Pick<Candle, 'openTimeMs' | 'open' | 'high' | 'low' | 'close' | 'volume'>>
/** Time and price of one point on a candle's assumed path. */
export type PathPoint = { readonly tsMs: number; readonly price: number }

/** A venue as the event loop sees it. One that lives outside this process has a market of its own: the prices shown to it change nothing. */
export type LoopVenue = {
  /** An order of ours leaves now; it reaches the matching engine after the latency. Never throws for a bad order: the venue rejects it. */
  submit(order: OrderRequest, nowMs: number): void
  cancel(clientOrderId: ClientOrderId, nowMs: number): void
  lookup(clientOrderId: ClientOrderId, nowMs: number): void
  requestSnapshot(afterTradeId: TradeId | null, nowMs: number): void

  /** When the next thing that is under way (order, cancel, answer) arrives, or Infinity. */
  nextDueMs(): number
  /** Carries out everything due at or before `nowMs`, in order of time, and returns the reports that have reached us by then. */
  advanceTo(nowMs: number): readonly VenueReport[]

  /**
   * Lets a whole closed candle pass at once when nothing of ours can be touched by it: no working order in reach, nothing under way, no
   * liquidation. The candle's close is the price afterwards. Returns false, and has done nothing, when the candle must be walked.
   * This is the hot path: no allocation, and the candle by reference because numbers passed one by one would be boxed.
   */
  pass(instrumentId: InstrumentId, candle: CandlePath, lengthMs: number): boolean
  /** Would `pass` let it pass? */
  isUntouched(instrumentId: InstrumentId, candle: CandlePath): boolean
  /** Has it an order, a position, or a request of ours under way in this instrument? Otherwise nothing depends on how its price moves. */
  hasStake(instrumentId: InstrumentId): boolean
  /**
   * A base candle begins, whose path or that of the finer candles inside it will be walked: the averages that slippage and queues are made
   * from are those of the {@link AVERAGED_CANDLES} before it. `pass` does this by itself.
   */
  openCandle(instrumentId: InstrumentId, candle: CandlePath): void
  /** Points of a closed candle in the order in which they are assumed to have happened: adverse extreme before favourable for our position. */
  path(instrumentId: InstrumentId, candle: CandlePath, lengthMs: number): readonly PathPoint[]
  /** The market trades at this price now: triggers, fills and liquidations follow. Reports are delivered by `advanceTo` after the latency. */
  setPrice(instrumentId: InstrumentId, tsMs: number, last: number, volume: number): void
  /** Pays or receives funding on the open position at the mark price. */
  applyFunding(instrumentId: InstrumentId, rate: number, tsMs: number): void

  /** Counts every change of orders, account and requests; the engine saves when it moved. Prices alone do not move it. */
  revision(): number
}
export type SimulatedVenue = LoopVenue & {
  /** Event time of the newest price it has seen, or 0: after `restore`, where its market stood. */
  lastPriceMs(): number
  /** What a market order of this whole quantity would trade at now, with its slippage, and pay as a fee. Nothing is done. */
  takerQuote(instrumentId: InstrumentId, order: Pick<OrderRequest, 'side' | 'quantity'>): { readonly price: Price; readonly fee: Money }

  /** Everything that must survive a kill of the process, as JSON text; and back. `restore` throws on text that is not from `save`. */
  save(): string
  restore(saved: string): void
}
/** Finer candles of one instrument, known for some or all of its base candles. `detail-candles.ts` reads them from columns. */
export type DetailCandles = {
  readonly lengthMs: number
  /**
   * Looks for the candles inside a base candle and returns how many there are. None are found, and the base candle stands for itself, unless
   * together they are that very candle: one that is missing, or comes from another source, may hide the price that hits a stop.
   */
  inside(candle: CandlePath, baseMs: number): number
  /** One of those that were found last, from 0 on; overwritten by the next call. */
  at(index: number): CandlePath
}

/** Candles that averages of range and volume look back on. */
export const AVERAGED_CANDLES = 14

export type CreateSimulatedVenue = (instruments: readonly Instrument[], config: SimulationConfig) => SimulatedVenue
