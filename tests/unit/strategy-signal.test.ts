// Proves that a signal is accepted only when every field can be decided on, and that a refusal names field, value and what was expected.
import { describe, expect, it } from 'vitest'
import { PLAIN_SIGNAL, type Signal } from '../../src-shared/domain/decision.ts'
import { VOTES_MAX, validateSignal } from '../../src-main/core/strategies/validate-signal.ts'

const vote = { voter: 'trend', direction: 'buy', strength: 0.5, weight: 1, multiplier: 1, why: { rsi: 55 }, evidence: [] } as const
const buy: Signal = {
  direction: 'buy',
  strength: 0.5,
  stopPrice: 95,
  chandelierDistance: 3,
  votes: [vote],
  why: { close: 100, calm: true, note: null, text: 'x' },
  ...PLAIN_SIGNAL,
}
const refusal = (change: object): string | null => validateSignal({ ...buy, ...change }, { close: 100 })

describe('validateSignal', () => {
  it.each([
    ['a buy', {}],
    ['a sell with its stop above', { direction: 'sell', stopPrice: 105 }],
    ['a wait without a stop', { direction: 'wait', stopPrice: NaN }],
    ['no trailing exit', { chandelierDistance: null }],
    ['no votes', { votes: [] }],
    ['the ends of the range', { strength: 0 }],
    ['the other end', { strength: 1 }],
    ['a share of the size', { sizeShare: 0.5 }],
  ])('accepts %s', (_what, change) => {
    expect(refusal(change)).toBeNull()
  })

  it.each([
    [{ direction: 'hold' }, 'direction is "hold", expected buy, sell or wait'],
    [{ direction: undefined }, 'direction is undefined'],
    [{ sizeShare: 0 }, 'sizeShare is 0, expected more than 0, at most 1'],
    [{ sizeShare: NaN }, 'sizeShare is NaN'],
    [{ strength: NaN }, 'strength is NaN, expected a number from 0 to 1'],
    [{ strength: 1.01 }, 'strength is 1.01'],
    [{ strength: -0.1 }, 'strength is -0.1'],
    [{ strength: '1' }, 'strength is "1"'],
    [{ stopPrice: NaN }, 'stopPrice is NaN, expected a price below the close 100 for a buy'],
    [{ stopPrice: 100 }, 'stopPrice is 100'],
    [{ stopPrice: 0 }, 'stopPrice is 0'],
    [{ stopPrice: -5 }, 'stopPrice is -5'],
    [{ stopPrice: null }, 'stopPrice is null'],
    [{ direction: 'sell', stopPrice: 99 }, 'stopPrice is 99, expected a price above the close 100 for a sell'],
    [{ direction: 'sell', stopPrice: Infinity }, 'stopPrice is Infinity'],
    [{ chandelierDistance: 0 }, 'chandelierDistance is 0'],
    [{ chandelierDistance: NaN }, 'chandelierDistance is NaN'],
    [{ votes: null }, 'votes is null'],
    [{ votes: Array.from({ length: VOTES_MAX + 1 }, () => vote) }, 'votes is a list, expected a list of at most 64'],
    [{ votes: [null] }, 'votes[0] is null'],
    [{ votes: [vote, { ...vote, voter: '' }] }, 'votes[1].voter is ""'],
    [{ votes: [{ ...vote, direction: 'up' }] }, 'votes[0].direction is "up"'],
    [{ votes: [{ ...vote, strength: 2 }] }, 'votes[0].strength is 2'],
    [{ votes: [{ ...vote, weight: NaN }] }, 'votes[0].weight is NaN'],
    [{ votes: [{ ...vote, multiplier: Infinity }] }, 'votes[0].multiplier is Infinity'],
    [{ votes: [{ ...vote, why: { a: NaN } }] }, 'votes[0].why.a is NaN'],
    [{ why: null }, 'why is null, expected named values'],
    [{ why: [] }, 'why is a list'],
    [{ why: { a: {} } }, 'why.a is an object'],
    [{ why: { a: 'x'.repeat(501) } }, 'why.a is "xxxx'],
    [{ why: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, i])) }, 'why has 65 values, expected at most 64'],
  ])('refuses %j', (change, message) => {
    expect(refusal(change)).toContain(message)
  })

  it('refuses a buy when the close itself is not a number', () => {
    expect(validateSignal(buy, { close: NaN })).toContain('stopPrice is 95')
  })
})
