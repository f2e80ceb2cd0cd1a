// Proves the exact arithmetic of decimal.ts against decimal.js, an independent implementation, over random amounts and all roundings,
// and that text survives a round trip and a float becomes the nearest decimal.
import { Decimal as Oracle } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Decimal,
  type Money,
  type Rounding,
  SCALE,
  absolute,
  add,
  averagePrice,
  isMultipleOf,
  larger,
  money,
  moneyFromNumber,
  negate,
  notionalOf,
  overRate,
  price,
  priceTimesRate,
  quantity,
  quantityFor,
  quantityTimesRate,
  rate,
  rateFromNumber,
  ratioOf,
  smaller,
  subtract,
  sum,
  timesRate,
  toNumber,
  toStep,
  toText,
  unitsFromFloat,
} from '../../src-shared/domain/decimal.ts'

Oracle.set({ precision: 120, toExpNeg: -1000, toExpPos: 1000 })

const ROUNDINGS: readonly Rounding[] = ['down', 'up', 'half_even']
const MODE = { down: Oracle.ROUND_FLOOR, up: Oracle.ROUND_CEIL, half_even: Oracle.ROUND_HALF_EVEN } as const
const rounding = fc.constantFrom(...ROUNDINGS)

/** Plain decimal text with up to `whole` digits before and up to 12 after the point, short ones as likely as long ones. */
const text = (whole: number) =>
  fc
    .tuple(
      fc.boolean(),
      fc.integer({ min: 0, max: whole }),
      fc.integer({ min: 0, max: SCALE }),
      fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
    )
    .map(([negative, wholeDigits, digits, stream]) => {
      const take = (count: number): string => Array.from({ length: count }, () => stream.next().value).join('')
      const fraction = take(digits)
      return `${negative ? '-' : ''}${take(wholeDigits) || '0'}${fraction === '' ? '' : `.${fraction}`}`
    })
const amount = text(15)
const factor = text(6)
const notZero = (each: string): boolean => Number(each) !== 0

const exact = (value: Oracle, mode: Rounding): string => {
  const rounded = value.toDecimalPlaces(SCALE, MODE[mode])
  return rounded.isZero() ? '0' : rounded.toString()
}
const agrees = (ours: Decimal, oracle: Oracle, mode: Rounding = 'half_even'): void => expect(toText(ours)).toBe(exact(oracle, mode))

describe('text', () => {
  it('survives a round trip, in its shortest form', () => {
    fc.assert(
      fc.property(amount, (each) => {
        const value = price(each)
        expect(price(toText(value))).toBe(value)
        agrees(value, new Oracle(each))
        expect(toNumber(value)).toBe(Number(toText(value)))
      }),
    )
  })
  it.each([
    '',
    '.',
    '1.',
    '.5',
    '1e3',
    ' 1',
    '1 ',
    '+1',
    '--1',
    'NaN',
    'Infinity',
    '0x1',
    '1,5',
    '1.1234567890123',
    '1234567890123456789012345',
    '١',
  ])('refuses %j and names it', (each) => {
    for (const parse of [price, quantity, money, rate]) expect(() => parse(each)).toThrow(RangeError)
    expect(() => price(each)).toThrow(`price: "${each}"`)
  })
  it('knows only one zero', () => {
    for (const each of ['0', '-0', '000', '0.000', '-0.000000000000']) expect(toText(price(each))).toBe('0')
  })
})

describe('addition', () => {
  it('agrees with the oracle, exactly', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        agrees(add(money(a), money(b)), new Oracle(a).plus(b))
        agrees(subtract(money(a), money(b)), new Oracle(a).minus(b))
        agrees(negate(money(a)), new Oracle(a).negated())
        agrees(absolute(money(a)), new Oracle(a).abs())
        agrees(smaller(money(a), money(b)), Oracle.min(a, b))
        agrees(larger(money(a), money(b)), Oracle.max(a, b))
      }),
    )
  })
  it('gives the same sum in every order, which floats do not', () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 20 }), (texts) => {
        const values = texts.map(money)
        expect(sum<Money>(values)).toBe(sum<Money>(values.toReversed()))
        agrees(
          sum<Money>(values),
          texts.reduce((total, each) => total.plus(each), new Oracle(0)),
        )
      }),
    )
  })
})

describe('multiplication and division', () => {
  it('agree with the oracle under every rounding', () => {
    fc.assert(
      fc.property(amount, factor, rounding, (a, b, mode) => {
        const product = new Oracle(a).times(b)
        agrees(notionalOf(price(a), quantity(b)), product)
        agrees(timesRate(money(a), rate(b), mode), product, mode)
        agrees(quantityTimesRate(quantity(a), rate(b), mode), product, mode)
        agrees(priceTimesRate(price(a), rate(b), mode), product, mode)
      }),
    )
  })
  it('agree with the oracle when dividing', () => {
    fc.assert(
      fc.property(amount, factor.filter(notZero), rounding, (a, b, mode) => {
        const quotient = new Oracle(a).dividedBy(b)
        agrees(averagePrice(money(a), quantity(b), mode), quotient, mode)
        agrees(quantityFor(money(a), price(b), mode), quotient, mode)
        agrees(overRate(money(a), rate(b), mode), quotient, mode)
        agrees(ratioOf(money(a), money(b)), quotient)
      }),
    )
  })
  it('rounds ties to even, and only ties', () => {
    const half = rate('0.5')
    const unit = '0.000000000001'
    expect(toText(timesRate(money(unit), half, 'half_even'))).toBe('0')
    expect(toText(timesRate(money('0.000000000003'), half, 'half_even'))).toBe('0.000000000002')
    expect(toText(timesRate(money('-0.000000000001'), half, 'half_even'))).toBe('0')
    expect(toText(timesRate(money('-0.000000000003'), half, 'half_even'))).toBe('-0.000000000002')
    expect(toText(timesRate(money(unit), rate('0.500000000001'), 'half_even'))).toBe(unit)
  })
  it('brackets the truth: down is at most, up is at least, and they differ by one unit at most', () => {
    fc.assert(
      fc.property(amount, factor, (a, b) => {
        const [down, up, even] = ROUNDINGS.map((mode) => timesRate(money(a), rate(b), mode))
        if (down === undefined || up === undefined || even === undefined) throw new Error('three roundings')
        expect(up - down === 0n || up - down === 1n).toBe(true)
        expect(even === down || even === up).toBe(true)
      }),
    )
  })
  it('refuses to divide by zero', () => {
    expect(() => averagePrice(money('1'), quantity('0'), 'down')).toThrow(RangeError)
    expect(() => quantityFor(money('1'), price('0'), 'down')).toThrow(RangeError)
    expect(() => overRate(money('1'), rate('0'), 'down')).toThrow(RangeError)
    expect(() => ratioOf(money('1'), money('0'))).toThrow(RangeError)
  })
})

describe('toStep', () => {
  it('finds the multiple next to the value in the direction asked for', () => {
    fc.assert(
      fc.property(
        amount,
        factor.filter((each) => Number(each) > 0),
        rounding,
        (a, step, mode) => {
          const on = toStep(quantity(a), quantity(step), mode)
          expect(isMultipleOf(on, quantity(step))).toBe(true)
          agrees(on, new Oracle(a).dividedBy(step).toDecimalPlaces(0, MODE[mode]).times(step))
          expect(toStep(on, quantity(step), mode)).toBe(on)
        },
      ),
    )
  })
  it.each(['0', '-0.1'])('refuses a step of %s', (step) => {
    expect(() => toStep(quantity('1'), quantity(step), 'down')).toThrow(RangeError)
    expect(isMultipleOf(quantity('1'), quantity(step))).toBe(false)
  })
})

describe('a float', () => {
  const finite = fc.double({ min: -999_999_999_999_999, max: 999_999_999_999_999, noNaN: true })
  const market = fc.oneof(
    finite,
    fc.double({ min: -200_000, max: 200_000, noNaN: true }),
    fc.double({ min: -1e-6, max: 1e-6, noNaN: true }),
  )

  it('becomes the decimal nearest to what it is written as', () => {
    fc.assert(
      fc.property(market, (value) => {
        const ours = new Oracle(unitsFromFloat(value, 'test').toString()).times('1e-12')
        const written = new Oracle(value.toString())
        expect(ours.minus(written).abs().lessThanOrEqualTo('0.5e-12')).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
  it('comes back unchanged when it is written with at most twelve digits after the point', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 12 }), (digits, places) => {
        const value = Number(`${digits}e-${places}`)
        expect(toNumber(rateFromNumber(value))).toBe(value === 0 ? 0 : value)
        expect(toText(rateFromNumber(value))).toBe(exact(new Oracle(`${digits}e-${places}`), 'half_even'))
      }),
    )
  })
  it('is rounded to a millionth as an amount of money, which is an estimate', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e8, max: 1e8, noNaN: true }), (value) => {
        expect(Math.abs(toNumber(moneyFromNumber(value)) - value)).toBeLessThanOrEqual(0.5e-6 + Math.abs(value) * 2 ** -52)
      }),
    )
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e15]) expect(() => moneyFromNumber(value)).toThrow(RangeError)
  })
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e15, -1e15])('is refused when it is %d', (value) => {
    expect(() => unitsFromFloat(value, 'test')).toThrow(RangeError)
    expect(() => rateFromNumber(value)).toThrow(`rate: ${value}`)
  })
})
