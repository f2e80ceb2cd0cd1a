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
    return verdict({
      check: 'position_size',
      denial: value <= valueMax ? null : 'position_too_large',
      message: `value ${amount(value, settle)}, at most ${amount(valueMax, settle)} (equity × ${context.policy.positionShareMax} × ${context.leverage})`,
      numbers: {
        value: toNumber(value),
        valueMax: toNumber(valueMax),
        positionShareMax: context.policy.positionShareMax,
        leverage: context.leverage,
      },
    })
  },
}
