// The figures of a run in the groups a person looks for them in.
import type { LabMetricId } from '../../../../src-shared/domain/lab-metric.ts'

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
