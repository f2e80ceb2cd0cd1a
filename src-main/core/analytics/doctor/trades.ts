// Whether the round trips carry the result: enough of them, and not a few of them alone.
import { formatMoney, formatNumber, formatPercent } from '../../../../src-shared/format/numbers.ts'
import { END_OF_TEST } from '../run-record.ts'
import { minTrackRecordLength, sharpeEstimate } from '../sharpe-inference.ts'
import type { Rule } from './warning.ts'

/** The usual least number for the mean of a sample to be near normal. */
const TRADES_MIN = 30
const TRADES_CRITICAL = 10

/** Only tests of a walk-forward end so. */
export const closedAtEnd: Rule = ({ record, netPnls }) => {
  const closed = record.trips.flatMap(({ trip }, at) => (trip.exitReason === END_OF_TEST ? [netPnls[at] ?? 0] : []))
  if (closed.length === 0) return null
  const net = closed.reduce((sum, one) => sum + one, 0)
  return {
    code: 'closed_at_end',
    severity: 'info',
    title: 'Closed because the test ended',
    detail: `Positions that were open when the test ended: ${formatNumber(closed.length, 0)}. As the next test begins with other parameters, they were closed at the last price with slippage and fee, and count as trades: ${formatMoney(net)} net in all.`,
  }
}

export const noTrades: Rule = ({ netPnls, record }) =>
  netPnls.length > 0
    ? null
    : {
        code: 'no_trades',
        severity: 'critical',
        title: 'Nothing was traded',
        detail: `No round trip came of ${formatNumber(record.decisions.length, 0)} signals, so there is nothing to judge.`,
      }

export const fewTrades: Rule = ({ netPnls }) => {
  const count = netPnls.length
  const estimate = sharpeEstimate(netPnls)
  const needed = estimate === null ? null : minTrackRecordLength(estimate)
  const isShort = count < TRADES_MIN || (needed !== null && needed > count)
  if (count === 0 || !isShort) return null
  const missing =
    needed === null
      ? 'Their mean is not above zero, or there are too few to say how many would be needed.'
      : `With their mean and spread, ${formatNumber(Math.ceil(needed), 0)} are needed before a profit is more than chance with 95% confidence.`
  return {
    code: 'few_trades',
    severity: count < TRADES_CRITICAL ? 'critical' : 'warning',
    title: 'Too few trades to tell',
    detail: `${formatNumber(count, 0)} round trips. ${missing}`,
  }
}

export const shortRecord: Rule = ({ estimate, metrics }) => {
  const needed = estimate === null ? null : minTrackRecordLength(estimate)
  if (estimate === null || needed === null || needed <= estimate.observations) return null
  return {
    code: 'short_record',
    severity: 'warning',
    title: 'The record is too short for its Sharpe ratio',
    detail: `A Sharpe ratio of ${formatNumber(metrics.sharpe, 2)} over ${formatNumber(estimate.observations, 0)} days. With returns of this shape it takes ${formatNumber(Math.ceil(needed), 0)} days before it is above zero with 95% confidence.`,
  }
}

export const oneTrade: Rule = ({ netPnls, net }) => {
  const best = netPnls.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  if (!(net > 0) || netPnls.length < 2 || net - best > 0) return null
  return {
    code: 'one_trade',
    severity: 'critical',
    title: 'One trade makes the profit',
    detail: `The best round trip made ${formatMoney(best)} of ${formatMoney(net)}. The other ${formatNumber(netPnls.length - 1, 0)} made ${formatMoney(net - best)} together.`,
  }
}

/** Below this many, five percent are the one trade of the rule before. */
const TRADES_WITH_BEST_FEW = 21
const BEST_SHARE = 0.05

export const fewBestTrades: Rule = ({ netPnls, net }) => {
  const count = Math.ceil(netPnls.length * BEST_SHARE)
  const descending = netPnls.toSorted((a, b) => b - a)
  const best = descending.slice(0, count).reduce((total, value) => total + value, 0)
  const isOneTrade = net - (descending[0] ?? 0) <= 0
  if (!(net > 0) || netPnls.length < TRADES_WITH_BEST_FEW || isOneTrade || net - best > 0) return null
  return {
    code: 'few_best_trades',
    severity: 'warning',
    title: 'A few trades make the profit',
    detail: `The best 5% (${formatNumber(count, 0)} of ${formatNumber(netPnls.length, 0)}) made ${formatMoney(best)} of ${formatMoney(net)}. All others made ${formatMoney(net - best)} together.`,
  }
}

const MONTHS_MIN = 3

export const oneMonth: Rule = ({ months }) => {
  const net = months.reduce((total, { netPnl }) => total + netPnl, 0)
  const [best] = months.toSorted((a, b) => b.netPnl - a.netPnl)
  if (best === undefined || months.length < MONTHS_MIN || !(net > 0) || net - best.netPnl > 0) return null
  const name = `${best.year}-${String(best.month).padStart(2, '0')}`
  return {
    code: 'one_month',
    severity: 'warning',
    title: 'One month makes the profit',
    detail: `${name} made ${formatMoney(best.netPnl)} of ${formatMoney(net)}. The other ${formatNumber(months.length - 1, 0)} months made ${formatMoney(net - best.netPnl)} together.`,
  }
}

/** From this share of the net profit on, it is what the result lives on. */
const INCOME_SHARE_MIN = 0.5

export const fundingIncome: Rule = ({ metrics, net }) => incomeOf(metrics.funding ?? 0, net, 'funding')

export const rebateIncome: Rule = ({ record, net }) =>
  incomeOf(
    record.fills.reduce((total, { fee }) => total + Math.max(0 - fee, 0), 0),
    net,
    'rebates',
  )

function incomeOf(income: number, net: number, source: 'funding' | 'rebates'): ReturnType<Rule> {
  if (!(net > 0) || income < INCOME_SHARE_MIN * net) return null
  const without = net - income
  return {
    code: source === 'funding' ? 'funding_income' : 'rebate_income',
    severity: without > 0 ? 'info' : 'warning',
    title: source === 'funding' ? 'The profit lives on funding' : 'The profit lives on rebates',
    detail: `${formatMoney(income)} of ${formatMoney(net)} (${formatPercent(income / net, { decimals: 0 })}) came from ${source}. Without it the round trips made ${formatMoney(without)}.`,
  }
}

export const liquidated: Rule = ({ record }) =>
  record.liquidations === 0
    ? null
    : {
        code: 'liquidated',
        severity: 'critical',
        title: 'The venue liquidated',
        detail: `The venue took over ${formatNumber(record.liquidations, 0)} position${record.liquidations === 1 ? '' : 's'}: the margin did not last until the stop. Real liquidations cost more than simulated ones.`,
      }
