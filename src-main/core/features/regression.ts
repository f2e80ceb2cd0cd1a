// A straight line through the last values.
import { Window } from './window.ts'

/**
 * Least-squares line through the last `period` values (TA-Lib ta_LINEARREG_SLOPE.c): its slope per candle, and R², the share of the variance it
 * explains; 0 when the values do not vary. Summed anew each time relative to the newest value. First value at candle `period`.
 */
export class LinearRegression {
  slope = NaN
  rSquared = NaN
  readonly #window: Window

  constructor(period: number) {
    this.#window = new Window(period)
  }

  /** Returns the slope; R² is read from its field. */
  update(value: number): number {
    this.#window.push(value)
    if (this.#window.isFull) this.#fit(value)
    return this.slope
  }

  #fit(newest: number): void {
    const { values, oldest } = this.#window
    const count = values.length
    // Times are centred, so that their sum is 0.
    let x = -(count - 1) / 2
    let [sumY, sumYY, sumXY] = [0, 0, 0]
    for (let k = 0, i = oldest; k < count; k += 1) {
      const y = (values[i] ?? NaN) - newest
      sumY += y
      sumYY += y * y
      sumXY += x * y
      x += 1
      i = i + 1 === count ? 0 : i + 1
    }
    const sumXX = (count * (count * count - 1)) / 12
    const varianceSum = sumYY - (sumY * sumY) / count
    this.slope = sumXY / sumXX
    // A variance below the rounding error of its two terms is none.
    this.rSquared = varianceSum > 1e-14 * sumYY ? Math.min(1, (sumXY * sumXY) / (sumXX * varianceSum)) : 0
  }
}
