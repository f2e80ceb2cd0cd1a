import { Badge, SideBadge } from '../../components/badge.tsx'
import { toneText } from '../../components/tone.ts'
import type { VirtualColumn } from '../../components/virtual-table.tsx'
import { formatDecimal, formatMoneyText } from '../../format/decimal-text.ts'
import { formatNumber, formatR, toneOf } from '../../format/numbers.ts'
import { formatDuration, formatUtc } from '../../format/times.ts'
import type { RoundTrip } from './journal-views.ts'
import type { SortColumn } from './round-trip-table.ts'

/** Decimals of a price in this instrument, so that a column of prices lines up. */
export type PriceDecimals = (instrumentId: string) => number

const GRACE_SECONDS = 5

/** Rounded to cents, with the exact text as tooltip; gains and losses by sign and colour. */
function Money({ text, sign = false, toned = false }: { readonly text: string; readonly sign?: boolean; readonly toned?: boolean }) {
  return (
    <span title={text} className={toned ? toneText[toneOf(text)] : ''}>
      {formatMoneyText(text, { sign })}
    </span>
  )
}

export function roundTripColumns(priceDecimals: PriceDecimals): readonly VirtualColumn<RoundTrip, SortColumn>[] {
  const price = (text: string, row: RoundTrip) => formatDecimal(text, { decimalsMin: priceDecimals(row.instrumentId) })
  return [
    { key: 'closedMs', title: 'Closed', width: '138px', render: (row) => formatUtc(row.closedMs) },
    { key: 'instrumentId', title: 'Instrument', width: 'minmax(112px,1fr)', render: (row) => row.instrumentId },
    { key: 'strategyId', title: 'Strategy', width: 'minmax(104px,1fr)', render: (row) => row.strategyId },
    { key: 'side', title: 'Side', width: '62px', render: (row) => <SideBadge side={row.side} /> },
    { key: 'quantity', title: 'Quantity', width: '76px', align: 'right', render: (row) => formatDecimal(row.quantity) },
    { key: 'entryPrice', title: 'Entry', width: '94px', align: 'right', render: (row) => price(row.entryPrice, row) },
    { key: 'exitPrice', title: 'Exit', width: '94px', align: 'right', render: (row) => price(row.exitPrice, row) },
    { key: 'netPnl', title: 'Net P&L', width: '82px', align: 'right', render: (row) => <Money text={row.netPnl} sign toned /> },
    {
      key: 'rMultiple',
      title: 'R',
      width: '72px',
      align: 'right',
      hint: 'Multiples of the initial risk',
      render: (row) => <span className={toneText[toneOf(row.rMultiple)]}>{formatR(row.rMultiple)}</span>,
    },
    { key: 'grossPnl', title: 'Gross', width: '78px', align: 'right', render: (row) => <Money text={row.grossPnl} sign /> },
    { key: 'fees', title: 'Fees', width: '62px', align: 'right', render: (row) => <Money text={row.fees} /> },
    { key: 'funding', title: 'Funding', width: '72px', align: 'right', render: (row) => <Money text={row.funding} sign /> },
    { key: 'held', title: 'Held', width: '78px', align: 'right', render: (row) => formatDuration(row.closedMs - row.openedMs) },
    { key: 'exitReason', title: 'Exit', width: 'minmax(96px,1fr)', render: (row) => <ExitReason row={row} /> },
  ]
}

function ExitReason({ row }: { readonly row: RoundTrip }) {
  const incident = row.secondsUnprotected > GRACE_SECONDS
  return (
    <>
      {row.exitReason.replaceAll('_', ' ')}{' '}
      {incident && (
        <Badge tone="danger" title="The open position had no stop at the venue for this long">
          {formatNumber(row.secondsUnprotected, 0)} s without stop
        </Badge>
      )}
    </>
  )
}
