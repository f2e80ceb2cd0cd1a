// Which fee a trade pays. Tiers go by what was traded in the 30 UTC days before today and change at 00:00 UTC only: what is traded today
// counts from tomorrow on. Binance, too, evaluates its levels once a day by the volume of 30 days; its futures levels, unlike these, also ask for
// a holding of BNB.
import { type Money, ZERO_MONEY, add, sum } from '../../../src-shared/domain/decimal.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import { DAY_MS } from '../../../src-shared/domain/time.ts'
import type { Market, VenueCore } from './state.ts'
import type { FeeRates, FeeTier } from './venue.ts'

/** Days before today that a tier looks back on. */
const DAYS = 30

/** Notional traded, day by day. */
export type Traded = {
  /** Today, as days since the epoch. */
  readonly day: number
  /** Of today, of yesterday, and so on: today and at most the {@link TRADED_DAYS_MAX} − 1 days before. */
  readonly notional: readonly Money[]
}
export const TRADED_DAYS_MAX = DAYS + 1
export const NOTHING_TRADED: Traded = { day: 0, notional: [ZERO_MONEY] }

/** What a trade in this market pays at the venue's present time. */
export function feeRates(core: VenueCore, { instrument }: Pick<Market, 'instrument'>): FeeRates {
  const { fees } = core
  switch (fees.kind) {
    case 'instrument':
      return { maker: instrument.makerFeeRate, taker: instrument.takerFeeRate }
    case 'fixed':
      return fees
    case 'tiers':
      return tierOf(core, fees.tiers)
    default:
      return unreachable(fees, 'fee model')
  }
}

/** Counts a trade of today. */
export function countTraded(core: VenueCore, notional: Money): void {
  if (core.fees.kind !== 'tiers') return
  const [today = ZERO_MONEY, ...before] = startDay(core).notional
  core.traded = { day: core.traded.day, notional: [add(today, notional), ...before] }
}

function tierOf(core: VenueCore, tiers: readonly FeeTier[]): FeeTier {
  const volume = sum(startDay(core).notional.slice(1))
  const tier = tiers.findLast(({ volumeMin }) => volume >= volumeMin) ?? tiers[0]
  if (tier === undefined) throw new RangeError('a fee schedule without tiers')
  return tier
}

/** The days as they are at the venue's present time. A clock that stands a little back does not begin a day. */
function startDay(core: VenueCore): Traded {
  const { day, notional } = core.traded
  const passed = Math.floor(core.nowMs / DAY_MS) - day
  if (passed <= 0) return core.traded
  const empty = Array.from({ length: Math.min(passed, TRADED_DAYS_MAX) }, () => ZERO_MONEY)
  core.traded = { day: day + passed, notional: [...empty, ...notional].slice(0, TRADED_DAYS_MAX) }
  return core.traded
}
