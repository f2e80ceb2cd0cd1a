// The latched part of the risk officer: what a restart must not forget.

/** active: all allowed. reducing: only orders that shrink. halted: the same, and nothing restarts it by itself unless `resumeMs` says so. */
export const TRADING_STATES = ['active', 'reducing', 'halted'] as const
export type TradingState = (typeof TRADING_STATES)[number]

/** A limit that was hit: what, by how much, when, and what lifts it. */
export type Trip = {
  readonly code: string
  readonly message: string
  readonly tsMs: number
  readonly state: TradingState
  /** When it lifts by itself, or null when a person must. */
  readonly resumeMs: number | null
}

/** Amounts are floats of settlement currency: they are compared with limits, never booked. */
export type RiskState = {
  readonly tradingState: TradingState
  readonly trips: readonly Trip[]
  readonly startEquity: number
  readonly peakEquity: number
  readonly dayStartMs: number
  readonly dayStartEquity: number
  readonly weekStartMs: number
  readonly weekStartEquity: number
  readonly tradesToday: number
  readonly consecutiveLosses: number
}
