// An open position, what protects it, and the closed round trip it becomes.
import type { Money, Price, Quantity } from './decimal.ts'
import type { ClientOrderId, DecisionId, InstrumentId, PositionId, StrategyId } from './ids.ts'
import type { PositionSide } from './instrument.ts'

/** One rung of the take-profit ladder. */
export type Target = {
  readonly price: Price
  /** Share of the initial quantity, 0 to 1. */
  readonly fraction: number
  readonly clientOrderId: ClientOrderId | null
  readonly state: 'planned' | 'working' | 'filled' | 'abandoned'
}

export type StopState = 'none' | 'placing' | 'working' | 'failed'
/** `emergency` means that protection could not be placed and the position is being closed at market. */
export type CarePhase = 'opening' | 'protected' | 'closing' | 'emergency'

/** How the position is looked after; everything that must survive a restart. */
export type PositionCare = {
  readonly phase: CarePhase
  readonly stopPrice: Price
  readonly initialStopPrice: Price
  readonly stopState: StopState
  readonly stopOrderId: ClientOrderId | null
  /** A replacement on its way while the old stop still works: created first, the old one canceled after. */
  readonly replacementOrderId: ClientOrderId | null
  readonly stopAttempts: number
  readonly targets: readonly Target[]
  readonly breakEvenDone: boolean
  readonly trailing: boolean
  /** Highest high (long) or lowest low (short) since entry. */
  readonly extremePrice: number
  /** Distance of the Chandelier exit from the extreme, in price units, or null for none. */
  readonly chandelierDistance: number | null
  /** When the position last became unprotected, or null while a stop works at the venue. */
  readonly unprotectedSinceMs: number | null
  /** Milliseconds without a working stop, over the life of the position, up to the last time it was protected. */
  readonly unprotectedMs: number
  readonly incident: boolean
  readonly closeReason: string | null
}

export type Position = {
  readonly id: PositionId
  readonly instrumentId: InstrumentId
  readonly strategyId: StrategyId
  readonly decisionId: DecisionId | null
  readonly side: PositionSide
  /** What is open now; zero once closed. */
  readonly quantity: Quantity
  /** The largest it has been: the base of the target fractions and of R. */
  readonly initialQuantity: Quantity
  /** What the entry that opened it bought, without adds. */
  readonly entryQuantity: Quantity
  /** Average cost of what is open. */
  readonly entryPrice: Price
  readonly openedMs: number
  readonly closedMs: number | null
  readonly realizedPnl: Money
  readonly fees: Money
  /** Received minus paid. */
  readonly funding: Money
  /** Volume-weighted exit price so far. */
  readonly exitQuantity: Quantity
  readonly exitNotional: Money
  readonly care: PositionCare
}

/** A position from first fill to flat. */
export type RoundTrip = {
  readonly positionId: PositionId
  readonly instrumentId: InstrumentId
  readonly strategyId: StrategyId
  readonly decisionId: DecisionId | null
  readonly side: PositionSide
  readonly quantity: Quantity
  readonly entryPrice: Price
  readonly exitPrice: Price
  readonly openedMs: number
  readonly closedMs: number
  readonly grossPnl: Money
  readonly fees: Money
  readonly funding: Money
  readonly netPnl: Money
  /** netPnl ÷ (initial quantity × distance to the initial stop). Null when that distance is zero. */
  readonly rMultiple: number | null
  readonly exitReason: string
  readonly secondsUnprotected: number
}
