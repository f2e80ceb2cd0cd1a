// Orders and fills: pages of the journal, newest as the journal gives them.
import { useMemo, useState } from 'react'
import { useJournalChange, useOf } from '../../bridge/run-context.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { PAGE_ROWS, PagedTable } from '../../components/paged-table.tsx'
import { usePriceDecimals } from '../../components/price-decimals.ts'
import type { JournalFill, JournalOrder } from './journal-views.ts'
import { fillColumns, orderColumns } from './order-columns.tsx'

const isOrder = (event: { readonly type: string }): boolean => event.type === 'order'

export function OrdersTab() {
  const [page, setPage] = useState(0)
  const of = useOf()
  const priceDecimals = usePriceDecimals()
  const columns = useMemo(() => orderColumns(priceDecimals), [priceDecimals])
  const query = useQuery('journal.orders', { ...of, limit: PAGE_ROWS, offset: page * PAGE_ROWS })
  useJournalChange({ concerns: isOrder, onChange: query.reload, busy: query.loading })
  return (
    <PagedTable<JournalOrder>
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
  return (
    <PagedTable<JournalFill> label="Fills" query={query} columns={columns} rowKey={(fill) => fill.tradeId} page={page} onPage={setPage} />
  )
}
