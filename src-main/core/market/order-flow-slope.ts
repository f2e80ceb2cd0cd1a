// Kyle's lambda: how far the mid price moves per unit that takers buy more than they sell (Kyle 1985, "Continuous Auctions and Insider Trading").
// Least squares with an intercept over the last 200 buckets of one second: Δmid = a + λ · signed volume.
import { ensure } from '../../../src-shared/domain/result.ts'

export const KYLE_BUCKETS = 200

/** Slope of y on x over the newest `capacity` points. */
export class RollingSlope {
  readonly #x: Float64Array
  readonly #y: Float64Array
  #total = 0

  constructor(capacity: number) {
    ensure(capacity >= 2, `slope over ${capacity} points, expected at least 2`)
    this.#x = new Float64Array(capacity)
    this.#y = new Float64Array(capacity)
  }

  add(x: number, y: number): void {
    const slot = this.#total % this.#x.length
    this.#x[slot] = x
    this.#y[slot] = y
    this.#total += 1
  }

  clear(): void {
    this.#total = 0
  }

  /** Null until the window is full, and when all x are the same: a line through one point has any slope. */
  slope(): number | null {
    const count = this.#x.length
    if (this.#total < count) return null
    let meanX = 0
    let meanY = 0
    for (let i = 0; i < count; i += 1) {
      meanX += (this.#x[i] ?? 0) / count
      meanY += (this.#y[i] ?? 0) / count
    }
    let covariance = 0
    let variance = 0
    for (let i = 0; i < count; i += 1) {
      const dx = (this.#x[i] ?? 0) - meanX
      covariance += dx * ((this.#y[i] ?? 0) - meanY)
      variance += dx * dx
    }
    return variance > 0 ? covariance / variance : null
  }
}
