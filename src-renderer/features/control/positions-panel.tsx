import { useMemo } from 'react'
import { SideBadge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Exact } from '../../components/exact.tsx'
import { Panel } from '../../components/panel.tsx'
import { type PriceDecimals, usePriceDecimals } from '../../components/price-decimals.ts'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import { toneText } from '../../components/tone.ts'
import { symbolOf } from '../../format/instruments.ts'
import { formatMoney, formatR, toneOf } from '../../format/numbers.ts'
import { isProtected } from '../../format/protection.ts'
import type { Position } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { openDialog } from '../../stores/ui-store.ts'

const columnsOf = (priceDecimals: PriceDecimals): readonly Column<Position>[] => [
  {
    key: 'symbol',
    width: 130,
    title: 'Position',
    render: (position) => (
      <span className="flex items-center gap-1.5" title={position.instrumentId}>
        <b className="font-semibold">{symbolOf(position.instrumentId)}</b>
        <SideBadge side={position.side} />
      </span>
    ),
  },
  { key: 'strategy', width: 130, title: 'Strategy', render: ({ strategyId }) => strategyId, className: 'text-muted' },
  { key: 'quantity', width: 80, title: 'Qty', align: 'right', render: ({ quantity }) => quantity },
  {
    key: 'entry',
    width: 90,
    title: 'Entry',
    align: 'right',
    render: ({ instrumentId, entryPrice }) => <Exact text={entryPrice} decimals={priceDecimals(instrumentId, entryPrice)} />,
  },
  {
    key: 'pnl',
    width: 90,
    title: 'uPnL',
    align: 'right',
    render: ({ unrealizedPnl }) => <span className={toneText[toneOf(unrealizedPnl)]}>{formatMoney(unrealizedPnl, { sign: true })}</span>,
  },
  { key: 'r', width: 70, title: 'R', align: 'right', render: ({ rMultiple }) => formatR(rMultiple) },
  {
    key: 'stop',
    width: 130,
    title: 'Stop at the venue',
    align: 'right',
    render: (position) =>
      isProtected(position) ? (
        <>
          works at <Exact text={position.stopPrice} decimals={priceDecimals(position.instrumentId, position.stopPrice)} />
        </>
      ) : (
        <span className="font-semibold text-down">{position.stopState === 'placing' ? 'being placed' : 'none works'}</span>
      ),
  },
  {
    key: 'close',
    width: 70,
    title: <span className="tw-sr-only">Actions</span>,
    align: 'right',
    render: (position) => (
      <Button
        className="h-5"
        aria-label={`Close ${symbolOf(position.instrumentId)} ${position.side}`}
        onClick={() => openDialog({ kind: 'close-typed', positionId: position.id })}
      >
        Close…
      </Button>
    ),
  },
]

export function PositionsPanel() {
  const priceDecimals = usePriceDecimals()
  const columns = useMemo(() => columnsOf(priceDecimals), [priceDecimals])
  const positions = useDesk((desk) => desk.positions)
  const ready = useDesk((desk) => desk.phase !== 'loading')
  return (
    <Panel title="Open positions" note={ready ? positions.length : undefined} className="h-36 flex-none">
      {ready ? (
        <DataTable
          label="Open positions"
          columns={columns}
          rows={positions}
          rowKey={({ id }) => id}
          empty={<EmptyState title="No open position" />}
        />
      ) : (
        <Skeleton rows={3} />
      )}
    </Panel>
  )
}
