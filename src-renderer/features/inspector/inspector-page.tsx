// The signal inspector: why it traded, or why it did not.
import { useCallback, useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { useDeskChange } from '../../bridge/use-desk-change.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import type { DeskEvent } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { filterDecisions, isFiltering, neighboursOf, NO_FILTER } from './decision-filter.ts'
import { DecisionList } from './decision-list.tsx'
import type { DecisionSummary, Detail } from './detail.ts'
import { DecisionStory } from './decision-story.tsx'
import { useStepKeys } from './use-step-keys.ts'

/** Shows one decision; without an id, the newest at the moment the page opens. */
export function InspectorPage({ decisionId }: { readonly decisionId?: string }) {
  const [, navigate] = useLocation()
  const decisions = useDesk((desk) => desk.decisions)
  const [filter, setFilter] = useState(NO_FILTER)
  const newestId = useNewestWhenOpened(decisions.at(-1)?.id ?? null)
  const shown = useMemo(() => filterDecisions(decisions, filter), [decisions, filter])
  const show = useCallback((id: string) => navigate(`/signal/${encodeURIComponent(id)}`), [navigate])
  const newestFirst = useMemo(() => decisions.toReversed(), [decisions])
  const id = decisionId ?? newestId
  return (
    <div className="flex h-full min-h-0 gap-1">
      <DecisionList all={decisions} shown={shown} filter={filter} onFilter={setFilter} selectedId={id} onSelect={show} />
      {id === null ? <NothingYet /> : <Decision id={id} recent={newestFirst} within={isFiltering(filter) ? shown : null} onShow={show} />}
    </div>
  )
}

/** The first id that is not null: a page opened without an id must not jump with every new decision. */
function useNewestWhenOpened(newestId: string | null): string | null {
  const [opened, setOpened] = useState(newestId)
  if (opened === null && newestId !== null) setOpened(newestId)
  return opened
}

type DecisionProps = {
  readonly id: string
  readonly recent: readonly DecisionSummary[]
  /** Previous and next stay among these; null for all decisions of the journal. */
  readonly within: readonly DecisionSummary[] | null
  readonly onShow: (id: string) => void
}

function Decision({ id, recent, within, onShow }: DecisionProps) {
  const { value, error, loading, reload } = useQuery('decision.detail', { id })
  const current = value?.trace.id === id ? value : null
  useDeskChange({ concerns: (event) => changes(event, current), onChange: reload, busy: loading })

  // The journal knows the neighbours beyond the recent ones; until it has answered the recent ones do.
  const { previousId, nextId } = (within && neighboursOf(within, id)) ?? current ?? neighboursOf(recent, id) ?? NO_NEIGHBOURS
  const stepTo = (target: string | null) => (target === null ? null : () => onShow(target))
  const steps = { previous: stepTo(previousId), next: stepTo(nextId) }
  useStepKeys(steps)

  const shown = loading ? value : current
  if (shown) return <DecisionStory detail={shown} steps={steps} stale={shown !== current} />
  if (error?.code === 'not_found' && !loading) return <NotFound id={id} />
  return <div className="flex-1 bg-panel">{error && !loading ? <ErrorState error={error} onRetry={reload} /> : <Skeleton rows={14} />}</div>
}

const NO_NEIGHBOURS = { previousId: null, nextId: null }

/** Whether the event adds to what the journal tells about the decision. */
function changes(event: DeskEvent, detail: Detail | null): boolean {
  if (detail === null) return false
  if (event.type === 'order') return event.order.decisionId === detail.trace.id
  return event.type === 'position_closed' && event.exit.decisionId === detail.trace.id
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

function NothingYet() {
  const phase = useDesk((desk) => desk.phase)
  const error = useDesk((desk) => desk.error)
  return (
    <div className="flex-1 bg-panel">
      <h1 className="sr-only">Signals</h1>
      {phase === 'loading' && <Skeleton rows={14} />}
      {phase === 'failed' && error && <ErrorState error={error} />}
      {phase === 'ready' && (
        <EmptyState
          title="No decision yet"
          detail="As soon as a strategy signals, the whole chain from its opinion to the order appears here."
        />
      )}
    </div>
  )
}
