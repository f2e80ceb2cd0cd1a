// Whether the candles of a file are as long as they are said to be, told by how far apart most of its first rows are.
import { TIMEFRAMES, TIMEFRAME_MS, type Timeframe } from '../../../../src-shared/domain/time.ts'

const STEPS = 500
const STEPS_MIN = 2

export class StepCheck {
  readonly #timeframe: Timeframe
  readonly #counts = new Map<number, number>()
  #lastMs = Number.NaN
  #steps = 0

  constructor(timeframe: Timeframe) {
    this.#timeframe = timeframe
  }
  /** What is wrong, once enough rows have been seen to know; null otherwise. */
  next(timeMs: number): string | null {
    if (this.#steps >= STEPS) return null
    const step = Math.abs(timeMs - this.#lastMs)
    this.#lastMs = timeMs
    if (!(step > 0)) return null
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1)
    this.#steps += 1
    return this.#steps === STEPS ? this.verdict() : null
  }
  /** What the steps so far say. */
  verdict(): string | null {
    if (this.#steps < STEPS_MIN) return null
    const [usual = 0] = [...this.#counts].toSorted((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? []
    if (usual === TIMEFRAME_MS[this.#timeframe]) return null
    return `its rows are ${lengthText(usual)} apart, expected ${this.#timeframe} candles`
  }
}

const lengthText = (ms: number): string => TIMEFRAMES.find((timeframe) => TIMEFRAME_MS[timeframe] === ms) ?? `${ms / 1000} s`
