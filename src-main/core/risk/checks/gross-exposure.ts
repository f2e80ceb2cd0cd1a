// The sum of all that is open or may still open, whatever its side.
import { toNumber } from '../../../../src-shared/domain/decimal.ts'
import { entryNotionalOf, grossExposure as exposureOf, grossValueLeft, settleOf } from '../exposure.ts'
import { type RiskCheck, amount, verdict } from '../verdict.ts'

export const grossExposure: RiskCheck = {
  code: 'gross_exposure',
  title: 'Gross exposure',
  check(context, request) {
    const value = entryNotionalOf(context, request)
    const valueLeft = grossValueLeft(context)
    const present = exposureOf(context)
    const settle = settleOf(context)
    const { grossExposureMax } = context.policy
    const numbers = { value: toNumber(value), present, valueLeft: toNumber(valueLeft), grossExposureMax }
    return verdict({
      check: 'gross_exposure',
      denial: value <= valueLeft ? null : 'gross_exposure_too_high',
      message: () =>
        `value ${amount(numbers.value, settle)} on top of ${amount(present, settle)}, ${amount(numbers.valueLeft, settle)} left at ${grossExposureMax} × equity`,
      numbers,
    })
  },
}
