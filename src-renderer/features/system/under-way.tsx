// Orders between two words from the venue: sent and not acknowledged, being canceled, or with an outcome nobody knows. The unknown ones come first.
import { SideBadge } from '../../components/badge.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { OrderStateBadge } from '../../components/order-state-badge.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState } from '../../components/states.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { formatDuration, formatUtc } from '../../format/times.ts'
import type { Order } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'

const UNDER_WAY: readonly Order['state'][] = ['unknown', 'pending_cancel', 'submitted', 'initialized']
const rank = ({ state }: Order): number => UNDER_WAY.indexOf(state)

export const ordersUnderWay = (orders: readonly Order[]): readonly Order[] =>
  orders.filter(({ state }) => UNDER_WAY.includes(state)).toSorted((a, b) => rank(a) - rank(b) || a.updatedMs - b.updatedMs)

const COLUMNS: readonly Column<Order>[] = [
  { key: 'state', width: 92, title: 'State', render: (order) => <OrderStateBadge state={order.state} reason={order.reason} /> },
  { key: 'age', width: 60, title: 'For', align: 'right', render: (order) => <Age order={order} /> },
  {
    key: 'symbol',
    width: 118,
    title: 'Order',
    render: ({ instrumentId, side, clientOrderId }) => (
      <span className="flex items-center gap-1.5" title={clientOrderId}>
        <b className="font-semibold">{symbolOf(instrumentId)}</b>
        <SideBadge side={side} />
      </span>
    ),
  },
  { key: 'purpose', width: 78, title: 'Purpose', render: ({ purpose }) => purpose },
  { key: 'quantity', width: 76, title: 'Qty', align: 'right', render: ({ quantity }) => quantity },
]

/** In time of the market, which is that of the orders. */
function Age({ order: { updatedMs } }: { readonly order: Order }) {
  const ageMs = useDesk((desk) => (desk.marketMs === null ? null : Math.max(0, Math.floor((desk.marketMs - updatedMs) / 1000) * 1000)))
  return <span title={`Since ${formatUtc(updatedMs)} UTC`}>{formatDuration(ageMs)}</span>
}

export function UnderWayPanel() {
  const orders = useDesk((desk) => desk.orders)
  const rows = ordersUnderWay(orders)
  const unknown = rows.filter(({ state }) => state === 'unknown').length
  return (
    <Panel
      title="Orders under way"
      note={unknown > 0 ? <span className="text-warn">{unknown} with unknown outcome</span> : rows.length === 0 ? undefined : rows.length}
      className="min-h-0 flex-1"
    >
      <DataTable
        label="Orders under way"
        columns={COLUMNS}
        rows={rows}
        rowKey={({ clientOrderId }) => clientOrderId}
        empty={<EmptyState title="Nothing under way" detail="Every order has been answered by the venue." />}
      />
    </Panel>
  )
}
