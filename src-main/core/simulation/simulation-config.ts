// From what a run asks for to what the venue and the kernel are made with.
import type { SimulationSpec } from '../../../src-shared/config/lab.ts'
import { type Money, moneyFromNumber, rateFromNumber } from '../../../src-shared/domain/decimal.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import type { FeeModel, FeeRates, SimulationConfig } from './venue.ts'

/** The venue of a run. Whatever cannot be simulated is told by `createSimulatedVenue`, as a RangeError. */
export const simulationConfig = (
  spec: SimulationSpec,
  account: { readonly initialBalance: Money; readonly leverage: number },
): SimulationConfig => ({
  seed: spec.seed,
  initialBalance: account.initialBalance,
  leverage: account.leverage,
  latencyMs: spec.latencyMs,
  latencyJitterMs: spec.latencyJitterMs,
  slippage: spec.slippage,
  participationMax: spec.participationMax,
  queue: spec.queue,
  fees: feeModel(spec.fees),
  funding: spec.funding,
  markPremium: 0,
})

/**
 * The instruments as the desk of such a run knows them: with the fees that it expects to pay, because margins, break-even stops and limits are
 * reckoned with them. Of tiers that is the first: the desk starts there, and reckons with the highest fee until the end.
 */
export function instrumentsOfRun(spec: SimulationSpec, instruments: readonly Instrument[]): readonly Instrument[] {
  const fees = feeModel(spec.fees)
  const rates = fees.kind === 'instrument' ? undefined : fees.kind === 'fixed' ? fees : fees.tiers[0]
  if (rates === undefined) return instruments
  return instruments.map((instrument) => ({ ...instrument, makerFeeRate: rates.maker, takerFeeRate: rates.taker }))
}

function feeModel(fees: SimulationSpec['fees']): FeeModel {
  switch (fees.kind) {
    case 'instrument':
      return fees
    case 'fixed':
      return { kind: 'fixed', ...exactRates(fees) }
    case 'tiers':
      return { kind: 'tiers', tiers: fees.tiers.map((tier) => ({ volumeMin: moneyFromNumber(tier.volumeMin), ...exactRates(tier) })) }
    default:
      return unreachable(fees, 'fees')
  }
}

const exactRates = ({ maker, taker }: { maker: number; taker: number }): FeeRates => ({
  maker: rateFromNumber(maker),
  taker: rateFromNumber(taker),
})
