import { Panel } from '../../components/panel.tsx'
import { ErrorState, Skeleton } from '../../components/states.tsx'
import { toneText } from '../../components/tone.ts'
import type { Query } from '../../bridge/use-query.ts'
import type { Statistics } from './journal-views.ts'
import { RHistogram } from './r-histogram.tsx'
import { statisticsFigures } from './statistics-figures.ts'

/** `scope` tells which round trips the figures cover. */
export function StatisticsPanel({ query, scope }: { readonly query: Query<Statistics>; readonly scope: string }) {
  const { value, error, reload } = query
  return (
    <Panel title="Statistics" note={scope} className="min-h-0 flex-1">
      {value ? <Figures statistics={value} /> : error ? <ErrorState error={error} onRetry={reload} /> : <Skeleton rows={9} />}
    </Panel>
  )
}

function Figures({ statistics }: { readonly statistics: Statistics }) {
  return (
    <>
      <dl className="grid grid-cols-2 gap-x-4 px-2 py-1">
        {statisticsFigures(statistics).map((figure) => (
          <div
            key={figure.label}
            title={figure.title}
            className="flex h-5.5 items-center justify-between gap-2 border-b border-line text-sm"
          >
            <dt className="truncate text-xs text-muted">{figure.label}</dt>
            <dd className={`flex-none font-medium ${toneText[figure.tone]}`}>{figure.text}</dd>
          </div>
        ))}
      </dl>
      <RHistogram bins={statistics.rHistogram} />
    </>
  )
}
