// Where the volume goes.
import { sumOf } from './averages.ts'
import { Window } from './window.ts'

/**
 * Money flow index (TA-Lib ta_MFI.c): share of the value traded in `period` candles that was traded at a rising typical price, 0 to 100.
 * 0 when nothing was traded at a price that moved (TA-Lib says so below one unit of value already). First value at candle `period` + 1.
 */
export class Mfi {
  readonly #rising: Window
  readonly #falling: Window
  #previous = NaN

  constructor(period: number) {
    this.#rising = new Window(period)
    this.#falling = new Window(period)
  }

  update(price: number, volume: number): number {
    const change = price - this.#previous
    this.#previous = price
    if (Number.isNaN(change)) return change
    const value = price * volume
    this.#rising.push(value * Number(change > 0))
    this.#falling.push(value * Number(change < 0))
    if (!this.#rising.isFull) return NaN
    const rising = sumOf(this.#rising.values)
    const total = rising + sumOf(this.#falling.values)
    return total > 0 ? (100 * rising) / total : 0
  }
}

/** On-balance volume (TA-Lib ta_OBV.c): volume of rising closes − volume of falling ones, beginning with the volume of the first candle. */
export class Obv {
  #previous = NaN
  #total = NaN

  update(close: number, volume: number): number {
    const change = close - this.#previous
    this.#previous = close
    if (Number.isNaN(change)) this.#total = volume
    else this.#total += volume * (Number(change > 0) - Number(change < 0))
    return this.#total
  }
}

/** Chaikin money flow (Marc Chaikin): Σ place of the close in its candle (−1 to 1) × volume ÷ Σ volume; 0 without volume. First value at candle `period`. */
export class Cmf {
  readonly #flows: Window
  readonly #volumes: Window

  constructor(period: number) {
    this.#flows = new Window(period)
    this.#volumes = new Window(period)
  }

  update({ high, low, close, volume }: { high: number; low: number; close: number; volume: number }): number {
    const height = high - low
    this.#flows.push(height > 0 ? ((close - low - (high - close)) / height) * volume : 0)
    this.#volumes.push(volume)
    if (!this.#volumes.isFull) return NaN
    const total = sumOf(this.#volumes.values)
    return total > 0 ? sumOf(this.#flows.values) / total : 0
  }
}

/**
 * Amihud illiquidity (Amihud 2002): mean |log return| ÷ traded value over the last `period` candles that had volume among them.
 * NaN while none had. First value at candle `period` + 1.
 */
export class Amihud {
  readonly #impacts: Window
  #previous = NaN

  constructor(period: number) {
    this.#impacts = new Window(period)
  }

  update(close: number, volume: number): number {
    const move = Math.abs(Math.log(close / this.#previous))
    this.#previous = close
    if (Number.isNaN(move)) return move
    this.#impacts.push(volume > 0 ? move / (close * volume) : NaN)
    return this.#impacts.isFull ? this.#meanOfKnown() : NaN
  }

  #meanOfKnown(): number {
    const { values } = this.#impacts
    let sum = 0
    let count = 0
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] ?? NaN
      if (Number.isNaN(value)) continue
      sum += value
      count += 1
    }
    return count > 0 ? sum / count : NaN
  }
}
