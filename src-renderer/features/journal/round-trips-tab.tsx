import { useCallback, useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { useRunSource } from '../../bridge/run-context.ts'
import type { Query } from '../../bridge/use-query.ts'
import { usePriceDecimals } from '../../components/price-decimals.ts'
import { roundTripColumns } from '../../components/round-trip-columns.tsx'
import { NEWEST_FIRST, nextSort, type RoundTrip, sortRoundTrips } from '../../components/round-trip-sort.ts'
import { signalAddress } from '../../format/addresses.ts'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { VirtualTable } from '../../components/virtual-table.tsx'
import { ROUND_TRIPS_MAX, type RoundTripPage } from './read-round-trips.ts'
import type { RoundTripFilter } from './round-trip-table.ts'

type RoundTripsTabProps = { readonly query: Query<RoundTripPage>; readonly filter: RoundTripFilter }

/** Round trips of the filter; a row opens the decision it began with. */
export function RoundTripsTab({ query, filter }: RoundTripsTabProps) {
  const [sort, setSort] = useState(NEWEST_FIRST)
  const [, navigate] = useLocation()
  const runId = useRunSource()?.runId ?? null
  const priceDecimals = usePriceDecimals()
  const columns = useMemo(() => roundTripColumns(priceDecimals), [priceDecimals])
  const rows = useMemo(() => {
    const ofSide = (query.value?.rows ?? []).filter((row) => filter.side === null || row.side === filter.side)
    return sortRoundTrips(ofSide, sort)
  }, [query.value, filter.side, sort])
  const openDecision = useCallback(
    (row: RoundTrip) => (row.decisionId === null ? null : () => navigate(signalAddress(runId, row.decisionId ?? ''))),
    [runId, navigate],
  )

  if (!query.value) return query.error ? <ErrorState error={query.error} onRetry={query.reload} /> : <Skeleton rows={12} />
  if (rows.length === 0)
    return (
      <EmptyState
        title="No round trips here"
        detail="A round trip is written when a position is closed. Widen the filters, or wait for the first exit."
      />
    )
  return (
    <div className="flex h-full flex-col">
      {query.value.total > ROUND_TRIPS_MAX && (
        <p className="flex-none border-b border-line bg-warn-soft px-2 py-0.5 text-xs text-warn">
          {ROUND_TRIPS_MAX.toLocaleString('en-US')} of {query.value.total.toLocaleString('en-US')} round trips are shown; choose a shorter
          time or one instrument for the rest.
        </p>
      )}
      <div className="min-h-0 flex-1">
        <VirtualTable
          label="Round trips"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.positionId}
          sort={sort}
          onSort={(column) => setSort(nextSort(sort, column))}
          onOpen={openDecision}
        />
      </div>
    </div>
  )
}
