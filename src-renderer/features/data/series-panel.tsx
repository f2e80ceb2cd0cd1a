// The table of series with their coverage on one axis of time, and below it the passport of the chosen one.
import { useMemo, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Divider } from '../../components/divider.tsx'
import { EmptyState } from '../../components/states.tsx'
import { VirtualTable } from '../../components/virtual-table.tsx'
import type { Passport, TimeSpan } from '../../format/coverage.ts'
import { openDialog, setSize, useUi } from '../../stores/ui-store.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import { PassportPanel } from './passport-panel.tsx'
import { seriesColumns } from './series-columns.tsx'
import { BY_NAME, NO_FILTER, type SeriesFilter, filterSeries, nextSort, sortSeries } from './series-table.ts'

type SeriesPanelProps = {
  readonly series: readonly Passport[]
  readonly filter: SeriesFilter
  readonly onFilter: (filter: SeriesFilter) => void
  readonly axis: { readonly view: TimeSpan; readonly limits: TimeSpan; readonly onView: (view: TimeSpan) => void }
  readonly canChange: boolean
  readonly onChanged: () => void
}

const PASSPORT_PIXELS = 284
const PASSPORT_MIN = 120
const PASSPORT_MAX = 520

export function SeriesPanel({ series, filter, onFilter, axis, canChange, onChanged }: SeriesPanelProps) {
  const [sort, setSort] = useState(BY_NAME)
  const [chosenId, setChosenId] = useState<string | null>(null)
  const [doomed, setDoomed] = useState<Passport | null>(null)
  const height = useUi((ui) => ui.sizes['passport'] ?? PASSPORT_PIXELS)
  const rows = useMemo(() => sortSeries(filterSeries(series, filter), sort), [series, filter, sort])
  const { view, limits, onView } = axis
  const columns = useMemo(() => seriesColumns({ view, limits, onView }), [view, limits, onView])
  const chosen = series.find(({ id }) => id === chosenId) ?? rows[0] ?? null
  return (
    <>
      <section aria-label="Series" className={`min-h-0 flex-1 bg-panel ${canChange ? '' : 'grayscale'}`}>
        {rows.length === 0 ? (
          <EmptyState
            title="No series passes the filter"
            action={
              <Button className="mt-1" onClick={() => onFilter(NO_FILTER)}>
                Show all {series.length}
              </Button>
            }
          />
        ) : (
          <VirtualTable
            label="Series"
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            sort={sort}
            onSort={(column) => setSort(nextSort(sort, column))}
            onOpen={({ id }) =>
              () =>
                setChosenId(id)
              }
            selectedKey={chosen?.id ?? null}
            onRowKey={(row, key) => {
              if (key !== 'Delete' || !canChange) return false
              setDoomed(row)
              return true
            }}
          />
        )}
      </section>
      <Divider
        label="Height of the passport"
        orientation="horizontal"
        size={height}
        min={PASSPORT_MIN}
        max={PASSPORT_MAX}
        onResize={(size) => setSize('passport', size)}
      />
      <PassportPanel
        series={chosen}
        height={height}
        canChange={canChange}
        onView={onView}
        onDownload={({ venue, instrumentId, kind, timeframe, toMs }) =>
          openDialog({ kind: 'download', series: { venue, instrumentId, kind, timeframe, toMs } })
        }
        onDelete={setDoomed}
      />
      {doomed && <DeleteDialog series={doomed} onClose={() => setDoomed(null)} onDeleted={onChanged} />}
    </>
  )
}
