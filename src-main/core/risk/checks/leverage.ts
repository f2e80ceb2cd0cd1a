// Two leverages: the one set at the venue, and the one the account really uses when everything fills.
import { toNumber } from '../../../../src-shared/domain/decimal.ts'
import { bracketValueLeft, entryNotionalOf, leverageAllowed, leverageValueLeft, settleOf } from '../exposure.ts'
import { type RiskCheck, amount, verdict } from '../verdict.ts'

export const leverage: RiskCheck = {
  code: 'leverage',
  title: 'Leverage',
  check(context, request) {
    const leverageMax = leverageAllowed(context)
    const value = entryNotionalOf(context, request)
    const valueLeft = leverageValueLeft(context)
    const numbers = { leverage: context.leverage, leverageMax, value: toNumber(value), valueLeft: toNumber(valueLeft) }
    if (!(context.leverage >= 1 && context.leverage <= leverageMax)) {
      const message = `leverage is set to ${context.leverage} ×, allowed 1 to ${leverageMax} ×`
      return verdict({ check: 'leverage', denial: 'leverage_too_high', message, numbers })
    }
    const settle = settleOf(context)
    const bracketLeft = bracketValueLeft(context)
    if (bracketLeft !== null && value > bracketLeft) {
      const message = `value ${amount(numbers.value, settle)}, the venue allows ${amount(toNumber(bracketLeft), settle)} more at ${context.leverage} ×`
      return verdict({
        check: 'leverage',
        denial: 'leverage_bracket',
        message,
        numbers: { ...numbers, bracketLeft: toNumber(bracketLeft) },
      })
    }
    return verdict({
      check: 'leverage',
      denial: value <= valueLeft ? null : 'account_leverage_too_high',
      message: () =>
        `value ${amount(numbers.value, settle)}, ${amount(numbers.valueLeft, settle)} left at ${leverageMax} × equity; set to ${context.leverage} ×`,
      numbers,
    })
  },
}
