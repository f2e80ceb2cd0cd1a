// The configuration of a kernel that a test drives by hand: two instruments, 10 000 USDT, and a strategy that says what the test says.
import type { z } from 'zod'
import { ExecutionPolicy } from '../../src-shared/config/execution-policy.ts'
import { CarePolicy, RiskPolicy } from '../../src-shared/config/risk-policy.ts'
import { money } from '../../src-shared/domain/decimal.ts'
import type { Signal } from '../../src-shared/domain/decision.ts'
import { sessionId, strategyId } from '../../src-shared/domain/ids.ts'
import type { ForeignPolicy } from '../../src-main/core/kernel/foreign-desk.ts'
import type { KernelConfig } from '../../src-main/core/kernel/kernel-config.ts'
import type { ManageIntent, StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { BTC, ETH } from './venue-kit.ts'

export type HandOptions = {
  care?: Partial<CarePolicy>
  risk?: Partial<RiskPolicy>
  execution?: z.input<typeof ExecutionPolicy>
  foreign?: ForeignPolicy
  ownMark?: string
}
type Wanted = HandOptions & { startMs: number; start: number; speak: () => Signal | null; manage?: () => ManageIntent | null }

/** Limits that are not what these tests are about are out of the way; snapshots come only when the test sends them. */
export const handConfig = ({
  care,
  risk,
  execution,
  foreign,
  ownMark,
  startMs,
  start,
  speak,
  manage = () => null,
}: Wanted): KernelConfig => ({
  sessionId: sessionId(`hand-${start}`),
  startMs,
  instruments: [BTC, ETH],
  baseTimeframe: '1m',
  strategies: [{ plugin: spokenFor(speak, manage), parameters: {}, file: null }],
  risk: RiskPolicy.parse({ cooldownMs: 0, tradesPerDayMax: 1000, dayLossMax: 0.9, weekLossMax: 0.9, drawdownMax: 0.9, ...risk }),
  care: CarePolicy.parse({ reconcileIntervalMs: 0, equityIntervalMs: 0, ...care }),
  ...(execution === undefined ? {} : { execution: ExecutionPolicy.parse(execution) }),
  ...(foreign === undefined ? {} : { foreign }),
  ...(ownMark === undefined ? {} : { ownMark }),
  leverage: 5,
  initialBalance: money('10000'),
  idPrefix: `twh${start}`,
  marketClock: true,
})

const spokenFor = (speak: () => Signal | null, manage: () => ManageIntent | null): StrategyPlugin => ({
  declaration: {
    id: strategyId('by-hand'),
    title: 'By hand',
    description: 'Says what the test says',
    timeframe: '1m',
    warmupCandles: 1,
    features: [],
    parameters: [],
  },
  create: (instrumentId) => ({
    onCandle: () => (instrumentId === BTC.id ? speak() : null),
    manage: () => (instrumentId === BTC.id ? manage() : null),
  }),
})
