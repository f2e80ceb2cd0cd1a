// Proves over many dimensions that a value survives the way to its unit and back, that cells tile the axis, and that every draw is allowed.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { SearchDimension } from '../../src-shared/config/lab.ts'
import { axisOf } from '../../src-main/lab/search/space.ts'

const steps = fc.constantFrom(0.001, 0.005, 0.05, 0.1, 0.25, 1, 3, 10)
const scales = fc.constantFrom('linear' as const, 'log' as const)
const stepped = fc.tuple(
  fc.integer({ min: 1, max: 400 }),
  fc.integer({ min: 0, max: 500 }),
  steps,
  scales,
  fc.double({ min: 0, max: 0.99, noNaN: true }),
)
/** Min on the grid of the step, as forms give it; max anywhere between two steps. */
const steppedDimension = stepped.map(([first, more, step, scale, beyond]): SearchDimension => ({
  strategyId: 's',
  parameter: 'x',
  min: Number((first * step).toPrecision(12)),
  max: (first + more + beyond) * step,
  step,
  scale,
}))
const unit = fc.double({ min: 0, max: 1, noNaN: true })

it('a stepped axis has the value min + k × step in the k-th cell, and every cell gives its value back', () => {
  fc.assert(
    fc.property(steppedDimension, unit, (dimension, place) => {
      const axis = axisOf(dimension)
      const { min, max, step } = dimension
      const index = axis.indexOf(place)
      const value = axis.fromUnit(place)
      expect(value).toBe(Math.min(max, Number((min + index * (step ?? 0)).toPrecision(12))))
      expect(value).toBeGreaterThanOrEqual(min)
      expect(value).toBeLessThanOrEqual(max)
      expect(axis.indexOf(axis.toUnit(value))).toBe(index)
      expect(axis.fromUnit(axis.toUnit(value))).toBe(value)
      const [from, to] = axis.edges(index)
      expect(place).toBeGreaterThanOrEqual(from - 1e-9)
      expect(place).toBeLessThanOrEqual(to + 1e-9)
      if (index + 1 < axis.count) expect(axis.edges(index + 1)[0]).toBe(to)
      expect(axis.edges(0)[0]).toBe(0)
      expect(axis.edges(axis.count - 1)[1]).toBe(1)
    }),
  )
})

it('a continuous axis is kept within its range, and a value comes back as it was', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: 1.001, max: 1e6, noNaN: true }),
      fc.tuple(unit, scales),
      (min, factor, [place, scale]) => {
        const axis = axisOf({ strategyId: 's', parameter: 'x', min, max: min * factor, step: null, scale })
        const value = axis.fromUnit(place)
        expect(value).toBeGreaterThanOrEqual(min)
        expect(value).toBeLessThanOrEqual(min * factor)
        expect(axis.fromUnit(axis.toUnit(value)) / value).toBeCloseTo(1, 9)
      },
    ),
  )
})
