// Volume by price over a rolling window of candles.
import { type RollingExtreme, rollingHigh, rollingLow } from './channel.ts'

/**
 * Volume profile (Steidlmayer's Market Profile, by volume): the volume of each of the last `period` candles spread evenly over its range from
 * low to high, in `binCount` equal bins between the lowest low and the highest high of the window. First values at candle `period`.
 * Bin k reaches from `low` + k × `step` to `low` + (k + 1) × `step`. The value area grows from the fullest bin to the fuller neighbour, upwards
 * when both are equal, until it holds `valueShare` of the volume. NaN while the window has no volume.
 */
export class VolumeProfile {
  /** Lower edge of the lowest bin, and height of a bin, in price units. A height of 0 means that the window knows one price only. */
  low = NaN
  step = NaN
  /** Volume in each bin, lowest first, in base units. The same array for ever. */
  readonly volumes: Float64Array
  /** Middle of the fullest bin, the lowest of equal ones. */
  pointOfControl = NaN
  /** Edges of the value area. */
  valueHigh = NaN
  valueLow = NaN
  readonly #valueShare: number
  readonly #highs: Float64Array
  readonly #lows: Float64Array
  readonly #amounts: Float64Array
  readonly #highest: RollingExtreme
  readonly #lowest: RollingExtreme
  #top = NaN
  /** Candles of the window with volume: sums leave rounding errors behind, this does not. */
  #traded = 0
  #next = 0
  #full = false

  constructor({ period, binCount = 50, valueShare = 0.7 }: { period: number; binCount?: number; valueShare?: number }) {
    this.volumes = new Float64Array(binCount)
    this.#valueShare = valueShare
    this.#highs = new Float64Array(period)
    this.#lows = new Float64Array(period)
    this.#amounts = new Float64Array(period)
    this.#highest = rollingHigh(period)
    this.#lowest = rollingLow(period)
  }

  /** Takes one candle in. Returns the point of control; the others are read from the fields. */
  update(high: number, low: number, volume: number): number {
    const at = this.#next
    const top = this.#highest.update(high)
    const bottom = this.#lowest.update(low)
    // Volume that left is subtracted; everything is added up anew once per window, against drift, and whenever the bins move.
    const isSameGrid = this.#full && top === this.#top && bottom === this.low && at + 1 < this.#highs.length
    if (isSameGrid) this.#add(at, -1)
    this.#traded += Number(volume > 0) - Number((this.#amounts[at] ?? 0) > 0)
    this.#highs[at] = high
    this.#lows[at] = low
    this.#amounts[at] = volume
    if (isSameGrid) this.#add(at, 1)
    this.#next = at + 1
    if (this.#next === this.#highs.length) {
      this.#next = 0
      this.#full = true
    }
    if (!this.#full) return NaN
    if (!isSameGrid) {
      this.#top = top
      this.low = bottom
      this.step = (top - bottom) / this.volumes.length
      this.volumes.fill(0)
      for (let i = 0; i < this.#highs.length; i += 1) this.#add(i, 1)
    }
    this.#findValueArea()
    return this.pointOfControl
  }

  /** Spreads the volume of the candle at `index` over its bins, once added (sign 1) or taken away (sign −1). */
  #add(index: number, sign: 1 | -1): void {
    const volumes = this.volumes
    const bottom = this.low
    const step = this.step
    const high = this.#highs[index] ?? NaN
    const low = this.#lows[index] ?? NaN
    const amount = sign * (this.#amounts[index] ?? NaN)
    const highestBin = volumes.length - 1
    const first = step > 0 ? Math.min(highestBin, Math.floor((low - bottom) / step)) : 0
    const last = step > 0 ? Math.min(highestBin, Math.floor((high - bottom) / step)) : 0
    if (first === last) {
      volumes[first] = Math.max(0, (volumes[first] ?? 0) + amount)
      return
    }
    const perPrice = amount / (high - low)
    for (let bin = first; bin <= last; bin += 1) {
      const from = bin === first ? low : bottom + bin * step
      const to = bin === last ? high : bottom + (bin + 1) * step
      // Rounding must not leave less than nothing where everything has been taken away.
      volumes[bin] = Math.max(0, (volumes[bin] ?? 0) + perPrice * (to - from))
    }
  }

  #findValueArea(): void {
    const volumes = this.volumes
    let total = 0
    let fullest = 0
    for (let bin = 0; bin < volumes.length; bin += 1) {
      total += volumes[bin] ?? 0
      if ((volumes[bin] ?? 0) > (volumes[fullest] ?? 0)) fullest = bin
    }
    if (this.#traded === 0) {
      this.pointOfControl = this.valueHigh = this.valueLow = NaN
      return
    }
    let [first, last, held] = [fullest, fullest, volumes[fullest] ?? 0]
    while (held < this.#valueShare * total && last - first + 1 < volumes.length) {
      const above = volumes[last + 1] ?? -1
      const below = volumes[first - 1] ?? -1
      held += Math.max(above, below)
      if (above >= below) last += 1
      else first -= 1
    }
    this.pointOfControl = this.low + (fullest + 0.5) * this.step
    this.valueHigh = this.low + (last + 1) * this.step
    this.valueLow = this.low + first * this.step
  }
}
