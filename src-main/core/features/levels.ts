// Prices at which the market turned more than once.
import { SwingPivots } from './swing.ts'
import { Atr } from './volatility.ts'

const ATR_PERIOD = 14

/**
 * Support and resistance: the last `pivotCount` confirmed swing highs and lows (fractals of `reach`), sorted by price; neighbours no further
 * apart than `tolerance` × ATR(14) form one level at their mean, and its touches are how many they are. Support is the nearest level at or below
 * the close, resistance the nearest above; NaN where there is none. First possible at candle max(15, 2 × `reach` + 1).
 */
export class LevelClusters {
  support = NaN
  supportTouches = NaN
  resistance = NaN
  resistanceTouches = NaN
  readonly #pivots: SwingPivots
  readonly #reach: number
  readonly #range = new Atr(ATR_PERIOD)
  readonly #tolerance: number
  /** Prices of pivots in order of time (a ring), and the same in order of price. */
  readonly #recent: Float64Array
  readonly #sorted: Float64Array
  #next = 0
  #count = 0

  constructor({ reach, pivotCount, tolerance }: { reach: number; pivotCount: number; tolerance: number }) {
    this.#pivots = new SwingPivots(reach)
    this.#reach = reach
    this.#tolerance = tolerance
    this.#recent = new Float64Array(pivotCount)
    this.#sorted = new Float64Array(pivotCount)
  }

  /** Returns the support; the others are read from the fields. */
  update(high: number, low: number, close: number): number {
    this.#pivots.update(high, low)
    if (this.#pivots.highAge === this.#reach) this.#keep(this.#pivots.high)
    if (this.#pivots.lowAge === this.#reach) this.#keep(this.#pivots.low)
    const range = this.#range.update(high, low, close)
    if (!Number.isNaN(range)) this.#findNearest(close, this.#tolerance * range)
    return this.support
  }

  #keep(price: number): void {
    if (this.#count === this.#recent.length) this.#forget(this.#recent[this.#next] ?? NaN)
    this.#recent[this.#next] = price
    this.#next = this.#next + 1 === this.#recent.length ? 0 : this.#next + 1
    let at = this.#count
    for (; at > 0 && (this.#sorted[at - 1] ?? NaN) > price; at -= 1) this.#sorted[at] = this.#sorted[at - 1] ?? NaN
    this.#sorted[at] = price
    this.#count += 1
  }

  #forget(price: number): void {
    let at = 0
    while (at < this.#count && this.#sorted[at] !== price) at += 1
    this.#sorted.copyWithin(at, at + 1, this.#count)
    this.#count -= 1
  }

  #findNearest(close: number, distance: number): void {
    this.support = this.supportTouches = this.resistance = this.resistanceTouches = NaN
    for (let from = 0; from < this.#count;) {
      let to = from + 1
      let sum = this.#sorted[from] ?? NaN
      for (; to < this.#count && (this.#sorted[to] ?? NaN) - (this.#sorted[to - 1] ?? NaN) <= distance; to += 1)
        sum += this.#sorted[to] ?? NaN
      const level = sum / (to - from)
      if (level > close) {
        this.resistance = level
        this.resistanceTouches = to - from
        return
      }
      this.support = level
      this.supportTouches = to - from
      from = to
    }
  }
}
