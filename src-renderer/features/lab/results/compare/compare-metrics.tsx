import { Fragment, useMemo } from 'react'
import { compareRuns } from '../../../../../src-shared/bridge/run-compare.ts'
import type { LabMetricId } from '../../../../../src-shared/domain/lab-metric.ts'
import { Panel } from '../../../../components/panel.tsx'
import { toneText } from '../../../../components/tone.ts'
import { formatMetric, metricOf, metricTitle, metricTone } from '../../../../format/lab-metric.ts'
import { METRIC_GROUPS } from '../metric-groups.ts'
import { MetricFormula } from '../metric-figure.tsx'
import type { ComparedRun } from './read-compared.ts'
import { RunHeading } from './run-heading.tsx'

/** Every figure side by side; the best of a row is starred. */
export function CompareMetrics({ runs, className = '' }: { readonly runs: readonly ComparedRun[]; readonly className?: string }) {
  const best = useMemo(() => new Map(compareRuns(runs).metrics.map((row) => [row.metric, row.best])), [runs])
  return (
    <Panel title="Figures" note="★ best of its row" className={className}>
      <table className="tw-table" aria-label="Figures of the runs" data-fixed="" style={{ minWidth: 200 + runs.length * 120 }}>
        <colgroup>
          <col style={{ width: 200 }} />
          {runs.map(({ run }) => (
            <col key={run.id} style={{ width: 120 }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            {runs.map((run, place) => (
              <th key={run.run.id} scope="col" className="text-right">
                <RunHeading run={run} place={place} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {METRIC_GROUPS.map(({ title, ids }) => (
            <Fragment key={title}>
              <tr>
                <th scope="colgroup" colSpan={runs.length + 1} className="pt-2 font-semibold text-fg">
                  {title}
                </th>
              </tr>
              {ids.map((id) => (
                <Row key={id} id={id} runs={runs} best={best.get(id) ?? null} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

type RowProps = {
  readonly id: LabMetricId
  readonly runs: readonly ComparedRun[]
  /** Place of the best one; null where nobody is ahead. */
  readonly best: number | null
}

function Row({ id, runs, best }: RowProps) {
  const values = runs.map(({ metrics }) => metricOf(metrics, id))
  return (
    <tr>
      <th scope="row" className="text-fg">
        <MetricFormula id={id} className="w-full truncate text-xs">
          {metricTitle(id)}
        </MetricFormula>
      </th>
      {values.map((value, place) => (
        <td key={runs[place]?.run.id} className={`text-right ${place === best ? 'font-semibold' : ''}`}>
          {place === best && (
            <span className="mr-1 text-accent" title="Best of the row">
              ★<span className="tw-sr-only"> best</span>
            </span>
          )}
          <span className={toneText[metricTone(id, value)]}>{formatMetric(id, value)}</span>
        </td>
      ))}
    </tr>
  )
}
