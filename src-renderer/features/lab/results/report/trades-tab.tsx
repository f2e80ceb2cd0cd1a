import { useMemo, useState } from 'react'
import { readPages } from '../../../../bridge/read-pages.ts'
import { useComposedQuery } from '../../../../bridge/use-composed-query.ts'
import { usePriceDecimals } from '../../../../components/price-decimals.ts'
import { roundTripColumns } from '../../../../components/round-trip-columns.tsx'
import { NEWEST_FIRST, nextSort, sortRoundTrips } from '../../../../components/round-trip-sort.ts'
import { EmptyState, ErrorState, Skeleton } from '../../../../components/states.tsx'
import { VirtualTable } from '../../../../components/virtual-table.tsx'
import type { RunRow } from '../views.ts'
import { TradePanel } from './trade-panel.tsx'

/** Rows held for sorting; when there are more the table says so. The export has all. */
const TRADES_MAX = 10_000

type TradesTabProps = {
  readonly run: RunRow
  readonly venue: string
  /** The trade whose candles are shown. */
  readonly chosen: string | null
  readonly onChoose: (positionId: string | null) => void
}

/** Every trade of the run; the chosen one is shown on its candles. */
export function TradesTab({ run, venue, chosen, onChoose }: TradesTabProps) {
  const [sort, setSort] = useState(NEWEST_FIRST)
  const priceDecimals = usePriceDecimals()
  const columns = useMemo(() => roundTripColumns(priceDecimals), [priceDecimals])
  const query = useComposedQuery(`${run.id} ${run.state}`, (bridge) =>
    readPages({
      ask: (page) => bridge.invoke('lab.run.trades', { runId: run.id, ...page }),
      keyOf: (trade) => trade.positionId,
      rowsMax: TRADES_MAX,
    }),
  )
  const rows = useMemo(() => sortRoundTrips(query.value?.rows ?? [], sort), [query.value, sort])
  const trade = chosen === null ? undefined : rows.find(({ positionId }) => positionId === chosen)

  if (!query.value) return query.error ? <ErrorState error={query.error} onRetry={query.reload} /> : <Skeleton rows={14} />
  if (rows.length === 0)
    return <EmptyState title="No trades" detail="No position was closed in this run. The doctor and the figures may say why." />
  const { total } = query.value
  return (
    <div className="flex h-full min-h-0 flex-col gap-1 pt-1">
      {trade && (
        <TradePanel
          key={trade.positionId}
          run={run}
          venue={venue}
          trade={trade}
          onClose={() => onChoose(null)}
          className="h-72 flex-none 2xl:h-104"
        />
      )}
      <div className="flex min-h-0 flex-1 flex-col bg-panel">
        {(total > rows.length || !trade) && (
          <p className="flex-none border-b border-line px-2 py-0.5 text-xs text-muted">
            {total > rows.length
              ? `${rows.length.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} trades; the export has all.`
              : 'Press a trade to see it on its candles.'}
          </p>
        )}
        <div className="min-h-0 flex-1">
          <VirtualTable
            label="Trades of the run"
            columns={columns}
            rows={rows}
            rowKey={(row) => row.positionId}
            sort={sort}
            onSort={(column) => setSort(nextSort(sort, column))}
            onOpen={(row) => () => onChoose(row.positionId)}
            selectedKey={chosen}
          />
        </div>
      </div>
    </div>
  )
}
