// Proves that everything a run asks for reaches the venue, and that what the schema lets through can be simulated.
import { describe, expect, it } from 'vitest'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import { instrumentsOfRun, simulationConfig } from '../../src-main/core/simulation/simulation-config.ts'
import { SimulationSpec } from '../../src-shared/config/lab.ts'
import { money, rate } from '../../src-shared/domain/decimal.ts'
import { BTC, ETH } from '../support/venue-kit.ts'

const ACCOUNT = { initialBalance: money('5000'), leverage: 3 }
const TIERS = [
  { volumeMin: 0, maker: 0.0002, taker: 0.0005 },
  { volumeMin: 15_000_000, maker: -0.00005, taker: 0.0004 },
]

describe('the simulation that a run asks for', () => {
  it('reaches the venue whole', () => {
    const spec = SimulationSpec.parse({
      seed: 7,
      latencyMs: 30,
      latencyJitterMs: 20,
      slippage: { kind: 'depth', basisPoints: 0.7, impact: 0.3 },
      participationMax: 0.25,
      queue: { kind: 'volume', ahead: 2 },
      fees: { kind: 'tiers', tiers: TIERS },
      funding: false,
    })
    expect(simulationConfig(spec, ACCOUNT)).toEqual({
      seed: 7,
      initialBalance: money('5000'),
      leverage: 3,
      latencyMs: 30,
      latencyJitterMs: 20,
      slippage: { kind: 'depth', basisPoints: 0.7, impact: 0.3 },
      participationMax: 0.25,
      queue: { kind: 'volume', ahead: 2 },
      fees: {
        kind: 'tiers',
        tiers: [
          { volumeMin: money('0'), maker: rate('0.0002'), taker: rate('0.0005') },
          { volumeMin: money('15000000'), maker: rate('-0.00005'), taker: rate('0.0004') },
        ],
      },
      funding: false,
      markPremium: 0,
    })
  })

  it('can be simulated at the edges of what the schema allows', () => {
    const edges = [
      {},
      { seed: 2 ** 32 - 1, latencyMs: 60_000, latencyJitterMs: 60_000, participationMax: 1, queue: { kind: 'volume', ahead: 100 } },
      { slippage: { kind: 'fixed', basisPoints: 500 }, fees: { kind: 'fixed', maker: -0.01, taker: 0.05 } },
      { slippage: { kind: 'volatility', share: 1 } },
      { slippage: { kind: 'depth', basisPoints: 500, impact: 10 } },
      { fees: { kind: 'tiers', tiers: [TIERS[0], { ...TIERS[1], volumeMin: 1e14 }] } },
    ]
    for (const edge of edges)
      expect(() => createSimulatedVenue([BTC, ETH], simulationConfig(SimulationSpec.parse(edge), ACCOUNT))).not.toThrow()
  })

  it.each([
    ['begin above zero', [{ ...TIERS[0], volumeMin: 1 }]],
    ['fall', [TIERS[0], TIERS[1], { ...TIERS[1], volumeMin: 5 }]],
  ])('is refused by the schema already when its tiers %s', (_name, tiers) => {
    const parsed = SimulationSpec.safeParse({ fees: { kind: 'tiers', tiers } })
    expect(parsed.error?.issues[0]?.message).toBe('the tiers must begin at volumeMin 0 and rise')
  })
})

describe('the instruments that the desk of a run knows', () => {
  it('carry the fees that it will pay, of tiers the first', () => {
    const feesOf = (fees: unknown) =>
      instrumentsOfRun(SimulationSpec.parse({ fees }), [BTC, ETH]).map(({ makerFeeRate, takerFeeRate }) => [makerFeeRate, takerFeeRate])
    expect(feesOf({ kind: 'fixed', maker: -0.0001, taker: 0.0003 })).toEqual(Array(2).fill([rate('-0.0001'), rate('0.0003')]))
    expect(feesOf({ kind: 'tiers', tiers: TIERS })).toEqual(Array(2).fill([rate('0.0002'), rate('0.0005')]))
    expect(instrumentsOfRun(SimulationSpec.parse({}), [BTC, ETH])).toEqual([BTC, ETH])
  })
})
