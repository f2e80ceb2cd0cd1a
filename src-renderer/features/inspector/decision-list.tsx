import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef } from 'react'
import { Badge, SideBadge } from '../../components/badge.tsx'
import { optionsWithAll, SelectField } from '../../components/select-field.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { EmptyState } from '../../components/states.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { formatUtc } from '../../format/times.ts'
import { type DecisionFilter, distinct } from './decision-filter.ts'
import type { DecisionSummary } from './detail.ts'
import { wordsOf } from '../../format/words.ts'

type DecisionListProps = {
  /** All recent decisions, for the choices of the filter. */
  readonly all: readonly DecisionSummary[]
  /** Those that pass the filter, newest first. */
  readonly shown: readonly DecisionSummary[]
  readonly filter: DecisionFilter
  readonly onFilter: (filter: DecisionFilter) => void
  readonly selectedId: string | null
  readonly onSelect: (id: string) => void
}

export function DecisionList({ all, shown, filter, onFilter, selectedId, onSelect }: DecisionListProps) {
  return (
    <nav aria-label="Recent decisions" className="flex w-60 flex-none flex-col bg-panel">
      <FilterBar all={all} filter={filter} onFilter={onFilter} />
      {shown.length === 0 ? (
        <EmptyState
          title={all.length === 0 ? 'No decisions yet' : 'None passes the filter'}
          detail={
            all.length === 0 ? 'Every signal of a strategy appears here, traded or not.' : `${all.length} recent decisions are hidden.`
          }
        />
      ) : (
        <Rows shown={shown} selectedId={selectedId} onSelect={onSelect} />
      )}
    </nav>
  )
}

function FilterBar({ all, filter, onFilter }: Pick<DecisionListProps, 'all' | 'filter' | 'onFilter'>) {
  const instruments = distinct(all.map((decision) => decision.instrumentId))
  const strategies = distinct(all.map((decision) => decision.strategyId))
  return (
    <div className="flex flex-none flex-col gap-1 border-b border-line p-1.5">
      <Segmented
        label="Outcome"
        value={filter.outcome}
        options={[
          { value: 'all', title: 'All' },
          { value: 'executed', title: 'Executed' },
          { value: 'blocked', title: 'Blocked' },
        ]}
        onChange={(outcome) => onFilter({ ...filter, outcome })}
      />
      <div className="flex gap-1">
        <SelectField
          label="Instrument"
          className="flex-1"
          value={filter.instrumentId ?? ''}
          options={optionsWithAll('Instruments', instruments, symbolOf)}
          onChange={(id) => onFilter({ ...filter, instrumentId: id || null })}
        />
        <SelectField
          label="Strategy"
          className="flex-1"
          value={filter.strategyId ?? ''}
          options={optionsWithAll('Strategies', strategies)}
          onChange={(id) => onFilter({ ...filter, strategyId: id || null })}
        />
      </div>
    </div>
  )
}

const ROW_PIXELS = 50

function Rows({ shown, selectedId, onSelect }: Pick<DecisionListProps, 'shown' | 'selectedId' | 'onSelect'>) {
  const viewport = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 6,
  })
  // The place of the selected row moves with every new decision; only a new selection scrolls.
  const selectedIndex = useRef(-1)
  useEffect(() => {
    selectedIndex.current = shown.findIndex((decision) => decision.id === selectedId)
  })
  useEffect(() => {
    if (selectedIndex.current >= 0) virtualizer.scrollToIndex(selectedIndex.current, { align: 'auto' })
  }, [selectedId, virtualizer])
  return (
    <div ref={viewport} className="min-h-0 flex-1 overflow-auto">
      <ol className="relative" style={{ height: virtualizer.getTotalSize() }} aria-label={`${shown.length} decisions, newest first`}>
        {virtualizer.getVirtualItems().map((item) => {
          const decision = shown[item.index]
          return (
            decision && (
              <DecisionRow
                key={decision.id}
                decision={decision}
                top={item.start}
                selected={decision.id === selectedId}
                onSelect={onSelect}
              />
            )
          )
        })}
      </ol>
    </div>
  )
}

type RowProps = {
  readonly decision: DecisionSummary
  readonly top: number
  readonly selected: boolean
  readonly onSelect: (id: string) => void
}

const DecisionRow = memo(function DecisionRow({ decision, top, selected, onSelect }: RowProps) {
  const blocked = decision.outcome === 'blocked'
  return (
    <li className="absolute inset-x-0 top-0" style={{ height: ROW_PIXELS, transform: `translateY(${top}px)` }}>
      <button
        type="button"
        aria-current={selected ? 'true' : undefined}
        title={decision.summary}
        onClick={() => onSelect(decision.id)}
        className={`flex h-full w-full flex-col justify-center gap-0.5 border-b border-l-2 border-b-line px-2 text-left outline-offset-[-2px] ${selected ? 'border-l-accent bg-accent-soft' : 'border-l-transparent hover:bg-raised'}`}
      >
        <span className="flex w-full items-center gap-1.5">
          <SideBadge side={decision.direction} />
          <span className="truncate">{symbolOf(decision.instrumentId)}</span>
          <span className="ml-auto flex-none text-2xs text-muted">{formatUtc(decision.tsMs, 'minute').slice(5)}</span>
        </span>
        <span className="flex w-full items-center gap-1.5 text-xs text-muted">
          <Badge tone={blocked ? 'warn' : 'accent'}>{blocked ? 'blocked' : 'executed'}</Badge>
          <span className="truncate">{blocked ? wordsOf(decision.reason) : decision.strategyId}</span>
        </span>
      </button>
    </li>
  )
})
