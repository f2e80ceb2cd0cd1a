// No single position may dominate the account.
import { add, toNumber } from '../../../../src-shared/domain/decimal.ts'
import { addedToValue, entryNotionalOf, positionValueMax, settleOf } from '../exposure.ts'
import { type RiskCheck, amount, verdict } from '../verdict.ts'

export const positionSize: RiskCheck = {
  code: 'position_size',
  title: 'Position size',
  check(context, request) {
    const value = add(entryNotionalOf(context, request), addedToValue(context))
    const valueMax = positionValueMax(context)
    const settle = settleOf(context)
    const { leverage, policy } = context
    const { positionShareMax } = policy
    const numbers = { value: toNumber(value), valueMax: toNumber(valueMax), positionShareMax, leverage }
    return verdict({
      check: 'position_size',
      denial: value <= valueMax ? null : 'position_too_large',
      message: () =>
        `value ${amount(numbers.value, settle)}, at most ${amount(numbers.valueMax, settle)} (equity × ${positionShareMax} × ${leverage})`,
      numbers,
    })
  },
}
