// Long and short by symbol, as figures and as two bars from the middle.
import { useMemo } from 'react'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import { baseOf } from '../../format/instruments.ts'
import { formatMoney, formatNumber } from '../../format/numbers.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { type Exposure, exposureBySymbol, totalExposure } from './exposure.ts'

type Row = Exposure & { readonly largest: number }

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'symbol',
    width: 48,
    title: 'Symbol',
    render: ({ instrumentId }) => (instrumentId === 'all' ? <b>All</b> : <b className="font-semibold">{baseOf(instrumentId)}</b>),
  },
  { key: 'bars', width: 84, title: <span className="tw-sr-only">Short and long</span>, render: (row) => <SideBars row={row} /> },
  { key: 'short', width: 78, title: 'Short', align: 'right', hint: 'Value at the mark price', render: ({ short }) => formatMoney(short) },
  { key: 'long', width: 78, title: 'Long', align: 'right', hint: 'Value at the mark price', render: ({ long }) => formatMoney(long) },
  { key: 'net', width: 84, title: 'Net', align: 'right', render: ({ net }) => formatMoney(net, { sign: true }) },
  {
    key: 'share',
    width: 62,
    title: '× equity',
    align: 'right',
    hint: 'Long plus short, as a multiple of equity',
    render: ({ ofEquity }) => formatNumber(ofEquity, 2),
  },
]

export function ExposurePanel() {
  const ready = useDesk((desk) => desk.phase === 'ready')
  const positions = useDesk((desk) => desk.positions)
  const equity = useDesk((desk) => desk.account?.equity ?? null)
  const rows = useMemo(() => {
    const own = exposureBySymbol(positions, equity)
    const largest = Math.max(0, ...own.flatMap(({ long, short }) => [long, short]))
    const all = own.length > 1 ? [...own, totalExposure(own, equity)] : own
    return all.map((row): Row => ({ ...row, largest: row.instrumentId === 'all' ? Math.max(row.long, row.short) : largest }))
  }, [positions, equity])
  return (
    <Panel title="Exposure" note="USDT at the mark" className="min-h-0 flex-1">
      {ready ? (
        <DataTable
          label="Exposure by symbol"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ instrumentId }) => instrumentId}
          empty={<EmptyState title="Nothing in the market" detail="Exposure is shown as soon as a position is open." />}
        />
      ) : (
        <Skeleton rows={4} />
      )}
    </Panel>
  )
}

/** Short to the left, long to the right; the figures beside them say the same. */
function SideBars({ row: { long, short, largest } }: { readonly row: Row }) {
  const share = (value: number): string => `${largest > 0 ? (value / largest) * 100 : 0}%`
  return (
    <span className="grid h-2 grid-cols-2 gap-px" aria-hidden>
      <span className="flex justify-end">
        <span className="rounded-l-xs bg-down" style={{ width: share(short) }} />
      </span>
      <span className="flex">
        <span className="rounded-r-xs bg-up" style={{ width: share(long) }} />
      </span>
    </span>
  )
}
