// What is written down. Kinds are a closed list; each record becomes one link of the hash chain and updates one projection.
import type { DecisionTrace, Direction, EnablementCell, SignalOutcome } from '../domain/decision.ts'
import type { Fill, Order } from '../domain/order.ts'
import type { Position, RoundTrip } from '../domain/position.ts'
import type { Money } from '../domain/decimal.ts'
import type { DecisionId, InstrumentId, PositionId, SessionId, StrategyId } from '../domain/ids.ts'
import type { FeedIncident } from './market-event.ts'
import type { RiskState } from './risk-state.ts'

export type Severity = 'info' | 'warning' | 'critical'
export type Alert = {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly tsMs: number
  readonly instrumentId: InstrumentId | null
}

export type LedgerKind = 'deposit' | 'realized_pnl' | 'fee' | 'funding' | 'adjustment'
/** One change of the wallet. The sum of all amounts is the balance. */
export type LedgerEntry = {
  readonly tsMs: number
  readonly kind: LedgerKind
  readonly amount: Money
  readonly instrumentId: InstrumentId | null
  readonly positionId: PositionId | null
  /** Trade id of a fill, or the hour of a funding payment. */
  readonly reference: string
}
/** Estimates at one moment; floats, because unrealised profit is one. */
export type EquityPoint = {
  readonly tsMs: number
  readonly balance: number
  readonly equity: number
  readonly unrealizedPnl: number
  readonly marginUsed: number
  readonly grossExposure: number
  readonly drawdown: number
}
export type SessionInfo = {
  readonly id: SessionId
  readonly startedMs: number
  readonly endedMs: number | null
  readonly mode: 'backtest' | 'paper' | 'live'
  readonly market: string
  readonly playbook: string
  /** Free JSON: strategies with parameters, risk policy, version. */
  readonly config: unknown
}
export type StrategyPause = { readonly strategyId: StrategyId; readonly paused: boolean }
export type HandBack = { readonly instrumentId: InstrumentId; readonly active: boolean }
export type AuditEntry = {
  readonly tsMs: number
  readonly actor: 'operator' | 'engine' | 'host'
  /** Which screen or part of the program it came from. */
  readonly who?: string
  readonly action: string
  readonly detail: string
  readonly accepted: boolean
  /** What the command was about, before it and after it. */
  readonly before?: string
  readonly after?: string
  /** What an accepted `pause_strategy` did, for a restart: the detail is for people. */
  readonly pause?: StrategyPause
  /** An instrument was handed back to the operator, or what was handed back is closed. */
  readonly handBack?: HandBack
}
/** What the venue said against what we believed, in plain words, and what was done. */
export type ReconciliationEntry = {
  readonly tsMs: number
  readonly difference: string
  readonly action: string
  readonly instrumentId: InstrumentId | null
}

export type JournalRecord =
  | { readonly kind: 'session'; readonly tsMs: number; readonly body: SessionInfo }
  | { readonly kind: 'decision'; readonly tsMs: number; readonly body: DecisionTrace }
  | { readonly kind: 'signal_outcome'; readonly tsMs: number; readonly body: SignalOutcome }
  /** A person switched a cell of the strategy × side × regime matrix. */
  | { readonly kind: 'enablement'; readonly tsMs: number; readonly body: EnablementCell }
  /** The whole order after each transition. */
  | { readonly kind: 'order'; readonly tsMs: number; readonly body: Order }
  | { readonly kind: 'fill'; readonly tsMs: number; readonly body: Fill }
  | { readonly kind: 'ledger'; readonly tsMs: number; readonly body: LedgerEntry }
  /** The whole position after each change, closed ones included. */
  | { readonly kind: 'position'; readonly tsMs: number; readonly body: Position }
  | { readonly kind: 'round_trip'; readonly tsMs: number; readonly body: RoundTrip }
  | { readonly kind: 'equity'; readonly tsMs: number; readonly body: EquityPoint }
  | { readonly kind: 'risk_state'; readonly tsMs: number; readonly body: RiskState }
  | { readonly kind: 'alert'; readonly tsMs: number; readonly body: Alert }
  | { readonly kind: 'audit'; readonly tsMs: number; readonly body: AuditEntry }
  | { readonly kind: 'reconciliation'; readonly tsMs: number; readonly body: ReconciliationEntry }
  | { readonly kind: 'feed_incident'; readonly tsMs: number; readonly body: FeedIncident }
  /** How far the market has been processed; where a restart goes on. */
  | {
      readonly kind: 'checkpoint'
      readonly tsMs: number
      readonly body: {
        readonly marketMs: number
        readonly nextOrderNumber: number
        readonly nextDecisionNumber: number
        readonly nextPositionNumber: number
      }
    }
export type JournalRecordKind = JournalRecord['kind']

/** A signal whose outcome is not known yet, as its decision recorded it. */
export type PendingSignal = {
  readonly decisionId: DecisionId
  readonly strategyId: StrategyId
  readonly instrumentId: InstrumentId
  readonly direction: Exclude<Direction, 'wait'>
  readonly executed: boolean
  /** Name of the regime at the signal, or null. */
  readonly regime: string | null
  readonly decidedMs: number
  readonly entryPrice: number
  readonly stopPrice: number
}
/** Resolved signals of one cell of the strategy × side × regime matrix. */
export type SignalTally = {
  readonly strategyId: StrategyId
  readonly side: EnablementCell['side']
  readonly regime: string | null
  readonly wins: number
  readonly losses: number
  readonly expired: number
  /** Sum of their results in R. */
  readonly totalR: number
}
/** What scoring goes on from. All lists are bounded by whoever reads them back. */
export type RecoveredSignals = {
  /** In the order in which they were decided. */
  readonly pending: readonly PendingSignal[]
  /** The newest results of each strategy in R, oldest first. */
  readonly results: readonly { readonly strategyId: StrategyId; readonly rMultiples: readonly number[] }[]
  readonly tallies: readonly SignalTally[]
  /** Every cell that a person has ever switched, as it stands. */
  readonly enablement: readonly EnablementCell[]
}
export const NO_SIGNALS: RecoveredSignals = { pending: [], results: [], tallies: [], enablement: [] }

/** When the last position in an instrument was closed. */
export type LastClosed = { readonly instrumentId: InstrumentId; readonly closedMs: number }

/** What a start reads back: the same code serves a first start (null), a restart and a recovery. */
export type RecoveredState = {
  readonly orders: readonly Order[]
  readonly positions: readonly Position[]
  readonly balance: Money
  readonly riskState: RiskState | null
  /** Of each instrument the newest round trip that was written: after a recording was wound back not the one of the latest time. */
  readonly lastClosed: readonly LastClosed[]
  /** Strategies that a person paused and has not resumed, whether or not they run now. */
  readonly paused: readonly StrategyId[]
  /** Instruments that were handed back and are not closed yet; left out for none. */
  readonly handedBack?: readonly InstrumentId[]
  readonly signals: RecoveredSignals
  /** Ids of fills already booked for orders that may still trade, and the newest of all. */
  readonly knownTradeIds: readonly string[]
  readonly lastTradeId: string | null
  readonly marketMs: number
  readonly nextOrderNumber: number
  readonly nextDecisionNumber: number
  readonly nextPositionNumber: number
}
