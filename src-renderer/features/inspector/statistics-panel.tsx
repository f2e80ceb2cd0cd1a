import { useJournalChange, useOf } from '../../bridge/run-context.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Panel } from '../../components/panel.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { formatNumber, formatPercent, formatR, NOTHING } from '../../format/numbers.ts'
import { wordsOf } from '../../format/words.ts'
import type { SignalFilter, StatisticsBy, StatisticsRow } from './detail.ts'
import { filterFieldOf } from './signal-filter.ts'

type StatisticsPanelProps = {
  readonly by: StatisticsBy
  readonly onBy: (by: StatisticsBy) => void
  readonly filter: SignalFilter
  readonly onFilter: (filter: SignalFilter) => void
}

const REFRESH_DELAY_MS = 5000

/** What became of all signals, traded or not, by voter, regime, strategy or reason. A row is a filter for the list beside it. */
export function StatisticsPanel({ by, onBy, filter, onFilter }: StatisticsPanelProps) {
  const of = useOf()
  const { value, error, loading, reload } = useQuery('signals.statistics', { ...of, by, strategyId: filter.strategyId })
  useJournalChange({ concerns: (event) => event.type === 'decision', onChange: reload, busy: loading, delayMs: REFRESH_DELAY_MS })
  const field = filterFieldOf(by)
  return (
    <Panel
      title="What became of the signals"
      note={filter.strategyId === null ? 'all strategies, traded or not' : `${filter.strategyId}, traded or not`}
      label="Signal statistics"
      className="flex-1"
      actions={<Segmented label="By" value={by} options={GROUPINGS} onChange={onBy} />}
    >
      {value ? (
        <>
          {error && !loading && (
            <p role="alert" className="bg-warn-soft px-2 py-1 text-xs">
              Not up to date: {error.message}
            </p>
          )}
          <DataTable
            label={`Signals by ${by}`}
            columns={columnsOf(by, value)}
            rows={value}
            rowKey={(row) => row.key}
            selectedKey={filter[field]}
            onRowClick={(row) => onFilter({ ...filter, [field]: filter[field] === row.key ? null : row.key })}
            empty={<EmptyState title="No signals yet" detail="Every signal is followed until its target, its stop or its time limit." />}
          />
        </>
      ) : error && !loading ? (
        <ErrorState error={error} onRetry={reload} />
      ) : (
        <Skeleton rows={8} />
      )}
    </Panel>
  )
}

const GROUPINGS = [
  { value: 'voter', title: 'Voter' },
  { value: 'regime', title: 'Regime' },
  { value: 'strategy', title: 'Strategy' },
  { value: 'reason', title: 'Reason' },
] as const

function columnsOf(by: StatisticsBy, rows: readonly StatisticsRow[]): readonly Column<StatisticsRow>[] {
  const most = Math.max(1, ...rows.map((row) => row.signals))
  const farthest = Math.max(0.01, ...rows.map((row) => Math.abs(row.expectancyR ?? 0)))
  const title = GROUPINGS.find(({ value }) => value === by)?.title ?? by
  return [
    {
      key: 'key',
      title,
      className: 'font-medium',
      sortBy: (row) => row.key,
      render: (row) => (by === 'strategy' || by === 'voter' ? row.key : wordsOf(row.key)),
    },
    {
      key: 'signals',
      title: 'Signals',
      align: 'right',
      sortBy: (row) => row.signals,
      render: (row) => formatNumber(row.signals, 0),
    },
    { key: 'split', title: 'Executed | blocked', className: 'w-1/6', render: (row) => <Split row={row} most={most} /> },
    {
      key: 'winRate',
      title: 'Win rate',
      align: 'right',
      hint: 'Wins among resolved signals; the three counts are wins, losses and expired',
      sortBy: (row) => row.winRate,
      render: (row) => formatPercent(row.winRate, { decimals: 1 }),
    },
    { key: 'counts', title: 'Win · loss · expired', className: 'w-1/6', render: (row) => <Counts row={row} /> },
    {
      key: 'expectancy',
      title: 'Expectancy',
      align: 'right',
      hint: 'Mean result in multiples of the risk',
      sortBy: (row) => row.expectancyR,
      render: (row) => <Toned r={row.expectancyR} />,
    },
    {
      key: 'expectancyBar',
      title: <span className="tw-sr-only">Expectancy, drawn to scale</span>,
      className: 'w-1/8',
      render: (row) => <Expectancy r={row.expectancyR} farthest={farthest} />,
    },
    {
      key: 'for',
      title: 'For',
      align: 'right',
      hint: 'Mean furthest favorable excursion',
      sortBy: (row) => row.averageFavorableR,
      render: (row) => formatR(row.averageFavorableR),
    },
    {
      key: 'against',
      className: 'pr-3!',
      title: 'Against',
      align: 'right',
      hint: 'Mean furthest adverse excursion',
      sortBy: (row) => row.averageAdverseR,
      render: (row) => (row.averageAdverseR === null ? NOTHING : formatR(-Math.abs(row.averageAdverseR))),
    },
  ]
}

/** Signals against the most of any row, the traded part solid. */
function Split({ row, most }: { readonly row: StatisticsRow; readonly most: number }) {
  return (
    <span className="flex items-center gap-2" title={`${row.executed} executed, ${row.blocked} blocked`}>
      <span aria-hidden className="flex h-2 flex-1 rounded-xs bg-hover">
        <span className="h-full rounded-l-xs bg-accent" style={{ width: `${(row.executed / most) * 100}%` }} />
        <span className="h-full bg-edge" style={{ width: `${(row.blocked / most) * 100}%` }} />
      </span>
      <span className="w-16 text-right text-xs text-muted">
        {formatNumber(row.executed, 0)} | {formatNumber(row.blocked, 0)}
      </span>
    </span>
  )
}

function Counts({ row }: { readonly row: StatisticsRow }) {
  const resolved = row.wins + row.losses + row.expired
  if (resolved === 0) return <span className="text-xs text-muted">none resolved</span>
  const share = (count: number) => `${(count / resolved) * 100}%`
  return (
    <span className="flex items-center gap-2" title={`${row.wins} wins, ${row.losses} losses, ${row.expired} expired`}>
      <span aria-hidden className="flex h-2 flex-1 overflow-hidden rounded-xs">
        <span className="bg-up" style={{ width: share(row.wins) }} />
        <span className="bg-down" style={{ width: share(row.losses) }} />
        <span className="bg-edge" style={{ width: share(row.expired) }} />
      </span>
      <span className="w-20 text-right text-xs text-muted">
        {row.wins} · {row.losses} · {row.expired}
      </span>
    </span>
  )
}

function Toned({ r }: { readonly r: number | null }) {
  return <span className={r === null || r === 0 ? '' : r > 0 ? 'text-up' : 'text-down'}>{formatR(r)}</span>
}

function Expectancy({ r, farthest }: { readonly r: number | null; readonly farthest: number }) {
  if (r === null) return null
  const width = `${(Math.abs(r) / farthest) * 50}%`
  return (
    <span aria-hidden className="relative block h-2 rounded-xs bg-hover">
      <span className={`absolute inset-y-0 ${r >= 0 ? 'left-1/2 bg-up' : 'right-1/2 bg-down'}`} style={{ width }} />
      <span className="absolute -inset-y-0.5 left-1/2 w-px bg-muted" />
    </span>
  )
}
