// The simulated venue as the event loop sees it. Deterministic: time and prices arrive as parameters, chance from a seeded generator.
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

/** Time and price of one point on a candle's assumed path. */
export type PathPoint = { readonly tsMs: number; readonly price: number }

export type SimulatedVenue = {
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
   * True when nothing of ours can be touched by a price in [low, high] of this instrument: no working order reachable, no order under way, no liquidation.
   * The event loop then skips the path and calls `setPrice` once. This is the hot path: no allocation.
   */
  isUntouched(instrumentId: InstrumentId, low: number, high: number): boolean
  /** Points of a closed candle in the order in which they are assumed to have happened: adverse extreme before favourable for our position. */
  path(
    instrumentId: InstrumentId,
    candle: { openTimeMs: number; open: number; high: number; low: number; close: number; volume: number },
    lengthMs: number,
  ): readonly PathPoint[]
  /** The market trades at this price now: triggers, fills and liquidations follow. Reports are delivered by `advanceTo` after the latency. */
  setPrice(instrumentId: InstrumentId, tsMs: number, last: number, volume: number): void
  /** Pays or receives funding on the open position at the mark price. */
  applyFunding(instrumentId: InstrumentId, rate: number, tsMs: number): void

  /** Everything that must survive a kill of the process, as JSON text; and back. `restore` throws on text that is not from `save`. */
  save(): string
  restore(saved: string): void
  /** Counts every change that `save` would show; the engine saves when it moved. */
  revision(): number
}
export type CreateSimulatedVenue = (instruments: readonly Instrument[], config: SimulationConfig) => SimulatedVenue
