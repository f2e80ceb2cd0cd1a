// The venue would reject what the account cannot carry; better not to ask.
import { timesRate, toNumber } from '../../../../src-shared/domain/decimal.ts'
import { entryNotionalOf, marginLeft, marginRate, settleOf } from '../exposure.ts'
import { type RiskCheck, amount, verdict } from '../verdict.ts'

export const availableMargin: RiskCheck = {
  code: 'available_margin',
  title: 'Available margin',
  check(context, request) {
    const needed = timesRate(entryNotionalOf(context, request), marginRate(context), 'up')
    const left = marginLeft(context)
    const settle = settleOf(context)
    const numbers = { needed: toNumber(needed), left: toNumber(left), leverage: context.leverage }
    return verdict({
      check: 'available_margin',
      denial: needed <= left ? null : 'margin_too_low',
      message: () => `needs ${amount(numbers.needed, settle)} for margin and fee, ${amount(numbers.left, settle)} is free`,
      numbers,
    })
  },
}
