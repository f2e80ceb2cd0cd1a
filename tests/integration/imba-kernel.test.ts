// Proves IMBA, TB, FS and MC inside the kernel on the bundled recording: nothing faults, every decision is kept with all twelve votes, the regime and
// every filter in numbers that survive the journal's JSON, positions are added to when that is asked for, and a second run is the same to the last digit.
import path from 'node:path'
import { expect, it } from 'vitest'
import { CarePolicy, RiskPolicy } from '../../src-shared/config/risk-policy.ts'
import { money } from '../../src-shared/domain/decimal.ts'
import type { DecisionTrace } from '../../src-shared/domain/decision.ts'
import { sessionId } from '../../src-shared/domain/ids.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import { loadCandle } from '../../src-main/core/features/feature-set.ts'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import { TradingLoop } from '../../src-main/core/kernel/trading-loop.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import { FILTER_NAMES } from '../../src-main/core/strategies/imba/filters.ts'
import { VOTER_NAMES } from '../../src-main/core/strategies/imba/voter.ts'
import { BUNDLED_STRATEGIES } from '../../src-main/core/strategies/registry.ts'

const recording = openRecording(path.join(import.meta.dirname, '../../assets/market'))
if (!recording.ok) throw new Error(recording.error)
const [series] = recording.value.series
const [instrument] = recording.value.instruments
if (series === undefined || instrument === undefined) throw new Error('the recording is empty')
const { candles } = series

type Run = {
  readonly decisions: readonly DecisionTrace[]
  readonly faults: readonly string[]
  readonly roundTrips: number
  readonly equity: number
}

function run(imbaParameters: Readonly<Record<string, number>>): Run {
  if (instrument === undefined) throw new Error('no instrument')
  const initialBalance = money('1000000')
  const kernel = new Kernel(
    {
      sessionId: sessionId('imba'),
      startMs: candles.openTimeMs[0] ?? 0,
      instruments: [instrument],
      baseTimeframe: '1m',
      strategies: ['imba', 'tb', 'fs', 'mc'].map((id) => {
        const plugin = BUNDLED_STRATEGIES.get(id)
        if (plugin === undefined) throw new Error(`no strategy ${id}`)
        return { plugin, parameters: id === 'imba' ? imbaParameters : {}, file: null }
      }),
      // Limits that would end the run early are out of the way.
      risk: RiskPolicy.parse({ riskPerTrade: 0.0005, drawdownMax: 1, dayLossMax: 1, weekLossMax: 1, consecutiveLossesMax: 100 }),
      care: CarePolicy.parse({ reconcileIntervalMs: 0, equityIntervalMs: 0 }),
      leverage: 5,
      initialBalance,
      idPrefix: 'twimba',
      marketClock: true,
    },
    null,
  )
  const venue = createSimulatedVenue([instrument], {
    seed: 1,
    initialBalance,
    leverage: 5,
    latencyMs: 120,
    slippage: { kind: 'fixed', basisPoints: 1 },
    participationMax: 1,
    markPremium: 0,
  })
  const decisions: DecisionTrace[] = []
  const faults: string[] = []
  let roundTrips = 0
  const loop = new TradingLoop({
    kernel,
    venue,
    sink: {
      append(record) {
        if (record.kind === 'decision') decisions.push(record.body)
        if (record.kind === 'round_trip') roundTrips += 1
        if (record.kind === 'alert' && record.body.severity === 'critical') faults.push(record.body.message)
      },
      commit: () => true,
    },
  })
  kernel.handle({ source: 'market', tsMs: kernel.nowMs, event: { type: 'feed', state: 'live', detail: '', tsEventMs: kernel.nowMs } })
  loop.start()
  for (let i = 0; i < candles.close.length; i += 1) {
    loadCandle(loop.nextCandle(0), candles, i)
    loop.endStep()
  }
  return { decisions, faults, roundTrips, equity: kernel.portfolio.equity() }
}

const first = run({})

it('trades without a fault, and keeps every decision whole', () => {
  expect(first.faults).toEqual([])
  expect(first.roundTrips).toBeGreaterThan(3)
  expect(first.decisions.length).toBeGreaterThan(100)
  for (const trace of first.decisions.filter(({ strategyId }) => strategyId === 'imba')) {
    expect(trace.signal.votes.map(({ voter }) => voter)).toEqual(VOTER_NAMES)
    expect(trace.signal.filters.map(({ check }) => check)).toEqual(FILTER_NAMES)
    expect(trace.signal.regime?.classifier).toBe('imba-3')
    // A NaN would come back as null.
    expect(JSON.parse(JSON.stringify(trace.signal))).toEqual(trace.signal)
  }
})

it('does the same in a second run', () => {
  const second = run({})
  expect(second.equity).toBe(first.equity)
  expect(JSON.stringify(second.decisions)).toBe(JSON.stringify(first.decisions))
})

it('adds to losing positions only when that is asked for', () => {
  const isAdd = ({ signal }: DecisionTrace): boolean => JSON.stringify(signal.why).includes('dca_')
  expect(first.decisions.some(isAdd)).toBe(false)
  const { decisions } = run({ dcaAdds: 2, stopPercent: 4 })
  expect(decisions.some((trace) => isAdd(trace) && trace.outcome === 'executed')).toBe(true)
  // Two adds of half the first quantity: the entry takes half of the full size.
  const entry = decisions.find((trace) => trace.outcome === 'executed' && !isAdd(trace))
  expect(entry?.sizing).toContainEqual(expect.objectContaining({ step: 'entry_share', factor: 0.5 }))
})
