// Every figure a run is judged by, with its formula: shown beside the number, and what a search may aim at.

export type LabMetricUnit = 'money' | 'fraction' | 'ratio' | 'count' | 'R' | 'ms' | 'days'
export type LabMetricSpec = {
  readonly title: string
  readonly unit: LabMetricUnit
  /** How a person would compute it. */
  readonly formula: string
  /** Whether more is better, less is better, or neither by itself. */
  readonly better: 'more' | 'less' | 'neither'
}

/** Daily returns are equity at the end of a UTC day ÷ equity at the end of the day before − 1. A year has 365 days. */
export const LAB_METRICS = {
  net_pnl: { title: 'Net profit', unit: 'money', better: 'more', formula: 'final equity − initial balance' },
  total_return: { title: 'Return', unit: 'fraction', better: 'more', formula: 'final equity ÷ initial balance − 1' },
  apr: {
    title: 'Yearly return, simple',
    unit: 'fraction',
    better: 'more',
    formula: 'return × 365 ÷ days, counted from the first base candle to the last',
  },
  cagr: {
    title: 'Yearly return, compounded',
    unit: 'fraction',
    better: 'more',
    formula: '(final equity ÷ initial balance) ^ (365 ÷ days) − 1',
  },
  benchmark_return: {
    title: 'Buy and hold',
    unit: 'fraction',
    better: 'neither',
    formula: 'mean over the instruments of last close ÷ first close − 1',
  },
  sharpe: {
    title: 'Sharpe ratio',
    unit: 'ratio',
    better: 'more',
    formula: 'mean of daily returns ÷ their sample standard deviation × √365',
  },
  sortino: {
    title: 'Sortino ratio',
    unit: 'ratio',
    better: 'more',
    formula: 'mean of daily returns ÷ root mean square of those below zero × √365',
  },
  calmar: { title: 'Calmar ratio', unit: 'ratio', better: 'more', formula: 'yearly return, compounded ÷ maximum drawdown' },
  volatility: { title: 'Volatility', unit: 'fraction', better: 'less', formula: 'sample standard deviation of daily returns × √365' },
  max_drawdown: {
    title: 'Maximum drawdown',
    unit: 'fraction',
    better: 'less',
    formula: 'largest fall of equity from its highest value before, as a fraction of that',
  },
  max_drawdown_money: {
    title: 'Maximum drawdown',
    unit: 'money',
    better: 'less',
    formula: 'largest fall of equity from its highest value before',
  },
  max_drawdown_days: {
    title: 'Longest time under water',
    unit: 'days',
    better: 'less',
    formula: 'longest time from a highest equity until it is reached again, or until the end',
  },
  current_drawdown: {
    title: 'Drawdown at the end',
    unit: 'fraction',
    better: 'less',
    formula: '(highest equity − final equity) ÷ highest equity',
  },
  var_95: {
    title: 'Value at risk, 95 %',
    unit: 'fraction',
    better: 'less',
    formula: 'minus the 5 % quantile of daily returns, linearly interpolated',
  },
  cvar_95: {
    title: 'Expected shortfall, 95 %',
    unit: 'fraction',
    better: 'less',
    formula: 'minus the mean of daily returns at or below their 5 % quantile',
  },
  skewness: {
    title: 'Skewness of daily returns',
    unit: 'ratio',
    better: 'neither',
    formula: 'third central moment ÷ standard deviation³ (population)',
  },
  kurtosis: {
    title: 'Kurtosis of daily returns',
    unit: 'ratio',
    better: 'neither',
    formula: 'fourth central moment ÷ variance² (population); 3 for a normal distribution',
  },
  best_day: { title: 'Best day', unit: 'fraction', better: 'more', formula: 'largest daily return' },
  worst_day: { title: 'Worst day', unit: 'fraction', better: 'more', formula: 'smallest daily return' },
  trades: { title: 'Trades', unit: 'count', better: 'neither', formula: 'round trips, from the first fill to flat' },
  win_rate: { title: 'Win rate', unit: 'fraction', better: 'more', formula: 'round trips with net profit above zero ÷ all round trips' },
  profit_factor: { title: 'Profit factor', unit: 'ratio', better: 'more', formula: 'sum of net profits ÷ sum of net losses without sign' },
  expectancy: { title: 'Expectancy', unit: 'money', better: 'more', formula: 'mean net profit of a round trip' },
  expectancy_r: {
    title: 'Expectancy',
    unit: 'R',
    better: 'more',
    formula: 'mean over the round trips of R: net profit ÷ (largest quantity held × distance from entry to initial stop)',
  },
  sqn: {
    title: 'System quality number',
    unit: 'ratio',
    better: 'more',
    formula: '√(round trips, at most 100) × mean of R ÷ sample standard deviation of R',
  },
  average_win: { title: 'Average win', unit: 'money', better: 'more', formula: 'mean net profit of winning round trips' },
  average_loss: { title: 'Average loss', unit: 'money', better: 'more', formula: 'mean net profit of losing round trips, below zero' },
  payoff_ratio: { title: 'Payoff ratio', unit: 'ratio', better: 'more', formula: 'average win ÷ average loss without sign' },
  win_streak: {
    title: 'Longest row of wins',
    unit: 'count',
    better: 'neither',
    formula: 'most winning round trips in a row, by time of closing',
  },
  loss_streak: {
    title: 'Longest row of losses',
    unit: 'count',
    better: 'less',
    formula: 'most losing round trips in a row, by time of closing',
  },
  holding_ms: { title: 'Average time held', unit: 'ms', better: 'neither', formula: 'mean of closing time − opening time' },
  exposure: {
    title: 'Time in the market',
    unit: 'fraction',
    better: 'neither',
    formula: 'share of base candles at whose close a position was open',
  },
  turnover: { title: 'Turnover', unit: 'ratio', better: 'neither', formula: 'sum of the value of all fills ÷ mean equity' },
  gross_pnl: {
    title: 'Gross profit',
    unit: 'money',
    better: 'more',
    formula: 'profit of all round trips at the prices of their fills, before fees and funding',
  },
  fees: { title: 'Fees', unit: 'money', better: 'less', formula: 'fees of all round trips, rebates taken off' },
  funding: { title: 'Funding', unit: 'money', better: 'more', formula: 'received − paid, of all round trips' },
  slippage: {
    title: 'Slippage',
    unit: 'money',
    better: 'less',
    formula: 'sum over the round trips of quantity × (average entry price − price at the decision), counted against us',
  },
  signals: { title: 'Signals', unit: 'count', better: 'neither', formula: 'decisions that a strategy asked for' },
  executed: { title: 'Executed', unit: 'count', better: 'neither', formula: 'signals that became an order' },
  liquidations: { title: 'Liquidations', unit: 'count', better: 'less', formula: 'positions that the venue took over' },
  unprotected_seconds: {
    title: 'Longest without a stop, in seconds',
    unit: 'count',
    better: 'less',
    formula: 'most seconds that a position was open without a working stop',
  },
} as const satisfies Record<string, LabMetricSpec>

export type LabMetricId = keyof typeof LAB_METRICS
export const LAB_METRIC_IDS = Object.keys(LAB_METRICS) as readonly LabMetricId[]
/** Null where it cannot be told, such as a Sharpe ratio of nine days. */
export type LabMetricValues = Readonly<Record<LabMetricId, number | null>>
