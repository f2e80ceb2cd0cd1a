// How columns of float64 become bytes: times as differences, prices of a bar around each other, other decimals as whole numbers of their
// finest step, and everything else as it is.
import { fromZigzag, readLane, toZigzag, widthOf, writeLane } from './byte-lanes.ts'
import { type Columns, columnAt } from './series-columns.ts'

/** Where the next byte is written or read. The bytes must be large enough: `bytesMax`. */
export type Cursor = { readonly bytes: Uint8Array; readonly view: DataView; at: number }

export const cursorOn = (bytes: Uint8Array): Cursor => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  at: 0,
})
/** A bound for any encoding of these columns: eight bytes a value and some words for each column. */
export const bytesMax = (columns: Columns, rows: number): number => 64 + columns.length * (rows * 8 + 64)

const RAW = 0
const PACKED = 1
/** Beside the width of a lane: its numbers carry a sign. */
const SIGNED = 0x80

const DIGITS_MAX = 18
const POWERS = Float64Array.from({ length: DIGITS_MAX + 1 }, (_, digits) => Number(`1e${digits}`))
/** Differences of these, with their sign in the lowest bit, are still exact in a float64. */
const MANTISSA_MAX = 2 ** 51

/**
 * Digits after the point with which every value of these columns is a whole number of steps; −1 when there are none. The quotient of two
 * exact numbers is rounded once, so what passes here comes back as the float64 it was.
 */
export function digitsOf(columns: Columns, rows: number): number {
  let digits = 0
  let power = 1
  let largest = 0
  for (const column of columns) {
    for (let row = 0; row < rows; row += 1) {
      const value = column[row] as number
      while (Math.round(value * power) / power !== value) {
        digits += 1
        if (digits > DIGITS_MAX) return -1
        power = POWERS[digits] as number
      }
      if (value > largest) largest = value
      else if (-value > largest) largest = -value
    }
  }
  return largest * power <= MANTISSA_MAX ? digits : -1
}

let scratch = [new Float64Array(0), new Float64Array(0), new Float64Array(0), new Float64Array(0)] as const
/** Four columns to compute in, shared: nothing here waits for anything. */
function scratchOf(rows: number): typeof scratch {
  if (scratch[0].length < rows) scratch = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)]
  return scratch
}

function putByte(cursor: Cursor, value: number): void {
  cursor.bytes[cursor.at] = value
  cursor.at += 1
}
function putNumber(cursor: Cursor, value: number): void {
  cursor.view.setFloat64(cursor.at, value, true)
  cursor.at += 8
}
/** Whole numbers of at most 2^52, in place of which their zigzag stands afterwards where one is negative. */
function putLane(cursor: Cursor, values: Float64Array, count: number): void {
  const signed = isNegativeAmong(values, count)
  if (signed) toZigzag(values, count)
  const width = widthOf(values, count)
  putByte(cursor, signed ? width | SIGNED : width)
  writeLane({ bytes: cursor.bytes, at: cursor.at, width, count }, values)
  cursor.at += width * count
}
function takeByte(cursor: Cursor): number {
  const value = cursor.view.getUint8(cursor.at)
  cursor.at += 1
  return value
}
function takeNumber(cursor: Cursor): number {
  const value = cursor.view.getFloat64(cursor.at, true)
  cursor.at += 8
  return value
}
function isNegativeAmong(values: Float64Array, count: number): boolean {
  for (let row = 0; row < count; row += 1) if ((values[row] as number) < 0) return true
  return false
}
/** Throws RangeError when the bytes end before the lane does. */
function takeLane(cursor: Cursor, out: Float64Array, count: number): void {
  const head = takeByte(cursor)
  const width = head & ~SIGNED
  if (width > 7 || cursor.at + width * count > cursor.bytes.length) throw new RangeError(`${count} numbers of ${width} bytes are not there`)
  readLane({ bytes: cursor.bytes, at: cursor.at, width, count }, out)
  if ((head & SIGNED) !== 0) fromZigzag(out, count, width)
  cursor.at += width * count
}

// ---- as they are ---------------------------------------------------------------------------------------------------

/** The bytes of the values, in planes as well. */
export function putRaw(cursor: Cursor, column: Float64Array, rows: number): void {
  putByte(cursor, RAW)
  const { bytes, at } = cursor
  const values = new Uint8Array(column.buffer, column.byteOffset, rows * 8)
  for (let plane = 0; plane < 8; plane += 1)
    for (let row = 0; row < rows; row += 1) bytes[at + plane * rows + row] = values[row * 8 + plane] as number
  cursor.at = at + rows * 8
}
function takeRaw(cursor: Cursor, out: Float64Array, rows: number): void {
  const { bytes, at } = cursor
  if (at + rows * 8 > bytes.length) throw new RangeError(`${rows} numbers of 8 bytes are not there`)
  const values = new Uint8Array(out.buffer, out.byteOffset, rows * 8)
  for (let row = 0; row < rows; row += 1)
    for (let plane = 0; plane < 8; plane += 1) values[row * 8 + plane] = bytes[at + plane * rows + row] as number
  cursor.at = at + rows * 8
}

// ---- times ---------------------------------------------------------------------------------------------------------

/** Rising or equal whole milliseconds as differences in units of `unitMs` beyond the smallest of them: nothing at all for an even grid. */
export function putTimes(cursor: Cursor, times: Float64Array, wanted: { rows: number; unitMs: number }): void {
  const { rows, unitMs } = wanted
  const [steps] = scratchOf(rows)
  let base = Number.POSITIVE_INFINITY
  for (let row = 1; row < rows; row += 1) {
    const step = ((times[row] as number) - (times[row - 1] as number)) / unitMs
    if (!Number.isSafeInteger(step) || step < 0) return putRaw(cursor, times, rows)
    steps[row - 1] = step
    if (step < base) base = step
  }
  if (!Number.isSafeInteger(times[0])) return putRaw(cursor, times, rows)
  for (let row = 0; row < rows - 1; row += 1) steps[row] = (steps[row] as number) - base
  putByte(cursor, PACKED)
  putNumber(cursor, times[0] as number)
  putNumber(cursor, unitMs)
  putNumber(cursor, rows > 1 ? base : 0)
  putLane(cursor, steps, rows - 1)
}
export function takeTimes(cursor: Cursor, out: Float64Array, rows: number): void {
  if (takeByte(cursor) === RAW) return takeRaw(cursor, out, rows)
  const [steps] = scratchOf(rows)
  let time = takeNumber(cursor)
  const unitMs = takeNumber(cursor)
  const baseMs = takeNumber(cursor) * unitMs
  takeLane(cursor, steps, rows - 1)
  out[0] = time
  for (let row = 1; row < rows; row += 1) {
    time += baseMs + (steps[row - 1] as number) * unitMs
    out[row] = time
  }
}

// ---- decimals ------------------------------------------------------------------------------------------------------

/** Decimals as whole numbers; as differences from the row before where neighbours are close. */
export function putDecimals(cursor: Cursor, column: Float64Array, wanted: { rows: number; differences: boolean }): void {
  const { rows, differences } = wanted
  const digits = digitsOf([column], rows)
  if (digits < 0) return putRaw(cursor, column, rows)
  const power = POWERS[digits] as number
  const [whole] = scratchOf(rows)
  let before = 0
  for (let row = 0; row < rows; row += 1) {
    const mantissa = Math.round((column[row] as number) * power)
    whole[row] = differences ? mantissa - before : mantissa
    before = mantissa
  }
  putByte(cursor, PACKED)
  putByte(cursor, digits)
  putLane(cursor, whole, rows)
}
export function takeDecimals(cursor: Cursor, out: Float64Array, wanted: { rows: number; differences: boolean }): void {
  const { rows, differences } = wanted
  if (takeByte(cursor) === RAW) return takeRaw(cursor, out, rows)
  const power = powerOf(takeByte(cursor))
  const [whole] = scratchOf(rows)
  takeLane(cursor, whole, rows)
  let mantissa = 0
  for (let row = 0; row < rows; row += 1) {
    mantissa = differences ? mantissa + (whole[row] as number) : (whole[row] as number)
    out[row] = mantissa / power
  }
}
function powerOf(digits: number): number {
  const power = POWERS[digits]
  if (power === undefined) throw new RangeError(`${digits} digits after the point, expected at most ${DIGITS_MAX}`)
  return power
}

// ---- bars ----------------------------------------------------------------------------------------------------------

/** Open beside the close before it, close beside the open, high and low beyond both of them: small numbers on any market. */
export function putBars(cursor: Cursor, prices: Columns, rows: number): void {
  const digits = digitsOf(prices, rows)
  if (digits < 0) {
    for (const column of prices) putRaw(cursor, column, rows)
    return
  }
  const power = POWERS[digits] as number
  const [opens, highs, lows, closes] = scratchOf(rows)
  const [open, high, low, close] = [columnAt(prices, 0), columnAt(prices, 1), columnAt(prices, 2), columnAt(prices, 3)]
  let before = 0
  for (let row = 0; row < rows; row += 1) {
    const o = Math.round((open[row] as number) * power)
    const c = Math.round((close[row] as number) * power)
    const body = c - o
    const up = (body + Math.abs(body)) / 2
    opens[row] = o - before
    closes[row] = body
    highs[row] = Math.round((high[row] as number) * power) - (o + up)
    lows[row] = c - up - Math.round((low[row] as number) * power)
    before = c
  }
  putByte(cursor, PACKED)
  putByte(cursor, digits)
  for (const lane of [opens, closes, highs, lows]) putLane(cursor, lane, rows)
}
export function takeBars(cursor: Cursor, out: Columns, rows: number): void {
  if (takeByte(cursor) === RAW) {
    takeRaw(cursor, columnAt(out, 0), rows)
    for (const column of out.slice(1)) takeTagged(cursor, column, rows)
    return
  }
  const power = powerOf(takeByte(cursor))
  const lanes = scratchOf(rows)
  for (const lane of lanes) takeLane(cursor, lane, rows)
  const [opens, closes, highs, lows] = lanes
  const [open, high, low, close] = [columnAt(out, 0), columnAt(out, 1), columnAt(out, 2), columnAt(out, 3)]
  let before = 0
  for (let row = 0; row < rows; row += 1) {
    const o = before + (opens[row] as number)
    const body = closes[row] as number
    // What a rising body adds, 0 for a falling one: without a branch, which a market would mispredict every other time.
    const up = (body + Math.abs(body)) / 2
    before = o + body
    open[row] = o / power
    close[row] = before / power
    high[row] = (o + up + (highs[row] as number)) / power
    low[row] = (before - up - (lows[row] as number)) / power
  }
}
function takeTagged(cursor: Cursor, out: Float64Array, rows: number): void {
  if (takeByte(cursor) !== RAW) throw new RangeError('a column as it is was expected')
  takeRaw(cursor, out, rows)
}
