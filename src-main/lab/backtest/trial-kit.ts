// The backtest as a trial of a search runs it: no journal, no report, only its figures.
import { ok } from '../../../src-shared/domain/result.ts'
import { dailyReturns, runMetrics } from '../../core/analytics/run-metrics.ts'
import type { BacktestKit, OpenedTrial } from '../ports.ts'
import { applyParameters } from '../search/dimensions.ts'
import { type Backtest, openBacktest } from './backtest.ts'
import { planBacktest } from './backtest-plan.ts'
import type { RunData } from './run-data.ts'

export const TRIAL_KIT: BacktestKit<RunData> = {
  withParameters: applyParameters,
  async open(spec, data) {
    const plan = await planBacktest(spec)
    if (!plan.ok) return plan
    const opened = openBacktest(plan.value, data)
    if (opened.ok) return ok(trialOf(opened.value, () => plan.value.close()))
    plan.value.close()
    return opened
  },
  metrics: runMetrics,
  dailyReturns,
}

const trialOf = (backtest: Backtest, close: () => void): OpenedTrial => ({
  total: backtest.total,
  get done() {
    return backtest.done
  },
  run: (stepsMax) => backtest.run(stepsMax),
  record: () => backtest.record(),
  close,
})
