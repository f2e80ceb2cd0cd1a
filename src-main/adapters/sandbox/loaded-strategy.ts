// One user's file, loaded: its declaration and its instances, each in a runtime of its own, so that nothing is carried from one instrument or
// replay to the next.
import type { QuickJSHandle } from 'quickjs-emscripten-core'
import type { InstrumentId, StrategyId } from '../../../src-shared/domain/ids.ts'
import { TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import { type SandboxFault, SandboxError } from '../../core/ports/sandbox.ts'
import type { StrategyDeclaration, StrategyInstance } from '../../core/strategies/strategy.ts'
import { type CheckSignal, decodeAnswer } from './answers.ts'
import { type CheckFeature, parseDeclaration } from './declaration.ts'
import { ANSWER } from './prelude.ts'
import { SandboxedInstance } from './sandboxed-instance.ts'
import type { StepBudget } from './step-meter.ts'
import { BrokenEngineError, type StrategySource, StrategyVm, sandboxErrorOf } from './strategy-vm.ts'
import type { Engine } from './wasm.ts'

export type SandboxLine = { readonly strategyId: StrategyId | null; readonly instrumentId: InstrumentId | null; readonly text: string }

export type QuickJsSandboxOptions = {
  /** Null when a signal can be decided on, otherwise a sentence: `validateSignal` of core/strategies. */
  readonly checkSignal: CheckSignal
  /** Null when a feature of this name exists, otherwise a sentence: from `findFeature` of core/features. */
  readonly checkFeature: CheckFeature
  /** What strategies print; at most 20 lines of 500 letters per call. Must not throw. */
  readonly onLog?: (line: SandboxLine) => void
  /** Wall clock for the backstop alone, in milliseconds. */
  readonly nowMs?: () => number
}

/** For a file's top level and for `create`. */
const LOAD_BUDGET: StepBudget = { stepsMax: 2_000_000, wallMsMax: 5_000 }
/** Runtimes alive per file. Beyond it the one that was called least recently is freed: what is left of earlier replays. */
const INSTANCES_MAX = 64

type VmPlace = { readonly engine: Engine; readonly source: StrategySource; readonly instrumentId: InstrumentId | null }

function startVm({ engine, source, instrumentId }: VmPlace, options: QuickJsSandboxOptions): StrategyVm {
  const vm = new StrategyVm({
    engine,
    source,
    nowMs: options.nowMs ?? (() => performance.now()),
    onLog: (text) => options.onLog?.({ strategyId: source.strategyId, instrumentId, text }),
  })
  seed(vm, `${source.strategyId} ${instrumentId}`)
  vm.evaluate(LOAD_BUDGET)
  return vm
}

/** Chance inside the sandbox starts from the names of strategy and instrument: the same in every replay. */
function seed(vm: StrategyVm, text: string): void {
  using value = vm.context.newNumber(fnv1a(text))
  vm.callKit('seed', LOAD_BUDGET, [value]).dispose()
}

/** FNV-1a, 32 bits, over UTF-16 units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Runs the file in a throw-away runtime and reads what it declares. Throws SandboxError. */
export function readDeclaration(engine: Engine, source: StrategySource, options: QuickJsSandboxOptions): StrategyDeclaration {
  const vm = startVm({ engine, source, instrumentId: null }, options)
  using described = vm.callKit('describe', LOAD_BUDGET, [])
  const answer = vm.context.getString(described)
  if (!answer.startsWith(ANSWER.value)) throw new SandboxError(vm.fault('bad_declaration', answer.slice(ANSWER.refused.length)))
  const declaration = parseDeclaration(decodeAnswer(answer.slice(ANSWER.value.length)), options.checkFeature)
  if (!declaration.ok) throw new SandboxError(vm.fault('bad_declaration', declaration.error))
  return declaration.value
}

type Loaded = { readonly declaration: StrategyDeclaration; readonly options: QuickJsSandboxOptions }

export class LoadedStrategy {
  readonly #engine: Engine
  readonly #source: StrategySource
  readonly #loaded: Loaded
  /** In the order they were last called. */
  readonly #instances = new Set<SandboxedInstance>()
  #broken: SandboxFault | null = null

  constructor(engine: Engine, source: StrategySource, loaded: Loaded) {
    this.#engine = engine
    this.#source = source
    this.#loaded = loaded
  }

  /** Throws SandboxError when the file's `create` fails. */
  create(instrumentId: InstrumentId, parameters: Readonly<Record<string, number>>): StrategyInstance {
    return this.#guarded(() => {
      const vm = startVm({ engine: this.#engine, source: this.#source, instrumentId }, this.#loaded.options)
      const instance = this.#start(vm, instrumentId, parameters)
      this.#keep(instance)
      const onCandle: StrategyInstance['onCandle'] = (input) => this.#called(instance, () => instance.onCandle(input))
      if (!instance.canManage) return { onCandle }
      return { onCandle, manage: (input) => this.#called(instance, () => instance.manage(input)) }
    })
  }

  #start(vm: StrategyVm, instrumentId: InstrumentId, parameters: Readonly<Record<string, number>>): SandboxedInstance {
    const { declaration, options } = this.#loaded
    const { context } = vm
    const args: QuickJSHandle[] = [
      context.newString(instrumentId),
      context.newString(JSON.stringify(parameters)),
      context.newNumber(declaration.features.length),
      context.newNumber(TIMEFRAME_MS[declaration.timeframe]),
    ]
    const created = vm.callKit('create', LOAD_BUDGET, args)
    for (const arg of args) arg.dispose()
    return new SandboxedInstance(vm, created, { declaration, checkSignal: options.checkSignal })
  }

  #keep(instance: SandboxedInstance): void {
    this.#instances.add(instance)
    const [oldest] = this.#instances
    if (this.#instances.size <= INSTANCES_MAX || !oldest) return
    this.#instances.delete(oldest)
    oldest.free()
  }

  #called<T>(instance: SandboxedInstance, call: () => T): T {
    if (this.#instances.delete(instance)) this.#instances.add(instance)
    return this.#guarded(call)
  }

  /** All instances of a file share one engine: when that breaks, each of them says so. */
  #guarded<T>(call: () => T): T {
    if (this.#broken) throw new SandboxError(this.#broken)
    try {
      return call()
    } catch (error) {
      const failure = sandboxErrorOf(error, this.#source)
      if (failure instanceof BrokenEngineError) this.#broken = failure.fault
      throw failure
    }
  }
}
