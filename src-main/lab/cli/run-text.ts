// Figures of a run for a terminal.
import { LAB_METRICS, type LabMetricId } from '../../../src-shared/domain/lab-metric.ts'
import { formatMetric, metricOf } from '../../../src-shared/format/lab-metric.ts'
import { table } from './tables.ts'

/** What is said at the end of a run; the report has all of them. */
const SHOWN: readonly LabMetricId[] = [
  'net_pnl',
  'total_return',
  'benchmark_return',
  'max_drawdown',
  'sharpe',
  'sortino',
  'trades',
  'win_rate',
  'profit_factor',
  'expectancy_r',
  'fees',
  'funding',
]

/** One line for each of the figures that matter most. */
export const metricLines = (metrics: Readonly<Record<string, number | null>>): string =>
  SHOWN.map((id) => `  ${LAB_METRICS[id].title.padEnd(24)}${formatMetric(id, metricOf(metrics, id))}\n`).join('')

/** All figures, with their names. */
export const metricTable = (metrics: Readonly<Record<string, number | null>>): string =>
  table(
    ['metric', 'value'],
    (Object.keys(LAB_METRICS) as LabMetricId[]).map((id) => [id, formatMetric(id, metricOf(metrics, id))]),
  )
