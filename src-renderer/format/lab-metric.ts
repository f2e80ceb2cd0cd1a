// Figures of a run for the eye, each in its unit.
import { LAB_METRICS, type LabMetricId, type LabMetricSpec } from '../../src-shared/domain/lab-metric.ts'
import type { Tone } from '../components/tone.ts'
import { formatMoney, formatNumber, formatPercent, formatR, toneOf } from './numbers.ts'
import { formatDuration } from './times.ts'

export const metricSpec = (id: LabMetricId): LabMetricSpec => LAB_METRICS[id]

/** "12.40%", "+3.1 R", "1.84"; an em dash where the figure cannot be told. */
export function formatMetric(id: LabMetricId, value: number | null | undefined): string {
  const { unit } = metricSpec(id)
  switch (unit) {
    case 'money':
      return formatMoney(value, { sign: isSigned(id) })
    case 'fraction':
      return formatPercent(value, { sign: isSigned(id) })
    case 'ratio':
      return formatNumber(value, 2)
    case 'count':
      return formatNumber(value, 0)
    case 'R':
      return formatR(value)
    case 'ms':
      return formatDuration(value)
    case 'days':
      return formatNumber(value, 1)
  }
}

const SIGNED: readonly LabMetricId[] = [
  'net_pnl',
  'total_return',
  'apr',
  'cagr',
  'benchmark_return',
  'best_day',
  'worst_day',
  'expectancy',
  'expectancy_r',
  'gross_pnl',
  'funding',
]
const isSigned = (id: LabMetricId): boolean => SIGNED.includes(id)

/** Gains and losses in their colours; figures that are neither stay plain. */
export const metricTone = (id: LabMetricId, value: number | null | undefined): Tone => (isSigned(id) ? toneOf(value) : 'neutral')

/** Two metrics share a title: those tell their unit. */
export function metricTitle(id: LabMetricId): string {
  const { title, unit } = metricSpec(id)
  const twins = Object.values<LabMetricSpec>(LAB_METRICS).filter((other) => other.title === title).length
  return twins > 1 ? `${title}, ${unit === 'fraction' ? '%' : unit}` : title
}
