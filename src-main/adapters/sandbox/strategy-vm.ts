// One QuickJS runtime with one user's file in it: a heap, a stack and a step budget of its own.
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten-core'
import type { StrategyId } from '../../../src-shared/domain/ids.ts'
import { type SandboxFault, SandboxError } from '../../core/ports/sandbox.ts'
import { PRELUDE } from './prelude.ts'
import { type StepBudget, StepMeter } from './step-meter.ts'
import { type Engine, MEMORY_BYTES_MAX } from './wasm.ts'

export type VmOptions = {
  readonly engine: Engine
  readonly source: StrategySource
  readonly nowMs: () => number
  readonly onLog: (line: string) => void
}
/** JavaScript without types, and who it belongs to once that is known. */
export type StrategySource = { readonly javaScript: string; readonly fileName: string; readonly strategyId: StrategyId | null }

/** Small enough that QuickJS notices a deep recursion before the host's own stack runs out. */
const STACK_BYTES_MAX = 96 * 1024
const TYPES_MODULE = 'tradewright'
const JOBS_AT_LOAD_MAX = 100

export class StrategyVm {
  readonly context: QuickJSContext
  readonly #runtime: QuickJSRuntime
  readonly #meter: StepMeter
  readonly #options: VmOptions
  readonly #kit: QuickJSHandle
  #module: QuickJSHandle | null = null
  #refusedImport: string | null = null

  /** Does not run the user's file yet: see `evaluate`. */
  constructor(options: VmOptions) {
    this.#options = options
    this.#runtime = options.engine.quickJs.newRuntime()
    this.#runtime.setMaxStackSize(STACK_BYTES_MAX)
    this.#runtime.setModuleLoader((name) => this.#refuseImport(name))
    this.context = this.#runtime.newContext()
    this.#meter = new StepMeter(options.engine, this.context, options.nowMs)
    this.#meter.attach(this.#runtime)
    this.#kit = this.#boot()
  }

  /** Runs the file's top level. Throws SandboxError. */
  evaluate(budget: StepBudget): void {
    const { javaScript, fileName } = this.#options.source
    this.#module = this.guard('loading', budget, () => this.context.evalCode(javaScript, fileName, { type: 'module' }))
    // An import() is only looked at when pending work runs; a refused one must not wait in silence.
    this.guard('loading', budget, () => this.#runtime.executePendingJobs(JOBS_AT_LOAD_MAX))
    if (this.#refusedImport !== null) throw this.#importRefused(this.#refusedImport)
  }

  /** Calls a function of the prelude's kit; all but `seed` get the file's module first. Throws SandboxError. */
  callKit(name: 'describe' | 'create' | 'seed', budget: StepBudget, args: readonly QuickJSHandle[]): QuickJSHandle {
    const all = name === 'seed' || this.#module === null ? [...args] : [this.#module, ...args]
    using callee = this.context.getProp(this.#kit, name)
    return this.guard(name, budget, () => this.context.callFunction(callee, this.context.undefined, all))
  }

  /** Runs something inside the sandbox under a budget. Throws SandboxError when it fails in any way. */
  guard<T>(what: string, budget: StepBudget, run: () => { error?: QuickJSHandle | undefined; value?: T }): T {
    this.#meter.start(budget)
    let result: { error?: QuickJSHandle | undefined; value?: T }
    try {
      result = run()
    } catch (error) {
      throw sandboxErrorOf(error, this.#options.source)
    }
    if (result.error) throw new SandboxError(this.#faultOf(what, result.error))
    // The library types value as present whenever error is not.
    return result.value as T
  }

  fault(code: SandboxFault['code'], message: string): SandboxFault {
    const { strategyId, fileName } = this.#options.source
    return { strategyId, code, message: `${fileName}: ${message}` }
  }

  /** Frees the runtime. Only for one that never failed: QuickJS aborts when an interrupted computation left something behind. */
  dispose(): void {
    this.#module?.dispose()
    this.#kit.dispose()
    this.context.dispose()
    this.#runtime.dispose()
  }

  #boot(): QuickJSHandle {
    const boot: StepBudget = { stepsMax: 100_000, wallMsMax: 10_000 }
    using prelude = this.guard('starting', boot, () => this.context.evalCode(PRELUDE, 'tradewright', { type: 'global' }))
    using log = this.context.newFunction('log', (line) => {
      this.#options.onLog(this.context.getString(line))
    })
    return this.guard('starting', boot, () => this.context.callFunction(prelude, this.context.undefined, log))
  }

  #refuseImport(name: string): string | { error: Error } {
    if (name === TYPES_MODULE) return ''
    this.#refusedImport ??= name
    return { error: new Error('import refused') }
  }

  #importRefused(name: string): SandboxError {
    const available = "a strategy gets its candles and features as arguments; types come from: import type { Strategy } from 'tradewright'"
    return new SandboxError(this.fault('import_refused', `imports "${name.slice(0, 100)}", and nothing can be imported; ${available}`))
  }

  #faultOf(what: string, error: QuickJSHandle): SandboxFault {
    const { stopped, budget } = this.#meter
    if (stopped === 'steps') {
      return this.fault(
        'ran_too_long',
        `${what} did more than ${budget.stepsMax} loop turns and calls${this.#lineOf(error)}; does a loop never end?`,
      )
    }
    if (stopped === 'wall') return this.fault('ran_too_long', `${what} took longer than ${budget.wallMsMax} ms${this.#lineOf(error)}`)
    if (this.#refusedImport !== null) return this.#importRefused(this.#refusedImport).fault
    // Without memory there is not even room for an error: what arrives is null.
    const { name, message } = this.#describe(error)
    if (message === 'out of memory' || message === 'null') {
      return this.fault('out_of_memory', `${what} used all of the file's ${MEMORY_BYTES_MAX / 2 ** 20} MB of memory${this.#lineOf(error)}`)
    }
    const code = what === 'loading' && name === 'SyntaxError' ? 'syntax' : 'threw'
    return this.fault(code, `${what} threw ${name === '' ? '' : `${name}: `}${message.slice(0, 500)}${this.#lineOf(error)}`)
  }

  /** Reads the error with what memory and steps are left; a getter that throws in turn gives an empty answer. */
  #describe(error: QuickJSHandle): { name: string; message: string } {
    const dumped: unknown = this.#dump(error)
    if (typeof dumped !== 'object' || dumped === null) return { name: '', message: String(dumped) }
    const name: unknown = Reflect.get(dumped, 'name')
    const message: unknown = Reflect.get(dumped, 'message')
    return { name: typeof name === 'string' ? name : '', message: typeof message === 'string' ? message : JSON.stringify(dumped) }
  }

  #lineOf(error: QuickJSHandle): string {
    const dumped = this.#dump(error)
    const stack: unknown = typeof dumped === 'object' && dumped !== null ? Reflect.get(dumped, 'stack') : null
    if (typeof stack !== 'string') return ''
    const at = stack.indexOf(`${this.#options.source.fileName}:`)
    const line = at < 0 ? null : /^:(\d+)/.exec(stack.slice(at + this.#options.source.fileName.length))
    return line ? `, line ${line[1]}` : ''
  }

  #dump(error: QuickJSHandle): unknown {
    try {
      return this.context.dump(error)
    } catch {
      return null
    }
  }
}

/** The engine itself failed: nothing in it can be trusted any more. */
export class BrokenEngineError extends SandboxError {}

/** A SandboxError as it is; anything else comes from an engine that overflowed its stack or its memory, and is the fault of this file alone. */
export function sandboxErrorOf(error: unknown, { strategyId, fileName }: StrategySource): SandboxError {
  if (error instanceof SandboxError) return error
  const reason = String(error).slice(0, 200)
  return new BrokenEngineError({
    strategyId,
    code: 'out_of_memory',
    message: `${fileName}: broke the engine it runs in (${reason}): too little memory or too deep a nesting`,
  })
}
