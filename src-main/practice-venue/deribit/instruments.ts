// What the practice venue lists as Deribit: linear perpetuals settled in USDC and one inverse perpetual, limits and fees as the real exchange published them.
import { money, price, quantity, rate } from '../../../src-shared/domain/decimal.ts'
import type { LeverageBracket, VenueInstrument } from '../core/instrument.ts'
import type { MarketConfig } from '../core/market.ts'
import type { VenueRules } from '../core/state.ts'

export const DERIBIT_RULES: VenueRules = {
  clientIdScope: 'none',
  refusesImmediateTrigger: true,
  reduceOnlyReserves: false,
  conditionalsEndWithPosition: false,
  singleClosePosition: false,
  postOnlyEnds: false,
  openOrdersMax: 500,
  conditionalsMax: 100,
}

export const LEVERAGE_MAX = 50
/** Initial margin is 2 %, maintenance 1 %. The real exchange raises both a little with each coin held. */
const BRACKETS: readonly LeverageBracket[] = [
  {
    notionalFloor: money('0'),
    notionalCap: money('1000000000'),
    leverageMax: LEVERAGE_MAX,
    maintenanceRate: rate('0.01'),
    maintenanceAmount: money('0'),
  },
]

type Facts = Pick<VenueInstrument, 'symbol' | 'base' | 'tickSize' | 'lotSize'>
const linear = (facts: Facts): VenueInstrument => ({
  ...facts,
  kind: 'linear',
  quote: 'USDC',
  settle: 'USDC',
  minQuantity: facts.lotSize,
  maxQuantity: quantity('1000000'),
  maxMarketQuantity: quantity('1000000'),
  minNotional: money('0'),
  percentPrice: rate('0.05'),
  makerFeeRate: rate('0'),
  takerFeeRate: rate('0.0005'),
  liquidationFeeRate: rate('0.0075'),
  fundingIntervalMs: 3_600_000,
  brackets: BRACKETS,
  onboardMs: Date.UTC(2022, 3, 26),
})

export const BTC_USDC = linear({ symbol: 'BTC_USDC-PERPETUAL', base: 'BTC', tickSize: price('0.5'), lotSize: quantity('0.0001') })
export const ETH_USDC = linear({ symbol: 'ETH_USDC-PERPETUAL', base: 'ETH', tickSize: price('0.05'), lotSize: quantity('0.001') })
export const SOL_USDC = linear({ symbol: 'SOL_USDC-PERPETUAL', base: 'SOL', tickSize: price('0.01'), lotSize: quantity('0.1') })
/** Counted in dollars, ten at a time, and settled in BTC. */
export const BTC_INVERSE: VenueInstrument = {
  ...linear({ symbol: 'BTC-PERPETUAL', base: 'BTC', tickSize: price('0.5'), lotSize: quantity('10') }),
  kind: 'inverse',
  quote: 'USD',
  settle: 'BTC',
  maxQuantity: quantity('100000000'),
  maxMarketQuantity: quantity('100000000'),
}

const walking = (instrument: VenueInstrument, startPrice: number, meanLots: number): MarketConfig => ({
  instrument,
  source: { kind: 'walk', startPrice, volatility: 0.6, drift: 0, jumpsPerDay: 4, jumpSize: 0.004, tickMs: 250 },
  shape: { levels: 50, meanLots },
  fundingRate: 0.0000125,
  historyMinutes: 10_080,
})

export const DERIBIT_MARKETS: readonly MarketConfig[] = [
  walking(BTC_USDC, 100_000, 2_000),
  walking(ETH_USDC, 3_500, 20_000),
  walking(SOL_USDC, 180, 5_000),
  walking(BTC_INVERSE, 100_000, 2_000),
]
