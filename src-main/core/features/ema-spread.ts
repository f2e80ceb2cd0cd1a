// How far averages of different lengths have moved apart.
import { type Smoother, createEma } from './averages.ts'

/** (highest − lowest of three EMAs of the close) ÷ close: small while they are pinched together. First value at the longest period. */
export class EmaSpread {
  readonly #first: Smoother
  readonly #second: Smoother
  readonly #third: Smoother

  constructor([first, second, third]: readonly [number, number, number]) {
    this.#first = createEma(first)
    this.#second = createEma(second)
    this.#third = createEma(third)
  }

  update(close: number): number {
    const first = this.#first.update(close)
    const second = this.#second.update(close)
    const third = this.#third.update(close)
    return (Math.max(first, second, third) - Math.min(first, second, third)) / close
  }
}
