// The signal inspector: why it traded, or why it did not.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useDeskChange } from '../../bridge/use-desk-change.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { Button } from '../../components/button.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import type { DeskEvent } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'
import type { DecisionSummary, Detail, SignalFilter, SignalRow } from './detail.ts'
import { DecisionStory } from './decision-story.tsx'
import { isFiltering, NO_FILTER, passesFilter, recentPassing } from './signal-filter.ts'
import { SignalFilterBar } from './signal-filter-bar.tsx'
import { SignalList } from './signal-list.tsx'
import { neighboursOf } from './signal-pages.ts'
import { StatisticsPanel } from './statistics-panel.tsx'
import { useOutcomeStep } from './use-outcome-step.ts'
import { type SignalAddress, useSignalAddress } from './use-signal-address.ts'
import { type Signals, useHalfHour, useSignals } from './use-signals.ts'
import { useKey, useStepKeys } from './use-step-keys.ts'

/** Shows one decision; without an id, the newest at the moment the page opens. */
export function InspectorPage({ decisionId }: { readonly decisionId?: string }) {
  const address = useSignalAddress()
  const { filter, view, setFilter, setView, show } = address
  const decisions = useDesk((desk) => desk.decisions)
  const signals = useSignals(filter)
  const rows = useRows(signals, decisions, filter)
  const newestId = useNewestWhenOpened(rows[0]?.decision.id ?? null)
  const id = decisionId ?? newestId
  useKey('t', () => setView(view === 'decision' ? 'voter' : 'decision'))
  const clearFilter = useCallback(() => setFilter(NO_FILTER), [setFilter])
  return (
    <div className="flex h-full min-h-0 gap-1">
      <nav aria-label="Signals" className="flex w-64 flex-none flex-col bg-panel">
        <div className="flex h-8 flex-none items-center border-b border-line px-1.5">
          <Segmented
            label="View"
            value={view === 'decision' ? 'decision' : 'statistics'}
            options={VIEWS}
            onChange={(next) => setView(next === 'decision' ? 'decision' : 'voter')}
          />
        </div>
        <SignalFilterBar filter={filter} onFilter={setFilter} />
        <SignalList
          rows={rows}
          total={signals.rows.length > 0 ? signals.total : null}
          loading={signals.loading}
          error={signals.error}
          filtering={isFiltering(filter)}
          older={signals.older}
          reload={signals.reload}
          clearFilter={clearFilter}
          selectedId={view === 'decision' ? id : null}
          onSelect={show}
        />
      </nav>
      {view !== 'decision' ? (
        <>
          <h1 className="tw-sr-only">Signal statistics</h1>
          <StatisticsPanel by={view} onBy={setView} filter={filter} onFilter={setFilter} />
        </>
      ) : id === null ? (
        <NothingYet loading={signals.loading} filtering={isFiltering(filter)} />
      ) : (
        // Rows of the filter before are no neighbours in this one.
        <Decision id={id} rows={signals.loading && signals.rows.length > 0 ? NO_ROWS : rows} address={address} />
      )}
    </div>
  )
}

const NO_ROWS: readonly SignalRow[] = []
const VIEWS = [
  { value: 'decision', title: 'Signal' },
  { value: 'statistics', title: 'Statistics', hint: 'What became of all signals (t)' },
] as const

/** The journal's rows; until it answers, and while it does not, what the desk's recent decisions tell. */
function useRows(signals: Signals, decisions: readonly DecisionSummary[], filter: SignalFilter): readonly SignalRow[] {
  const stands = signals.rows.length > 0 || (!signals.loading && signals.error === null)
  return useMemo(() => {
    if (stands) return signals.rows
    const recent = recentPassing(decisions, filter) ?? []
    return recent.map((decision): SignalRow => ({ decision, result: null, rMultiple: null }))
  }, [stands, signals.rows, decisions, filter])
}

/** The first id that is not null: a page opened without an id must not jump with every new decision. */
function useNewestWhenOpened(newestId: string | null): string | null {
  const [opened, setOpened] = useState(newestId)
  if (opened === null && newestId !== null) setOpened(newestId)
  return opened
}

type DecisionProps = { readonly id: string; readonly rows: readonly SignalRow[]; readonly address: SignalAddress }

function Decision({ id, rows, address: { filter, setFilter, show } }: DecisionProps) {
  const within = isFiltering(filter) ? filter : null
  const { value, error, loading, reload } = useQuery('decision.detail', { id, filter: within })
  const current = value?.trace.id === id ? value : null
  useDeskChange({ concerns: (event) => changes(event, current), onChange: reload, busy: loading })
  const halfHour = useHalfHour()
  const isOpen = current?.signalOutcome === null && current.trace.signal.direction !== 'wait'
  const seen = useRef(halfHour)
  useEffect(() => {
    if (isOpen && seen.current !== halfHour) reload()
    seen.current = halfHour
  }, [isOpen, halfHour, reload])

  // The list knows the neighbours at once; the journal also those beyond it.
  const { previousId, nextId } = merged(neighboursOf(rows, id), current)
  const stepTo = (target: string | null) => (target === null ? null : () => show(target))
  const toOutcome = useOutcomeStep({ id, filter, show })
  const steps = { previous: stepTo(previousId), next: stepTo(nextId), toOutcome }
  useStepKeys(steps)

  const shown = loading ? value : current
  if (shown)
    return (
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        {current && within && !passesFilter(current, within) && <OutsideFilter onClear={() => setFilter(NO_FILTER)} />}
        {error && !loading && <NotUpToDate message={error.message} onRetry={reload} />}
        <DecisionStory detail={shown} steps={steps} stale={shown !== current} />
      </div>
    )
  if (error?.code === 'not_found' && !loading) return <NotFound id={id} />
  return <div className="flex-1 bg-panel">{error && !loading ? <ErrorState error={error} onRetry={reload} /> : <Skeleton rows={14} />}</div>
}

type Neighbours = { readonly previousId: string | null; readonly nextId: string | null }

/** The list is newer than an answer of the journal, and the journal reaches beyond the end of the list. */
const merged = (listed: Neighbours | null, known: Neighbours | null): Neighbours => ({
  previousId: listed?.previousId ?? known?.previousId ?? null,
  nextId: listed?.nextId ?? known?.nextId ?? null,
})

/** Whether the event adds to what the journal tells about the decision. */
function changes(event: DeskEvent, detail: Detail | null): boolean {
  if (detail === null) return false
  if (event.type === 'order') return event.order.decisionId === detail.trace.id
  return event.type === 'position_closed' && event.exit.decisionId === detail.trace.id
}

function OutsideFilter({ onClear }: { readonly onClear: () => void }) {
  return (
    <p className="flex flex-none items-center gap-2 border-b border-line bg-accent-soft px-3 py-1 text-xs">
      This signal does not pass the filter; steps lead to those that do.
      <Button className="ml-auto" onClick={onClear}>
        Show all signals
      </Button>
    </p>
  )
}

function NotUpToDate({ message, onRetry }: { readonly message: string; readonly onRetry: () => void }) {
  return (
    <p role="alert" className="flex flex-none items-center gap-2 border-b border-line bg-warn-soft px-3 py-1 text-xs">
      Not up to date: {message}
      <Button className="ml-auto" onClick={onRetry}>
        Try again
      </Button>
    </p>
  )
}

function NotFound({ id }: { readonly id: string }) {
  return (
    <div className="flex-1 bg-panel">
      <EmptyState
        title={`Decision ${id} is not in the journal`}
        detail="It may belong to another data directory. Choose one from the list."
      />
    </div>
  )
}

function NothingYet({ loading, filtering }: { readonly loading: boolean; readonly filtering: boolean }) {
  const phase = useDesk((desk) => desk.phase)
  const error = useDesk((desk) => desk.error)
  return (
    <div className="flex-1 bg-panel">
      <h1 className="tw-sr-only">Signals</h1>
      {phase === 'failed' && error ? (
        <ErrorState error={error} />
      ) : loading || phase === 'loading' ? (
        <Skeleton rows={14} />
      ) : filtering ? (
        <EmptyState title="No signal to show" detail="None passes the filter on the left." />
      ) : (
        <EmptyState
          title="No decision yet"
          detail="As soon as a strategy signals, the whole chain from its opinion to the order appears here."
        />
      )}
    </div>
  )
}
