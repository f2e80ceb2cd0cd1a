// What the operator may ask of the engine. Every command passes the risk officer.
import type { Price } from '../domain/decimal.ts'
import type { EnablementCell } from '../domain/decision.ts'
import type { ClientOrderId, PositionId, StrategyId } from '../domain/ids.ts'
import type { TradingState } from './risk-state.ts'

export type OperatorCommand =
  | { readonly type: 'close_position'; readonly positionId: PositionId; readonly reason: string }
  | { readonly type: 'move_stop'; readonly positionId: PositionId; readonly stopPrice: Price }
  | { readonly type: 'cancel_order'; readonly clientOrderId: ClientOrderId }
  /** Closes all, cancels all, halts until a person resumes. */
  | { readonly type: 'kill_switch'; readonly reason: string }
  | { readonly type: 'set_trading_state'; readonly state: TradingState; readonly reason: string }
  | { readonly type: 'pause_strategy'; readonly strategyId: StrategyId; readonly paused: boolean }
  /** Whether a strategy may trade this side in this regime. Its signals are followed either way. */
  | { readonly type: 'set_enablement'; readonly cell: EnablementCell }
  /** An adopted position is the operator's again: our orders on it go, and we forget it until the venue holds nothing there. */
  | { readonly type: 'hand_back'; readonly positionId: PositionId }
  /** Cancels every order at the venue that carries our mark and has no entry here. */
  | { readonly type: 'clean_orphans' }
  /** Before leaving: make sure that whatever is open has its stop at the venue. */
  | { readonly type: 'protect_all' }
