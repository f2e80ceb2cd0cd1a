// The last values of a series, for what is computed from all of them each time.

/** A ring of the last `period` values. Its array is not in order of time: the oldest value stands at `oldest` once the ring is full. */
export class Window {
  readonly values: Float64Array
  /** Index of the value that the next push replaces. */
  oldest = 0
  isFull = false

  constructor(period: number) {
    this.values = new Float64Array(period).fill(NaN)
  }

  /** Takes the newest value in and returns the one it replaces, NaN until the ring is full. */
  push(value: number): number {
    const at = this.oldest
    const leaving = this.values[at] ?? NaN
    this.values[at] = value
    if (at + 1 < this.values.length) this.oldest = at + 1
    else {
      this.oldest = 0
      this.isFull = true
    }
    return leaving
  }

  /** Writes the values of the full ring to `out`, oldest first. `out` is as long as the ring. */
  copyInOrder(out: Float64Array): void {
    const { values, oldest } = this
    for (let i = oldest; i < values.length; i += 1) out[i - oldest] = values[i] ?? NaN
    for (let i = 0; i < oldest; i += 1) out[values.length - oldest + i] = values[i] ?? NaN
  }
}
