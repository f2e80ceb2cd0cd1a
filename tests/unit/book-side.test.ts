// Proves that one side of the book finds its best and next levels, moves its window with the market, and never takes more memory for a far price.
import { describe, expect, it } from 'vitest'
import { BookSide, WINDOW_TICKS } from '../../src-main/core/market/book-side.ts'

const levels = (side: BookSide): [number, number][] => {
  const found: [number, number][] = []
  for (let at = side.bestIndex; at >= 0; at = side.next(at)) found.push([side.keyAt(at), side.quantityAt(at)])
  return found
}
const sideWith = (...set: [number, number][]): BookSide => {
  const side = new BookSide()
  for (const [key, quantity] of set) side.set(key, quantity)
  return side
}

describe('a side of the book', () => {
  it('gives its levels in order of the key, whatever order they came in', () => {
    expect(levels(sideWith([100, 1], [7_000, 3], [99, 2], [132, 4]))).toEqual([
      [99, 2],
      [100, 1],
      [132, 4],
      [7_000, 3],
    ])
  })

  it('replaces a quantity and removes a level that becomes 0', () => {
    const side = sideWith([10, 1], [11, 2], [10, 5])
    expect([levels(side), side.count]).toEqual([
      [
        [10, 5],
        [11, 2],
      ],
      2,
    ])
    side.set(10, 0)
    expect([levels(side), side.count]).toEqual([[[11, 2]], 1])
    side.set(11, 0)
    expect([side.bestIndex, side.count]).toEqual([-1, 0])
  })

  it('passes over the removal of a level that it does not hold', () => {
    const side = sideWith([10, 1])
    side.set(12, 0)
    side.set(-1_000_000, 0)
    side.set(1_000_000, 0)
    expect([levels(side), side.dropped]).toEqual([[[10, 1]], 0])
  })

  it('works with keys below 0, which bids have', () => {
    expect(levels(sideWith([-618_002, 1], [-618_001, 2]))[0]).toEqual([-618_002, 1])
  })

  it('leaves a price aside that is farther than its window reaches, and counts it', () => {
    const side = sideWith([1_000, 1], [1_000 + WINDOW_TICKS, 2], [Number.MAX_SAFE_INTEGER, 3])
    expect([levels(side), side.dropped]).toEqual([[[1_000, 1]], 2])
  })

  it('moves its window to a better price beyond it and keeps the levels that still fit', () => {
    const side = sideWith([100_000, 1], [100_040, 2])
    side.set(60_000, 3)
    expect(levels(side)).toEqual([
      [60_000, 3],
      [100_000, 1],
      [100_040, 2],
    ])
    side.set(100_000 - WINDOW_TICKS * 4, 4)
    expect([levels(side), side.count, side.dropped]).toEqual([[[100_000 - WINDOW_TICKS * 4, 4]], 1, 3])
  })

  it('moves its window after a best level that has sunk deep, so that there is room behind it again', () => {
    const side = sideWith([0, 1], [40_000, 2])
    side.set(0, 0)
    side.set(80_000, 3)
    expect([levels(side), side.dropped]).toEqual([
      [
        [40_000, 2],
        [80_000, 3],
      ],
      0,
    ])
  })

  it('is empty after clear and begins anew anywhere', () => {
    const side = sideWith([5, 1], [6, 1])
    side.clear()
    side.set(9_000_000, 2)
    expect(levels(side)).toEqual([[9_000_000, 2]])
  })
})
