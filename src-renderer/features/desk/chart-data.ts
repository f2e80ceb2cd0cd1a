// What the chart draws besides candles: lines of open positions and marks of decisions. Pure.
import type { ChartMarker } from '../../charts/candle-chart-markers.ts'
import type { PositionLine } from '../../charts/candle-chart-position.ts'
import { formatMoney } from '../../format/numbers.ts'
import type { Decision, Exit, Position } from '../../stores/desk-state.ts'

/** Exits are marked by the position they closed, so that their marks never share an id with a decision's. */
const EXIT_PREFIX = 'exit '

/** The closed position that a mark stands for, or null when it stands for a decision. */
export const exitIdOf = (markerId: string): string | null => (markerId.startsWith(EXIT_PREFIX) ? markerId.slice(EXIT_PREFIX.length) : null)

/** Decisions and exits, oldest first. */
export function markersOf(
  marked: { decisions: readonly Decision[]; exits: readonly Exit[] },
  instrumentId: string,
): readonly ChartMarker[] {
  const exits = marked.exits
    .filter((exit) => exit.instrumentId === instrumentId)
    .map((exit) => ({
      id: `${EXIT_PREFIX}${exit.positionId}`,
      tsMs: exit.tsMs,
      kind: exit.netPnl.startsWith('-') ? ('loss' as const) : ('gain' as const),
      below: exit.side === 'short',
    }))
  return [...decisionMarkers(marked.decisions, instrumentId), ...exits].toSorted((a, b) => a.tsMs - b.tsMs)
}

function decisionMarkers(decisions: readonly Decision[], instrumentId: string): readonly ChartMarker[] {
  return decisions
    .filter((decision) => decision.instrumentId === instrumentId && decision.direction !== 'wait')
    .map((decision) => ({ id: decision.id, tsMs: decision.candleOpenMs, kind: kindOf(decision), below: decision.direction === 'buy' }))
}

function kindOf({ outcome, direction }: Decision): ChartMarker['kind'] {
  if (outcome === 'blocked') return 'blocked'
  return direction === 'buy' ? 'buy' : 'sell'
}

export function positionLinesOf(positions: readonly Position[], instrumentId: string): readonly PositionLine[] {
  return positions.filter((position) => position.instrumentId === instrumentId).flatMap(linesOf)
}

function linesOf(position: Position): PositionLine[] {
  const direction = position.side === 'long' ? 1 : -1
  const entry = Number(position.entryPrice)
  const stop = Number(position.stopPrice)
  const atStop = direction * (stop - entry) * Number(position.quantity)
  const lines: PositionLine[] = [{ kind: 'entry', price: entry, title: `${position.side} ${position.quantity}` }]
  if (stop > 0) lines.push({ kind: 'stop', price: stop, title: `stop ${formatMoney(atStop, { sign: true })}`, positionId: position.id })
  for (const [i, target] of position.targets.entries()) {
    if (target.state !== 'working' && target.state !== 'planned') continue
    lines.push({ kind: 'target', price: Number(target.price), title: `T${i + 1} ${Math.round(target.fraction * 100)}%` })
  }
  return lines
}
