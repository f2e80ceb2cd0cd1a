import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import type { BridgeError } from '../../../src-shared/bridge/contract.ts'
import { Badge, SideBadge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { formatNumber } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import type { SignalRow } from './detail.ts'
import { wordsOf } from '../../format/words.ts'
import { RESULT_TONE } from './signal-result.tsx'
import { rowsAbove } from './signal-pages.ts'

export type SignalListProps = {
  readonly rows: readonly SignalRow[]
  /** Of the whole journal within the filter; null while it is not known. */
  readonly total: number | null
  readonly loading: boolean
  readonly error: BridgeError | null
  readonly filtering: boolean
  readonly older: (() => void) | null
  readonly reload: () => void
  readonly clearFilter: () => void
  readonly selectedId: string | null
  readonly onSelect: (id: string) => void
}

/** The signals within the filter, newest first; only those in view are in the document. */
export function SignalList(props: SignalListProps) {
  const { rows, total, loading, error, reload } = props
  if (rows.length === 0) return <NoRows {...props} />
  return (
    <>
      <div
        aria-live="polite"
        className={`flex h-6 flex-none items-center gap-2 border-b border-line px-2 text-2xs text-muted ${loading ? 'opacity-60' : ''}`}
      >
        {total === null
          ? `${rows.length} recent signals`
          : `${formatNumber(rows.length, 0)} of ${formatNumber(total, 0)} signals, newest first`}
        {loading && <span className="ml-auto">loading…</span>}
      </div>
      {error && (
        <div role="alert" className="flex flex-none items-center gap-2 border-b border-line bg-warn-soft px-2 py-1 text-xs">
          <span className="min-w-0" title={`${error.message} (${error.code})`}>
            {total === null
              ? 'The journal does not answer: these are the recent ones the desk knows.'
              : 'Not up to date: the journal does not answer.'}
          </span>
          <Button className="ml-auto" onClick={reload}>
            Try again
          </Button>
        </div>
      )}
      <Rows {...props} />
    </>
  )
}

function NoRows({ loading, error, filtering, reload, clearFilter }: SignalListProps): ReactNode {
  if (loading) return <Skeleton rows={8} />
  if (error) return <ErrorState error={error} onRetry={reload} />
  if (!filtering) return <EmptyState title="No signals yet" detail="Every signal of a strategy appears here, traded or not." />
  return (
    <EmptyState
      title="None passes the filter"
      detail="The journal has no signal of this kind."
      action={
        <Button className="mt-1" onClick={clearFilter}>
          Show all signals
        </Button>
      }
    />
  )
}

const ROW_PIXELS = 50
/** Older rows are asked for when this many are left below the view. */
const ROWS_AHEAD = 20

function Rows({ rows, loading, older, selectedId, onSelect }: SignalListProps) {
  const viewport = useStandStill(rows)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 6,
  })
  // The place of the selected row moves with every new signal; only a new selection scrolls.
  const selectedIndex = useRef(-1)
  useEffect(() => {
    selectedIndex.current = rows.findIndex((row) => row.decision.id === selectedId)
  })
  useEffect(() => {
    if (selectedIndex.current >= 0) virtualizer.scrollToIndex(selectedIndex.current, { align: 'auto' })
  }, [selectedId, virtualizer])
  const lastShown = virtualizer.getVirtualItems().at(-1)?.index ?? 0
  const nearEnd = lastShown >= rows.length - ROWS_AHEAD
  useEffect(() => {
    if (nearEnd) older?.()
  }, [nearEnd, older])
  return (
    <div ref={viewport} className={`min-h-0 flex-1 overflow-auto ${loading ? 'opacity-60' : ''}`}>
      <ol className="relative" style={{ height: virtualizer.getTotalSize() }} aria-label={`${rows.length} signals, newest first`}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index]
          return (
            row && <Row key={row.decision.id} row={row} top={item.start} selected={row.decision.id === selectedId} onSelect={onSelect} />
          )
        })}
      </ol>
    </div>
  )
}

/** Rows that come above must not push away what is read: a list that is scrolled moves along by their height. */
function useStandStill(rows: readonly SignalRow[]): RefObject<HTMLDivElement | null> {
  const viewport = useRef<HTMLDivElement>(null)
  const before = useRef(rows)
  useLayoutEffect(() => {
    const above = rowsAbove(before.current, rows)
    before.current = rows
    if (above > 0 && viewport.current && viewport.current.scrollTop > 0) viewport.current.scrollTop += above * ROW_PIXELS
  }, [rows])
  return viewport
}

/** The up and down arrows go from row to row, Enter opens. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const row = event.target instanceof Element ? event.target.closest('li') : null
  // Virtual rows may stand in any order in the document; their place is in their name.
  const place = Number(row?.dataset['place']) + (event.key === 'ArrowDown' ? ROW_PIXELS : -ROW_PIXELS)
  const neighbour = row?.parentElement?.querySelector(`li[data-place="${place}"] button`)
  if (!(neighbour instanceof HTMLElement)) return
  event.preventDefault()
  neighbour.focus()
}

type RowProps = {
  readonly row: SignalRow
  readonly top: number
  readonly selected: boolean
  readonly onSelect: (id: string) => void
}

const Row = memo(function Row({ row: { decision, result, rMultiple }, top, selected, onSelect }: RowProps) {
  const blocked = decision.outcome === 'blocked'
  return (
    <li data-place={top} className="absolute inset-x-0 top-0" style={{ height: ROW_PIXELS, transform: `translateY(${top}px)` }}>
      <button
        type="button"
        aria-current={selected ? 'true' : undefined}
        title={decision.summary}
        onClick={() => onSelect(decision.id)}
        onKeyDown={moveFocus}
        className={`flex h-full w-full flex-col justify-center gap-0.5 border-b border-l-2 border-b-line px-2 text-left outline-offset-[-2px] ${selected ? 'border-l-accent bg-accent-soft' : 'border-l-transparent hover:bg-raised'}`}
      >
        <span className="flex w-full items-center gap-1.5">
          <SideBadge side={decision.direction} />
          <span className="truncate">{symbolOf(decision.instrumentId)}</span>
          {decision.confluence !== null && (
            <span className="text-xs text-muted" title="Confluence">
              {formatNumber(decision.confluence, 2)}
            </span>
          )}
          <span className="ml-auto flex-none text-2xs text-muted">{formatUtc(decision.tsMs, 'minute').slice(5)}</span>
        </span>
        <span className="flex w-full items-center gap-1.5 text-xs text-muted">
          <Badge tone={blocked ? 'warn' : 'accent'}>{blocked ? 'blocked' : 'executed'}</Badge>
          <span className="truncate">{blocked ? wordsOf(decision.reason) : decision.strategyId}</span>
          {result !== null && (
            <span className="ml-auto flex-none">
              <Badge tone={RESULT_TONE[result]} title={blocked ? 'What it would have been' : 'What became of the signal'}>
                {result.toUpperCase()} {formatNumber(rMultiple, 1, { sign: true })}
              </Badge>
            </span>
          )}
        </span>
      </button>
    </li>
  )
})
