// What cannot be simulated. A wrong simulation is a wiring fault, found before anything trades.
import { type Rate, ZERO_MONEY, toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import { type Instrument, hasWholeContracts } from '../../../src-shared/domain/instrument.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import type { FeeModel, FeeRates, QueueModel, SimulationConfig, SlippageModel } from './venue.ts'

function must(condition: boolean, message: string): void {
  if (!condition) throw new RangeError(`simulated venue: ${message}`)
}

const mustLie = (name: string, value: number, { from, to }: { from: number; to: number }): void =>
  must(value >= from && value <= to, `${name} ${value}, expected ${from} to ${to}`)

/** Throws RangeError naming the setting, its value and what was expected. */
export function checkConfig(instruments: readonly Instrument[], config: SimulationConfig): void {
  must(instruments.length > 0, 'no instrument')
  must(new Set(instruments.map((instrument) => instrument.id)).size === instruments.length, 'an instrument is listed twice')
  for (const instrument of instruments) {
    const sizes = `contract size ${toText(instrument.contractSize)} and lots of ${toText(instrument.lotSize)}`
    must(hasWholeContracts(instrument), `${instrument.id} has ${sizes}, expected lots of whole contracts`)
  }
  const { participationMax } = config
  must(Number.isFinite(config.seed), `seed ${config.seed} is not a finite number`)
  must(config.initialBalance >= 0n, `initialBalance ${toText(config.initialBalance)}, expected 0 or more`)
  mustLie('leverage', config.leverage, { from: 1, to: 125 })
  checkMilliseconds('latencyMs', config.latencyMs)
  checkMilliseconds('latencyJitterMs', config.latencyJitterMs ?? 0)
  must(participationMax > 0 && participationMax <= 1, `participationMax ${participationMax}, expected more than 0 and at most 1`)
  mustLie('markPremium', config.markPremium, { from: -0.5, to: 0.5 })
  checkSlippage(config.slippage)
  if (config.queue !== undefined) checkQueue(config.queue)
  if (config.fees !== undefined) checkFees(config.fees)
}

const checkMilliseconds = (name: string, value: number): void =>
  must(Number.isSafeInteger(value) && value >= 0, `${name} ${value}, expected a whole number of 0 or more`)

function checkSlippage(slippage: SlippageModel): void {
  switch (slippage.kind) {
    case 'fixed':
      return mustLie('slippage.basisPoints', slippage.basisPoints, { from: 0, to: 5_000 })
    case 'volatility':
      return mustLie('slippage.share', slippage.share, { from: 0, to: 1 })
    case 'depth':
      mustLie('slippage.basisPoints', slippage.basisPoints, { from: 0, to: 5_000 })
      return mustLie('slippage.impact', slippage.impact, { from: 0, to: 100 })
    default:
      return unreachable(slippage, 'slippage model')
  }
}

function checkQueue(queue: QueueModel): void {
  switch (queue.kind) {
    case 'last':
      return
    case 'volume':
      return mustLie('queue.ahead', queue.ahead, { from: 0, to: 1_000 })
    default:
      return unreachable(queue, 'queue model')
  }
}

function checkFees(fees: FeeModel): void {
  switch (fees.kind) {
    case 'instrument':
      return
    case 'fixed':
      return checkRates('fees', fees)
    case 'tiers': {
      must(fees.tiers.length > 0, 'fees.tiers is empty, expected at least one tier')
      for (const [index, tier] of fees.tiers.entries()) {
        checkRates(`fees.tiers[${index}]`, tier)
        const before = fees.tiers[index - 1]
        if (before === undefined) must(tier.volumeMin === ZERO_MONEY, `fees.tiers[0].volumeMin ${toText(tier.volumeMin)}, expected 0`)
        else
          must(
            tier.volumeMin > before.volumeMin,
            `fees.tiers[${index}].volumeMin ${toText(tier.volumeMin)}, expected more than ${toText(before.volumeMin)} of the tier before`,
          )
      }
      return
    }
    default:
      return unreachable(fees, 'fee model')
  }
}

/** A maker may be paid, a taker never is. */
function checkRates(name: string, { maker, taker }: FeeRates): void {
  checkRate(`${name}.maker`, maker, -0.05)
  checkRate(`${name}.taker`, taker, 0)
}
const checkRate = (name: string, value: Rate, from: number): void => mustLie(name, toNumber(value), { from, to: 0.05 })
