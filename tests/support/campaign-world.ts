// What the fault campaign runs in: its instruments, a strategy without sense, and the venue's own word on what it holds.
import { type Money, type Quantity, money, negate, rate } from '../../src-shared/domain/decimal.ts'
import { PLAIN_SIGNAL, type Signal } from '../../src-shared/domain/decision.ts'
import { type InstrumentId, strategyId } from '../../src-shared/domain/ids.ts'
import type { z } from 'zod'
import { ExecutionPolicy, type ExecutionPlan } from '../../src-shared/config/execution-policy.ts'
import type { SystemCondition } from '../../src-shared/events/kernel-event.ts'
import { type Random, createRandom } from '../../src-main/core/simulation/random.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { FeeModel, QueueModel, SimulatedVenue, SimulationConfig, SlippageModel } from '../../src-main/core/simulation/venue.ts'
import type { ManageIntent, StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import type { FaultScript } from './faulty-venue.ts'
import { BTC, ETH } from './venue-kit.ts'

export const INSTRUMENTS = [BTC, ETH]

/** What the venue itself holds, asked without latency or faults. */
export function venueTruth(venue: SimulatedVenue): { positions: Map<InstrumentId, bigint>; wallet: Money; orders: string[] } {
  const oracle = createSimulatedVenue(INSTRUMENTS, {
    seed: 1,
    initialBalance: money('1'),
    leverage: 5,
    latencyMs: 0,
    slippage: { kind: 'fixed', basisPoints: 0 },
    participationMax: 1,
    markPremium: 0,
  })
  oracle.restore(venue.save())
  oracle.requestSnapshot(null, Number.MAX_SAFE_INTEGER - 1)
  for (const report of oracle.advanceTo(Number.MAX_SAFE_INTEGER)) {
    if (report.type !== 'snapshot') continue
    const positions = new Map(
      report.positions.map((p): [InstrumentId, Quantity | bigint] => [p.instrumentId, p.side === 'long' ? p.quantity : negate(p.quantity)]),
    )
    return { positions, wallet: report.walletBalance, orders: report.orders.map((order) => order.clientOrderId) }
  }
  throw new Error('the venue gave no snapshot')
}

/** A venue as the lab asks for it, by chance. */
export function labModels(random: Random): Partial<SimulationConfig> {
  const pick = <T>(choices: readonly [T, ...T[]]): T => choices[random.integer(0, choices.length - 1)] ?? choices[0]
  return {
    latencyJitterMs: pick([0, 50, 900]),
    slippage: pick<SlippageModel>([
      { kind: 'volatility', share: 0.05 },
      { kind: 'depth', basisPoints: 0.5, impact: 0.5 },
      { kind: 'fixed', basisPoints: 1 },
    ]),
    queue: pick<QueueModel>([{ kind: 'last' }, { kind: 'volume', ahead: 0 }, { kind: 'volume', ahead: 0.5 }]),
    fees: pick<FeeModel>([
      { kind: 'fixed', maker: rate('-0.0001'), taker: rate('0.0004') },
      {
        kind: 'tiers',
        tiers: [
          { volumeMin: money('0'), maker: rate('0.0002'), taker: rate('0.0005') },
          { volumeMin: money('100000'), maker: rate('-0.00005'), taker: rate('0.0003') },
        ],
      },
    ]),
  }
}

/** Signals by chance, with stops by chance: the desk must be safe whatever a strategy says. */
export function senseless(random: Random): StrategyPlugin {
  return {
    declaration: {
      id: strategyId('senseless'),
      title: 'Senseless',
      description: 'Signals by chance',
      timeframe: '1m',
      warmupCandles: 1,
      features: [],
      parameters: [],
    },
    create: () => ({
      onCandle(input): Signal | null {
        if (random.fraction() > 0.3) return null
        const direction = random.fraction() < 0.5 ? 'buy' : 'sell'
        const distance = input.close * (0.0003 + random.fraction() * 0.02)
        const chandelierDistance = random.fraction() < 0.5 ? distance * 1.2 : null
        return {
          direction,
          strength: random.fraction(),
          stopPrice: direction === 'buy' ? input.close - distance : input.close + distance,
          chandelierDistance,
          ...(random.fraction() < 0.5 ? { sizeShare: 0.5 } : {}),
          votes: [],
          why: {},
          ...PLAIN_SIGNAL,
        }
      },
      manage(): ManageIntent | null {
        const mood = random.fraction()
        if (mood < 0.02) return { type: 'close', reason: 'bored' }
        return mood < 0.06 ? { type: 'add', fraction: 0.1 + 0.9 * random.fraction(), reason: 'cheaper', regime: null } : null
      },
    }),
  }
}

export type LiveWorld = {
  readonly execution: ExecutionPolicy
  readonly faults: FaultScript
  /** By the minute after which it is said. */
  readonly outages: ReadonlyMap<number, SystemCondition>
}

/** What a desk on a real venue meets beside the faults of any venue: plans of every kind, outages, prices out of the band. */
export function liveWorld(seed: number): LiveWorld {
  const random = createRandom(seed + 9_000_011)
  const outages = new Map<number, SystemCondition>()
  for (let minute = random.integer(5, 60); minute < 110; minute += random.integer(10, 60)) {
    outages.set(minute, random.fraction() < 0.3 ? 'maintenance' : 'venue_down')
    outages.set(minute + random.integer(1, 4), 'venue_up')
  }
  const band: FaultScript =
    random.fraction() < 0.3
      ? [
          {
            match: { request: 'submit', purpose: random.fraction() < 0.5 ? 'exit' : 'emergency', nth: random.integer(1, 3) },
            action: { kind: 'reject', code: 'price_band' },
            times: random.integer(1, 9),
          },
        ]
      : []
  const execution = ExecutionPolicy.parse({
    slippageBpsMax: random.fraction() < 0.5 ? random.integer(1, 60) : 0,
    entry: randomPlan(random),
    close: randomPlan(random),
  })
  return { execution, faults: band, outages }
}

function randomPlan(random: Random): z.input<typeof ExecutionPlan> {
  const atTimeout = random.fraction() < 0.5 ? 'cancel' : 'cross'
  const waiting = { timeoutMs: random.integer(10_000, 600_000), atTimeout, offsetBps: random.integer(0, 10) } as const
  const byTime = { durationMs: random.integer(20_000, 900_000), slices: random.integer(2, 20), jitter: random.fraction() * 0.9 }
  switch (random.integer(0, 6)) {
    case 0:
      return { type: 'limit', ...waiting }
    case 1:
      return { type: 'post_only', ...waiting }
    case 2:
      return { type: 'twap', ...byTime }
    case 3:
      return { type: 'vwap', ...byTime }
    case 4:
      return { type: 'iceberg', visibleShare: 0.02 + 0.48 * random.fraction(), ...waiting }
    case 5:
      return { type: 'sniper', chaseBpsMax: random.integer(1, 50), repriceMs: 5_000, timeoutMs: waiting.timeoutMs, atTimeout }
    default:
      return { type: 'market' }
  }
}
