import type { ReactNode } from 'react'
import { SideBadge } from '../../components/badge.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Exact } from '../../components/exact.tsx'
import { decimalsOf, formatNumber, formatPrice, NOTHING } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import { OrderStateBadge } from '../../components/order-state-badge.tsx'
import type { DecisionTrace, Fill, Order } from './detail.ts'
import { referencePriceOf, slippageBp } from './slippage.ts'
import { wordsOf } from '../../format/words.ts'

type OrdersAndFillsProps = {
  readonly trace: DecisionTrace
  readonly orders: readonly Order[]
  readonly fills: readonly Fill[]
  readonly tickSize: string
}

export function OrdersAndFills({ trace, orders, fills, tickSize }: OrdersAndFillsProps) {
  if (orders.length === 0)
    return (
      <p className="px-2 py-2 text-xs text-muted">
        {trace.outcome === 'blocked' ? 'No order was made.' : 'No order of this decision is in the journal yet.'}
      </p>
    )
  const price = (text: string | null) => <Exact text={text} decimals={decimalsOf(tickSize)} />
  return (
    <>
      <DataTable
        label="Orders"
        columns={orderColumns(price)}
        rows={orders.toSorted((a, b) => a.createdMs - b.createdMs)}
        rowKey={(order) => order.clientOrderId}
      />
      <h3 className="border-b border-line px-2 pt-2 pb-1 text-xs font-semibold">Fills</h3>
      {fills.length === 0 ? (
        <p className="px-2 py-2 text-xs text-muted">Nothing has been filled.</p>
      ) : (
        <DataTable
          label="Fills"
          columns={fillColumns({ trace, orders, price })}
          rows={fills.toSorted((a, b) => a.tsEventMs - b.tsEventMs)}
          rowKey={(fill) => fill.tradeId}
        />
      )}
    </>
  )
}

type RenderPrice = (text: string | null) => ReactNode

const orderColumns = (price: RenderPrice): readonly Column<Order>[] => [
  { key: 'created', title: 'Created', render: (order) => formatUtc(order.createdMs) },
  { key: 'purpose', title: 'Purpose', render: (order) => order.purpose },
  { key: 'side', title: 'Side', render: (order) => <SideBadge side={order.side} /> },
  { key: 'type', title: 'Type', render: (order) => `${wordsOf(order.type)}${order.reduceOnly ? ', reduce-only' : ''}` },
  {
    key: 'quantity',
    title: 'Filled of',
    align: 'right',
    render: (order) => (
      <>
        <Exact text={order.filledQuantity} /> / <Exact text={order.quantity} />
      </>
    ),
  },
  { key: 'limit', title: 'Limit', align: 'right', render: (order) => price(order.limitPrice) },
  { key: 'trigger', title: 'Trigger', align: 'right', render: (order) => price(order.triggerPrice) },
  { key: 'average', title: 'Average', align: 'right', render: (order) => price(order.averagePrice) },
  {
    key: 'state',
    title: 'State',
    render: (order) => <OrderStateBadge state={order.state} reason={order.reason} />,
  },
  {
    key: 'reason',
    title: 'Reason',
    className: 'w-full max-w-60 truncate',
    render: (order) => <span title={order.reason ?? undefined}>{wordsOf(order.reason ?? '')}</span>,
  },
]

type FillContext = { readonly trace: DecisionTrace; readonly orders: readonly Order[]; readonly price: RenderPrice }

function fillColumns({ trace, orders, price }: FillContext): readonly Column<Fill>[] {
  const byId = new Map(orders.map((order) => [order.clientOrderId, order]))
  const purposeOf = (fill: Fill) => byId.get(fill.clientOrderId)?.purpose ?? NOTHING
  return [
    { key: 'time', title: 'Time', render: (fill) => formatUtc(fill.tsEventMs) },
    { key: 'purpose', title: 'Purpose', render: purposeOf },
    { key: 'side', title: 'Side', render: (fill) => <SideBadge side={fill.side} /> },
    { key: 'quantity', title: 'Quantity', align: 'right', render: (fill) => <Exact text={fill.quantity} /> },
    { key: 'price', title: 'Price', align: 'right', render: (fill) => price(fill.price) },
    {
      key: 'slippage',
      title: 'Slippage',
      align: 'right',
      hint: 'Basis points lost against the decision price, trigger or limit; negative is a better price',
      render: (fill) => <Slippage fill={fill} order={byId.get(fill.clientOrderId)} trace={trace} />,
    },
    { key: 'fee', title: 'Fee', align: 'right', render: (fill) => <Exact text={fill.fee} decimalsMin={2} /> },
    { key: 'liquidity', title: 'Liquidity', className: 'w-full', render: (fill) => fill.liquidity },
  ]
}

function Slippage({ fill, order, trace }: { readonly fill: Fill; readonly order: Order | undefined; readonly trace: DecisionTrace }) {
  const reference = order ? referencePriceOf(order, trace) : null
  const lostBp = reference ? slippageBp(fill, reference.price) : null
  if (reference === null || lostBp === null) return <span title="The order carried no price to compare with">{NOTHING}</span>
  return (
    <span title={`Against the ${reference.name} ${formatPrice(reference.price)}`} className={lostBp > 0 ? 'text-down' : 'text-up'}>
      {formatNumber(lostBp, 1, { sign: true })} bp
    </span>
  )
}
