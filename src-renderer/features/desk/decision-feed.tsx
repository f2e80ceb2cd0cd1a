// Every decision of the engine, newest first: what was traded, what was not, and why. Only the rows in view exist.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useHashLocation } from 'wouter/use-hash-location'
import { SideBadge } from '../../components/badge.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import { baseOf } from '../../format/instruments.ts'
import { formatUtc } from '../../format/times.ts'
import { wordsOf } from '../../format/words.ts'
import type { Decision } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'

const ROW_HEIGHT = 40
const FILTERS = ['all', 'executed', 'blocked'] as const
type Filter = (typeof FILTERS)[number]

export function DecisionFeed() {
  const phase = useDesk((desk) => desk.phase)
  const decisions = useDesk((desk) => desk.decisions)
  const [filter, setFilter] = useState<Filter>('all')
  const rows = useMemo(() => decisions.filter(({ outcome }) => filter === 'all' || outcome === filter).toReversed(), [decisions, filter])
  return (
    <Panel
      title="Decisions"
      note={rows.length}
      scroll={false}
      className="h-full"
      actions={<FilterButtons filter={filter} onFilter={setFilter} />}
    >
      {phase === 'loading' ? <Skeleton rows={8} /> : rows.length === 0 ? <Nothing filter={filter} /> : <Rows rows={rows} />}
    </Panel>
  )
}

const Nothing = ({ filter }: { readonly filter: Filter }) =>
  filter === 'all' ? (
    <EmptyState title="No decision yet" detail="Every signal of a strategy ends here, traded or not." />
  ) : (
    <EmptyState title={`No ${filter} decision`} />
  )

function FilterButtons({ filter, onFilter }: { readonly filter: Filter; readonly onFilter: (filter: Filter) => void }) {
  return (
    <div role="group" aria-label="Which decisions" className="flex">
      {FILTERS.map((candidate) => (
        <button
          key={candidate}
          type="button"
          aria-pressed={candidate === filter}
          onClick={() => onFilter(candidate)}
          className={`h-5 rounded-sm px-1.5 text-2xs capitalize ${candidate === filter ? 'bg-hover text-fg' : 'text-muted hover:text-fg'}`}
        >
          {candidate}
        </button>
      ))}
    </div>
  )
}

function Rows({ rows }: { readonly rows: readonly Decision[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getItemKey: (i) => rows[i]?.id ?? i,
  })
  useKeepPlace(scroller, rows)
  return (
    <div ref={scroller} className="h-full overflow-auto" tabIndex={0} role="group" aria-label="Decisions, newest first">
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const decision = rows[item.index]
          return decision && <DecisionRow key={item.key} decision={decision} top={item.start} />
        })}
      </ul>
    </div>
  )
}

/** New rows come in at the top. Whoever has scrolled down keeps looking at the same rows. */
function useKeepPlace(scroller: React.RefObject<HTMLDivElement | null>, rows: readonly Decision[]): void {
  const newest = useRef(rows[0]?.id)
  useLayoutEffect(() => {
    const added = rows.findIndex(({ id }) => id === newest.current)
    newest.current = rows[0]?.id
    const element = scroller.current
    if (element && added > 0 && element.scrollTop > 0) element.scrollBy(0, added * ROW_HEIGHT)
  }, [rows, scroller])
}

function DecisionRow({ decision, top }: { readonly decision: Decision; readonly top: number }) {
  const [, go] = useHashLocation()
  const executed = decision.outcome === 'executed'
  return (
    <li className="absolute inset-x-0 top-0" style={{ height: ROW_HEIGHT, transform: `translateY(${top}px)` }}>
      <button
        type="button"
        onClick={() => go(`/signal/${decision.id}`)}
        title={decision.summary}
        className="flex h-full w-full flex-col justify-center border-b border-line px-2 text-left hover:bg-raised"
      >
        <span className="flex w-full items-center gap-1.5 text-xs">
          <span className="text-muted">{formatUtc(decision.tsMs, 'minute').slice(5)}</span>
          <b className="font-semibold">{baseOf(decision.instrumentId)}</b>
          <SideBadge side={decision.direction} />
          <span className={`ml-auto truncate pl-1 text-2xs ${executed ? 'font-medium text-up' : 'text-muted'}`}>
            {executed ? '✓ executed' : wordsOf(decision.reason)}
          </span>
        </span>
        <span className={`w-full truncate text-xs ${executed ? '' : 'text-muted'}`}>{decision.summary}</span>
      </button>
    </li>
  )
}
