// Proves which of two values of a measure stands, in whichever order they come, also after a clock that was ahead stamped one of them.
import { describe, expect, it } from 'vitest'
import { MeasureBoard } from '../../src-main/core/market/measure-board.ts'
import { MEASURE_INDEX } from '../../src-shared/domain/measure.ts'

const NOW_MS = Date.UTC(2026, 0, 1)
const VALID_MS = 60_000
const told = (...news: readonly (readonly [tsMs: number, value: number | null])[]): MeasureBoard => {
  const board = new MeasureBoard()
  for (const [tsMs, value] of news) board.apply({ spot_price: value }, tsMs, VALID_MS)
  return board
}
const spot = (board: MeasureBoard, nowMs: number): number => board.read(nowMs)[MEASURE_INDEX.spot_price] ?? expect.fail('no place for it')

describe('of two values', () => {
  it('the newer one stands, whichever comes first', () => {
    for (const board of [told([NOW_MS - 10_000, 1], [NOW_MS, 2]), told([NOW_MS, 2], [NOW_MS - 10_000, 1])]) {
      expect(board.last('spot_price')).toEqual({ value: 2, tsMs: NOW_MS, validForMs: VALID_MS })
      expect(spot(board, NOW_MS + VALID_MS - 1)).toBe(2)
      expect(spot(board, NOW_MS + VALID_MS)).toBeNaN()
    }
  })

  it('the later told stands at the same time, also when it says that nothing is known', () => {
    expect(spot(told([NOW_MS, 1], [NOW_MS, 2]), NOW_MS)).toBe(2)
    expect(spot(told([NOW_MS, 1], [NOW_MS, null]), NOW_MS)).toBeNaN()
  })

  it('one from beyond the end of the other holds nothing back once the clock is right', () => {
    const board = told([NOW_MS + 7_200_000, 1], [NOW_MS, 2])
    expect(board.last('spot_price')).toEqual({ value: 2, tsMs: NOW_MS, validForMs: VALID_MS })
    expect(spot(board, NOW_MS)).toBe(2)
    expect(spot(board, NOW_MS + VALID_MS)).toBeNaN()
  })

  it('one from far ahead is taken like any newer one', () => {
    expect(told([NOW_MS, 2], [NOW_MS + 7_200_000, 1]).last('spot_price')).toMatchObject({ value: 1, tsMs: NOW_MS + 7_200_000 })
  })

  it('the older is left aside up to the very end of its time', () => {
    expect(told([NOW_MS + VALID_MS, 1], [NOW_MS, 2]).last('spot_price').value).toBe(1)
    expect(told([NOW_MS + VALID_MS + 1, 1], [NOW_MS, 2]).last('spot_price').value).toBe(2)
  })
})
