// The loss since Monday 00:00 UTC.
import { utcWeekMs } from '../../../../src-shared/domain/time.ts'
import { lossShare } from '../loss-share.ts'
import { known } from '../risk-context.ts'
import { type RiskCheck, percent, verdict } from '../verdict.ts'

export const weekLoss: RiskCheck = {
  code: 'week_loss',
  title: 'Week loss',
  check({ account, riskState, policy, nowMs }) {
    const loss = lossShare(riskState.weekStartEquity, known(account, 'account').equity)
    const thisWeek = riskState.weekStartMs === utcWeekMs(nowMs)
    return verdict({
      check: 'week_loss',
      denial: !thisWeek ? 'week_not_started' : loss < policy.weekLossMax ? null : 'week_loss_reached',
      message: thisWeek
        ? () => `${percent(loss)} lost since Monday 00:00 UTC, must be less than ${percent(policy.weekLossMax)}`
        : 'the equity at the start of this week is not recorded',
      numbers: { loss, weekLossMax: policy.weekLossMax, weekStartEquity: riskState.weekStartEquity },
    })
  },
}
