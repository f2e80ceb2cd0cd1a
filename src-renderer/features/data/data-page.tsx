// The market data that is stored: what there is, what is missing, and how more comes in.
import { Download, FileUp, Minus, MoveHorizontal, Plus } from 'lucide-react'
import { type DragEvent, useState } from 'react'
import { plainError } from '../../bridge/use-command.ts'
import { useSeries } from '../../bridge/use-series.ts'
import type { Query } from '../../bridge/use-query.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import type { Passport } from '../../format/coverage.ts'
import { formatBytes, formatCompact } from '../../format/numbers.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { openDialog } from '../../stores/ui-store.ts'
import { DataJobs } from './data-jobs.tsx'
import { DownloadDialog } from './download-dialog.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { SeriesPanel } from './series-panel.tsx'
import { type KindFilter, NO_FILTER, type SeriesFilter } from './series-table.ts'
import { type SharedView, useSharedView } from './use-shared-view.ts'

const openImport = (files: readonly File[] = []) => openDialog({ kind: 'import', files })
const openDownload = () => openDialog({ kind: 'download', series: null })

export function DataPage() {
  const query = useSeries()
  const connected = useDesk((desk) => desk.connected)
  const [filter, setFilter] = useState(NO_FILTER)
  const shared = useSharedView(query.value ?? [])
  const drop = useFileDrop(connected)
  return (
    <div className="relative flex h-full min-h-0 flex-col gap-px bg-line" {...drop.handlers}>
      <h1 className="tw-sr-only">Market data</h1>
      <header className="flex h-8 flex-none items-center gap-2 bg-panel px-2">
        <FilterBar filter={filter} onFilter={setFilter} />
        <Totals series={query.value} />
        <div className="ml-auto flex flex-none items-center gap-1">
          <ZoomButtons shared={shared} />
          <span className="mx-1 h-4 w-px bg-line" aria-hidden />
          <Button disabled={!connected} onClick={openDownload}>
            <Download size={12} aria-hidden /> Download…
          </Button>
          <Button tone="accent" disabled={!connected} onClick={() => openImport()}>
            <FileUp size={12} aria-hidden /> Import…
          </Button>
        </div>
      </header>
      {query.value !== null && query.error !== null && <NotCurrent query={query} />}
      <Content query={query} filter={filter} onFilter={setFilter} shared={shared} connected={connected} />
      <DataJobs />
      {drop.over && <DropHint />}
      <ImportDialog series={query.value ?? []} />
      <DownloadDialog series={query.value ?? []} />
    </div>
  )
}

type ContentProps = {
  readonly query: Query<Passport[]>
  readonly filter: SeriesFilter
  readonly onFilter: (filter: SeriesFilter) => void
  readonly shared: SharedView
  readonly connected: boolean
}

function Content({ query, filter, onFilter, shared, connected }: ContentProps) {
  const { value, error, reload } = query
  if (value === null)
    return (
      <div className="min-h-0 flex-1 bg-panel">
        {error === null ? (
          <Skeleton rows={14} />
        ) : (
          <ErrorState
            error={{ ...error, message: `Market data cannot be shown. ${plainError(error)}: ${error.message}` }}
            onRetry={reload}
          />
        )}
      </div>
    )
  if (value.length === 0 || shared.view === null)
    return (
      <div className="min-h-0 flex-1 bg-panel">
        <NothingStored />
      </div>
    )
  return (
    <SeriesPanel
      series={value}
      filter={filter}
      onFilter={onFilter}
      axis={{ view: shared.view, limits: shared.limits ?? shared.view, onView: shared.setView }}
      canChange={connected}
      onChanged={reload}
    />
  )
}

function NothingStored() {
  return (
    <EmptyState
      title="No market data yet"
      detail="The lab tests on data that is stored here. Import files of an exchange’s archive or of freqtrade, or download from a venue. You can also drop files anywhere on this page."
      action={
        <span className="mt-2 flex gap-2">
          <Button onClick={openDownload}>Download…</Button>
          <Button tone="accent" onClick={() => openImport()}>
            Import…
          </Button>
        </span>
      }
    />
  )
}

const KINDS: readonly { readonly value: KindFilter; readonly title: string }[] = [
  { value: 'all', title: 'All' },
  { value: 'candles', title: 'Candles' },
  { value: 'funding', title: 'Funding' },
  { value: 'trades', title: 'Trades' },
]

function FilterBar({ filter, onFilter }: { readonly filter: SeriesFilter; readonly onFilter: (filter: SeriesFilter) => void }) {
  return (
    <>
      <input
        type="search"
        aria-label="Filter the series"
        placeholder="Symbol, venue, timeframe…"
        value={filter.text}
        onChange={(event) => onFilter({ ...filter, text: event.target.value })}
        className="tw-field h-6 w-48 text-xs"
      />
      <Segmented label="Kind" value={filter.kind} options={KINDS} onChange={(kind) => onFilter({ ...filter, kind })} />
    </>
  )
}

function Totals({ series }: { readonly series: readonly Passport[] | null }) {
  if (series === null || series.length === 0) return null
  const rows = series.reduce((sum, one) => sum + one.rows, 0)
  const bytes = series.reduce((sum, one) => sum + one.bytes, 0)
  return (
    <span className="truncate text-xs text-muted">
      {series.length} series, {formatCompact(rows)} rows, {formatBytes(bytes)}
    </span>
  )
}

function ZoomButtons({ shared }: { readonly shared: SharedView }) {
  if (shared.view === null) return null
  return (
    <div role="group" aria-label="Time shown" className="flex items-center">
      <IconButton label="Show less time" onClick={() => shared.zoom(0.5)}>
        <Plus size={13} aria-hidden />
      </IconButton>
      <IconButton label="Show more time" onClick={() => shared.zoom(2)}>
        <Minus size={13} aria-hidden />
      </IconButton>
      <Button tone="quiet" aria-label="Earlier" onClick={() => shared.move(-0.5)}>
        ‹
      </Button>
      <Button tone="quiet" aria-label="Later" onClick={() => shared.move(0.5)}>
        ›
      </Button>
      <Button tone="quiet" disabled={shared.isFull} onClick={shared.reset} title="Show all the time there is">
        <MoveHorizontal size={12} aria-hidden /> All time
      </Button>
    </div>
  )
}

function NotCurrent({ query: { error, reload } }: { readonly query: Query<Passport[]> }) {
  if (error === null) return null
  return (
    <p role="alert" className="flex flex-none items-center gap-2 bg-warn-soft px-2 py-0.5 text-xs text-warn">
      The list may be old: {plainError(error).toLowerCase()}, {error.message}
      <Button className="ml-auto h-5 text-fg" onClick={reload}>
        Try again
      </Button>
    </p>
  )
}

/** Files may be dropped anywhere on the page. */
function useFileDrop(connected: boolean) {
  const [depth, setDepth] = useState(0)
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return {
    over: depth > 0 && connected,
    handlers: {
      onDragEnter: (event: DragEvent) => hasFiles(event) && setDepth((n) => n + 1),
      onDragLeave: (event: DragEvent) => hasFiles(event) && setDepth((n) => Math.max(0, n - 1)),
      onDragOver: (event: DragEvent) => hasFiles(event) && event.preventDefault(),
      onDrop: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setDepth(0)
        if (connected) openImport([...event.dataTransfer.files])
      },
    },
  }
}

const DropHint = () => (
  <div className="pointer-events-none absolute inset-2 z-20 flex items-center justify-center rounded-sm border-2 border-dashed border-accent bg-accent-soft/90">
    <p className="flex items-center gap-2 text-lg text-accent">
      <FileUp size={18} aria-hidden /> Drop to import
    </p>
  </div>
)
