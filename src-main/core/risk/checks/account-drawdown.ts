// The fall from the highest equity, and from the start: the line where everything is closed.
import { drawdownOf } from '../loss-share.ts'
import { known } from '../risk-context.ts'
import { type RiskCheck, percent, verdict } from '../verdict.ts'

export const accountDrawdown: RiskCheck = {
  code: 'account_drawdown',
  title: 'Account drawdown',
  check({ account, riskState, policy }) {
    const drawdown = drawdownOf(riskState, known(account, 'account').equity)
    return verdict({
      check: 'account_drawdown',
      denial: drawdown < policy.drawdownMax ? null : 'drawdown_reached',
      message: () => `${percent(drawdown)} below the highest or the first equity, must be less than ${percent(policy.drawdownMax)}`,
      numbers: { drawdown, drawdownMax: policy.drawdownMax, peakEquity: riskState.peakEquity, startEquity: riskState.startEquity },
    })
  },
}
