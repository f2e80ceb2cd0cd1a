// A stop too near is hit by noise; one too far risks a liquidation or a position too small to matter.
import { priceTimesRate, rateFromNumber, ratioOf, toNumber } from '../../../../src-shared/domain/decimal.ts'
import { entryPriceOf, stopDistanceOf } from '../exposure.ts'
import { type RiskCheck, percent, verdict } from '../verdict.ts'

export const stopDistance: RiskCheck = {
  code: 'stop_distance',
  title: 'Stop distance',
  check(context, request) {
    const { stopDistanceMin, stopDistanceMax } = context.policy
    const entry = entryPriceOf(context, request)
    const distance = stopDistanceOf(context, request)
    const nearest = priceTimesRate(entry, rateFromNumber(stopDistanceMin), 'up')
    const farthest = priceTimesRate(entry, rateFromNumber(stopDistanceMax), 'down')
    const share = toNumber(ratioOf(distance, entry))
    return verdict({
      check: 'stop_distance',
      denial: distance < nearest ? 'stop_too_near' : distance > farthest ? 'stop_too_far' : null,
      message: () => `stop ${percent(share)} from the entry, allowed ${percent(stopDistanceMin)} to ${percent(stopDistanceMax)}`,
      numbers: { stopDistance: share, stopDistanceMin, stopDistanceMax },
    })
  },
}
