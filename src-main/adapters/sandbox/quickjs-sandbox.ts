// Runs users' strategies in QuickJS, compiled to WebAssembly: no file, network, process, clock or chance, because there is none inside.
import { instrumentId } from '../../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { SandboxFault, StrategySandbox } from '../../core/ports/sandbox.ts'
import type { StrategyPlugin } from '../../core/strategies/strategy.ts'
import { LoadedStrategy, type QuickJsSandboxOptions, readDeclaration } from './loaded-strategy.ts'
import { type StrategySource, sandboxErrorOf } from './strategy-vm.ts'
import { TypeStripper } from './type-stripper.ts'
import { type Engine, compileEngine } from './wasm.ts'

export type { QuickJsSandboxOptions, SandboxLine } from './loaded-strategy.ts'

/** Also lets the caller have engines ready: `load` cannot wait, and each file needs one of its own. */
export type QuickJsSandbox = StrategySandbox & {
  /** Resolves when `count` (at most 64) files can be loaded at once. Eight always can, a moment after the last load. */
  prepare(count: number): Promise<void>
}

const TRIAL_INSTRUMENT = instrumentId('BTC/USDT:USDT')
const SPARE_ENGINES = 8
const SPARE_ENGINES_MAX = 64

/** Compiles the engine and prepares the first spares. Rejects when the WebAssembly file is missing. */
export async function createQuickJsSandbox(options: QuickJsSandboxOptions): Promise<QuickJsSandbox> {
  const newEngine = await compileEngine()
  const stripper = new TypeStripper()
  const spares: Engine[] = []
  let closed = false
  let preparing: Promise<void> = Promise.resolve()
  const fill = async (count: number): Promise<void> => {
    while (!closed && spares.length < count) spares.push(await newEngine())
    if (closed) spares.length = 0
  }
  // One filling after the other, so that together they make no more than the largest asks for.
  const prepare = (count: number): Promise<void> => {
    const refill = () => fill(Math.min(count, SPARE_ENGINES_MAX))
    preparing = preparing.then(refill, refill)
    return preparing
  }
  await prepare(SPARE_ENGINES)
  return {
    prepare,
    load(source, fileName) {
      if (closed || spares.length === 0) return err(noEngine(fileName, closed))
      const stripped = stripper.strip(source, fileName)
      if (!stripped.ok) return err({ strategyId: null, code: 'syntax', message: stripped.error })
      const engine = spares.pop()
      if (!engine) return err(noEngine(fileName, closed))
      // A spare that cannot be made is noticed by the next load, which then says so.
      prepare(SPARE_ENGINES).catch(() => undefined)
      return loadInto(engine, { javaScript: stripped.value, fileName, strategyId: null }, options)
    },
    close() {
      // Engines are not taken apart but dropped whole, with their memory.
      closed = true
      spares.length = 0
      stripper.close()
    },
  }
}

const noEngine = (fileName: string, closed: boolean): SandboxFault => ({
  strategyId: null,
  code: 'out_of_memory',
  message: `${fileName}: ${closed ? 'the sandbox is closed' : 'no engine is ready, too many files were loaded at once; load it again in a moment'}`,
})

/** Runs the file once to read its declaration, and once more to try `create` with the defaults. */
function loadInto(engine: Engine, source: StrategySource, options: QuickJsSandboxOptions): Result<StrategyPlugin, SandboxFault> {
  try {
    const declaration = readDeclaration(engine, source, options)
    const strategy = new LoadedStrategy(engine, { ...source, strategyId: declaration.id }, { declaration, options })
    strategy.create(TRIAL_INSTRUMENT, Object.fromEntries(declaration.parameters.map((spec) => [spec.name, spec.default])))
    return ok({ declaration, create: (instrumentId, parameters) => strategy.create(instrumentId, parameters) })
  } catch (error) {
    return err(sandboxErrorOf(error, source).fault)
  }
}
