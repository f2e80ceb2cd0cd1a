// Proves over all ladders and sizes that the planned exits sell exactly the position, each on the grids of the venue, each large enough,
// and each on the winning side: nothing unsellable is ever left over.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type Money,
  type Price,
  type Quantity,
  ZERO_QUANTITY,
  isMultipleOf,
  money,
  notionalOf,
  quantity,
  smaller,
  subtract,
  sum,
} from '../../src-shared/domain/decimal.ts'
import { priceFromNumber } from '../../src-shared/domain/instrument.ts'
import { planTargets } from '../../src-main/core/decision/target-ladder.ts'
import { BTC } from '../support/risk-fixtures.ts'

const cases = fc.record({
  lots: fc.integer({ min: 1, max: 2000 }),
  weights: fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 5 }),
  /** Out of ten parts of the position, how many the ladder sells. */
  tenths: fc.integer({ min: 1, max: 10 }),
  entry: fc.double({ min: 1000, max: 200_000, noNaN: true }),
  stopShare: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
  long: fc.boolean(),
  minNotional: fc.constantFrom<Money>(money('5'), money('100'), money('1000')),
  minLots: fc.integer({ min: 1, max: 5 }),
})

const lots = (count: number): Quantity => quantity((count / 1000).toFixed(3))

it('sells everything, in parts that can be sold', () => {
  fc.assert(
    fc.property(cases, ({ long, weights, tenths, ...situation }) => {
      const instrument = { ...BTC, minNotional: situation.minNotional, minQuantity: lots(situation.minLots) }
      const total = weights.reduce((a, b) => a + b, 0)
      const ladder = weights.map((weight, index) => ({ fraction: ((weight / total) * tenths) / 10, atR: index + 1 }))
      const entryPrice = priceFromNumber(instrument, situation.entry, 'half_even')
      const stopPrice = priceFromNumber(instrument, situation.entry * (1 + (long ? -1 : 1) * situation.stopShare), 'half_even')
      const position = lots(situation.lots)
      const targets = planTargets({ instrument, side: long ? 'long' : 'short', entryPrice, stopPrice, quantity: position, ladder })

      const sellable = (at: Price, size: Quantity): boolean =>
        size >= instrument.minQuantity && notionalOf(at, size) >= instrument.minNotional
      const planned = sum<Quantity>(targets.map((target) => target.quantity))
      const left = subtract(position, planned)
      expect(left).toBeGreaterThanOrEqual(0n)
      if (tenths === 10 && targets.length > 0) expect(left).toBe(ZERO_QUANTITY)
      if (targets.length > 0 && left > 0n) expect(sellable(stopPrice, left)).toBe(true)
      for (const target of targets) {
        expect(isMultipleOf(target.quantity, instrument.lotSize)).toBe(true)
        expect(isMultipleOf(target.price, instrument.tickSize)).toBe(true)
        expect(sellable(smaller(target.price, stopPrice), target.quantity)).toBe(true)
        expect(long ? target.price > entryPrice : target.price < entryPrice).toBe(true)
      }
    }),
    { numRuns: 1000 },
  )
})
