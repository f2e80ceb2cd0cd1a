// The bundled minutes of BTC laid end to end until there are enough of them, as the data of a run.
import { openAsset } from '../../support/recording-store.ts'
import { type RunData, sharedColumns } from '../../../src-main/lab/backtest/run-data.ts'
import type { BacktestPlan } from '../../../src-main/lab/backtest/backtest-plan.ts'
import type { StrategyPlugin } from '../../../src-main/core/strategies/strategy.ts'
import { BacktestSpec } from '../../../src-shared/config/lab.ts'
import { ExecutionPolicy } from '../../../src-shared/config/execution-policy.ts'
import { CarePolicy, RiskPolicy } from '../../../src-shared/config/risk-policy.ts'
import { bundled } from '../../support/lab-world.ts'
import { RULES } from './crossing-averages.ts'

const MINUTE_MS = 60_000

export function tiledMarket(candlesMin: number): RunData {
  const recording = openAsset('market')
  const [series] = recording.series
  const [instrument] = recording.instruments
  if (series === undefined || instrument === undefined) throw new Error('the recording is empty')
  const once = series.candles.close.length
  const copies = Math.ceil(candlesMin / once)
  const candles = sharedColumns(copies * once)
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const)
    for (let copy = 0; copy < copies; copy += 1) candles[name].set(series.candles[name], copy * once)
  const startMs = series.candles.openTimeMs[0] ?? 0
  for (let i = 0; i < candles.openTimeMs.length; i += 1) candles.openTimeMs[i] = startMs + i * MINUTE_MS
  const funding = { timeMs: new Float64Array(0), rate: new Float64Array(0) }
  const run = { instrumentId: series.instrumentId, candles, earlier: sharedColumns(0), detail: null, funding }
  return { instruments: [instrument], series: [run], measures: [], passports: [] }
}

/** Limits that would end the run early are out of the way: a halted desk would make a figure a lie. */
export function planOver(data: RunData, plugin: StrategyPlugin): BacktestPlan {
  const openTimeMs = data.series[0]?.candles.openTimeMs ?? new Float64Array(0)
  const spec = BacktestSpec.parse({
    playbook: bundled('trend'),
    initialBalance: String(RULES.balance),
    data: {
      instruments: ['BTCUSDT'],
      timeframe: '1m',
      fromMs: openTimeMs[0] ?? 0,
      toMs: (openTimeMs.at(-1) ?? 0) + MINUTE_MS,
      warmupDays: 0,
    },
    simulation: {
      participationMax: 1,
      fees: { kind: 'fixed', maker: RULES.fee, taker: RULES.fee },
      slippage: { kind: 'fixed', basisPoints: 0 },
    },
  })
  const far = { drawdownMax: 1, dayLossMax: 1, weekLossMax: 1, consecutiveLossesMax: 100, tradesPerDayMax: 1000, cooldownMs: 0 }
  return {
    spec,
    strategies: [{ plugin, parameters: {}, file: null }],
    risk: RiskPolicy.parse({ riskPerTrade: 0.0005, ...far }),
    care: CarePolicy.parse({
      targetLadder: [{ fraction: 1, atR: RULES.target / RULES.stop }],
      breakEvenAfterFirstTarget: false,
      chandelierEnabled: false,
      trailFromShareOfFinalTarget: 1,
    }),
    execution: ExecutionPolicy.parse({}),
    close: () => undefined,
  }
}
