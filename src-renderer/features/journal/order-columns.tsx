import { SideBadge } from '../../components/badge.tsx'
import type { Column } from '../../components/data-table.tsx'
import { OrderStateBadge } from '../../components/order-state-badge.tsx'
import { Exact } from '../../components/exact.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { wordsOf } from '../../format/words.ts'
import { formatUtc } from '../../format/times.ts'
import type { JournalFill, JournalOrder } from './journal-views.ts'
import type { PriceDecimals } from '../../components/price-decimals.ts'

export const orderColumns = (priceDecimals: PriceDecimals): readonly Column<JournalOrder>[] => [
  { key: 'created', title: 'Created', render: (order) => formatUtc(order.createdMs) },
  { key: 'instrument', title: 'Instrument', render: (order) => symbolOf(order.instrumentId) },
  { key: 'strategy', title: 'Strategy', render: (order) => order.strategyId },
  { key: 'purpose', title: 'Purpose', render: (order) => order.purpose },
  { key: 'side', title: 'Side', render: (order) => <SideBadge side={order.side} /> },
  { key: 'type', title: 'Type', render: (order) => `${wordsOf(order.type)}${order.reduceOnly ? ', reduce-only' : ''}` },
  {
    key: 'filled',
    title: 'Filled of',
    align: 'right',
    render: (order) => (
      <>
        <Exact text={order.filledQuantity} /> / <Exact text={order.quantity} />
      </>
    ),
  },
  {
    key: 'limit',
    title: 'Limit',
    align: 'right',
    render: (order) => <Exact text={order.limitPrice} decimals={priceDecimals(order.instrumentId, order.limitPrice)} />,
  },
  {
    key: 'trigger',
    title: 'Trigger',
    align: 'right',
    render: (order) => <Exact text={order.triggerPrice} decimals={priceDecimals(order.instrumentId, order.triggerPrice)} />,
  },
  {
    key: 'average',
    title: 'Average',
    align: 'right',
    render: (order) => <Exact text={order.averagePrice} decimals={priceDecimals(order.instrumentId, order.averagePrice)} />,
  },
  { key: 'state', title: 'State', render: (order) => <OrderStateBadge state={order.state} reason={order.reason} /> },
  {
    key: 'reason',
    title: 'Reason',
    className: 'w-full max-w-52 truncate',
    render: (order) => <span title={order.reason ?? undefined}>{wordsOf(order.reason ?? '')}</span>,
  },
]

export const fillColumns = (priceDecimals: PriceDecimals): readonly Column<JournalFill>[] => [
  { key: 'time', title: 'Time', render: (fill) => formatUtc(fill.tsEventMs) },
  { key: 'instrument', title: 'Instrument', render: (fill) => symbolOf(fill.instrumentId) },
  { key: 'side', title: 'Side', render: (fill) => <SideBadge side={fill.side} /> },
  { key: 'quantity', title: 'Quantity', align: 'right', render: (fill) => <Exact text={fill.quantity} /> },
  {
    key: 'price',
    title: 'Price',
    align: 'right',
    render: (fill) => <Exact text={fill.price} decimals={priceDecimals(fill.instrumentId, fill.price)} />,
  },
  { key: 'fee', title: 'Fee', align: 'right', render: (fill) => <Exact text={fill.fee} decimalsMin={2} /> },
  { key: 'liquidity', title: 'Liquidity', render: (fill) => fill.liquidity },
  { key: 'order', title: 'Order', className: 'w-full font-mono text-xs', render: (fill) => fill.clientOrderId },
  { key: 'trade', title: 'Trade', className: 'font-mono text-xs', render: (fill) => fill.tradeId },
]
