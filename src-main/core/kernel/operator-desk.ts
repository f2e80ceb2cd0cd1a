// What a person may do: each command is judged, carried out, and written to the audit log with its result.
import type { ExecutionPlan } from '../../../src-shared/config/execution-policy.ts'
import type { Price } from '../../../src-shared/domain/decimal.ts'
import { toText } from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, PositionId } from '../../../src-shared/domain/ids.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import { type Result, err, ok, unreachable } from '../../../src-shared/domain/result.ts'
import type { OperatorCommand } from '../../../src-shared/events/command.ts'
import type { AuditEntry } from '../../../src-shared/events/journal-record.ts'
import { isClosing } from '../execution/care-context.ts'
import type { Execution } from '../execution/execution.ts'
import type { Outbox } from '../execution/outbox.ts'
import type { ParentDesk } from '../execution/parent-desk.ts'
import type { PartPlan } from '../execution/parent-order.ts'
import type { PositionCare } from '../execution/position-care.ts'
import type { Portfolio } from '../portfolio/portfolio.ts'
import { approveReduction } from '../risk/risk-officer.ts'
import type { RiskDesk } from './risk-desk.ts'
import type { ScoringDesk } from './scoring-desk.ts'
import { stateOf } from './audit-words.ts'
import type { StrategyDesk } from './strategy-desk.ts'
import { ADOPTED, type Orphan } from './venue-desk.ts'

export type OperatorDeskDependencies = {
  readonly portfolio: Portfolio
  readonly execution: Execution
  readonly care: PositionCare
  readonly risk: RiskDesk
  readonly strategies: StrategyDesk
  readonly scoring: ScoringDesk
  readonly outbox: Outbox
  readonly parents: ParentDesk
  /** How an operator's close is carried out. */
  readonly closePlan: ExecutionPlan
  readonly cancelEntries: (why: string) => void
  readonly orphans: () => readonly Orphan[]
  readonly cleanOrphans: () => number
  readonly handBack: (position: Position) => void
}

export class OperatorDesk {
  readonly #d: OperatorDeskDependencies

  constructor(dependencies: OperatorDeskDependencies) {
    this.#d = dependencies
  }

  /** Carries out one command. A refusal is a sentence for the person who asked; nothing has changed then. */
  handle(command: OperatorCommand, who?: string): Result<void, string> {
    const before = stateOf(command, this.#d)
    const handing = command.type === 'hand_back' ? this.#d.portfolio.positionById(command.positionId) : null
    const result = this.#carryOut(command)
    const handed = result.ok && handing !== null ? { handBack: { instrumentId: handing.instrumentId, active: true } } : {}
    const detail = result.ok ? detailOf(command) : `${detailOf(command)}: ${result.error}`
    const tsMs = this.#d.outbox.nowMs
    const done = result.ok && command.type === 'pause_strategy' ? { pause: { strategyId: command.strategyId, paused: command.paused } } : {}
    const from = who === undefined ? {} : { who }
    const words = { before, after: stateOf(command, this.#d) }
    const body: AuditEntry = {
      tsMs,
      actor: 'operator',
      action: command.type,
      detail,
      accepted: result.ok,
      ...from,
      ...words,
      ...done,
      ...handed,
    }
    this.#d.outbox.journal({ kind: 'audit', tsMs, body })
    return result
  }

  /** Ends every entry, then closes every position at market. */
  closeAll(reason: string): void {
    this.#d.cancelEntries(reason)
    for (const position of this.#d.portfolio.positions()) this.#d.care.close(position, reason)
  }

  #carryOut(command: OperatorCommand): Result<void, string> {
    switch (command.type) {
      case 'close_position':
        return this.#closePosition(command.positionId, command.reason)
      case 'move_stop':
        return this.#moveStop(command.positionId, command.stopPrice)
      case 'cancel_order':
        return this.#cancelOrder(command.clientOrderId)
      case 'kill_switch':
        this.#d.risk.kill(command.reason)
        this.closeAll('kill_switch')
        return ok(undefined)
      case 'set_trading_state': {
        const set = this.#d.risk.setState(command.state, command.reason, this.#d.portfolio.equity())
        return set.ok ? ok(undefined) : set
      }
      case 'pause_strategy':
        return this.#d.strategies.pause(command.strategyId, command.paused)
      case 'set_enablement':
        return this.#d.scoring.setCell(command.cell)
      case 'hand_back':
        return this.#handBack(command.positionId)
      case 'clean_orphans':
        this.#d.cleanOrphans()
        return ok(undefined)
      case 'protect_all':
        this.#d.care.resume()
        return ok(undefined)
      default:
        return unreachable(command, 'operator command')
    }
  }

  #closePosition(id: PositionId, reason: string): Result<void, string> {
    const position = this.#d.portfolio.positionById(id)
    if (position === null) return err(`position ${id} is not open`)
    const { closePlan, care, parents } = this.#d
    // Asked a second time, it is urgent.
    const isAtMarket = closePlan.type === 'market' || isClosing(position) || parents.isUnderWay(id, 'exit')
    if (isAtMarket || !this.#closeInParts(position, reason, closePlan)) care.close(position, reason)
    return ok(undefined)
  }

  /** False when it cannot be: then it is closed at market. */
  #closeInParts(position: Position, reason: string, plan: PartPlan): boolean {
    const { care, parents, portfolio } = this.#d
    if (portfolio.markPrice(position.instrumentId) === null) return false
    parents.cancelWhere((request) => request.positionId === position.id, 'the position is being closed')
    const request = care.beginExit(position, reason)
    const { approved } = approveReduction(request, { position })
    if (approved === null) return false
    parents.begin(approved, plan)
    return true
  }

  #handBack(id: PositionId): Result<void, string> {
    const position = this.#d.portfolio.positionById(id)
    if (position === null) return err(`position ${id} is not open`)
    if (position.strategyId !== ADOPTED)
      return err(`position ${id} was opened by ${position.strategyId}: only an adopted one can be handed back`)
    this.#d.handBack(position)
    return ok(undefined)
  }

  #moveStop(id: PositionId, stopPrice: Price): Result<void, string> {
    const position = this.#d.portfolio.positionById(id)
    if (position === null) return err(`position ${id} is not open`)
    return this.#d.care.moveStop(position, stopPrice, this.#d.risk.mayLoosenStop(position, stopPrice, this.#d.portfolio.equity()))
  }

  /** The stop that protects a position cannot be canceled: it can be moved, or the position closed. */
  #cancelOrder(id: ClientOrderId): Result<void, string> {
    const order = this.#d.execution.registry.get(id)
    // A part of a larger order would only be sent again: the whole is ended.
    if (this.#d.parents.cancel(order?.parentId ?? id, 'canceled by the operator')) return ok(undefined)
    if (order === null) return err(`order ${id} is not known`)
    if (this.#d.care.isProtecting(id)) {
      return err(`order ${id} is the stop that protects ${order.instrumentId}: move it, or close the position`)
    }
    this.#d.execution.cancel(id)
    return ok(undefined)
  }
}

function detailOf(command: OperatorCommand): string {
  switch (command.type) {
    case 'close_position':
      return `${command.positionId} (${command.reason})`
    case 'move_stop':
      return `${command.positionId} to ${toText(command.stopPrice)}`
    case 'cancel_order':
      return command.clientOrderId
    case 'kill_switch':
      return command.reason
    case 'set_trading_state':
      return `${command.state} (${command.reason})`
    case 'pause_strategy':
      return `${command.strategyId} ${command.paused ? 'paused' : 'resumed'}`
    case 'set_enablement': {
      const { strategyId, side, regime, enabled } = command.cell
      return `${strategyId} ${side} in regime ${regime} ${enabled ? 'on' : 'off'}`
    }
    case 'hand_back':
      return command.positionId
    case 'clean_orphans':
      return 'orders with our mark and no entry here'
    case 'protect_all':
      return 'all open positions'
    default:
      return unreachable(command, 'operator command')
  }
}
