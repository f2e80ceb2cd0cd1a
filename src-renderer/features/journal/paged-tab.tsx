// Orders and fills: pages of the journal, newest as the journal gives them.
import { useMemo, useState } from 'react'
import { useJournalChange, useOf } from '../../bridge/run-context.ts'
import { type Query, useQuery } from '../../bridge/use-query.ts'
import { Button } from '../../components/button.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { usePriceDecimals } from '../../components/price-decimals.ts'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import type { JournalFill, JournalOrder } from './journal-views.ts'
import { fillColumns, orderColumns } from './order-columns.tsx'

const PAGE_ROWS = 100
const isOrder = (event: { readonly type: string }): boolean => event.type === 'order'

export function OrdersTab() {
  const [page, setPage] = useState(0)
  const of = useOf()
  const priceDecimals = usePriceDecimals()
  const columns = useMemo(() => orderColumns(priceDecimals), [priceDecimals])
  const query = useQuery('journal.orders', { ...of, limit: PAGE_ROWS, offset: page * PAGE_ROWS })
  useJournalChange({ concerns: isOrder, onChange: query.reload, busy: query.loading })
  return (
    <Paged<JournalOrder>
      label="Orders"
      query={query}
      columns={columns}
      rowKey={(order) => order.clientOrderId}
      page={page}
      onPage={setPage}
    />
  )
}

export function FillsTab() {
  const [page, setPage] = useState(0)
  const of = useOf()
  const priceDecimals = usePriceDecimals()
  const columns = useMemo(() => fillColumns(priceDecimals), [priceDecimals])
  const query = useQuery('journal.fills', { ...of, limit: PAGE_ROWS, offset: page * PAGE_ROWS })
  useJournalChange({ concerns: isOrder, onChange: query.reload, busy: query.loading })
  return <Paged<JournalFill> label="Fills" query={query} columns={columns} rowKey={(fill) => fill.tradeId} page={page} onPage={setPage} />
}

type PagedProps<Row> = {
  readonly label: string
  readonly query: Query<{ readonly total: number; readonly rows: readonly Row[] }>
  readonly columns: readonly Column<Row>[]
  readonly rowKey: (row: Row) => string
  readonly page: number
  readonly onPage: (page: number) => void
}

function Paged<Row>({ label, query, columns, rowKey, page, onPage }: PagedProps<Row>) {
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
