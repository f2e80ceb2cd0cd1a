// The one number that decides how long a losing streak can last: what is lost when the stop is hit.
import { toNumber } from '../../../../src-shared/domain/decimal.ts'
import { riskBudget, riskOf, settleOf } from '../exposure.ts'
import { type RiskCheck, amount, percent, verdict } from '../verdict.ts'

export const riskPerTrade: RiskCheck = {
  code: 'risk_per_trade',
  title: 'Risk per trade',
  check(context, request) {
    const atRisk = riskOf(context, request)
    const budget = riskBudget(context)
    const settle = settleOf(context)
    const { riskPerTrade: share } = context.policy
    const numbers = { atRisk: toNumber(atRisk), riskMax: toNumber(budget), riskPerTrade: share }
    return verdict({
      check: 'risk_per_trade',
      denial: atRisk <= budget ? null : 'risk_too_high',
      message: () =>
        `${amount(numbers.atRisk, settle)} lost if the stop is hit, at most ${amount(numbers.riskMax, settle)} (${percent(share)} of equity)`,
      numbers,
    })
  },
}
