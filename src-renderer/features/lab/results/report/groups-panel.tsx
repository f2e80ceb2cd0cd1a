import { useState } from 'react'
import { type Column, DataTable } from '../../../../components/data-table.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { Segmented } from '../../../../components/segmented.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { toneText } from '../../../../components/tone.ts'
import { symbolOf } from '../../../../format/instruments.ts'
import { formatMoney, formatNumber, formatPercent, formatR, NOTHING, toneOf } from '../../../../format/numbers.ts'
import { wordsOf } from '../../../../format/words.ts'
import type { GroupKey, GroupRow, Report } from '../views.ts'

const GROUPS: readonly { readonly value: GroupKey; readonly title: string; readonly hint?: string }[] = [
  { value: 'strategy', title: 'Strategy' },
  { value: 'instrument', title: 'Market' },
  { value: 'side', title: 'Side' },
  { value: 'regime', title: 'Regime' },
  { value: 'voter', title: 'Voter', hint: 'A trade counts for every voter that spoke for it' },
  { value: 'hour', title: 'Hour', hint: 'UTC, of the entry' },
  { value: 'weekday', title: 'Weekday', hint: 'UTC, of the entry' },
  { value: 'month', title: 'Month' },
  { value: 'exit', title: 'Exit' },
]

/** Where the profit came from: trades that share something. */
export function GroupsPanel({ groups, className = '' }: { readonly groups: Report['groups']; readonly className?: string }) {
  const [by, setBy] = useState<GroupKey>('strategy')
  const rows = groups[by]
  const title = GROUPS.find(({ value }) => value === by)?.title ?? by
  return (
    <Panel
      title="Where it came from"
      label="Groups of trades"
      className={className}
      actions={<Segmented label="Group by" value={by} options={GROUPS} onChange={setBy} />}
    >
      {/* A new grouping begins in its own order. */}
      <DataTable
        key={by}
        label={`Trades by ${title.toLowerCase()}`}
        columns={columnsOf(by, title, rows)}
        rows={rows}
        rowKey={(row) => row.key}
        empty={<EmptyState title="No trades to group" detail="Nothing of this kind is known of the trades of this run." />}
      />
    </Panel>
  )
}

function columnsOf(by: GroupKey, title: string, rows: readonly GroupRow[]): readonly Column<GroupRow>[] {
  const largest = rows.reduce((most, { netPnl }) => Math.max(most, Math.abs(netPnl)), 0)
  return [
    { key: 'key', title, width: 130, className: 'font-medium', sortBy: (row) => row.key, render: (row) => keyText(by, row.key) },
    {
      key: 'trades',
      title: 'Trades',
      width: 60,
      align: 'right',
      sortBy: (row) => row.trades,
      render: (row) => formatNumber(row.trades, 0),
    },
    { key: 'bar', title: 'Loss | gain', width: 150, align: 'center', render: (row) => <SignedBar value={row.netPnl} largest={largest} /> },
    {
      key: 'net',
      title: 'Net',
      width: 90,
      align: 'right',
      sortBy: (row) => row.netPnl,
      render: (row) => <span className={toneText[toneOf(row.netPnl)]}>{formatMoney(row.netPnl, { sign: true })}</span>,
    },
    {
      key: 'win',
      title: 'Win rate',
      width: 70,
      align: 'right',
      sortBy: (row) => row.winRate,
      render: (row) => formatPercent(row.winRate, { decimals: 1 }),
    },
    {
      key: 'r',
      title: 'Expectancy',
      width: 84,
      align: 'right',
      hint: 'Mean of R',
      sortBy: (row) => row.expectancyR,
      render: (row) => formatR(row.expectancyR),
    },
    {
      key: 'factor',
      title: 'Profit factor',
      width: 84,
      align: 'right',
      hint: 'Sum of gains ÷ sum of losses',
      sortBy: (row) => row.profitFactor,
      render: (row) => (row.profitFactor === null ? NOTHING : formatNumber(row.profitFactor, 2)),
    },
    { key: 'fees', title: 'Fees', width: 74, align: 'right', sortBy: (row) => row.fees, render: (row) => formatMoney(row.fees) },
    {
      key: 'funding',
      title: 'Funding',
      width: 74,
      align: 'right',
      sortBy: (row) => row.funding,
      render: (row) => formatMoney(row.funding, { sign: true }),
    },
  ]
}

function keyText(by: GroupKey, key: string): string {
  if (by === 'instrument') return symbolOf(key)
  if (by === 'hour' && /^\d{1,2}$/.test(key)) return `${key.padStart(2, '0')}:00`
  return by === 'strategy' || by === 'voter' ? key : wordsOf(key)
}

/** A loss to the left of the middle, a gain to the right. */
function SignedBar({ value, largest }: { readonly value: number; readonly largest: number }) {
  const width = largest === 0 ? 0 : (Math.abs(value) / largest) * 50
  return (
    <span aria-hidden className="relative block h-2.5 rounded-xs bg-hover">
      <span
        className={`absolute inset-y-0 rounded-xs ${value < 0 ? 'bg-down' : 'bg-up'}`}
        style={value < 0 ? { right: '50%', width: `${width}%` } : { left: '50%', width: `${width}%` }}
      />
      <span className="absolute -inset-y-0.5 left-1/2 w-px bg-muted" />
    </span>
  )
}
