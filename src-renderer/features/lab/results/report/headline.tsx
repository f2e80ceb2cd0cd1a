import type { ReactNode } from 'react'
import type { LabMetricId } from '../../../../../src-shared/domain/lab-metric.ts'
import { Panel } from '../../../../components/panel.tsx'
import { formatMetric, metricOf } from '../../../../format/lab-metric.ts'
import { METRIC_GROUPS } from '../metric-groups.ts'
import { FigureLine, HeadlineFigure } from '../metric-figure.tsx'
import type { Metrics } from '../views.ts'

const HEADLINES: readonly LabMetricId[] = [
  'total_return',
  'cagr',
  'sharpe',
  'sortino',
  'max_drawdown',
  'profit_factor',
  'win_rate',
  'expectancy_r',
  'trades',
  'benchmark_return',
]

/** The figures a run is judged by first; each says how it is computed. */
export function Headline({ metrics }: { readonly metrics: Metrics }) {
  return (
    <section aria-label="Headline figures" className="grid grid-cols-5 gap-px bg-line @5xl:grid-cols-10">
      {HEADLINES.map((id) => (
        <HeadlineFigure key={id} id={id} metrics={metrics} detail={detailOf(id, metrics)} />
      ))}
    </section>
  )
}

/** A second figure that belongs to the first. */
function detailOf(id: LabMetricId, metrics: Metrics): ReactNode {
  const text = (other: LabMetricId) => formatMetric(other, metricOf(metrics, other))
  switch (id) {
    case 'total_return':
      return `${text('net_pnl')} net`
    case 'cagr':
      return `${text('apr')} simple`
    case 'sharpe':
      return `volatility ${text('volatility')}`
    case 'sortino':
      return `Calmar ${text('calmar')}`
    case 'max_drawdown':
      return `${text('max_drawdown_days')} under water`
    case 'profit_factor':
      return `payoff ${text('payoff_ratio')}`
    case 'win_rate':
      return `${text('loss_streak')} losses in a row`
    case 'expectancy_r':
      return `SQN ${text('sqn')}`
    case 'trades':
      return `held ${text('holding_ms')}`
    case 'benchmark_return':
      return `in the market ${text('exposure')}`
    default:
      return null
  }
}

/** Every figure there is, in groups. */
export function AllFigures({ metrics }: { readonly metrics: Metrics }) {
  return (
    <Panel title="All figures" note="point at one, or tab to it, for its formula" scroll={false}>
      <div className="grid grid-cols-2 gap-x-px bg-line @5xl:grid-cols-4">
        {METRIC_GROUPS.map(({ title, ids }) => (
          <section key={title} aria-label={title} className="bg-panel">
            <h3 className="border-b border-line px-2 pt-1.5 pb-1 text-xs">{title}</h3>
            <ul>
              {ids.map((id) => (
                <FigureLine key={id} id={id} metrics={metrics} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Panel>
  )
}
