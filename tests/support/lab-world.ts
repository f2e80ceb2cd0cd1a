// A backtest over a bundled recording, made in one line.
import { type RunData, loadRunData } from '../../src-main/lab/backtest/run-data.ts'
import type { BacktestPlan } from '../../src-main/lab/backtest/backtest-plan.ts'
import type { StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { type BacktestInput, BacktestSpec } from '../../src-shared/config/lab.ts'
import { BUNDLED_PLAYBOOKS, type Playbook } from '../../src-shared/config/playbook.ts'
import { ExecutionPolicy } from '../../src-shared/config/execution-policy.ts'
import { CarePolicy, RiskPolicy } from '../../src-shared/config/risk-policy.ts'
import { CONTEXT_DIR, openAsset, storeOf } from './recording-store.ts'

export const DAY_MS = 86_400_000
export const SAMPLE = openAsset('market')
export const SAMPLE_2023 = openAsset('market-2023')

export function bundled(id: string): Playbook {
  const found = BUNDLED_PLAYBOOKS.find((playbook) => playbook.id === id)
  if (found === undefined) throw new Error(`no playbook ${id}`)
  return found
}

type Wanted = {
  readonly playbook?: string
  readonly fromMs: number
  readonly days: number
  readonly recording?: typeof SAMPLE
  readonly instruments?: string[]
}

export function sampleSpec({
  playbook = 'trend',
  fromMs,
  days,
  recording = SAMPLE,
  instruments = ['BTCUSDT', 'ETHUSDT'],
}: Wanted): BacktestSpec {
  const input: BacktestInput = {
    playbook: bundled(playbook),
    data: { instruments, timeframe: recording.baseTimeframe, fromMs, toMs: fromMs + days * DAY_MS },
  }
  return BacktestSpec.parse(input)
}

export function sampleData(spec: BacktestSpec, recording = SAMPLE): RunData {
  const data = loadRunData(storeOf(recording), spec, CONTEXT_DIR)
  if (!data.ok) throw new Error(data.error)
  return data.value
}

/** A plan of strategies of a test's own. */
export const planWith = (spec: BacktestSpec, plugins: readonly StrategyPlugin[]): BacktestPlan => ({
  spec,
  strategies: plugins.map((plugin) => ({ plugin, parameters: {}, file: null })),
  risk: RiskPolicy.parse({}),
  care: CarePolicy.parse({}),
  execution: ExecutionPolicy.parse({}),
  close: () => undefined,
})
