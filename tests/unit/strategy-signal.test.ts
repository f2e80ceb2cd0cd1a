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
const mark = { kind: 'mark', label: 'sweep', ms: 1, price: 2 }
const profile = {
  kind: 'profile',
  label: 'day',
  fromMs: 1,
  toMs: 2,
  low: 1,
  step: 1,
  volumes: [1],
  pointOfControl: 1,
  valueHigh: 2,
  valueLow: 1,
}
const withEvidence = (evidence: object) => ({ votes: [{ ...vote, evidence: [evidence] }] })
const regime = { classifier: 'imba-3', regime: 'trend', probability: 0.7, scores: { trend: 0.7, flat: 0.3 } }
const confluence = { buy: 1, sell: 0, before: 1, after: 1, threshold: 1.2 }
const verdict = { check: 'funding', passed: true, code: 'ok', message: 'funding is low', numbers: { rate: 0.0001 } }
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
    [
      'every kind of evidence',
      {
        votes: [
          {
            ...vote,
            evidence: [
              mark,
              profile,
              { kind: 'level', label: 'a', price: 1, fromMs: 1 },
              { kind: 'zone', label: 'a', fromMs: 1, toMs: 2, low: 1, high: 2 },
              { kind: 'path', label: 'a', points: [{ ms: 1, price: 1 }] },
              { kind: 'features', label: 'a', names: ['ema_21'] },
            ],
          },
        ],
      },
    ],
    [
      'a regime, a confluence, an adjustment and a filter',
      { regime, confluence, adjustments: [{ name: 'mood', factor: 1.19, why: {} }], filters: [verdict] },
    ],
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
    [{ votes: [{ ...vote, evidence: null }] }, 'votes[0].evidence is null, expected a list of at most 12'],
    [
      { votes: [{ ...vote, evidence: Array.from({ length: 13 }, () => mark) }] },
      'votes[0].evidence is a list, expected a list of at most 12',
    ],
    [withEvidence({ ...mark, label: '' }), 'votes[0].evidence[0].label is "", expected 1 to 80 letters'],
    [withEvidence({ ...mark, label: 'x'.repeat(81) }), 'expected 1 to 80 letters'],
    [withEvidence({ ...mark, kind: 'circle' }), 'votes[0].evidence[0].kind is "circle"'],
    [withEvidence({ ...mark, price: NaN }), 'votes[0].evidence[0].price is NaN, expected a finite number'],
    [withEvidence({ kind: 'level', label: 'a', price: 1, fromMs: null }), 'evidence[0].fromMs is null'],
    [withEvidence({ kind: 'zone', label: 'a', fromMs: 1, toMs: 2, low: 1, high: Infinity }), 'evidence[0].high is Infinity'],
    [withEvidence({ kind: 'path', label: 'a', points: [{ ms: 1, price: 'x' }] }), 'evidence[0].points[0].price is "x"'],
    [withEvidence({ kind: 'features', label: 'a', names: [''] }), 'evidence[0].names is a list, expected at most 12 names'],
    [
      withEvidence({ ...profile, volumes: Array.from({ length: 201 }, () => 1) }),
      'evidence[0].volumes is a list, expected at most 200 bins',
    ],
    [withEvidence({ ...profile, volumes: [1, -1] }), 'evidence[0].volumes[1] is -1, expected a volume from 0 up'],
    [withEvidence({ ...profile, valueLow: NaN }), 'evidence[0].valueLow is NaN'],
    [{ regime: undefined }, 'regime is undefined, expected null or a regime'],
    [{ regime: { ...regime, regime: '' } }, 'regime.regime is ""'],
    [{ regime: { ...regime, probability: 1.2 } }, 'regime.probability is 1.2'],
    [{ regime: { ...regime, scores: { trend: NaN } } }, 'regime.scores.trend is NaN'],
    [{ regime: { ...regime, scores: null } }, 'regime.scores is null'],
    [
      { regime: { ...regime, scores: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`r${i}`, 0])) } },
      'regime.scores has 17 values',
    ],
    [{ confluence: {} }, 'confluence.buy is undefined, expected a finite number'],
    [{ confluence: { ...confluence, after: NaN } }, 'confluence.after is NaN'],
    [{ adjustments: undefined }, 'adjustments is undefined, expected a list of at most 16'],
    [{ adjustments: [{ name: 'mood', factor: NaN, why: {} }] }, 'adjustments[0].factor is NaN'],
    [{ adjustments: [{ name: 'mood', factor: 1, why: { a: NaN } }] }, 'adjustments[0].why.a is NaN'],
    [{ filters: [null] }, 'filters[0] is null'],
    [{ filters: Array.from({ length: 33 }, () => verdict) }, 'filters is a list, expected a list of at most 32'],
    [{ filters: [{ ...verdict, passed: 'yes' }] }, 'filters[0].passed is "yes"'],
    [{ filters: [{ ...verdict, code: '' }] }, 'filters[0].code is ""'],
    [{ filters: [{ ...verdict, message: 'x'.repeat(501) }] }, 'filters[0].message is "xxxx'],
    [{ filters: [{ ...verdict, numbers: { rate: NaN } }] }, 'filters[0].numbers.rate is NaN'],
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
