// Proves where values lie on an axis, what a form begins with, what is refused in a search's dimensions, and how parameters get into a backtest.
import { describe, expect, it } from 'vitest'
import { SearchDimension } from '../../src-shared/config/lab.ts'
import { BUNDLED_STRATEGIES } from '../../src-main/core/strategies/registry.ts'
import { applyParameters, checkDimensions, defaultDimensions } from '../../src-main/lab/search/dimensions.ts'
import { axisOf, parametersOf, pointAt, pointOf, rankOf, spaceOf } from '../../src-main/lab/search/space.ts'
import { searchSpec } from '../support/search-functions.ts'

const dimension = (over: Partial<SearchDimension>): SearchDimension =>
  SearchDimension.parse({ strategyId: 's', parameter: 'x', min: 0, max: 1, ...over })
const valuesOf = (over: Partial<SearchDimension>): number[] => {
  const axis = axisOf(dimension(over))
  return Array.from({ length: axis.count }, (_, index) => {
    const [from, to] = axis.edges(index)
    return axis.fromUnit((from + to) / 2)
  })
}

describe('an axis', () => {
  it('takes min + k × step, as a person would write it, and never more than max', () => {
    expect(valuesOf({ min: 0.1, max: 0.7, step: 0.1 })).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    expect(valuesOf({ min: 3, max: 10, step: 3 })).toEqual([3, 6, 9])
    expect(valuesOf({ min: 5, max: 5, step: null })).toEqual([5])
    expect(valuesOf({ min: 1, max: 2, step: 5 })).toEqual([1])
  })

  it('gives each step of a linear axis the same room, and that of a logarithmic one what its logarithm takes', () => {
    const linear = axisOf(dimension({ min: 0, max: 3, step: 1 }))
    expect([0, 1, 2, 3].map((index) => linear.edges(index))).toEqual([
      [0, 0.25],
      [0.25, 0.5],
      [0.5, 0.75],
      [0.75, 1],
    ])
    const log = axisOf(dimension({ min: 1, max: 100, step: 1, scale: 'log' }))
    const width = (value: number): number => {
      const [from, to] = log.edges(value - 1)
      return to - from
    }
    expect(width(10) / width(20)).toBeCloseTo(2, 1)
    // Up to 10, about half of all draws: 9.5 is the geometric middle of 0.7 and 100.5 within a tenth.
    expect(log.edges(9)[1]).toBeGreaterThan(0.5)
    expect(log.edges(9)[1]).toBeLessThan(0.56)
  })

  it('without steps goes through the middle of its scale', () => {
    expect(axisOf(dimension({ min: -1, max: 3 })).fromUnit(0.5)).toBe(1)
    expect(axisOf(dimension({ min: 0.01, max: 100, scale: 'log' })).fromUnit(0.5)).toBe(1)
    expect(axisOf(dimension({ min: 0.01, max: 100, scale: 'log' })).toUnit(0.1)).toBeCloseTo(0.25, 12)
  })
})

describe('a space', () => {
  const space = spaceOf([
    dimension({ parameter: 'a', min: 1, max: 3, step: 1 }),
    dimension({ parameter: 'b', min: 0, max: 0.5, step: 0.25 }),
  ])

  it('counts its points, the last axis fastest', () => {
    expect(space.size).toBe(9)
    const points = Array.from({ length: 9 }, (_, rank) => parametersOf(space, pointAt(space, rank)))
    expect(points.slice(0, 4)).toEqual([
      { 's.a': 1, 's.b': 0 },
      { 's.a': 1, 's.b': 0.25 },
      { 's.a': 1, 's.b': 0.5 },
      { 's.a': 2, 's.b': 0 },
    ])
    expect(points.map((parameters) => rankOf(space, pointOf(space, parameters)))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('is endless when one axis is continuous', () => {
    expect(spaceOf([dimension({ step: 0.5 }), dimension({ parameter: 'y' })]).size).toBe(Number.POSITIVE_INFINITY)
  })
})

const declared = new Map([...BUNDLED_STRATEGIES].map(([id, { declaration }]) => [id, declaration.parameters]))

describe('the dimensions of a search', () => {
  it.each([...declared])('by default are what %s declares, and pass their own check', (id, specs) => {
    const dimensions = defaultDimensions(id, specs)
    expect(dimensions.map(({ parameter }) => parameter)).toEqual(specs.map(({ name }) => name))
    for (const one of dimensions) expect(SearchDimension.parse(one)).toEqual(one)
    expect(checkDimensions(dimensions, declared)).toEqual({ ok: true, value: true })
    // Each declared default can be reached.
    for (const [at, one] of dimensions.entries()) {
      const axis = axisOf(one)
      const wanted = specs[at]?.default ?? Number.NaN
      expect(axis.fromUnit(axis.toUnit(wanted))).toBeCloseTo(wanted, 9)
    }
  })

  const whole = { name: 'bars', title: '', help: '', unit: 'bars', min: 2, max: 50, step: 1, default: 10 }
  const known = new Map([['s', [whole, { ...whole, name: 'ratio', unit: '', min: 0, max: 2, step: 0.1, default: 1 }]]])
  it.each([
    [dimension({ strategyId: 'y', parameter: 'bars' }), 'there is no strategy "y" in this backtest; there are s'],
    [dimension({ parameter: 'bar' }), 'strategy s has no parameter "bar"; it has bars, ratio'],
    [dimension({ parameter: 'bars', min: 1, max: 9, step: 1 }), 's.bars is searched from 1 to 9, expected within 2 to 50 bars'],
    [dimension({ parameter: 'bars', min: 2, max: 51, step: 1 }), 's.bars is searched from 2 to 51, expected within 2 to 50 bars'],
    [dimension({ parameter: 'bars', min: 2, max: 9, step: 0.5 }), 's.bars takes whole numbers, but is searched from 2 in steps of 0.5'],
    [dimension({ parameter: 'bars', min: 2, max: 9 }), 's.bars takes whole numbers, but is searched from 2 in steps of any size'],
    [dimension({ parameter: 'ratio', max: 2.5 }), 's.ratio is searched from 0 to 2.5, expected within 0 to 2'],
  ])('are refused: %#', (bad, error) => {
    expect(checkDimensions([bad], known)).toEqual({ ok: false, error })
  })

  it('are refused when one comes twice', () => {
    const one = dimension({ parameter: 'ratio', step: 0.1 })
    expect(checkDimensions([one, one], known)).toEqual({ ok: false, error: 's.ratio is searched over twice, expected once' })
  })
})

describe('applyParameters', () => {
  const { backtest } = searchSpec({ dimensions: [dimension({})] })
  const spec = {
    ...backtest,
    playbook: {
      ...backtest.playbook,
      strategies: [
        { id: 's', parameters: { x: 1, y: 2 } },
        { id: 't', parameters: { x: 7 } },
      ],
    },
    files: [
      { name: 'own.ts', strategyId: 'own', source: '', parameters: { z: 3 } },
      { name: 'other.ts', strategyId: null, source: '', parameters: {} },
    ],
  }

  it('writes into strategies of the playbook and of files, and leaves everything else', () => {
    const before = structuredClone(spec)
    const applied = applyParameters(spec, { 's.x': 10, 'own.z': 30, 'own.w': 4 })
    expect(applied).toEqual({
      ok: true,
      value: {
        ...spec,
        playbook: {
          ...spec.playbook,
          strategies: [
            { id: 's', parameters: { x: 10, y: 2 } },
            { id: 't', parameters: { x: 7 } },
          ],
        },
        files: [{ ...spec.files[0], parameters: { z: 30, w: 4 } }, spec.files[1]],
      },
    })
    expect(spec).toEqual(before)
  })

  it('refuses a strategy that is not there, and a name that is none', () => {
    expect(applyParameters(spec, { 'u.x': 1 })).toEqual({
      ok: false,
      error: 'there is no strategy "u" in this backtest; there are s, t, own',
    })
    for (const name of ['x', '.x', 's.']) expect(applyParameters(spec, { [name]: 1 }).ok).toBe(false)
  })
})
