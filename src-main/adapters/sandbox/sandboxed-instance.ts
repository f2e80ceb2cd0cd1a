// A user's strategy for one instrument: the numbers of a candle go in as one block, an answer comes out as checked JSON.
import type { QuickJSHandle } from 'quickjs-emscripten-core'
import type { Signal } from '../../../src-shared/domain/decision.ts'
import type { Result } from '../../../src-shared/domain/result.ts'
import { SandboxError } from '../../core/ports/sandbox.ts'
import type { ManageIntent, StrategyDeclaration, StrategyInput } from '../../core/strategies/strategy.ts'
import { type CheckSignal, decodeAnswer, parseManageIntent, parseSignal } from './answers.ts'
import { ANSWER, SLOT } from './prelude.ts'
import type { StepBudget } from './step-meter.ts'
import type { StrategyVm } from './strategy-vm.ts'

/** For one `onCandle` or `manage`. */
const CANDLE_BUDGET: StepBudget = { stepsMax: 500_000, wallMsMax: 2_000 }

type InstanceOptions = { readonly declaration: StrategyDeclaration; readonly checkSignal: CheckSignal }

export class SandboxedInstance {
  readonly #vm: StrategyVm
  readonly #options: InstanceOptions
  readonly #onCandle: QuickJSHandle
  readonly #manage: QuickJSHandle | null
  readonly #take: QuickJSHandle
  readonly #numbers: Float64Array<ArrayBuffer>
  #failed = false
  #freed = false

  /** `created` is what the prelude's `create` returned. */
  constructor(vm: StrategyVm, created: QuickJSHandle, options: InstanceOptions) {
    this.#vm = vm
    this.#options = options
    this.#onCandle = vm.context.getProp(created, 'onCandle')
    const manage = vm.context.getProp(created, 'manage')
    this.#manage = vm.context.typeof(manage) === 'function' ? manage : null
    this.#take = vm.context.getProp(created, 'take')
    this.#numbers = new Float64Array(SLOT.features + options.declaration.features.length)
    created.dispose()
  }

  get canManage(): boolean {
    return this.#manage !== null
  }

  onCandle(input: StrategyInput): Signal | null {
    const answer = this.#ask('onCandle', this.#onCandle, input)
    if (answer === null) return null
    const { declaration, checkSignal } = this.#options
    return this.#accepted('onCandle', parseSignal(answer, input, { voter: declaration.id, check: checkSignal }))
  }

  manage(input: StrategyInput): ManageIntent | null {
    if (!this.#manage) return null
    const answer = this.#ask('manage', this.#manage, input)
    return answer === null ? null : this.#accepted('manage', parseManageIntent(answer))
  }

  /** Frees the runtime. An instance that failed is left to be dropped with its engine instead. */
  free(): void {
    if (this.#freed) return
    this.#freed = true
    if (this.#failed) return
    for (const handle of [this.#onCandle, this.#manage, this.#take]) handle?.dispose()
    this.#vm.dispose()
  }

  #ask(what: string, callee: QuickJSHandle, input: StrategyInput): unknown {
    const { context } = this.#vm
    if (this.#freed) throw this.#refusal('out_of_memory', `${what} was called on an instance that was freed for newer ones`)
    this.#write(input)
    try {
      using block = context.newArrayBuffer(this.#numbers.buffer)
      using letters = this.#vm.guard(what, CANDLE_BUDGET, () => context.callFunction(callee, context.undefined, block))
      return context.getNumber(letters) === 0 ? null : this.#answer(what)
    } catch (error) {
      this.#failed = true
      throw error
    }
  }

  #answer(what: string): unknown {
    const { context } = this.#vm
    using taken = this.#vm.guard(what, CANDLE_BUDGET, () => context.callFunction(this.#take, context.undefined))
    const text = context.getString(taken)
    if (text.startsWith(ANSWER.refused)) throw this.#refusal('bad_signal', text.slice(ANSWER.refused.length))
    return decodeAnswer(text.slice(ANSWER.value.length))
  }

  #write(input: StrategyInput): void {
    const numbers = this.#numbers
    const { position, features } = input
    if (SLOT.features + features.length !== numbers.length) {
      throw new RangeError(`${this.#options.declaration.id}: ${features.length} feature values, expected ${numbers.length - SLOT.features}`)
    }
    numbers[SLOT.openTimeMs] = input.openTimeMs
    numbers[SLOT.open] = input.open
    numbers[SLOT.high] = input.high
    numbers[SLOT.low] = input.low
    numbers[SLOT.close] = input.close
    numbers[SLOT.volume] = input.volume
    numbers[SLOT.lastClosedMs] = input.lastClosedMs ?? NaN
    for (let i = 0; i < features.length; i += 1) numbers[SLOT.features + i] = features[i] ?? NaN
    numbers[SLOT.side] = position === null ? 0 : position.side === 'long' ? 1 : -1
    if (position === null) return
    numbers[SLOT.quantity] = position.quantity
    numbers[SLOT.entryPrice] = position.entryPrice
    numbers[SLOT.stopPrice] = position.stopPrice
    numbers[SLOT.openedMs] = position.openedMs
  }

  #accepted<T>(what: string, parsed: Result<T, string>): T {
    if (parsed.ok) return parsed.value
    this.#failed = true
    throw this.#refusal('bad_signal', `${what}: ${parsed.error}`)
  }

  #refusal(code: 'bad_signal' | 'out_of_memory', message: string): SandboxError {
    return new SandboxError(this.#vm.fault(code, message))
  }
}
