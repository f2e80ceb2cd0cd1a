// Every entry has a stop, on the side where it limits the loss.
import { larger, smaller, toNumber, toText } from '../../../../src-shared/domain/decimal.ts'
import { entryPriceOf, markPriceOf } from '../exposure.ts'
import { type RiskCheck, verdict } from '../verdict.ts'

export const stopRequired: RiskCheck = {
  code: 'stop_required',
  title: 'Protective stop',
  check(context, request) {
    if (request.entryPlan === null)
      return verdict({ check: 'stop_required', denial: 'stop_missing', message: 'the entry has no stop', numbers: {} })
    const stop = request.entryPlan.stopPrice
    const entry = entryPriceOf(context, request)
    const mark = markPriceOf(context)
    // A stop between the entry and the market is on the right side of one, and fires at once on the other.
    const rightSide = request.side === 'buy' ? stop < smaller(entry, mark) : stop > larger(entry, mark)
    return verdict({
      check: 'stop_required',
      denial: rightSide && stop > 0n ? null : 'stop_wrong_side',
      message: () =>
        `stop ${toText(stop)} for a ${request.side} at ${toText(entry)} with the mark price at ${toText(mark)}, must be ${request.side === 'buy' ? 'below' : 'above'} both`,
      numbers: { stopPrice: toNumber(stop), entryPrice: toNumber(entry), markPrice: toNumber(mark) },
    })
  },
}
