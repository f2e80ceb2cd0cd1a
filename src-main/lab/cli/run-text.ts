// Figures of a run for a terminal.
import { LAB_METRICS, type LabMetricId, type LabMetricSpec } from '../../../src-shared/domain/lab-metric.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import { formatNumber, formatPercent } from '../../../src-shared/format/numbers.ts'
import { formatDuration } from '../../../src-shared/format/times.ts'
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
  SHOWN.map((id) => `  ${LAB_METRICS[id].title.padEnd(24)}${metricText(id, metrics[id] ?? null)}\n`).join('')

/** All figures, with their names. */
export const metricTable = (metrics: Readonly<Record<string, number | null>>): string =>
  table(
    ['metric', 'value'],
    (Object.keys(LAB_METRICS) as LabMetricId[]).map((id) => [id, metricText(id, metrics[id] ?? null)]),
  )

export function metricText(id: LabMetricId, value: number | null): string {
  const { unit }: LabMetricSpec = LAB_METRICS[id]
  switch (unit) {
    case 'fraction':
      return formatPercent(value)
    case 'count':
      return formatNumber(value, 0)
    case 'ms':
      return formatDuration(value)
    case 'money':
    case 'ratio':
    case 'R':
    case 'days':
      return formatNumber(value, 2)
    default:
      return unreachable(unit, 'unit of a metric')
  }
}
