// Proves where the rungs of the take-profit ladder lie and how much each sells, and that a rung too small to sell is merged, never lost.
import { describe, expect, it } from 'vitest'
import { money, price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { type LadderInput, planTargets } from '../../src-main/core/decision/target-ladder.ts'
import { BTC } from '../support/risk-fixtures.ts'

const LADDER = [
  { fraction: 0.4, atR: 1 },
  { fraction: 0.3, atR: 2 },
  { fraction: 0.3, atR: 3 },
]
const rungs = (changes: Partial<LadderInput>): [string, string, number][] =>
  planTargets({
    instrument: BTC,
    side: 'long',
    entryPrice: price('100000'),
    stopPrice: price('98000'),
    quantity: quantity('0.1'),
    ladder: LADDER,
    ...changes,
  }).map((target) => [toText(target.price), toText(target.quantity), target.fraction])

describe('planTargets', () => {
  it('puts the rungs of a long above the entry at 1, 2 and 3 R', () => {
    expect(rungs({})).toEqual([
      ['102000', '0.04', 0.4],
      ['104000', '0.03', 0.3],
      ['106000', '0.03', 0.3],
    ])
  })
  it('puts the rungs of a short below it', () => {
    expect(rungs({ side: 'short', stopPrice: price('102000') }).map(([at]) => at)).toEqual(['98000', '96000', '94000'])
  })
  it('rounds to the tick that is reached first', () => {
    const offGrid = { entryPrice: price('100000.07'), stopPrice: price('98000.02') }
    expect(rungs(offGrid).map(([at]) => at)).toEqual(['102000.1', '104000.1', '106000.2'])
    expect(rungs({ side: 'short', entryPrice: price('98000.02'), stopPrice: price('100000.07') }).map(([at]) => at)).toEqual([
      '96000',
      '94000',
      '91999.9',
    ])
  })
  it('merges a rung that is too small into the next', () => {
    // 0.001 + 0.001 + 0.001: each worth about 100, less than 150.
    expect(rungs({ instrument: { ...BTC, minNotional: money('150') }, quantity: quantity('0.003') })).toEqual([['104000', '0.003', 1]])
  })
  it('merges a last rung that is too small into the one before', () => {
    const ladder = [...LADDER.slice(0, 2), { fraction: 0.2, atR: 3 }, { fraction: 0.1, atR: 4 }]
    expect(
      rungs({ ladder, quantity: quantity('0.009'), instrument: { ...BTC, minQuantity: quantity('0.002') } }).map(([at, size]) => [
        at,
        size,
      ]),
    ).toEqual([
      ['102000', '0.003'],
      ['104000', '0.003'],
      ['106000', '0.003'],
    ])
  })
  it('sells all at the furthest target when no rung can be sold alone', () => {
    expect(rungs({ instrument: { ...BTC, minNotional: money('98') }, quantity: quantity('0.001') })).toEqual([['106000', '0.001', 1]])
  })
  it('plans none for what cannot be sold at all', () => {
    expect(rungs({ instrument: { ...BTC, minNotional: money('98.01') }, quantity: quantity('0.001') })).toEqual([])
  })
  it('leaves a part to run when the fractions add up to less than 1', () => {
    expect(rungs({ ladder: LADDER.slice(0, 2) }).map(([, size]) => size)).toEqual(['0.04', '0.03'])
  })
  it('takes the part to run along when it would be too small to sell', () => {
    expect(rungs({ ladder: [{ fraction: 0.99, atR: 1 }], instrument: { ...BTC, minQuantity: quantity('0.002') } })).toEqual([
      ['102000', '0.1', 1],
    ])
  })
  it('lets a short sell at the last price above zero what was planned below it', () => {
    const ladder = [
      { fraction: 0.5, atR: 1 },
      { fraction: 0.5, atR: 3 },
    ]
    expect(rungs({ side: 'short', stopPrice: price('150000'), ladder })).toEqual([['50000', '0.1', 1]])
  })
  it.each([
    ['no ladder', { ladder: [] }],
    ['no quantity', { quantity: quantity('0') }],
    ['a stop at the entry', { stopPrice: price('100000') }],
    ['only targets at a price of zero', { side: 'short', stopPrice: price('200000'), ladder: [{ fraction: 1, atR: 1 }] }],
    ['a target of a long less than a tick away', { stopPrice: price('99999.95'), ladder: [{ fraction: 1, atR: 1 }] }],
    ['a target of a short less than a tick away', { side: 'short', stopPrice: price('100000.05'), ladder: [{ fraction: 1, atR: 1 }] }],
    ['only targets that no price reaches', { side: 'short', stopPrice: price('300000') }],
  ] as const)('plans none for %s', (_, changes) => {
    expect(rungs(changes)).toEqual([])
  })
})
