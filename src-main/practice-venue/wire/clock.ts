// The exchange's clock: real time, a multiple of it, or steps.

export type ClockOptions = {
  readonly startMs: number
  /** Venue milliseconds per real one; 0 stands still and is moved by `step` alone. */
  readonly speed: number
}

export class VenueClock {
  #baseMs: number
  #baseRealMs: number
  #speed: number
  #isReal: boolean

  constructor({ startMs, speed }: ClockOptions) {
    this.#baseMs = startMs
    this.#baseRealMs = performance.now()
    this.#speed = checkedSpeed(speed)
    this.#isReal = speed === 1
  }

  /** Has run at the pace of real time ever since: a client's clock can agree with it. */
  get isReal(): boolean {
    return this.#isReal
  }

  get speed(): number {
    return this.#speed
  }
  nowMs(): number {
    return Math.floor(this.#baseMs + (performance.now() - this.#baseRealMs) * this.#speed)
  }
  /** Throws RangeError unless 0 to 10,000. */
  setSpeed(speed: number): void {
    const now = this.nowMs()
    this.#speed = checkedSpeed(speed)
    this.#baseMs = now
    this.#baseRealMs = performance.now()
    this.#isReal &&= speed === 1
  }
  /** Jumps ahead, whatever the speed. Throws RangeError for a step that is not more than 0. */
  step(ms: number): void {
    if (!(ms > 0)) throw new RangeError(`step of ${ms} ms, expected more than 0`)
    this.#baseMs += ms
    this.#isReal = false
  }
}

function checkedSpeed(speed: number): number {
  if (!(speed >= 0 && speed <= 10_000)) throw new RangeError(`speed ${speed}, expected 0 to 10000`)
  return speed
}
