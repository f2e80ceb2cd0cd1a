// Proves each factor and each cap of the sizing pipeline at its bounds, and that a size the venue would not take, or numbers that are
// none, come to zero with a reason instead of an order.
import { describe, expect, it } from 'vitest'
import { money, price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { type SizingInput, sizePosition } from '../../src-main/core/decision/sizing.ts'
import { BTC } from '../support/risk-fixtures.ts'

const input = (changes: Partial<SizingInput> = {}): SizingInput => ({
  instrument: { ...BTC, lotSize: quantity('0.000001'), minQuantity: quantity('0.000001') },
  entryPrice: price('100000'),
  stopPrice: price('98000'),
  equity: 10_000,
  riskPerTrade: 0.005,
  strength: 1,
  volatilityTarget: 0.6,
  realizedVolatility: null,
  caps: [],
  ...changes,
})
const sizeOf = (changes: Partial<SizingInput>): string => toText(sizePosition(input(changes)).quantity)

describe('the factors', () => {
  it.each([
    ['full strength', '0.025', {}],
    ['no strength at all: half', '0.0125', { strength: 0 }],
    ['strength beyond one counts as one', '0.025', { strength: 7 }],
    ['a confident model', '0.0375', { confidence: 1.5 }],
    ['a model without confidence: nothing', '0', { confidence: 0 }],
    ['a poor score', '0.0125', { scoreFactor: 0.5 }],
    ['volatility on target', '0.025', { realizedVolatility: 0.6 }],
    ['twice the volatility: half', '0.0125', { realizedVolatility: 1.2 }],
    ['a storm: never less than a quarter', '0.00625', { realizedVolatility: 60 }],
    ['a calm: never more than half as much again', '0.0375', { realizedVolatility: 0.001 }],
    ['volatility of zero, which is unknown rather than calm', '0.025', { realizedVolatility: 0 }],
    ['a short, whose stop is above', '0.025', { stopPrice: price('102000') }],
  ] as const)('%s gives %s', (_, expected, changes) => {
    expect(sizeOf(changes)).toBe(expected)
  })
})

describe('the caps', () => {
  const cap = (text: string, step = 'cap') => ({ step, quantityMax: quantity(text), note: 'a limit' })

  it('cut to the smallest and show which one did', () => {
    const { quantity: size, steps } = sizePosition(input({ caps: [cap('0.02', 'first'), cap('0.03', 'second'), cap('0.01', 'third')] }))
    expect(toText(size)).toBe('0.01')
    expect(steps.filter(({ factor }) => factor !== 1).map(({ step, valueAfter }) => [step, valueAfter])).toEqual([
      ['risk_amount', 50],
      ['stop_distance', 2500],
      ['first', 2000],
      ['third', 1000],
    ])
  })
  it('leave a size alone that is exactly at a cap', () => {
    expect(sizeOf({ caps: [cap('0.025')] })).toBe('0.025')
  })
  it('may leave nothing, with a reason', () => {
    expect(sizePosition(input({ caps: [cap('0')] }))).toMatchObject({ quantity: 0n, reason: 'below_min_quantity' })
  })
})

describe('what the venue takes', () => {
  it('rounds down to the lot, also from just below the next', () => {
    // 2 499.99 ÷ 100 000 is 0.0249999.
    expect(sizeOf({ instrument: BTC, equity: 9999.96 })).toBe('0.024')
  })
  it('is zero with a reason below the least quantity', () => {
    const { quantity: size, reason, steps } = sizePosition(input({ instrument: BTC, equity: 399.9 }))
    expect([size, reason]).toEqual([0n, 'below_min_quantity'])
    expect(steps.at(-1)).toMatchObject({ step: 'below_min_quantity', valueAfter: 0 })
  })
  it('is zero with a reason below the least value', () => {
    const instrument = { ...BTC, minNotional: money('100.01') }
    expect(sizePosition(input({ instrument, equity: 400 }))).toMatchObject({ quantity: 0n, reason: 'below_min_notional' })
    expect(sizeOf({ instrument: BTC, equity: 400 })).toBe('0.001')
  })
})

describe('numbers that are none', () => {
  it.each([
    { equity: Number.NaN },
    { equity: 0 },
    { equity: -1 },
    { equity: Number.POSITIVE_INFINITY },
    { equity: 1e300 },
    { riskPerTrade: Number.NaN },
    { strength: Number.NaN },
    { strength: -0.1 },
    { confidence: Number.NaN },
    { scoreFactor: Number.POSITIVE_INFINITY },
    { volatilityTarget: 0 },
    { realizedVolatility: Number.NaN },
    { realizedVolatility: -1 },
    { entryPrice: price('0') },
    { stopPrice: price('100000') },
    { stopPrice: price('-1') },
    { entryPrice: price('100000000000000'), stopPrice: price('100000000000000.000000000001') },
  ])('%o gives zero and says so', (changes) => {
    const { quantity: size, reason, steps } = sizePosition(input(changes))
    expect([size, reason]).toEqual([0n, 'bad_sizing_input'])
    for (const { factor, valueBefore, valueAfter } of steps) expect([factor, valueBefore, valueAfter].every(Number.isFinite)).toBe(true)
  })
})
