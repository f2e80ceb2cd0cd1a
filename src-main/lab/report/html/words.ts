// Figures of a report as text.
import { LAB_METRICS, type LabMetricId, type LabMetricUnit } from '../../../../src-shared/domain/lab-metric.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src-shared/domain/time.ts'
import { unreachable } from '../../../../src-shared/domain/result.ts'
import { formatMoney, formatNumber, formatPercent, formatR, toneOf } from '../../../../src-shared/format/numbers.ts'
import { formatDuration } from '../../../../src-shared/format/times.ts'
import type { Report } from '../build-report.ts'

export function metricText(metrics: Report['metrics'], id: LabMetricId): string {
  return valueText(metrics[id] ?? null, LAB_METRICS[id].unit)
}

function valueText(value: number | null, unit: LabMetricUnit): string {
  switch (unit) {
    case 'money':
      return formatMoney(value)
    case 'fraction':
      return formatPercent(value)
    case 'ratio':
      return formatNumber(value, 2)
    case 'count':
      return formatNumber(value, Number.isInteger(value) ? 0 : 1)
    case 'R':
      return formatR(value)
    case 'ms':
      return formatDuration(value)
    case 'days':
      return value === null ? formatNumber(value, 1) : `${formatNumber(value, 1)} d`
    default:
      return unreachable(unit, 'unit of a metric')
  }
}

/** The colour of a metric: only where its sign says good or bad. */
export function metricTone(metrics: Report['metrics'], id: LabMetricId): string {
  const { better, unit } = LAB_METRICS[id]
  const isSigned = better === 'more' && (unit === 'money' || unit === 'fraction' || unit === 'R' || unit === 'ratio')
  const isRate = id === 'win_rate' || id === 'profit_factor' || id === 'payoff_ratio'
  return isSigned && !isRate ? toneOf(metrics[id]) : 'neutral'
}

/** "5m", "4h", "2d": an edge of holding times. */
export function lengthText(lengthMs: number): string {
  if (lengthMs >= DAY_MS) return `${formatNumber(lengthMs / DAY_MS, 0)}d`
  if (lengthMs >= HOUR_MS) return `${formatNumber(lengthMs / HOUR_MS, 0)}h`
  return `${formatNumber(lengthMs / MINUTE_MS, 0)}m`
}

/** What an amount is in: the settlement currency that all instruments share, or nothing. */
export function currencyOf(instruments: readonly string[]): string {
  const settled = new Set(instruments.map((id) => id.split(':')[1] ?? ''))
  const [only] = settled
  return settled.size === 1 && only !== undefined ? only : ''
}

/** What the account began with, from the spec. */
export function initialBalance({ spec, metrics, equity }: Report): number {
  const stated = Number(spec['initialBalance'])
  return stated > 0 ? stated : (equity.equity.at(-1) ?? 0) - (metrics['net_pnl'] ?? 0)
}
