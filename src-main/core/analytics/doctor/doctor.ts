// What somebody careful would ask about a run before believing it.
import { dailyReturns, runDays } from '../run-metrics.ts'
import { runMonths } from '../run-equity.ts'
import { netPnls } from '../run-groups.ts'
import { sharpeEstimate } from '../sharpe-inference.ts'
import { benchmarkBetter, blockedByOne, criticalAlerts, exposureExtreme, flatStretch, haltedEarly, turnoverHigh } from './account.ts'
import { feedIncidents, tradesAtOutliers, tradesInGaps } from './data.ts'
import { fillWarnings, kindSlippage } from './fills.ts'
import { inSampleOnly, parametersAtEdge, pickedByChance, shortWarmUp } from './search.ts'
import {
  closedAtEnd,
  fewBestTrades,
  fewTrades,
  fundingIncome,
  liquidated,
  noTrades,
  oneMonth,
  oneTrade,
  rebateIncome,
  shortRecord,
} from './trades.ts'
import type { DoctorInput, DoctorWarning, Facts, Rule } from './warning.ts'

const RULES: readonly Rule[] = [
  noTrades,
  liquidated,
  haltedEarly,
  oneTrade,
  fewTrades,
  shortRecord,
  fewBestTrades,
  oneMonth,
  inSampleOnly,
  pickedByChance,
  parametersAtEdge,
  tradesInGaps,
  tradesAtOutliers,
  kindSlippage,
  turnoverHigh,
  fundingIncome,
  rebateIncome,
  benchmarkBetter,
  flatStretch,
  blockedByOne,
  criticalAlerts,
  shortWarmUp,
  exposureExtreme,
  closedAtEnd,
  feedIncidents,
]
const SEVERITIES: readonly DoctorWarning['severity'][] = ['critical', 'warning', 'info']

/** Everything there is to say against a run, the gravest first. Empty is no proof of anything. */
export function doctor(input: DoctorInput): DoctorWarning[] {
  const profits = netPnls(input.record.trips)
  const facts: Facts = {
    ...input,
    days: runDays(input.record),
    netPnls: profits,
    net: profits.reduce((total, profit) => total + profit, 0),
    months: runMonths(input.record),
    estimate: sharpeEstimate(dailyReturns(input.record)),
  }
  const found = [...fillWarnings(facts), ...RULES.flatMap((rule) => rule(facts) ?? [])]
  return found.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
}
