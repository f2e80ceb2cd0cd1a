import { useRunSource } from '../../bridge/run-context.ts'
import type { Query } from '../../bridge/use-query.ts'
import { Panel } from '../../components/panel.tsx'
import { ErrorState, Skeleton } from '../../components/states.tsx'
import { toneText } from '../../components/tone.ts'
import type { Statistics } from './journal-views.ts'
import { RHistogram } from './r-histogram.tsx'
import { statisticsFigures } from './statistics-figures.ts'

type StatisticsPanelProps = {
  readonly query: Query<Statistics>
  /** What the figures cover, where it is more than the filters say. */ readonly scope: string
}

export function StatisticsPanel({ query, scope }: StatisticsPanelProps) {
  const isRun = useRunSource() !== null
  const remark = isRun ? 'Sharpe, Sortino and drawdown by the hour; the report knows every candle' : ''
  return (
    <Panel title="Statistics" note={[scope, remark].filter(Boolean).join('; ')} className="min-w-0 flex-5">
      <Loaded query={query}>{(statistics) => <Figures statistics={statistics} />}</Loaded>
    </Panel>
  )
}

export function HistogramPanel({ query, scope }: StatisticsPanelProps) {
  return (
    <Panel title="Results in R" note={scope} scroll={false} className="min-w-0 flex-4">
      <Loaded query={query}>{(statistics) => <RHistogram bins={statistics.rHistogram} />}</Loaded>
    </Panel>
  )
}

function Loaded({
  query,
  children,
}: {
  readonly query: Query<Statistics>
  readonly children: (statistics: Statistics) => React.ReactNode
}) {
  if (query.value) return children(query.value)
  return query.error ? <ErrorState error={query.error} onRetry={query.reload} /> : <Skeleton rows={9} />
}

function Figures({ statistics }: { readonly statistics: Statistics }) {
  return (
    <dl className="grid grid-cols-2 gap-x-4 px-2 py-1">
      {statisticsFigures(statistics).map((figure) => (
        <div
          key={figure.label}
          title={figure.title}
          className="flex h-6 items-center justify-between gap-2 border-b border-line text-sm 2xl:h-8"
        >
          <dt className="truncate text-xs text-muted">{figure.label}</dt>
          <dd className={`flex-none font-medium ${toneText[figure.tone]}`}>{figure.text}</dd>
        </div>
      ))}
    </dl>
  )
}
