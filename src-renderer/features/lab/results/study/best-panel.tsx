// The best set of parameters, and beside it, always, what the number of tries does to it.
import { Badge } from '../../../../components/badge.tsx'
import { Button } from '../../../../components/button.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { formatNumber } from '../../../../format/numbers.ts'
import type { LabMetricId } from '../../../../../src-shared/domain/lab-metric.ts'
import { formatMetric, metricOf, metricTitle } from '../../../../format/lab-metric.ts'
import { MetricFormula } from '../metric-figure.tsx'
import { formatParameter, labelsOf, stepOf } from '../parameter-text.ts'
import { deflatedSaid, expectedMaxSaid, pboSaid } from '../robust-words.ts'
import { SaidFigure } from '../said-figure.tsx'
import type { Study, Trial } from '../views.ts'
import { plateauSaid } from './plateau-words.ts'
import { bestTrial, objectiveText } from './trials.ts'

type BestPanelProps = { readonly study: Study; readonly onAdopt: (trial: Trial) => void; readonly className?: string }

const SHOWN: readonly LabMetricId[] = ['total_return', 'sharpe', 'max_drawdown', 'profit_factor', 'trades']

export function BestPanel({ study, onAdopt, className = '' }: BestPanelProps) {
  const best = bestTrial(study)
  return (
    <Panel title="Best set, in sample" note={best === null ? 'none yet' : `trial ${best.number}`} scroll={false} className={className}>
      {best === null ? (
        <EmptyState title="No finished trial yet" detail="The best set appears with the first trial that is finished." />
      ) : (
        <div className="grid @4xl:grid-cols-[2fr_3fr]">
          <BestSet study={study} best={best} onAdopt={onAdopt} />
          <Doubts study={study} best={best} />
        </div>
      )}
    </Panel>
  )
}

function BestSet({ study, best, onAdopt }: { readonly study: Study; readonly best: Trial; readonly onAdopt: (trial: Trial) => void }) {
  const labelOf = labelsOf(study.dimensions.map(({ name }) => name))
  return (
    <div className="flex min-w-0 flex-col gap-2 border-line p-2 @4xl:border-r">
      <p className="flex items-baseline gap-2">
        <span className="text-xs text-muted">{objectiveText(study.spec)}</span>
        <span className="text-lg font-semibold">{formatNumber(best.objective, 3)}</span>
        {best.spread !== null && (
          <span className="text-xs text-muted" title="Standard deviation over the folds">
            ± {formatNumber(best.spread, 3)}
          </span>
        )}
        <Button tone="accent" className="ml-auto" onClick={() => onAdopt(best)}>
          Adopt these parameters…
        </Button>
      </p>
      <dl className="grid grid-cols-2 gap-x-4 text-sm">
        {study.dimensions.map((dimension) => (
          <div
            key={dimension.name}
            className="flex min-w-0 items-baseline justify-between gap-2 border-b border-line py-0.5"
            title={`${dimension.title} (${dimension.name})`}
          >
            <dt className="truncate text-xs text-muted">{labelOf(dimension.name)}</dt>
            <dd className="flex-none font-medium">
              {formatParameter(best.parameters[dimension.name], stepOf(dimension))} <Edge dimension={dimension} best={best} />
            </dd>
          </div>
        ))}
      </dl>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {SHOWN.map((id) => (
          <li key={id}>
            <MetricFormula id={id} className="flex flex-col">
              <span className="text-2xs text-muted">{metricTitle(id)}</span>
              <span className="text-sm font-medium">{formatMetric(id, metricOf(best.metrics, id))}</span>
            </MetricFormula>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** A best value at the end of its range says that the range was too narrow. */
function Edge({ dimension: { name, min, max }, best }: { readonly dimension: Study['dimensions'][number]; readonly best: Trial }) {
  const value = best.parameters[name]
  if (value === undefined || (value > min && value < max) || min === max) return null
  return (
    <Badge tone="warn" title="The best value lies at the end of what was searched: better ones may lie beyond">
      at its edge
    </Badge>
  )
}

function Doubts({ study: { overfitting, plateau, trials }, best }: { readonly study: Study; readonly best: Trial }) {
  const count = overfitting?.trials ?? trials.length
  return (
    <section aria-label="How far to believe it" className="grid @2xl:grid-cols-2">
      <SaidFigure title="Probability of backtest overfitting" said={pboSaid(overfitting?.pbo ?? null)} />
      <SaidFigure title="Deflated Sharpe ratio" said={deflatedSaid(overfitting?.deflatedSharpe ?? null, count)} />
      <SaidFigure
        title="Best Sharpe ratio expected by luck"
        said={expectedMaxSaid(overfitting?.expectedMaxSharpe ?? null, best.metrics['sharpe'] ?? null, count)}
      />
      <SaidFigure title="Plateau or peak" said={plateauSaid(plateau, best.objective)} />
    </section>
  )
}
