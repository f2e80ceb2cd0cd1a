import type { Query } from '../bridge/use-query.ts'
import { Button } from './button.tsx'
import { type Column, DataTable } from './data-table.tsx'
import { EmptyState, ErrorState, Skeleton } from './states.tsx'

export const PAGE_ROWS = 100

type PagedTableProps<Row> = {
  readonly label: string
  readonly query: Query<{ readonly total: number; readonly rows: readonly Row[] }>
  readonly columns: readonly Column<Row>[]
  readonly rowKey: (row: Row) => string
  readonly page: number
  readonly onPage: (page: number) => void
}

/** One page of a long list, newest first, with the way to older ones. */
export function PagedTable<Row>({ label, query, columns, rowKey, page, onPage }: PagedTableProps<Row>) {
  if (!query.value) return query.error ? <ErrorState error={query.error} onRetry={query.reload} /> : <Skeleton rows={12} />
  const { total, rows } = query.value
  if (total === 0) return <EmptyState title={`No ${label.toLowerCase()} yet`} detail="They are written as they happen." />
  const first = page * PAGE_ROWS
  const pagesTotal = Math.ceil(total / PAGE_ROWS)
  return (
    <div className="flex h-full flex-col">
      <div
        className={`min-h-0 flex-1 overflow-auto ${query.loading ? 'opacity-60' : ''}`}
        tabIndex={0}
        role="group"
        aria-label={`${label}, scrolls`}
      >
        <DataTable label={label} columns={columns} rows={rows} rowKey={rowKey} />
      </div>
      <footer className="flex h-7 flex-none items-center gap-2 border-t border-line px-2 text-xs text-muted">
        <span aria-live="polite">
          {first + 1} to {Math.min(first + PAGE_ROWS, total)} of {total.toLocaleString('en-US')}
        </span>
        {query.error && <span className="text-down">{query.error.message}</span>}
        <Button className="ml-auto" disabled={page === 0} onClick={() => onPage(page - 1)}>
          Newer
        </Button>
        <Button disabled={page + 1 >= pagesTotal} onClick={() => onPage(page + 1)}>
          Older
        </Button>
      </footer>
    </div>
  )
}
