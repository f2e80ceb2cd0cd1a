// What an operator's command finds and what it leaves, in a few words: the audit log has both.
import { toText } from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, PositionId, StrategyId } from '../../../src-shared/domain/ids.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import type { OperatorCommand } from '../../../src-shared/events/command.ts'
import { inWords } from '../execution/parent-order.ts'
import type { OperatorDeskDependencies } from './operator-desk.ts'

/** The state that the command is about, as it is now. */
export function stateOf(command: OperatorCommand, d: OperatorDeskDependencies): string {
  switch (command.type) {
    case 'close_position':
    case 'move_stop':
    case 'hand_back':
      return positionWords(command.positionId, d)
    case 'cancel_order':
      return orderWords(command.clientOrderId, d)
    case 'kill_switch':
      return `trading ${d.risk.state.tradingState}, ${d.portfolio.openCount} positions, ${d.execution.registry.open().length} orders`
    case 'set_trading_state':
      return `trading ${d.risk.state.tradingState}`
    case 'pause_strategy':
      return strategyWords(command.strategyId, d)
    case 'set_enablement':
      return d.scoring.isEnabled(command.cell) ? 'on' : 'off'
    case 'protect_all':
      return `${d.care.naked().length} of ${d.portfolio.openCount} positions without a working stop`
    case 'clean_orphans':
      return `${d.orphans().filter(({ isOurs }) => isOurs).length} orders with our mark and no entry here`
    default:
      return unreachable(command, 'operator command')
  }
}

function positionWords(id: PositionId, { portfolio }: OperatorDeskDependencies): string {
  const position = portfolio.positionById(id)
  if (position === null) return 'no position'
  const { side, quantity, entryPrice, care } = position
  const closing = care.closeReason === null ? '' : `, closing (${care.closeReason})`
  return `${side} ${toText(quantity)} at ${toText(entryPrice)}, stop ${toText(care.stopPrice)}, ${care.phase}${closing}`
}

function orderWords(id: ClientOrderId, { execution, parents }: OperatorDeskDependencies): string {
  const order = execution.registry.get(id)
  if (order !== null) return `${order.state}, ${toText(order.filledQuantity)} of ${toText(order.quantity)} traded`
  const parent = parents.list().find(({ request }) => request.clientOrderId === id)
  if (parent === undefined) return 'no such order'
  return `${inWords(parent)}, ${toText(parent.filled)} traded${parent.ending === null ? '' : `, ending (${parent.ending})`}`
}

function strategyWords(id: StrategyId, { strategies }: OperatorDeskDependencies): string {
  const status = strategies.list().find(({ setup }) => setup.plugin.declaration.id === id)
  return status === undefined ? 'not loaded' : status.paused ? 'paused' : 'running'
}
