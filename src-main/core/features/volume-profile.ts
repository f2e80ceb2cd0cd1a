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
  /** Where the volume per bin of what fills whole bins changes, while everything is added up anew. */
  readonly #steps: Float64Array
  readonly #highest: RollingExtreme
  readonly #lowest: RollingExtreme
  #top = NaN
  /** 1 ÷ step, or 0 while the window knows one price only: then everything lies in the lowest bin. */
  #perStep = NaN
  /** Candles of the window with volume: sums leave rounding errors behind, this does not. */
  #traded = 0
  #next = 0
  #full = false

  constructor({ period, binCount = 50, valueShare = 0.7 }: { period: number; binCount?: number; valueShare?: number }) {
    this.volumes = new Float64Array(binCount)
    this.#valueShare = valueShare
    this.#steps = new Float64Array(binCount)
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
    if (!isSameGrid) this.#rebuild(top, bottom)
    this.#findValueArea()
    return this.pointOfControl
  }

  #rebuild(top: number, bottom: number): void {
    this.#top = top
    this.low = bottom
    this.step = (top - bottom) / this.volumes.length
    this.#perStep = this.step > 0 ? 1 / this.step : 0
    this.volumes.fill(0)
    this.#steps.fill(0)
    for (let i = 0; i < this.#highs.length; i += 1) this.#lay(i)
    let between = 0
    for (let bin = 0; bin < this.volumes.length; bin += 1) {
      between += this.#steps[bin] ?? 0
      // Rounding must not leave less than nothing where there is nothing.
      this.volumes[bin] = Math.max(0, (this.volumes[bin] ?? 0) + between)
    }
  }

  /**
   * The candle at `index` for a sum over all of them: the bins it only reaches into get their part, and those between, which all get the same, are
   * noted where they begin and end. However long the candle, it costs the same.
   */
  #lay(index: number): void {
    const volumes = this.volumes
    const steps = this.#steps
    const high = this.#highs[index] ?? NaN
    const low = this.#lows[index] ?? NaN
    const amount = this.#amounts[index] ?? NaN
    const first = this.#binOf(low)
    const last = this.#binOf(high)
    if (first === last) {
      volumes[first] = (volumes[first] ?? 0) + amount
      return
    }
    const perPrice = amount / (high - low)
    const perBin = perPrice * this.step
    volumes[first] = (volumes[first] ?? 0) + perPrice * (this.low + (first + 1) * this.step - low)
    volumes[last] = (volumes[last] ?? 0) + perPrice * (high - this.low - last * this.step)
    steps[first + 1] = (steps[first + 1] ?? 0) + perBin
    steps[last] = (steps[last] ?? 0) - perBin
  }

  #binOf(price: number): number {
    return Math.min(this.volumes.length - 1, Math.trunc((price - this.low) * this.#perStep))
  }

  /** Spreads the volume of the candle at `index` over its bins, once added (sign 1) or taken away (sign −1). */
  #add(index: number, sign: 1 | -1): void {
    const volumes = this.volumes
    const bottom = this.low
    const step = this.step
    const high = this.#highs[index] ?? NaN
    const low = this.#lows[index] ?? NaN
    const amount = sign * (this.#amounts[index] ?? NaN)
    const first = this.#binOf(low)
    const last = this.#binOf(high)
    // Rounding must not leave less than nothing where everything has been taken away.
    if (first === last) {
      volumes[first] = Math.max(0, (volumes[first] ?? 0) + amount)
      return
    }
    const perPrice = amount / (high - low)
    volumes[first] = Math.max(0, (volumes[first] ?? 0) + perPrice * (bottom + (first + 1) * step - low))
    for (let bin = first + 1; bin < last; bin += 1) volumes[bin] = Math.max(0, (volumes[bin] ?? 0) + perPrice * step)
    volumes[last] = Math.max(0, (volumes[last] ?? 0) + perPrice * (high - bottom - last * step))
  }

  #findValueArea(): void {
    const volumes = this.volumes
    const top = volumes.length - 1
    let total = 0
    let fullest = 0
    let most = -1
    for (let bin = 0; bin <= top; bin += 1) {
      const volume = volumes[bin] ?? 0
      total += volume
      if (volume > most) {
        most = volume
        fullest = bin
      }
    }
    if (this.#traded === 0) {
      this.pointOfControl = this.valueHigh = this.valueLow = NaN
      return
    }
    const wanted = this.#valueShare * total
    let first = fullest
    let last = fullest
    let held = most
    while (held < wanted && last - first < top) {
      const above = last < top ? (volumes[last + 1] ?? -1) : -1
      const below = first > 0 ? (volumes[first - 1] ?? -1) : -1
      held += Math.max(above, below)
      if (above >= below) last += 1
      else first -= 1
    }
    this.pointOfControl = this.low + (fullest + 0.5) * this.step
    this.valueHigh = this.low + (last + 1) * this.step
    this.valueLow = this.low + first * this.step
  }
}
