import { useMemo } from 'react'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import { useDesk } from '../../stores/desk-store.ts'
import { selectInstrument } from '../../stores/ui-store.ts'
import { type PositionRow, positionColumns } from './position-columns.tsx'
import { rowsOf } from './rows.ts'

const keyOf = ({ item }: PositionRow) => item.id
const showOnChart = ({ item }: PositionRow) => selectInstrument(item.instrumentId)

export function PositionsTable() {
  const phase = useDesk((desk) => desk.phase)
  const positions = useDesk((desk) => desk.positions)
  const instruments = useDesk((desk) => desk.instruments)
  const rows = useMemo(() => rowsOf(positions, instruments), [positions, instruments])
  if (phase === 'loading') return <Skeleton rows={3} />
  return (
    <DataTable
      label="Positions"
      columns={positionColumns}
      rows={rows}
      rowKey={keyOf}
      onRowClick={showOnChart}
      empty={<EmptyState title="No open position" detail="Positions appear here the moment their first fill arrives." />}
    />
  )
}
