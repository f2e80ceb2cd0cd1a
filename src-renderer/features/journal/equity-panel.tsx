import type { Query } from '../../bridge/use-query.ts'
import { EquityChart } from '../../charts/equity-chart.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { formatMoney, formatPercent } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import type { EquityPoint } from './journal-views.ts'

export function EquityPanel({ query }: { readonly query: Query<readonly EquityPoint[]> }) {
  const { value: points, error, reload } = query
  const note = points?.length ? `${formatUtc(points[0]?.tsMs, 'date')} to ${formatUtc(points.at(-1)?.tsMs, 'date')}` : undefined
  return (
    <Panel title="Equity and drawdown" {...(note === undefined ? {} : { note })} scroll={false} className="min-w-0 flex-6">
      {points ? <Drawn points={points} /> : error ? <ErrorState error={error} onRetry={reload} /> : <Skeleton rows={6} />}
    </Panel>
  )
}

function Drawn({ points }: { readonly points: readonly EquityPoint[] }) {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last || points.length < 2)
    return <EmptyState title="No curve yet" detail="Equity is written every minute of the market's time while the engine runs." />
  const deepest = Math.max(...points.map((point) => point.drawdown))
  const summary = `Equity from ${formatMoney(first.equity)} to ${formatMoney(last.equity)}, deepest drawdown ${formatPercent(deepest)}`
  return <EquityChart points={points} summary={summary} />
}
