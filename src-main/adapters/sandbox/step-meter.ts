// Counts what a strategy's code does, so that one that never ends is stopped at the same place in every run.
import type { QuickJSContext, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten-core'

/** QuickJS asks whether to go on after this many loop turns and calls. */
const NATIVE_INTERVAL = 10_000
/**
 * The interval we want. One built-in, such as searching a text of a million letters, is one step however long it takes: asking only after
 * 10 000 of them would let a loop of such calls hold the desk up for minutes before the backstop is read. Measured cost: a few percent.
 */
const FINE_INTERVAL = 32
/** The part of QuickJS's context structure in which its countdown to the next question is looked for. */
const SEARCHED_WORDS = 256

export type StepBudget = {
  /** Loop turns and calls. The same code with the same input always uses the same number. */
  readonly stepsMax: number
  /** Backstop in wall-clock milliseconds, far beyond what the steps take: only loops of very slow built-ins meet it. */
  readonly wallMsMax: number
}

/** The address of a context in the engine's memory, which the library keeps to itself. */
function addressOf(context: QuickJSContext): number {
  const lifetime: unknown = Reflect.get(context, 'ctx')
  const address: unknown = typeof lifetime === 'object' && lifetime !== null ? Reflect.get(lifetime, 'value') : null
  return typeof address === 'number' ? address : 0
}

/**
 * Finds QuickJS's countdown: the only word of a context that holds the full interval at the moment it asks. The library has no setting for it.
 * Null when that is not unique, and then the meter works in QuickJS's own coarse steps.
 */
export function findCountdownWord(engine: QuickJSWASMModule): number | null {
  const runtime = engine.newRuntime()
  const context = runtime.newContext()
  const found: number[] = []
  runtime.setInterruptHandler(() => {
    const words = new Int32Array(engine.getWasmMemory().buffer, addressOf(context), SEARCHED_WORDS)
    words.forEach((word, index) => {
      if (word === NATIVE_INTERVAL) found.push(index)
    })
    return true
  })
  context.evalCode('for (;;) {}').dispose()
  context.dispose()
  runtime.dispose()
  return found.length === 1 ? (found[0] ?? null) : null
}

/** The engine's memory. Its buffer is replaced by a larger one when it grows. */
export type EngineMemory = { readonly buffer: ArrayBuffer }
export type MeteredEngine = { readonly memory: EngineMemory; readonly countdownWord: number | null }

/** Ends the code that runs in a context when its budget is used up. Call `start` before each call into it. */
export class StepMeter {
  readonly #engine: MeteredEngine
  readonly #nowMs: () => number
  readonly #countdownAt: number
  readonly #interval: number
  #words: Int32Array
  #used = 0
  #budget: StepBudget = { stepsMax: 0, wallMsMax: 0 }
  #startedMs = 0
  #stopped: 'steps' | 'wall' | null = null

  constructor(engine: MeteredEngine, context: QuickJSContext, nowMs: () => number) {
    this.#engine = engine
    this.#nowMs = nowMs
    this.#words = new Int32Array(engine.memory.buffer)
    this.#countdownAt = engine.countdownWord === null ? -1 : addressOf(context) / Int32Array.BYTES_PER_ELEMENT + engine.countdownWord
    this.#interval = engine.countdownWord === null ? NATIVE_INTERVAL : FINE_INTERVAL
  }

  attach(runtime: QuickJSRuntime): void {
    runtime.setInterruptHandler(() => this.#onInterval())
  }

  start(budget: StepBudget): void {
    this.#budget = budget
    this.#used = 0
    this.#stopped = null
    this.#startedMs = this.#nowMs()
    this.#armCountdown()
  }

  /** Why the last call was ended, or null when it ended by itself. */
  get stopped(): 'steps' | 'wall' | null {
    return this.#stopped
  }
  get budget(): StepBudget {
    return this.#budget
  }

  #onInterval(): boolean {
    // A regular expression counts on its own and asks without touching the countdown.
    const byCountdown = this.#countdownAt < 0 || this.#word() === NATIVE_INTERVAL
    this.#used += byCountdown ? this.#interval : NATIVE_INTERVAL
    if (this.#used > this.#budget.stepsMax) this.#stopped ??= 'steps'
    else if (this.#nowMs() - this.#startedMs > this.#budget.wallMsMax) this.#stopped ??= 'wall'
    this.#armCountdown()
    return this.#stopped !== null
  }

  #armCountdown(): void {
    if (this.#countdownAt < 0) return
    this.#refresh()
    this.#words[this.#countdownAt] = this.#interval
  }

  #word(): number {
    this.#refresh()
    return this.#words[this.#countdownAt] ?? NATIVE_INTERVAL
  }

  #refresh(): void {
    if (this.#words.buffer !== this.#engine.memory.buffer) this.#words = new Int32Array(this.#engine.memory.buffer)
  }
}
