// The report of a run, put together from what it left behind.
import type * as z from 'zod/mini'
import type { PassportView, ReportView, RunRow } from '../../../src-shared/bridge/lab-views.ts'
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import { DAY_MS } from '../../../src-shared/domain/time.ts'
import { doctor } from '../../core/analytics/doctor/doctor.ts'
import type { DoctorWarning, SearchOrigin, WarmUp } from '../../core/analytics/doctor/warning.ts'
import { monteCarlo } from '../../core/analytics/monte-carlo.ts'
import { excursions, holdingBins, maeBins, mfeBins, rBins } from '../../core/analytics/run-bins.ts'
import { equityCurve, runMonths } from '../../core/analytics/run-equity.ts'
import { costSteps, netPnls, tripGroups } from '../../core/analytics/run-groups.ts'
import { dailyReturns, runMetrics } from '../../core/analytics/run-metrics.ts'
import type { RunRecord } from '../../core/analytics/run-record.ts'
import { type SharpeEstimate, deflatedSharpe, minTrackRecordLength, sharpeEstimate } from '../../core/analytics/sharpe-inference.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'

export type Report = z.output<typeof ReportView>
export type Passport = z.output<typeof PassportView>

export type ReportInput = {
  /** Its metrics are replaced by those of the record. */
  readonly run: z.output<typeof RunRow>
  readonly spec: BacktestSpec
  readonly record: RunRecord
  readonly passports: readonly Passport[]
  /** Base candles by instrument, against which fills are checked; those that are left out are not, which the report says. */
  readonly candles: ReadonlyMap<string, CandleColumns>
  /** The search that the parameters came from; null for a run of its own. */
  readonly search: SearchOrigin | null
}

const WARNINGS_MAX = 50

/** Deterministic: chance is drawn from the seed of the spec. */
export function buildReport({ run, spec, record, passports, candles, search }: ReportInput): Report {
  const metrics = runMetrics(record)
  const returns = dailyReturns(record)
  const estimate = sharpeEstimate(returns)
  const used = passports.filter((passport) => isUsed(passport, spec))
  const warnings = doctor({ record, metrics, simulation: spec.simulation, candles, series: used, warmUps: warmUps(used, spec), search })
  const { trips, initialBalance } = record
  return {
    run: { ...run, metrics },
    spec,
    metrics,
    equity: equityCurve(record),
    months: runMonths(record),
    // Down to the net profit of the whole run: what is still open at its end counts there too.
    costs: { ...costSteps(trips), net: metrics.net_pnl ?? 0 },
    groups: tripGroups(trips),
    rBins: rBins(trips),
    maeBins: maeBins(trips),
    mfeBins: mfeBins(trips),
    holdingBins: holdingBins(trips),
    excursions: excursions(trips),
    warnings: warnings.slice(0, WARNINGS_MAX).map(warningView),
    passports: [...passports],
    deflated: deflatedView(estimate, search),
    monteCarlo: monteCarlo({ initialBalance, netPnls: netPnls(trips), dailyReturns: returns, seed: spec.simulation.seed }),
    minTrackRecordDays: estimate === null ? null : minTrackRecordLength(estimate),
  }
}

/** Candles that the run itself walked over; longer ones are only held against them. */
const isUsed = ({ kind, timeframe }: Passport, { data }: BacktestSpec): boolean =>
  kind === 'candles' && (timeframe === data.timeframe || timeframe === data.detail)

/** What lies before the first moment of trading in the store, against what the spec wants to show the indicators. */
const warmUps = (passports: readonly Passport[], { data }: BacktestSpec): readonly WarmUp[] =>
  passports
    .filter(({ timeframe }) => timeframe === data.timeframe)
    .map(({ instrumentId, fromMs }) => ({
      name: instrumentId,
      askedMs: data.warmupDays * DAY_MS,
      givenMs: Math.min(Math.max(data.fromMs - fromMs, 0), data.warmupDays * DAY_MS),
    }))

const warningView = ({ code, severity, title, detail }: DoctorWarning): Report['warnings'][number] => ({
  code,
  severity,
  title: clipped(title, 120),
  detail: clipped(detail, 600),
})

function deflatedView(estimate: SharpeEstimate | null, search: SearchOrigin | null): Report['deflated'] {
  if (search === null) return null
  const deflated = estimate === null ? null : deflatedSharpe(estimate, search)
  return { trials: search.trials, sharpe: deflated?.excessAnnual ?? null, probability: deflated?.probability ?? null }
}
