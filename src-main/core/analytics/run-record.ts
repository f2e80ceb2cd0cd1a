// What a backtest leaves behind: everything that its figures, its report and its warnings are computed from.
import type { DecisionId, InstrumentId, StrategyId } from '../../../src-shared/domain/ids.ts'
import type { OrderSide } from '../../../src-shared/domain/instrument.ts'
import type { RoundTrip } from '../../../src-shared/domain/position.ts'
import type { FeedIncident } from '../../../src-shared/events/market-event.ts'

/** The account at the close of each step of base candles, oldest first; all of equal length. */
export type RunSteps = {
  /** Close time. */
  readonly tsMs: Float64Array
  readonly equity: Float64Array
  /** Positions that were open. */
  readonly open: Uint8Array
  /** Mean over the instruments of close ÷ first close: what holding them would have made of 1. */
  readonly benchmark: Float64Array
}

/** Why a round trip ended that was open when its run was over, and was closed there. */
export const END_OF_TEST = 'end_of_test'

/** A round trip with what its entry knew. */
export type RunTrip = {
  readonly trip: RoundTrip
  readonly regime: string | null
  /** Names of the voters on its side, for a strategy that weighs votes. */
  readonly voters: readonly string[]
  /** Price at the decision; where it was added to, the mean over its decisions by what each of them filled. Null for a position without one. */
  readonly decisionPrice: number | null
  /** Worst and best unrealised result while it was open, at the prices of its candles, in money; worst is 0 or below, best 0 or above. */
  readonly mae: number
  readonly mfe: number
  /** Money lost if the first stop had been hit as placed; null without one. */
  readonly initialRisk: number | null
}

/** What was decided, executed or not; enough for counts and for the doctor. */
export type RunDecision = {
  readonly id: DecisionId
  readonly tsMs: number
  readonly strategyId: StrategyId
  readonly instrumentId: InstrumentId
  readonly executed: boolean
  readonly reason: string
  readonly regime: string | null
}

export type RunFill = {
  readonly tsMs: number
  readonly instrumentId: InstrumentId
  readonly side: OrderSide
  readonly price: number
  readonly quantity: number
  /** Below 0 for a rebate. */
  readonly fee: number
}

export type RunRecord = {
  readonly initialBalance: number
  readonly steps: RunSteps
  /** By time of closing. */
  readonly trips: readonly RunTrip[]
  readonly fills: readonly RunFill[]
  readonly decisions: readonly RunDecision[]
  readonly incidents: readonly FeedIncident[]
  readonly liquidations: number
  /** Sentences of critical alerts, at most 100. */
  readonly alerts: readonly string[]
  readonly baseCandleMs: number
}
