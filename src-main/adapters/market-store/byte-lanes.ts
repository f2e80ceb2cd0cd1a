// Whole numbers as byte planes: all lowest bytes first, then all second bytes, and so on. Neighbours in a plane resemble each other, which
// is what zstd lives on: real candles take a fifth less than with the bytes of each number side by side (`npm run bench -- store`).

const BYTE = 256
const WORD = 2 ** 32

/** Bytes that the largest of these whole numbers takes; 0 when all are 0. */
export function widthOf(values: Float64Array, count: number): number {
  let largest = 0
  for (let row = 0; row < count; row += 1) {
    const value = values[row] as number
    if (value > largest) largest = value
  }
  let width = 0
  for (; largest >= 1; largest = Math.floor(largest / BYTE)) width += 1
  return width
}

export type Lane = { readonly bytes: Uint8Array; readonly at: number; readonly width: number; readonly count: number }

/** Writes whole numbers from 0 to 2^53 − 1, `count` of them. */
export function writeLane({ bytes, at, width, count }: Lane, values: Float64Array): void {
  for (let row = 0; row < count; row += 1) {
    const value = values[row] as number
    const low = value >>> 0
    const high = (value - low) / WORD
    for (let plane = 0; plane < width; plane += 1)
      bytes[at + plane * count + row] = plane < 4 ? low >>> (8 * plane) : high >>> (8 * (plane - 4))
  }
}

/** What `writeLane` wrote. One loop per width, because a million candles pass here before a chart can be drawn. */
export function readLane({ bytes, at, width, count }: Lane, out: Float64Array): void {
  const second = at + count
  const third = second + count
  const fourth = third + count
  switch (width) {
    case 0:
      out.fill(0, 0, count)
      return
    case 1:
      for (let row = 0; row < count; row += 1) out[row] = bytes[at + row] as number
      return
    case 2:
      for (let row = 0; row < count; row += 1) out[row] = (bytes[at + row] as number) | ((bytes[second + row] as number) << 8)
      return
    case 3:
      for (let row = 0; row < count; row += 1)
        out[row] = (bytes[at + row] as number) | ((bytes[second + row] as number) << 8) | ((bytes[third + row] as number) << 16)
      return
    default:
      for (let row = 0; row < count; row += 1)
        out[row] =
          ((bytes[at + row] as number) |
            ((bytes[second + row] as number) << 8) |
            ((bytes[third + row] as number) << 16) |
            ((bytes[fourth + row] as number) << 24)) >>>
          0
      for (let plane = 4; plane < width; plane += 1) addPlane({ bytes, at: at + plane * count, width: plane, count }, out)
  }
}
/** Adds the plane of one byte beyond the fourth; `width` is its number. */
function addPlane({ bytes, at, width, count }: Lane, out: Float64Array): void {
  const weight = BYTE ** width
  for (let row = 0; row < count; row += 1) out[row] = (out[row] as number) + (bytes[at + row] as number) * weight
}

/** 0, −1, 1, −2, 2 … as 0, 1, 2, 3, 4 …, in place, so that small numbers stay small whatever their sign. */
export function toZigzag(values: Float64Array, count: number): void {
  for (let row = 0; row < count; row += 1) {
    const value = values[row] as number
    values[row] = value >= 0 ? 2 * value : -2 * value - 1
  }
}
/** Undoes `toZigzag`. `width` is that of the lane: numbers of 32 bits have a faster way. */
export function fromZigzag(values: Float64Array, count: number, width: number): void {
  if (width <= 4) {
    for (let row = 0; row < count; row += 1) {
      const value = values[row] as number
      values[row] = (value >>> 1) ^ -(value & 1)
    }
    return
  }
  for (let row = 0; row < count; row += 1) {
    const value = values[row] as number
    values[row] = value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
}
