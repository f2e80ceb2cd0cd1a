// Proves that the doors of an instrument round to the safe side for every float: stops never risk more, quantities never grow,
// targets are never further away; that what comes out lies on the venue's grid; and that NaN gets through none of them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMultipleOf, money, price, quantity, toNumber } from '../../src-shared/domain/decimal.ts'
import {
  closingSide,
  directionOf,
  openingSide,
  priceFromNumber,
  quantityFromNumber,
  sideOpenedBy,
  sizeFault,
  stopPriceFromNumber,
  targetPriceFromNumber,
} from '../../src-shared/domain/instrument.ts'
import { BTC } from '../support/risk-fixtures.ts'

const prices = fc.double({ min: 1, max: 1_000_000, noNaN: true })
const side = fc.constantFrom('long' as const, 'short' as const)
/** A float is rounded to twelve digits before it meets the grid: that much is not a step to either side. */
const NOISE = 5e-13
const ulp = (value: number): number => value * 2.3e-16 + NOISE

describe('prices', () => {
  it('lie on the tick grid, less than a tick from the float', () => {
    fc.assert(
      fc.property(prices, fc.constantFrom('down' as const, 'up' as const, 'half_even' as const), (value, rounding) => {
        const on = priceFromNumber(BTC, value, rounding)
        expect(isMultipleOf(on, BTC.tickSize)).toBe(true)
        expect(Math.abs(toNumber(on) - value)).toBeLessThan(rounding === 'half_even' ? 0.0500000001 : 0.1000000001)
      }),
    )
  })
  it('put a stop nearer to the market, never further', () => {
    fc.assert(
      fc.property(prices, side, (value, positionSide) => {
        const away = (value - toNumber(stopPriceFromNumber(BTC, positionSide, value))) * directionOf(positionSide)
        expect(away).toBeLessThanOrEqual(ulp(value))
      }),
    )
  })
  it('put a target where it is reached first', () => {
    fc.assert(
      fc.property(prices, side, (value, positionSide) => {
        const away = (toNumber(targetPriceFromNumber(BTC, positionSide, value)) - value) * directionOf(positionSide)
        expect(away).toBeLessThanOrEqual(ulp(value))
      }),
    )
  })
  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -1, 0.04, 1e15])('refuse %d and name the instrument', (value) => {
    expect(() => priceFromNumber(BTC, value, 'down')).toThrow(/BTC\/USDT:USDT price/)
    expect(() => stopPriceFromNumber(BTC, 'short', value)).toThrow(RangeError)
  })
})

describe('quantities', () => {
  it('lie on the lot grid and are never more than asked for', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1_000_000, noNaN: true }), (value) => {
        const on = quantityFromNumber(BTC, value)
        expect(isMultipleOf(on, BTC.lotSize)).toBe(true)
        expect(toNumber(on)).toBeLessThanOrEqual(value + ulp(value))
        expect(value - toNumber(on)).toBeLessThan(0.001 + ulp(value))
      }),
    )
  })
  it('do not lose a lot to float noise', () => {
    expect(quantityFromNumber(BTC, 0.1 + 0.2)).toBe(quantity('0.3'))
    expect(quantityFromNumber(BTC, 0.019)).toBe(quantity('0.019'))
    expect(quantityFromNumber(BTC, 0.0199999)).toBe(quantity('0.019'))
  })
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -0.001, 1e15])('refuse %d', (value) => {
    expect(() => quantityFromNumber(BTC, value)).toThrow(/BTC\/USDT:USDT quantity/)
  })
})

describe('sizeFault', () => {
  const plain = { reduceOnly: false, market: false }
  it.each([
    ['0.001', null, plain],
    ['0.0015', 'off_lot', plain],
    ['0', 'below_min_quantity', plain],
    ['-0.001', 'below_min_quantity', plain],
    ['1000', null, plain],
    ['1000.001', 'above_max_quantity', plain],
    ['120', null, { reduceOnly: false, market: true }],
    ['120.001', 'above_max_quantity', { reduceOnly: false, market: true }],
  ] as const)('says of %s: %s', (size, expected, order) => {
    expect(sizeFault(BTC, price('100000'), quantity(size), order)).toBe(expected)
  })
  it('asks for the minimum notional exactly, and not of an order that reduces', () => {
    const instrument = { ...BTC, minNotional: money('100.1') }
    expect(sizeFault(instrument, price('100100'), quantity('0.001'), plain)).toBeNull()
    expect(sizeFault(instrument, price('100099.9'), quantity('0.001'), plain)).toBe('below_min_notional')
    expect(sizeFault(instrument, price('100099.9'), quantity('0.001'), { reduceOnly: true, market: false })).toBeNull()
  })
})

it('opens with one side and closes with the other', () => {
  for (const each of ['long', 'short'] as const) {
    expect(sideOpenedBy(openingSide(each))).toBe(each)
    expect(closingSide(each)).not.toBe(openingSide(each))
  }
  expect([directionOf('long'), directionOf('short')]).toEqual([1, -1])
})
