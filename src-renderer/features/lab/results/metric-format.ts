// Figures of a run as text, with their unit, and in the groups a person looks for them in.
import { LAB_METRICS, type LabMetricId, type LabMetricSpec } from '../../../../src-shared/domain/lab-metric.ts'
import type { Tone } from '../../../components/tone.ts'
import { formatMoney, formatNumber, formatPercent, formatR, NOTHING, toneOf } from '../../../format/numbers.ts'
import { formatDuration } from '../../../format/times.ts'
import type { Metrics } from './views.ts'

export const METRIC_GROUPS: readonly { readonly title: string; readonly ids: readonly LabMetricId[] }[] = [
  { title: 'Return', ids: ['net_pnl', 'total_return', 'apr', 'cagr', 'benchmark_return', 'best_day', 'worst_day'] },
  {
    title: 'Risk',
    ids: [
      'sharpe',
      'sortino',
      'calmar',
      'volatility',
      'max_drawdown',
      'max_drawdown_money',
      'max_drawdown_days',
      'current_drawdown',
      'var_95',
      'cvar_95',
      'skewness',
      'kurtosis',
    ],
  },
  {
    title: 'Trades',
    ids: [
      'trades',
      'win_rate',
      'profit_factor',
      'expectancy',
      'expectancy_r',
      'sqn',
      'average_win',
      'average_loss',
      'payoff_ratio',
      'win_streak',
      'loss_streak',
      'holding_ms',
    ],
  },
  {
    title: 'Costs and use',
    ids: ['gross_pnl', 'fees', 'funding', 'slippage', 'exposure', 'turnover', 'signals', 'executed', 'liquidations', 'unprotected_seconds'],
  },
]

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

export const metricSpec = (id: LabMetricId): LabMetricSpec => LAB_METRICS[id]
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
/** A short title; the whole one stands with the formula. */
export const shortTitle = (id: LabMetricId): string => TITLES[id] ?? metricSpec(id).title

export const isMetricId = (id: string): id is LabMetricId => Object.hasOwn(LAB_METRICS, id)
export const metricOf = (metrics: Metrics, id: LabMetricId): number | null => metrics[id] ?? null

/** "+1,204.50", "4.31%", "1.84", "12", "+0.42 R", "3d 04h", "41.2 d"; an em dash where it cannot be told. */
export function formatMetric(id: LabMetricId, value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NOTHING
  const sign = SIGNED.has(id)
  if (id === 'unprotected_seconds') return `${formatNumber(value, 1)} s`
  const { unit } = metricSpec(id)
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
      return `${formatNumber(value, 1)} d`
    default:
      return unit satisfies never
  }
}

export const metricTone = (id: LabMetricId, value: number | null): Tone => (SIGNED.has(id) ? toneOf(value) : 'neutral')

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
export const unitOf = (id: LabMetricId): string | null => (id === 'unprotected_seconds' ? 'seconds' : UNIT_WORDS[metricSpec(id).unit])
