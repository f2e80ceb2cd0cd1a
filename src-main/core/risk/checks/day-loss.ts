// The loss since 00:00 UTC. The latched trip halts; this check refuses in the same instant, before the next fold of the equity.
import { utcDayMs } from '../../../../src-shared/domain/time.ts'
import { lossShare } from '../loss-share.ts'
import { known } from '../risk-context.ts'
import { type RiskCheck, percent, verdict } from '../verdict.ts'

export const dayLoss: RiskCheck = {
  code: 'day_loss',
  title: 'Day loss',
  check({ account, riskState, policy, nowMs }) {
    const loss = lossShare(riskState.dayStartEquity, known(account, 'account').equity)
    const today = riskState.dayStartMs === utcDayMs(nowMs)
    return verdict({
      check: 'day_loss',
      denial: !today ? 'day_not_started' : loss < policy.dayLossMax ? null : 'day_loss_reached',
      message: today
        ? () => `${percent(loss)} lost since 00:00 UTC, must be less than ${percent(policy.dayLossMax)}`
        : 'the equity at 00:00 UTC of this day is not recorded',
      numbers: { loss, dayLossMax: policy.dayLossMax, dayStartEquity: riskState.dayStartEquity },
    })
  },
}
