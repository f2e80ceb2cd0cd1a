// The signal inspector: why it traded, or why it did not.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { RunContext, useJournalChange, useOf, useRunSource } from '../../bridge/run-context.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { useRunInfo } from '../../bridge/use-run-info.ts'
import { BooksBanner } from '../../components/books-banner.tsx'
import { NoRunJournal, RunBanner } from '../../components/run-banner.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { ErrorState, Skeleton } from '../../components/states.tsx'
import { signalsAddress } from '../../format/addresses.ts'
import type { DeskEvent } from '../../stores/desk-state.ts'
import type { DecisionSummary, Detail, SignalFilter, SignalRow } from './detail.ts'
import { DecisionStory } from './decision-story.tsx'
import { NotFound, NothingYet, NotUpToDate, OutsideFilter } from './inspector-states.tsx'
import { isFiltering, NO_FILTER, passesFilter, recentPassing } from './signal-filter.ts'
import { SignalFilterBar } from './signal-filter-bar.tsx'
import { SignalList } from './signal-list.tsx'
import { neighboursOf } from './signal-pages.ts'
import { useRecentDecisions } from './signal-source.ts'
import { StatisticsPanel } from './statistics-panel.tsx'
import { useOutcomeStep } from './use-outcome-step.ts'
import { type SignalAddress, useSignalAddress } from './use-signal-address.ts'
import { type Signals, useHalfHour, useSignals } from './use-signals.ts'
import { useKey, useStepKeys } from './use-step-keys.ts'

type InspectorPageProps = {
  readonly decisionId?: string
  /** A run of the lab whose signals are shown; without one, those of the desk. */
  readonly run?: string
}

/** Shows one decision; without an id, the newest at the moment the page opens. */
export function InspectorPage({ decisionId, run }: InspectorPageProps) {
  const id = decisionId === undefined ? {} : { decisionId }
  // Ids of decisions mean something else in every journal: nothing of one run may stay when another is shown.
  return run === undefined ? <DeskInspector {...id} /> : <RunInspector key={run} runId={run} {...id} />
}

function DeskInspector(shown: { readonly decisionId?: string }) {
  const { run } = useOf()
  const [, navigate] = useLocation()
  return (
    <div className="flex h-full min-h-0 flex-col gap-1">
      <BooksBanner onSwitch={() => navigate(signalsAddress(null))} />
      <div className="min-h-0 flex-1">
        <Inspector key={run} {...shown} />
      </div>
    </div>
  )
}

function RunInspector({ runId, decisionId }: { readonly runId: string; readonly decisionId?: string }) {
  const info = useRunInfo(runId)
  return (
    <RunContext value={info}>
      <div className="flex h-full min-h-0 flex-col gap-1">
        <RunBanner info={info} back={{ to: signalsAddress(null), name: 'signals' }} />
        <div className="min-h-0 flex-1">
          {info.run?.hasJournal === false ? (
            <NoRunJournal title="Signals" />
          ) : (
            <Inspector {...(decisionId === undefined ? {} : { decisionId })} />
          )}
        </div>
      </div>
    </RunContext>
  )
}

function Inspector({ decisionId }: { readonly decisionId?: string }) {
  const source = useRunSource()
  const address = useSignalAddress(source?.runId ?? null)
  const { filter, view, setFilter, setView, show } = address
  const decisions = useRecentDecisions()
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
  const of = useOf()
  const within = isFiltering(filter) ? filter : null
  const { value, error, loading, reload } = useQuery('decision.detail', { ...of, id, filter: within })
  const current = value?.trace.id === id ? value : null
  useJournalChange({ concerns: (event) => changes(event, current), onChange: reload, busy: loading })
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
