// Turns columns of books into shades: one number for each column and row of pixels, −1 to 1. Pure, so that it can be proved without a canvas.
import { COLUMNS_MAX, type DepthColumns } from './depth-columns.ts'

/** What the raster shows; every level stands for one `step` of price around it. */
export type PriceRange = { readonly low: number; readonly high: number; readonly step: number }
export type Raster = { readonly rows: number; readonly shades: Float32Array }

/** How much a wall outshines a crumb: the shade is log(1 + SPREAD · quantity ÷ greatest) ÷ log(1 + SPREAD). */
const SPREAD = 100

/** A quick market must not press the book flat: the range is at most this many times as tall as the newest book. */
const RANGE_MAX = 3

/**
 * The prices to show: the newest book in the middle, as far to both sides as the market has been, but never farther than leaves that
 * book readable; what lies beyond is cut off. `step` is the tick. Null while the newest column has no mid price.
 */
export function priceRangeOf(columns: DepthColumns, step: number): PriceRange | null {
  const newest = columns.size - 1
  const mid = newest < 0 ? Number.NaN : columns.midAt(newest)
  if (Number.isNaN(mid)) return null
  let reach = step
  columns.eachLevel(newest, (price) => (reach = Math.max(reach, Math.abs(price - mid))))
  let half = reach
  for (let i = 0; i < newest; i++) {
    const away = Math.abs(columns.midAt(i) - mid) + reach
    if (away > half) half = away
  }
  half = Math.min(half, RANGE_MAX * reach) * 1.03 + step / 2
  return { low: mid - half, high: mid + half, step }
}

/**
 * Fills `raster` (COLUMNS_MAX wide, the newest column at the right edge) with the shade of every cell: positive for bids, negative
 * for asks, 0 for nothing, and the logarithm of the quantity in between. A level is spread over the rows that its step of price
 * covers, each by its part, so that no stripes appear where rows and steps are nearly the same size.
 */
export function shadeDepth(columns: DepthColumns, { low, high, step }: PriceRange, { rows, shades }: Raster): void {
  shades.fill(0)
  const rowsPerPrice = rows / (high - low)
  const tall = step * rowsPerPrice
  const first = COLUMNS_MAX - columns.size
  let greatest = 0
  for (let i = 0; i < columns.size; i++)
    columns.eachLevel(i, (price, quantity, isBid) => {
      const top = (high - price) * rowsPerPrice - tall / 2
      const lastRow = Math.min(rows - 1, Math.floor(top + tall))
      for (let row = Math.max(0, Math.floor(top)); row <= lastRow; row++) {
        const part = (Math.min(row + 1, top + tall) - Math.max(row, top)) / tall
        if (part <= 0) continue
        const cell = row * COLUMNS_MAX + first + i
        const sum = (shades[cell] ?? 0) + (isBid ? quantity : -quantity) * part
        shades[cell] = sum
        greatest = Math.max(greatest, Math.abs(sum))
      }
    })
  if (greatest === 0) return
  const scale = 1 / Math.log1p(SPREAD)
  for (let cell = 0; cell < shades.length; cell++) {
    const quantity = shades[cell] ?? 0
    if (quantity !== 0) shades[cell] = Math.sign(quantity) * Math.log1p((SPREAD * Math.abs(quantity)) / greatest) * scale
  }
}
