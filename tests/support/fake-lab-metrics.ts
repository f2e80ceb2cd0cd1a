// The figures of a fake run, computed from its trades and its hourly account as a person would.
import type { LabMetricValues } from '../../src-shared/domain/lab-metric.ts'
import { HOUR_MS } from '../../src-shared/domain/time.ts'
import { type FakeTrade, type HourlyAccount, INITIAL_BALANCE, labMarket, RUN_DAYS, RUN_INSTRUMENTS } from './fake-lab-trades.ts'

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
export const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length)
const deviation = (values: readonly number[]): number =>
  Math.sqrt(sum(values.map((value) => (value - mean(values)) ** 2)) / Math.max(1, values.length - 1))

/** Fraction below the highest equity before, point by point. */
export function drawdowns(equity: readonly number[]): number[] {
  let highest = -Infinity
  return equity.map((value) => {
    highest = Math.max(highest, value)
    return 1 - value / highest
  })
}

export function dailyReturns(equity: readonly number[]): number[] {
  const ends = [INITIAL_BALANCE, ...equity.filter((_, hour) => hour % 24 === 23)]
  return ends.slice(1).map((end, day) => end / (ends[day] ?? end) - 1)
}

/** What holding the instruments would have made of 1, hour by hour. */
export function holding(instruments: readonly string[] = RUN_INSTRUMENTS): number[] {
  return Array.from({ length: RUN_DAYS * 24 }, (_, hour) =>
    mean(instruments.map((id) => (labMarket(id)?.closeAt(hour * 60 + 59) ?? 1) / (labMarket(id)?.closeAt(0) ?? 1))),
  )
}

export function fakeMetrics(trades: readonly FakeTrade[], account: HourlyAccount): LabMetricValues {
  const { equity, open } = account
  const final = equity.at(-1) ?? INITIAL_BALANCE
  const daily = dailyReturns(equity)
  const totalReturn = final / INITIAL_BALANCE - 1
  const cagr = (final / INITIAL_BALANCE) ** (365 / RUN_DAYS) - 1
  const down = Math.max(...drawdowns(equity))
  const sorted = daily.toSorted((a, b) => a - b)
  const var95 = -(sorted[Math.floor(sorted.length * 0.05)] ?? 0)
  const tail = sorted.filter((value) => value <= -var95)
  const highest = Math.max(...equity)
  return {
    net_pnl: final - INITIAL_BALANCE,
    total_return: totalReturn,
    apr: (totalReturn * 365) / RUN_DAYS,
    cagr,
    benchmark_return: (holding().at(-1) ?? 1) - 1,
    sharpe: daily.length < 10 ? null : (mean(daily) / deviation(daily)) * Math.sqrt(365),
    sortino: (mean(daily) / Math.sqrt(mean(daily.map((value) => Math.min(0, value) ** 2)))) * Math.sqrt(365),
    calmar: cagr / down,
    volatility: deviation(daily) * Math.sqrt(365),
    max_drawdown: down,
    max_drawdown_money: Math.max(...equity.map((value, i) => Math.max(...equity.slice(Math.max(0, i - 1000), i + 1)) - value)),
    max_drawdown_days: underWater(equity) / 24,
    current_drawdown: (highest - final) / highest,
    var_95: var95,
    cvar_95: -mean(tail),
    skewness: moment(daily, 3),
    kurtosis: moment(daily, 4),
    best_day: sorted.at(-1) ?? null,
    worst_day: sorted[0] ?? null,
    exposure: open.filter((count) => count > 0).length / open.length,
    unprotected_seconds: 0.24,
    ...ofTrades(trades, equity),
  }
}

function ofTrades(trades: readonly FakeTrade[], equity: readonly number[]) {
  const nets = trades.map(({ trip }) => Number(trip.netPnl))
  const wins = nets.filter((net) => net > 0)
  const losses = nets.filter((net) => net <= 0)
  const rs = trades.map(({ trip }) => trip.rMultiple ?? 0)
  const moneyOf = (field: 'grossPnl' | 'fees' | 'funding') => sum(trades.map(({ trip }) => Number(trip[field])))
  const traded = sum(trades.map(({ trip }) => (Number(trip.entryPrice) + Number(trip.exitPrice)) * Number(trip.quantity)))
  return {
    trades: trades.length,
    win_rate: trades.length === 0 ? null : wins.length / trades.length,
    profit_factor: losses.length === 0 ? null : sum(wins) / -sum(losses),
    expectancy: trades.length === 0 ? null : mean(nets),
    expectancy_r: trades.length === 0 ? null : mean(rs),
    sqn: trades.length < 2 ? null : (Math.sqrt(Math.min(100, trades.length)) * mean(rs)) / deviation(rs),
    average_win: wins.length === 0 ? null : mean(wins),
    average_loss: losses.length === 0 ? null : mean(losses),
    payoff_ratio: wins.length === 0 || losses.length === 0 ? null : mean(wins) / -mean(losses),
    win_streak: longestRun(nets, (net) => net > 0),
    loss_streak: longestRun(nets, (net) => net <= 0),
    holding_ms: trades.length === 0 ? null : mean(trades.map(({ trip }) => trip.closedMs - trip.openedMs)),
    turnover: traded / mean(equity),
    gross_pnl: moneyOf('grossPnl'),
    fees: moneyOf('fees'),
    funding: moneyOf('funding'),
    slippage: sum(trades.map(({ slippage }) => slippage)),
    signals: trades.length * 3 + 17,
    executed: trades.length,
    liquidations: 0,
  }
}

function moment(values: readonly number[], power: number): number {
  const center = mean(values)
  const spread = Math.sqrt(mean(values.map((value) => (value - center) ** 2)))
  return mean(values.map((value) => ((value - center) / spread) ** power))
}

function longestRun(values: readonly number[], is: (value: number) => boolean): number {
  let [longest, present] = [0, 0]
  for (const value of values) {
    present = is(value) ? present + 1 : 0
    longest = Math.max(longest, present)
  }
  return longest
}

/** Hours of the longest time below a highest equity. */
function underWater(equity: readonly number[]): number {
  return longestRun(drawdowns(equity), (drawdown) => drawdown > 0)
}

export const hourOf = (tsMs: number): number => Math.floor((tsMs % (24 * HOUR_MS)) / HOUR_MS)
