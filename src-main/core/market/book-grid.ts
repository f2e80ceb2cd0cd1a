// The grid of prices of one instrument: a book counts in ticks, which are whole numbers and index arrays; prices come back out correctly rounded.
import { type Price, toText } from '../../../src-shared/domain/decimal.ts'
import { ensure } from '../../../src-shared/domain/result.ts'

/** One tick is `step` units of 10^-`decimals`: 0.1 is step 1 with 1 decimal, 0.25 is step 25 with 2. */
export type PriceGrid = { readonly decimals: number; readonly step: number; readonly scale: number }

/** Throws when the tick size is not above 0 or needs more than 12 decimals: an instrument like that has not been checked. */
export function priceGrid(tickSize: Price): PriceGrid {
  const text = toText(tickSize)
  const [whole = '', fraction = ''] = text.split('.')
  const step = Number(whole + fraction)
  ensure(step > 0 && Number.isSafeInteger(step) && fraction.length <= 12, `tick size ${text}, expected a positive decimal`)
  return { decimals: fraction.length, step, scale: 10 ** fraction.length }
}

/** The price of a tick, as near as a float can be: both operands are whole numbers, so there is one rounding. */
export const priceOfTick = (grid: PriceGrid, tick: number): number => (tick * grid.step) / grid.scale
