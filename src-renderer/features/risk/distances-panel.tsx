// How far each position is from its stop and from liquidation, the nearest first.
import { useMemo } from 'react'
import { SideBadge } from '../../components/badge.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import { baseOf } from '../../format/instruments.ts'
import { formatPercent, formatPrice } from '../../format/numbers.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { type Distances, distancesOf } from './exposure.ts'

const COLUMNS: readonly Column<Distances>[] = [
  {
    key: 'symbol',
    width: 92,
    title: 'Symbol',
    render: ({ position }) => (
      <span className="flex items-center gap-1.5" title={position.instrumentId}>
        <b className="font-semibold">{baseOf(position.instrumentId)}</b>
        <SideBadge side={position.side} />
      </span>
    ),
  },
  {
    key: 'mark',
    width: 72,
    title: 'Mark',
    align: 'right',
    render: ({ position }) => <Price position={position} price={position.markPrice} />,
  },
  {
    key: 'stop',
    width: 60,
    title: 'To stop',
    align: 'right',
    hint: 'Move against the position that reaches its stop',
    render: ({ toStop }) => formatPercent(toStop),
  },
  {
    key: 'liquidation',
    width: 72,
    title: 'Liq. price',
    align: 'right',
    hint: 'Estimated liquidation price',
    className: 'text-muted',
    render: ({ position }) => <Price position={position} price={position.liquidationPrice} />,
  },
  {
    key: 'distance',
    width: 60,
    title: 'To liq.',
    align: 'right',
    hint: 'Move against the position that would liquidate it',
    render: ({ toLiquidation }) => <b className="font-medium">{formatPercent(toLiquidation)}</b>,
  },
  {
    key: 'warning',
    width: 100,
    title: <span className="tw-sr-only">Remark</span>,
    render: ({ warning }) =>
      warning === null ? null : (
        <span title={warning} className="font-semibold text-down">
          {warning}
        </span>
      ),
  },
]

export function DistancesPanel() {
  const ready = useDesk((desk) => desk.phase === 'ready')
  const positions = useDesk((desk) => desk.positions)
  const rows = useMemo(() => distancesOf(positions), [positions])
  return (
    <Panel title="Distance to stop and liquidation" note={rows.length} className="min-h-0 flex-1">
      {ready ? (
        <DataTable
          label="Distances"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ position }) => position.id}
          empty={<EmptyState title="No open position" />}
        />
      ) : (
        <Skeleton rows={4} />
      )}
    </Panel>
  )
}

function Price({ position, price }: { readonly position: Distances['position']; readonly price: number | null }) {
  const instrument = useDesk((desk) => desk.instruments.find(({ id }) => id === position.instrumentId) ?? null)
  return <>{formatPrice(price, instrument)}</>
}
