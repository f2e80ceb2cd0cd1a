import { SideBadge } from '../../components/badge.tsx'
import { formatUtc } from '../../format/times.ts'
import { wordsOf } from '../../format/words.ts'
import { useDesk } from '../../stores/desk-store.ts'

/** What a mark on the chart stands for. A click on the mark opens the whole trace. */
export function MarkerTip({ id, x, y }: { readonly id: string; readonly x: number; readonly y: number }) {
  const decision = useDesk((desk) => desk.decisions.find((candidate) => candidate.id === id) ?? null)
  if (!decision) return null
  return (
    <div
      role="tooltip"
      className="tw-pop pointer-events-none absolute z-20 w-64 p-2 text-xs"
      style={{ left: x > 280 ? x - 270 : x + 16, top: Math.max(24, y - 30) }}
    >
      <p className="flex items-center gap-1.5">
        <SideBadge side={decision.direction} />
        <span className="text-muted">{formatUtc(decision.tsMs, 'minute')}</span>
        <span className={`ml-auto ${decision.outcome === 'executed' ? 'text-up' : 'text-muted'}`}>{decision.outcome}</span>
      </p>
      <p className="pt-1">{decision.summary}</p>
      {decision.outcome === 'blocked' && <p className="text-muted">{wordsOf(decision.reason)}</p>}
      <p className="pt-1 text-2xs text-muted">Click for the whole decision</p>
    </div>
  )
}
