import { useMemo } from 'react'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import { useDesk } from '../../stores/desk-store.ts'
import { selectInstrument } from '../../stores/ui-store.ts'
import { type PositionRow, positionColumns } from './position-columns.tsx'

const keyOf = ({ position }: PositionRow) => position.id
const showOnChart = ({ position }: PositionRow) => selectInstrument(position.instrumentId)

export function PositionsTable() {
  const phase = useDesk((desk) => desk.phase)
  const positions = useDesk((desk) => desk.positions)
  const instruments = useDesk((desk) => desk.instruments)
  // Whole seconds: durations change no faster than that.
  const marketMs = useDesk((desk) => (desk.marketMs === null ? null : Math.floor(desk.marketMs / 1000) * 1000))
  const rows = useMemo(
    () =>
      positions.map((position): PositionRow => ({
        position,
        instrument: instruments.find(({ id }) => id === position.instrumentId) ?? null,
        marketMs,
      })),
    [positions, instruments, marketMs],
  )
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
