// The columns of a table of round trips: of the journal, and of a run of the lab.
import { ShieldAlert } from 'lucide-react'
import { Badge, SideBadge } from './badge.tsx'
import { Exact } from './exact.tsx'
import { toneText } from './tone.ts'
import type { VirtualColumn } from './virtual-table.tsx'
import { symbolOf } from '../format/instruments.ts'
import { formatNumber, formatR, toneOf } from '../format/numbers.ts'
import { UNPROTECTED_SECONDS_MAX } from '../format/protection.ts'
import { formatDuration, formatUtc } from '../format/times.ts'
import type { PriceDecimals } from './price-decimals.ts'
import { wordsOf } from '../format/words.ts'
import type { RoundTrip, SortColumn } from './round-trip-sort.ts'

export function roundTripColumns(priceDecimals: PriceDecimals): readonly VirtualColumn<RoundTrip, SortColumn>[] {
  const price = (text: string, { instrumentId }: RoundTrip) => <Exact text={text} decimals={priceDecimals(instrumentId, text)} />
  const money = (text: string) => <Exact text={text} decimals={2} sign />
  return [
    { key: 'closedMs', title: 'Closed', widthPixels: 136, render: (row) => formatUtc(row.closedMs) },
    {
      key: 'instrumentId',
      title: 'Instrument',
      widthPixels: 84,
      grow: 1,
      render: (row) => <span title={row.instrumentId}>{symbolOf(row.instrumentId)}</span>,
    },
    {
      key: 'strategyId',
      title: 'Strategy',
      widthPixels: 104,
      grow: 1.4,
      render: (row) => <span title={row.strategyId}>{row.strategyId}</span>,
    },
    { key: 'side', title: 'Side', widthPixels: 60, render: (row) => <SideBadge side={row.side} /> },
    { key: 'quantity', title: 'Quantity', widthPixels: 72, align: 'right', render: (row) => <Exact text={row.quantity} /> },
    { key: 'entryPrice', title: 'Entry', widthPixels: 86, align: 'right', render: (row) => price(row.entryPrice, row) },
    { key: 'exitPrice', title: 'Exit', widthPixels: 86, align: 'right', render: (row) => price(row.exitPrice, row) },
    {
      key: 'netPnl',
      title: 'Net P&L',
      widthPixels: 80,
      align: 'right',
      render: (row) => <Exact text={row.netPnl} decimals={2} sign toned />,
    },
    {
      key: 'rMultiple',
      title: 'R',
      widthPixels: 72,
      align: 'right',
      hint: 'Multiples of the initial risk',
      render: (row) => <R value={row.rMultiple} />,
    },
    { key: 'grossPnl', title: 'Gross', widthPixels: 72, align: 'right', render: (row) => money(row.grossPnl) },
    { key: 'fees', title: 'Fees', widthPixels: 58, align: 'right', render: (row) => <Exact text={row.fees} decimals={2} /> },
    {
      key: 'funding',
      title: 'Funding',
      widthPixels: 68,
      align: 'right',
      hint: 'Received (+) or paid (−)',
      render: (row) => money(row.funding),
    },
    { key: 'held', title: 'Held', widthPixels: 72, align: 'right', render: (row) => formatDuration(row.closedMs - row.openedMs) },
    { key: 'exitReason', title: 'Exit because', widthPixels: 132, grow: 1, render: (row) => <ExitReason row={row} /> },
  ]
}

function R({ value }: { readonly value: number | null }) {
  return (
    <span className={toneText[toneOf(value)]} title={value === null ? 'The initial risk is not known' : undefined}>
      {formatR(value)}
    </span>
  )
}

function ExitReason({ row }: { readonly row: RoundTrip }) {
  const incident = row.secondsUnprotected > UNPROTECTED_SECONDS_MAX
  return (
    <span className="flex items-center gap-1.5">
      <span className="truncate">{wordsOf(row.exitReason)}</span>
      {incident && (
        <Badge tone="danger" title={`Incident: ${formatNumber(row.secondsUnprotected, 1)} s without a stop at the venue`}>
          <ShieldAlert size={11} aria-label="without a stop for" />
          <span className="ml-0.5">{formatNumber(row.secondsUnprotected, 0)} s</span>
        </Badge>
      )}
    </span>
  )
}
