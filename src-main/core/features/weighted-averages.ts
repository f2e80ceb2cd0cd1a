// Averages that give newer values more weight, in a straight line.
import { Window } from './window.ts'

/**
 * Weighted moving average (TA-Lib ta_WMA.c): weights 1 to n, the newest value has n. Sums are kept relative to the oldest value of an earlier
 * window, against cancellation, and rebuilt once per window, against drift. First value at value `period`; NaN values are left out.
 */
export class Wma {
  readonly #window: Window
  readonly #period: number
  readonly #inverse: number
  #anchor = NaN
  #sum = NaN
  #weighted = NaN

  constructor(period: number) {
    this.#window = new Window(period)
    this.#period = period
    this.#inverse = 2 / (period * (period + 1))
  }

  update(value: number): number {
    if (Number.isNaN(value)) return value
    if (Number.isNaN(this.#anchor)) this.#start(value)
    const window = this.#window
    const leaving = window.push(value)
    const entering = value - this.#anchor
    this.#weighted += this.#period * entering - this.#sum
    this.#sum += entering - (Number.isNaN(leaving) ? 0 : leaving - this.#anchor)
    if (window.oldest === 0) this.#rebuild()
    return window.isFull ? this.#anchor + this.#weighted * this.#inverse : NaN
  }

  #start(value: number): void {
    this.#anchor = value
    this.#sum = 0
    this.#weighted = 0
  }

  /** The ring is in order of time just then. */
  #rebuild(): void {
    const { values } = this.#window
    const anchor = values[0] ?? NaN
    this.#anchor = anchor
    this.#sum = 0
    this.#weighted = 0
    for (let i = 0; i < values.length; i += 1) {
      const offset = (values[i] ?? NaN) - anchor
      this.#sum += offset
      this.#weighted += (i + 1) * offset
    }
  }
}

/**
 * Hull moving average (Alan Hull 2005): WMA over √n values of 2 × WMA(n ÷ 2) − WMA(n); half and root are rounded down.
 * First value at value n + ⌊√n⌋ − 1.
 */
export class Hma {
  readonly #half: Wma
  readonly #whole: Wma
  readonly #smooth: Wma

  constructor(period: number) {
    this.#half = new Wma(Math.floor(period / 2))
    this.#whole = new Wma(period)
    this.#smooth = new Wma(Math.floor(Math.sqrt(period)))
  }

  update(value: number): number {
    const half = this.#half.update(value)
    return this.#smooth.update(2 * half - this.#whole.update(value))
  }
}
