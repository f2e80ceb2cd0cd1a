// Proves that a side of the book holds the same levels as a plain map that is sorted when it is read, over any row of changes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BookSide } from '../../src-main/core/market/book-side.ts'

const change = fc.record({ key: fc.integer({ min: -9_000, max: 9_000 }), quantity: fc.constantFrom(0, 0, 1, 2.5, 0.001) })

describe('a side of the book', () => {
  it('holds what a sorted map holds', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400 }), fc.integer({ min: -1e9, max: 1e9 }), (changes, offset) => {
        const side = new BookSide()
        const map = new Map<number, number>()
        for (const { key, quantity } of changes) {
          side.set(key + offset, quantity)
          if (quantity === 0) map.delete(key + offset)
          else map.set(key + offset, quantity)
          const best = side.bestIndex < 0 ? undefined : side.keyAt(side.bestIndex)
          expect(best).toBe(map.size === 0 ? undefined : Math.min(...map.keys()))
        }
        const found: [number, number][] = []
        for (let at = side.bestIndex; at >= 0; at = side.next(at)) found.push([side.keyAt(at), side.quantityAt(at)])
        expect(found).toEqual([...map].sort(([a], [b]) => a - b))
        expect(side.count).toBe(map.size)
      }),
      { numRuns: 60 },
    )
  })
})
