// The order of a table of round trips. Amounts are compared as the exact decimals they are.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { money, price, quantity } from '../../src-shared/domain/decimal.ts'

export type RoundTrip = Output<'journal.roundTrips'>['rows'][number]

export type SortColumn =
  | 'closedMs'
  | 'openedMs'
  | 'instrumentId'
  | 'strategyId'
  | 'side'
  | 'quantity'
  | 'entryPrice'
  | 'exitPrice'
  | 'grossPnl'
  | 'fees'
  | 'funding'
  | 'netPnl'
  | 'rMultiple'
  | 'held'
  | 'exitReason'
export type Sort = { readonly column: SortColumn; readonly descending: boolean }
export const NEWEST_FIRST: Sort = { column: 'closedMs', descending: true }

/** What a column is ordered by; null has no place in the order and goes last either way. */
type SortKey = number | bigint | string | null
const KEYS: Readonly<Record<SortColumn, (row: RoundTrip) => SortKey>> = {
  closedMs: (row) => row.closedMs,
  openedMs: (row) => row.openedMs,
  instrumentId: (row) => row.instrumentId,
  strategyId: (row) => row.strategyId,
  side: (row) => row.side,
  quantity: (row) => quantity(row.quantity),
  entryPrice: (row) => price(row.entryPrice),
  exitPrice: (row) => price(row.exitPrice),
  grossPnl: (row) => money(row.grossPnl),
  fees: (row) => money(row.fees),
  funding: (row) => money(row.funding),
  netPnl: (row) => money(row.netPnl),
  rMultiple: (row) => row.rMultiple,
  held: (row) => row.closedMs - row.openedMs,
  exitReason: (row) => row.exitReason,
}

/** A new array in the wanted order; rows that compare equal keep theirs. */
export function sortRoundTrips(rows: readonly RoundTrip[], sort: Sort): readonly RoundTrip[] {
  const keyOf = KEYS[sort.column]
  const sign = sort.descending ? -1 : 1
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .toSorted((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null)
      if (a.key === b.key) return 0
      return a.key < b.key ? -sign : sign
    })
    .map(({ row }) => row)
}

/** A click on a heading: the other way round if it is the present column, else the new column with the largest first. */
export const nextSort = (sort: Sort, column: SortColumn): Sort => ({ column, descending: sort.column === column ? !sort.descending : true })
