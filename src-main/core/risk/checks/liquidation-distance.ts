// The stop must be hit long before the venue would liquidate.
import { toNumber } from '../../../../src-shared/domain/decimal.ts'
import { entryPriceOf, stopDistanceOf } from '../exposure.ts'
import { known } from '../risk-context.ts'
import { type RiskCheck, shown, verdict } from '../verdict.ts'

export const liquidationDistance: RiskCheck = {
  code: 'liquidation_distance',
  title: 'Liquidation distance',
  check(context, request) {
    const liquidationPrice = known(context.liquidationPrice, 'liquidation_price')
    const entryPrice = toNumber(entryPriceOf(context, request))
    const stopDistance = toNumber(stopDistanceOf(context, request))
    const distance = request.side === 'buy' ? entryPrice - liquidationPrice : liquidationPrice - entryPrice
    const distanceMin = context.policy.liquidationDistanceMin * stopDistance
    const outOfReach = request.side === 'buy' && liquidationPrice <= 0
    return verdict({
      check: 'liquidation_distance',
      denial: distance >= distanceMin || outOfReach ? null : 'liquidation_too_near',
      message: outOfReach
        ? 'no price above 0 liquidates this long'
        : () =>
            `liquidation at ${shown(liquidationPrice)}, ${shown(distance)} from the entry, at least ${shown(distanceMin)} (${context.policy.liquidationDistanceMin} stop distances)`,
      numbers: { liquidationPrice, distance, distanceMin, stopDistance },
    })
  },
}
