// Every run there was: filtered, sorted, noted, marked for comparison, deleted, exported.
import { Columns2, Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Query } from '../../../bridge/use-query.ts'
import { plainError } from '../../../bridge/use-command.ts'
import { Button } from '../../../components/button.tsx'
import { SelectField } from '../../../components/select-field.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../components/states.tsx'
import { VirtualTable } from '../../../components/virtual-table.tsx'
import { formatNumber } from '../../../format/numbers.ts'
import { useUi } from '../../../stores/ui-store.ts'
import { MetricPicker } from './metric-picker.tsx'
import { RUNS_MAX, type RunList } from './read-runs.ts'
import { runColumns } from './run-columns.tsx'
import { MlflowExport } from './mlflow-export.tsx'
import { DeleteRunsDialog, NoteDialog } from './run-dialogs.tsx'
import {
  type KindFilter,
  NEWEST_FIRST,
  NO_FILTER,
  RUN_KINDS,
  type Run,
  type RunFilter,
  filterRuns,
  nextRunSort,
  sortRuns,
  toggleMark,
} from './run-table.ts'

type RunsPanelProps = {
  readonly query: Query<RunList>
  readonly onOpen: (runId: string) => void
  readonly onCompare: (runIds: readonly string[]) => void
}
type Question = { readonly kind: 'note'; readonly run: Run } | { readonly kind: 'delete'; readonly runs: readonly Run[] }

export function RunsPanel({ query, onOpen, onCompare }: RunsPanelProps) {
  const [filter, setFilter] = useState(NO_FILTER)
  const [marked, setMarked] = useState<readonly string[]>([])
  const [question, setQuestion] = useState<Question | null>(null)
  const all = query.value?.rows ?? []
  // A run that was deleted elsewhere is no longer marked.
  const stillMarked = marked.filter((id) => all.some((run) => run.id === id))
  const close = () => setQuestion(null)
  return (
    <section aria-label="Runs" className="flex min-h-0 flex-1 flex-col bg-panel">
      <RunsBar
        filter={filter}
        onFilter={setFilter}
        list={query.value}
        marked={all.filter(({ id }) => stillMarked.includes(id))}
        onCompare={() => onCompare(stillMarked)}
        onClear={() => setMarked([])}
        onDelete={(runs) => setQuestion({ kind: 'delete', runs })}
      />
      <div className="min-h-0 flex-1">
        <Rows
          query={query}
          filter={filter}
          onFilter={setFilter}
          marked={stillMarked}
          onMark={(id) => setMarked(toggleMark(stillMarked, id))}
          onOpen={onOpen}
          onQuestion={setQuestion}
        />
      </div>
      {question?.kind === 'note' && <NoteDialog run={question.run} onClose={close} onSaved={query.reload} />}
      {question?.kind === 'delete' && <DeleteRunsDialog runs={question.runs} onClose={close} onDeleted={query.reload} />}
    </section>
  )
}

type RowsProps = Pick<RunsPanelProps, 'query' | 'onOpen'> & {
  readonly filter: RunFilter
  readonly onFilter: (filter: RunFilter) => void
  readonly marked: readonly string[]
  readonly onMark: (id: string) => void
  readonly onQuestion: (question: Question) => void
}

function Rows({ query, filter, onFilter, marked, onMark, onOpen, onQuestion }: RowsProps) {
  const [sort, setSort] = useState(NEWEST_FIRST)
  const metrics = useUi((ui) => ui.labMetrics)
  const runs = query.value?.rows
  const rows = useMemo(() => sortRuns(filterRuns(runs ?? [], filter), sort), [runs, filter, sort])
  const columns = runColumns(metrics, {
    marked,
    onMark,
    onNote: (run) => onQuestion({ kind: 'note', run }),
    onDelete: (run) => onQuestion({ kind: 'delete', runs: [run] }),
  })
  if (query.value === null) return <NoList query={query} />
  if (query.value.rows.length === 0)
    return (
      <EmptyState
        title="No runs yet"
        detail="Start one on the left. Every run is kept here with its parameters, its data and its code version."
      />
    )
  if (rows.length === 0)
    return (
      <EmptyState
        title="No run passes the filter"
        action={
          <Button className="mt-1" onClick={() => onFilter(NO_FILTER)}>
            Show all
          </Button>
        }
      />
    )
  const onRowKey = (run: Run, key: string): boolean => {
    if (key === ' ') onMark(run.id)
    else if (key === 'Delete' && run.state !== 'running') onQuestion({ kind: 'delete', runs: [run] })
    else if (key === 'F2') onQuestion({ kind: 'note', run })
    else return false
    return true
  }
  return (
    <VirtualTable
      label="Runs"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      sort={sort}
      onSort={(column) => setSort(nextRunSort(sort, column))}
      onOpen={({ id }) =>
        () =>
          onOpen(id)
        }
      onRowKey={onRowKey}
    />
  )
}

function NoList({ query: { error, reload } }: { readonly query: Query<RunList> }) {
  if (error === null) return <Skeleton rows={12} />
  return <ErrorState error={{ ...error, message: `Runs cannot be listed. ${plainError(error)}: ${error.message}` }} onRetry={reload} />
}

const KINDS: readonly { readonly value: KindFilter; readonly title: string }[] = [{ value: 'all', title: 'All kinds' }, ...RUN_KINDS]

type RunsBarProps = {
  readonly filter: RunFilter
  readonly onFilter: (filter: RunFilter) => void
  readonly list: RunList | null
  readonly marked: readonly Run[]
  readonly onCompare: () => void
  readonly onClear: () => void
  readonly onDelete: (runs: readonly Run[]) => void
}

function RunsBar({ filter, onFilter, list, marked, onCompare, onClear, onDelete }: RunsBarProps) {
  const deletable = marked.filter(({ state }) => state !== 'running')
  return (
    <header className="flex h-8 flex-none items-center gap-2 border-b border-line px-2">
      <h2 className="text-xs font-semibold">Runs</h2>
      <SelectField label="Kind of run" value={filter.kind} options={KINDS} onChange={(kind) => onFilter({ ...filter, kind })} />
      <input
        type="search"
        aria-label="Filter the runs"
        placeholder="Title, note, symbol…"
        value={filter.text}
        onChange={(event) => onFilter({ ...filter, text: event.target.value })}
        className="tw-field h-6 w-32 min-w-0 text-xs"
      />
      {list !== null && list.total > RUNS_MAX && (
        <span className="truncate text-xs text-warn">
          The newest {formatNumber(RUNS_MAX, 0)} of {formatNumber(list.total, 0)}
        </span>
      )}
      <div className="ml-auto flex flex-none items-center gap-1">
        {marked.length > 0 && (
          <>
            <Button
              tone="accent"
              disabled={marked.length < 2}
              title={marked.length < 2 ? 'Mark at least two' : 'Side by side'}
              onClick={onCompare}
            >
              <Columns2 size={12} aria-hidden /> Compare {marked.length}
            </Button>
            <Button disabled={deletable.length === 0} onClick={() => onDelete(deletable)}>
              <Trash2 size={12} aria-hidden /> Delete…
            </Button>
            <Button tone="quiet" onClick={onClear}>
              Clear
            </Button>
          </>
        )}
        <MetricPicker />
        <MlflowExport />
      </div>
    </header>
  )
}
