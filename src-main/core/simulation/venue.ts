// The simulated venue as the event loop sees it. Deterministic: time and prices arrive as parameters, chance from a seeded generator.
import type { Candle } from '../../../src-shared/domain/candle.ts'
import type { Money } from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId, TradeId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../../src-shared/domain/order.ts'
import type { VenueReport } from '../../../src-shared/events/venue-report.ts'

export type SlippageModel =
  | { readonly kind: 'fixed'; readonly basisPoints: number }
  /** Share of the candle's range that a market order pays, 0 to 1. */
  | { readonly kind: 'range_share'; readonly share: number }

export type SimulationConfig = {
  readonly seed: number
  readonly initialBalance: Money
  readonly leverage: number
  /** Milliseconds from our send to the venue's matching engine, and the same back. */
  readonly latencyMs: number
  readonly slippage: SlippageModel
  /** Largest share of a candle's volume that one order may take; the rest fills later. 1 switches partial fills off. */
  readonly participationMax: number
  /** Mark price follows the last price: mark = last × (1 + this). 0 unless a test wants them apart. */
  readonly markPremium: number
}

/** A closed candle, as the venue lives through it. */
export type CandlePath = Readonly<Pick<Candle, 'openTimeMs' | 'open' | 'high' | 'low' | 'close' | 'volume'>>
/** Time and price of one point on a candle's assumed path. */
export type PathPoint = { readonly tsMs: number; readonly price: number }

export type SimulatedVenue = {
  /** An order of ours leaves now; it reaches the matching engine after the latency. Never throws for a bad order: the venue rejects it. */
  submit(order: OrderRequest, nowMs: number): void
  cancel(clientOrderId: ClientOrderId, nowMs: number): void
  lookup(clientOrderId: ClientOrderId, nowMs: number): void
  requestSnapshot(afterTradeId: TradeId | null, nowMs: number): void

  /** Event time of the newest price it has seen, or 0: after `restore`, where its market stood. */
  lastPriceMs(): number
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
  /** Points of a closed candle in the order in which they are assumed to have happened: adverse extreme before favourable for our position. */
  path(instrumentId: InstrumentId, candle: CandlePath, lengthMs: number): readonly PathPoint[]
  /** The market trades at this price now: triggers, fills and liquidations follow. Reports are delivered by `advanceTo` after the latency. */
  setPrice(instrumentId: InstrumentId, tsMs: number, last: number, volume: number): void
  /** Pays or receives funding on the open position at the mark price. */
  applyFunding(instrumentId: InstrumentId, rate: number, tsMs: number): void

  /** Everything that must survive a kill of the process, as JSON text; and back. `restore` throws on text that is not from `save`. */
  save(): string
  restore(saved: string): void
  /** Counts every change of orders, account and requests; the engine saves when it moved. Prices alone do not move it. */
  revision(): number
}
export type CreateSimulatedVenue = (instruments: readonly Instrument[], config: SimulationConfig) => SimulatedVenue
