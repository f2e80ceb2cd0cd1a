// Figures of a run for the eye, each in its unit: on the screen, in reports and on the command line.
import { LAB_METRICS, type LabMetricId, type LabMetricSpec } from '../domain/lab-metric.ts'
import { unreachable } from '../domain/result.ts'
import { formatMoney, formatNumber, formatPercent, formatR, toneOf } from './numbers.ts'
import { formatDuration } from './times.ts'

export const metricSpec = (id: LabMetricId): LabMetricSpec => LAB_METRICS[id]
export const isMetricId = (id: string): id is LabMetricId => Object.hasOwn(LAB_METRICS, id)
/** Null for a figure that could not be told, and for one that the run does not have. */
export const metricOf = (metrics: Readonly<Record<string, number | null>>, id: LabMetricId): number | null => metrics[id] ?? null

/** Gains and losses: their sign is always written, and colours go with it. */
const SIGNED: ReadonlySet<LabMetricId> = new Set([
  'net_pnl',
  'total_return',
  'apr',
  'cagr',
  'benchmark_return',
  'best_day',
  'worst_day',
  'expectancy',
  'expectancy_r',
  'average_win',
  'average_loss',
  'gross_pnl',
  'funding',
])

/** "+1,204.50", "4.31%", "1.84", "12", "+0.42 R", "3d 04h", "41.2 d", "0.3 s"; an em dash where it cannot be told. */
export function formatMetric(id: LabMetricId, value: number | null): string {
  const { unit } = metricSpec(id)
  const sign = SIGNED.has(id)
  if (id === 'unprotected_seconds') return withUnit(value, 's')
  switch (unit) {
    case 'money':
      return formatMoney(value, { sign })
    case 'fraction':
      return formatPercent(value, { sign })
    case 'ratio':
      return formatNumber(value, 2)
    case 'count':
      return formatNumber(value, 0)
    case 'R':
      return formatR(value)
    case 'ms':
      return formatDuration(value)
    case 'days':
      return withUnit(value, 'd')
    default:
      return unreachable(unit, 'unit of a metric')
  }
}
const withUnit = (value: number | null, unit: string): string => `${formatNumber(value, 1)}${Number.isFinite(value) ? ` ${unit}` : ''}`

/** Gains and losses in their colours; figures that are neither stay plain. */
export const metricTone = (id: LabMetricId, value: number | null): ReturnType<typeof toneOf> => (SIGNED.has(id) ? toneOf(value) : 'neutral')

/** Where the title alone would not tell two figures apart, or is too long for a narrow place. */
const TITLES: Readonly<Partial<Record<LabMetricId, string>>> = {
  cagr: 'Yearly return',
  apr: 'Yearly, simple',
  max_drawdown: 'Max. drawdown',
  max_drawdown_money: 'Max. drawdown, money',
  expectancy: 'Expectancy, money',
  expectancy_r: 'Expectancy, R',
  unprotected_seconds: 'Longest without a stop',
}
/** A short title that no other figure has; the whole one stands with the formula. */
export const metricTitle = (id: LabMetricId): string => TITLES[id] ?? metricSpec(id).title

const UNIT_WORDS: Readonly<Record<LabMetricSpec['unit'], string | null>> = {
  money: 'settlement currency',
  fraction: '%',
  ratio: null,
  count: null,
  R: 'multiples of the initial risk',
  ms: 'time',
  days: 'days',
}
/** Null for a plain number. */
export const metricUnit = (id: LabMetricId): string | null => (id === 'unprotected_seconds' ? 'seconds' : UNIT_WORDS[metricSpec(id).unit])
