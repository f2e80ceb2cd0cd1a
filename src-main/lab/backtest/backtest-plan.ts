// A specification with its strategies resolved: what can be run, and where it cannot, why not.
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { StrategySandbox } from '../../core/ports/sandbox.ts'
import type { StrategySetup } from '../../core/kernel/kernel-config.ts'
import { resolveParameters } from '../../core/strategies/parameters.ts'
import { openSandbox } from '../../engine/open-sandbox.ts'
import { type TradingPlan, planOf } from '../../engine/playbooks.ts'

export type BacktestPlan = Omit<TradingPlan, 'playbook'> & {
  readonly spec: BacktestSpec
  /** Ends the sandbox of users' strategies; does nothing without any. */
  close(): void
}

/** The error is one sentence that names the strategy, the parameter and what was expected. */
export async function planBacktest(spec: BacktestSpec): Promise<Result<BacktestPlan, string>> {
  const plan = planOf(spec.playbook)
  if (!plan.ok) return plan
  if (spec.files.length === 0) return ok({ ...plan.value, spec, close: () => undefined })
  const sandbox = await openSandbox(() => undefined)
  const files = loadFiles(sandbox, spec)
  if (!files.ok) {
    sandbox.close()
    return files
  }
  return ok({ ...plan.value, strategies: [...plan.value.strategies, ...files.value], spec, close: () => sandbox.close() })
}

function loadFiles(sandbox: StrategySandbox, { files, playbook }: BacktestSpec): Result<readonly StrategySetup[], string> {
  const where = playbook.universe.length === 0 ? {} : { instruments: playbook.universe }
  const setups: StrategySetup[] = []
  for (const { name, source, parameters } of files) {
    const loaded = sandbox.load(source, name)
    if (!loaded.ok) return err(`strategy file ${name}: ${loaded.error.message}`)
    const resolved = resolveParameters(loaded.value.declaration.parameters, parameters)
    if (!resolved.ok) return err(`strategy file ${name}: ${resolved.error}`)
    setups.push({ plugin: loaded.value, parameters, file: { name, source }, ...where })
  }
  return ok(setups)
}
