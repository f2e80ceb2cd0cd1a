// A backtest in slices short enough that whoever wants it to stop need not wait, and long enough to cost nothing.
import { performance } from 'node:perf_hooks'
import { ensure } from '../../../src-shared/domain/result.ts'
import type { RunningBacktest } from '../ports.ts'

const SLICE_MS = 25
const STEPS_FIRST = 64
const STEPS_MAX = 1 << 20

/** Cells of the memory that a running thread shares with who started it. */
const STOP = 0
const BEAT = 1
const CELLS = 2

/** Asks a thread to stop, and shows that it is alive, while it is too busy for messages. */
export class SharedFlags {
  readonly memory: SharedArrayBuffer
  readonly #cells: Int32Array

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#cells = new Int32Array(memory)
  }

  get stopRequested(): boolean {
    return Atomics.load(this.#cells, STOP) === 1
  }
  requestStop(stop: boolean): void {
    Atomics.store(this.#cells, STOP, stop ? 1 : 0)
  }
  /** Changes whenever the thread got something done. */
  get beats(): number {
    return Atomics.load(this.#cells, BEAT)
  }
  beat(): void {
    Atomics.add(this.#cells, BEAT, 1)
  }
}

export type SliceControl = {
  readonly stopRequested: boolean
  /** Called after each slice. */
  beat?(): void
}

/** Runs a backtest slice by slice. How long a slice is follows the clock and changes nothing about the result. */
export class Slices {
  readonly #backtest: RunningBacktest
  readonly #control: SliceControl
  #steps = STEPS_FIRST
  #finished = false

  constructor(backtest: RunningBacktest, control: SliceControl) {
    this.#backtest = backtest
    this.#control = control
  }

  get finished(): boolean {
    return this.#finished
  }

  /** Goes on until `done` has reached this many steps or all are done; false when a stop was asked for instead. */
  runUntil(steps: number): boolean {
    while (!this.#finished && this.#backtest.done < steps) if (!this.runOnce(steps - this.#backtest.done)) return false
    return true
  }

  /** Runs one slice of at most this many steps; false when a stop was asked for instead. */
  runOnce(stepsMax: number = Number.POSITIVE_INFINITY): boolean {
    if (this.#control.stopRequested) return false
    const startMs = performance.now()
    const before = this.#backtest.done
    this.#finished = this.#backtest.run(Math.min(this.#steps, stepsMax))
    ensure(this.#finished || this.#backtest.done > before, 'a backtest that is not finished moves on')
    this.#control.beat?.()
    this.#adapt(performance.now() - startMs)
    return true
  }

  #adapt(tookMs: number): void {
    if (tookMs < SLICE_MS / 2) this.#steps = Math.min(this.#steps * 2, STEPS_MAX)
    else if (tookMs > SLICE_MS * 2) this.#steps = Math.max(1, this.#steps >> 1)
  }
}
