// Whether the account tells what it seems to tell: against holding, over the whole time, and with nothing that kept it from trading.
import { DAY_MS } from '../../../../src-shared/domain/time.ts'
import { formatNumber, formatPercent } from '../../../../src-shared/format/numbers.ts'
import { formatUtc } from '../../../../src-shared/format/times.ts'
import { drawdowns } from '../run-equity.ts'
import type { Facts, Rule } from './warning.ts'

export const benchmarkBetter: Rule = ({ record, metrics }) => {
  const { total_return: made, max_drawdown: fell, benchmark_return: held } = metrics
  if (made === null || held === null || made >= held) return null
  const heldFell = drawdowns(record.steps.benchmark, 1).reduce((deepest, value) => Math.max(deepest, value), 0)
  const isCalmer = made > 0 && made * heldFell > held * (fell ?? 0)
  return {
    code: 'benchmark_better',
    severity: isCalmer ? 'info' : 'warning',
    title: 'Holding would have made more',
    detail: `The run made ${percent(made)} with a drawdown of ${percent(fell)}; buying and holding made ${percent(held)} with one of ${percent(heldFell)}.${isCalmer ? ' For what was made, the run fell less.' : ''}`,
  }
}
const percent = (fraction: number | null): string => formatPercent(fraction, { decimals: 1 })

const EXPOSURE_MAX = 0.95
const EXPOSURE_MIN = 0.01

export const exposureExtreme: Rule = ({ metrics, netPnls }) => {
  const { exposure } = metrics
  if (exposure === null || netPnls.length === 0 || (exposure <= EXPOSURE_MAX && exposure >= EXPOSURE_MIN)) return null
  const isHigh = exposure > EXPOSURE_MAX
  return {
    code: isHigh ? 'exposure_high' : 'exposure_low',
    severity: 'info',
    title: isHigh ? 'Always in the market' : 'Hardly ever in the market',
    detail: isHigh
      ? `A position was open ${percent(exposure)} of the time (above ${percent(EXPOSURE_MAX)}): much of the result is the market’s own.`
      : `A position was open ${formatPercent(exposure)} of the time (below ${percent(EXPOSURE_MIN)}): yearly figures rest on very little.`,
  }
}

/** Account values traded in a day. */
const TURNOVER_PER_DAY_MAX = 10
const FEE_SHARE_MAX = 0.5

export const turnoverHigh: Rule = ({ metrics: { turnover, fees, gross_pnl: gross }, days }) => {
  const perDay = turnover === null || days < 1 ? 0 : turnover / days
  const feeShare = gross !== null && fees !== null && gross > 0 ? fees / gross : 0
  if (perDay < TURNOVER_PER_DAY_MAX && feeShare < FEE_SHARE_MAX) return null
  const share = feeShare > 0 ? ` Fees took ${percent(feeShare)} of the gross profit.` : ''
  return {
    code: 'turnover_high',
    severity: 'warning',
    title: 'Costs decide the result',
    detail: `The account was turned over ${formatNumber(perDay, 1)} times a day.${share} A small error in fees or slippage changes the result.`,
  }
}

const FLAT_DAYS_MIN = 30
const FLAT_SHARE_MIN = 0.2

export const flatStretch: Rule = (facts) => {
  const { fromMs, toMs } = longestFlat(facts)
  const flatDays = (toMs - fromMs) / DAY_MS
  const share = flatDays / facts.days
  if (facts.netPnls.length === 0 || flatDays < FLAT_DAYS_MIN || share < FLAT_SHARE_MIN) return null
  return {
    code: 'flat_stretch',
    severity: 'warning',
    title: 'Nothing happened for a long time',
    detail: `No position was open for ${formatNumber(flatDays, 0)} days (${percent(share)} of the run), from ${formatUtc(fromMs, 'date')} to ${formatUtc(toMs, 'date')}.`,
  }
}

/** From the close of one step with a position, or the beginning, to the last close before the next, or the end. */
function longestFlat({ record: { steps, baseCandleMs } }: Facts): { fromMs: number; toMs: number } {
  const { tsMs, open } = steps
  let fromMs = (tsMs[0] ?? 0) - baseCandleMs
  let longest = { fromMs, toMs: fromMs }
  for (let i = 0; i <= open.length; i++) {
    if (open[i] === 0) continue
    const toMs = tsMs[i - 1] ?? fromMs
    if (toMs - fromMs > longest.toMs - longest.fromMs) longest = { fromMs, toMs }
    fromMs = tsMs[i] ?? toMs
  }
  return longest
}

const HALT_REASONS: ReadonlySet<string> = new Set(['trading_halted', 'trading_reducing'])
const HALTED_SHARE_MIN = 0.2
const HALTED_SHARE_CRITICAL = 0.5

export const haltedEarly: Rule = ({ record: { decisions, steps }, days }) => {
  const lastExecuted = decisions.findLastIndex(({ executed }) => executed)
  const refused = decisions.slice(lastExecuted + 1).filter(({ reason }) => HALT_REASONS.has(reason))
  const [first] = refused
  const endMs = steps.tsMs.at(-1)
  if (first === undefined || endMs === undefined) return null
  const haltedDays = (endMs - first.tsMs) / DAY_MS
  const share = haltedDays / days
  if (share < HALTED_SHARE_MIN) return null
  return {
    code: 'halted',
    severity: share >= HALTED_SHARE_CRITICAL ? 'critical' : 'warning',
    title: 'Halted by a risk limit until the end',
    detail: `From ${formatUtc(first.tsMs, 'minute')} on, for ${formatNumber(haltedDays, 0)} of ${formatNumber(days, 0)} days, ${formatNumber(refused.length, 0)} signals were refused because trading was halted, and none was executed.`,
  }
}

const SIGNALS_MIN = 20
const BLOCKED_SHARE_MIN = 0.5

export const blockedByOne: Rule = ({ record: { decisions } }) => {
  const counts = new Map<string, number>()
  for (const { executed, reason } of decisions) if (!executed) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const [most] = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  if (most === undefined || decisions.length < SIGNALS_MIN || most[1] < BLOCKED_SHARE_MIN * decisions.length) return null
  const [reason, count] = most
  return {
    code: 'blocked_by_one',
    severity: 'warning',
    title: 'One reason blocks most signals',
    detail: `${formatNumber(count, 0)} of ${formatNumber(decisions.length, 0)} signals (${percent(count / decisions.length)}) were blocked by “${reason}”: what was tested is what that rule left over.`,
  }
}

const ALERT_LENGTH_MAX = 200

export const criticalAlerts: Rule = ({ record: { alerts } }) => {
  const [first] = alerts
  if (first === undefined) return null
  return {
    code: 'critical_alerts',
    severity: 'warning',
    title: 'The desk raised critical alerts',
    detail: `${formatNumber(alerts.length, 0)} of them${alerts.length >= 100 ? ' at least' : ''}; the first: ${first.slice(0, ALERT_LENGTH_MAX)}`,
  }
}
