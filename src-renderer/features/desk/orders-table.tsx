// Orders that work at the venue, and orders whose outcome nobody knows yet: those are first, and never hidden.
import { X } from 'lucide-react'
import { useMemo } from 'react'
import { type RunCommand, useCommand } from '../../bridge/use-command.ts'
import { Badge, SideBadge } from '../../components/badge.tsx'
import { IconButton } from '../../components/button.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import type { Tone } from '../../components/tone.ts'
import { baseOf } from '../../format/instruments.ts'
import { formatPrice, formatQuantity } from '../../format/numbers.ts'
import { wordsOf } from '../../format/words.ts'
import type { Order } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { type Row, rowsOf } from './rows.ts'

type OrderRow = Row<Order>

const TYPE: Readonly<Record<Order['type'], string>> = {
  market: 'market',
  limit: 'limit',
  stop_market: 'stop',
  take_profit_market: 'take profit',
}
const STATE_TONE: Readonly<Partial<Record<Order['state'], Tone>>> = {
  unknown: 'warn',
  pending_cancel: 'muted',
  submitted: 'muted',
  initialized: 'muted',
  triggered: 'accent',
  partially_filled: 'accent',
}
const keyOf = ({ item }: OrderRow) => item.clientOrderId

/** Unknown outcomes first, then by instrument as they came. */
const unknownFirst = (a: Order, b: Order) => Number(b.state === 'unknown') - Number(a.state === 'unknown')

export function OrdersTable() {
  const run = useCommand()
  const phase = useDesk((desk) => desk.phase)
  const orders = useDesk((desk) => desk.orders)
  const instruments = useDesk((desk) => desk.instruments)
  const columns = useMemo(() => orderColumns(run), [run])
  const rows = useMemo(() => rowsOf(orders.toSorted(unknownFirst), instruments), [orders, instruments])
  if (phase === 'loading') return <Skeleton rows={3} />
  return <DataTable label="Orders" columns={columns} rows={rows} rowKey={keyOf} empty={<EmptyState title="No working order" />} />
}

function orderColumns(run: RunCommand): readonly Column<OrderRow>[] {
  return [
    {
      key: 'symbol',
      width: 96,
      title: 'Symbol',
      render: ({ item: order }) => (
        <span className="flex items-center gap-1.5" title={`${order.instrumentId} ${order.clientOrderId}`}>
          <b className="font-semibold">{baseOf(order.instrumentId)}</b>
          <SideBadge side={order.side} />
        </span>
      ),
    },
    {
      key: 'purpose',
      width: 72,
      title: 'Purpose',
      render: ({ item: order }) => <span className={order.purpose === 'emergency' ? 'font-semibold text-down' : ''}>{order.purpose}</span>,
    },
    {
      key: 'type',
      width: 86,
      title: 'Type',
      className: 'text-muted',
      render: ({ item: order }) => `${TYPE[order.type]}${order.timeInForce === 'post_only' ? ', post only' : ''}`,
    },
    {
      key: 'price',
      width: 78,
      title: 'Price',
      align: 'right',
      render: ({ item: order, instrument }) => formatPrice(order.triggerPrice ?? order.limitPrice, instrument),
    },
    {
      key: 'quantity',
      width: 104,
      title: 'Filled / qty',
      align: 'right',
      render: ({ item: order, instrument }) => (
        <>
          <span className={Number(order.filledQuantity) > 0 ? '' : 'text-muted'}>{formatQuantity(order.filledQuantity, instrument)}</span>
          <span className="text-muted"> / </span>
          {formatQuantity(order.quantity, instrument)}
        </>
      ),
    },
    {
      key: 'state',
      width: 100,
      title: 'State',
      render: ({ item: order }) => (
        <Badge tone={STATE_TONE[order.state] ?? 'neutral'} {...(order.reason === null ? {} : { title: order.reason })}>
          {wordsOf(order.state)}
        </Badge>
      ),
    },
    {
      key: 'actions',
      width: 36,
      title: <span className="tw-sr-only">Actions</span>,
      align: 'right',
      render: ({ item: order }) => <Cancel order={order} run={run} />,
    },
  ]
}

function Cancel({ order, run }: { readonly order: Order; readonly run: RunCommand }) {
  const what = `Cancel ${order.purpose} of ${baseOf(order.instrumentId)}`
  return (
    <IconButton
      label={what}
      className="size-5 hover:text-down"
      disabled={order.state === 'pending_cancel'}
      onClick={() => void run('order.cancel', { clientOrderId: order.clientOrderId }, { what, done: 'Cancel was sent' })}
    >
      <X size={13} aria-hidden />
    </IconButton>
  )
}
