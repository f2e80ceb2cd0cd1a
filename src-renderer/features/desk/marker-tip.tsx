import { SideBadge } from '../../components/badge.tsx'
import { formatUtc } from '../../format/times.ts'
import { formatMoney, formatR } from '../../format/numbers.ts'
import { wordsOf } from '../../format/words.ts'
import type { Decision, Exit } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { exitIdOf } from './chart-data.ts'

type Place = { readonly x: number; readonly y: number }

/** What a mark on the chart stands for. A click on the mark opens the whole trace. */
export function MarkerTip({ id, x, y }: Place & { readonly id: string }) {
  const exitId = exitIdOf(id)
  const decision = useDesk((desk) => desk.decisions.find((candidate) => candidate.id === id) ?? null)
  const exit = useDesk((desk) => desk.exits.find((candidate) => candidate.positionId === exitId) ?? null)
  if (exit) return <ExitTip exit={exit} x={x} y={y} />
  return decision ? <DecisionTip decision={decision} x={x} y={y} /> : null
}

function Tip({ x, y, children }: Place & { readonly children: React.ReactNode }) {
  return (
    <div
      role="tooltip"
      className="tw-pop pointer-events-none absolute z-20 w-64 p-2 text-xs"
      style={{ left: x > 280 ? x - 270 : x + 16, top: Math.max(24, y - 30) }}
    >
      {children}
      <p className="pt-1 text-2xs text-muted">Click for the whole decision</p>
    </div>
  )
}

function ExitTip({ exit, x, y }: Place & { readonly exit: Exit }) {
  return (
    <Tip x={x} y={y}>
      <p className="flex items-center gap-1.5">
        <SideBadge side={exit.side} />
        <span className="text-muted">closed {formatUtc(exit.tsMs, 'minute')}</span>
        <span className={`ml-auto ${exit.netPnl.startsWith('-') ? 'text-down' : 'text-up'}`}>{formatR(exit.rMultiple)}</span>
      </p>
      <p className="pt-1">
        at {exit.price}, {wordsOf(exit.exitReason)}, net {formatMoney(Number(exit.netPnl), { sign: true })}
      </p>
    </Tip>
  )
}

function DecisionTip({ decision, x, y }: Place & { readonly decision: Decision }) {
  return (
    <Tip x={x} y={y}>
      <p className="flex items-center gap-1.5">
        <SideBadge side={decision.direction} />
        <span className="text-muted">{formatUtc(decision.tsMs, 'minute')}</span>
        <span className={`ml-auto ${decision.outcome === 'executed' ? 'text-up' : 'text-muted'}`}>{decision.outcome}</span>
      </p>
      <p className="pt-1">{decision.summary}</p>
      {decision.outcome === 'blocked' && <p className="text-muted">{wordsOf(decision.reason)}</p>}
    </Tip>
  )
}
